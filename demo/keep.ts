// What is printed about a world that stays: for people what to type, for scripts the same as JSON.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type World } from "../test/support/world.ts";
import { type Service } from "./processes.ts";
import { type Teller } from "./tell.ts";

export interface KeptWorld {
  readonly forge: { readonly url: string; readonly api: string; readonly pid: number };
  readonly service: { readonly url: string; readonly pid: number };
  readonly repository: {
    readonly name: string;
    readonly clone: string;
    readonly api: string;
    readonly branch: string;
  };
  readonly people: Readonly<Record<string, { readonly token: string; readonly email: string }>>;
  /** A folder with `git-review`, for the PATH. */
  readonly tools: string;
  /** Where the service writes what it does. */
  readonly log: string;
  /** Stops both processes and removes everything. */
  readonly stop: string;
}

export function keptWorld(
  world: World,
  running: { readonly folder: string; readonly tools: string; readonly forge: Service; readonly service: Service },
): KeptWorld {
  const { folder, tools, forge, service } = running;
  return {
    forge: { url: world.forge.url, api: world.forge.api, pid: forge.pid },
    service: { url: String(service.ready["url"]), pid: service.pid },
    repository: {
      name: world.fullName,
      clone: world.cloneUrl,
      api: `${world.forge.api}/repos/${world.fullName}`,
      branch: "main",
    },
    people: Object.fromEntries(
      Object.values(world.people).map((person) => [person.login, { token: person.token, email: person.email }]),
    ),
    tools,
    log: service.log,
    stop: `sh '${join(folder, "stop")}'`,
  };
}

/** Leaves the script that ends it all: both processes are asked to stop and given ten seconds, then the folder goes. */
export async function leaveStop(folder: string, services: readonly Service[]): Promise<void> {
  const pids = services.map(({ pid }) => pid).join(" ");
  const script = [
    `kill ${pids} 2>/dev/null`,
    `for pid in ${pids}; do`,
    `  tries=0`,
    `  while kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done`,
    `  kill -9 "$pid" 2>/dev/null`,
    `done`,
    `rm -rf '${folder}'`,
  ];
  await writeFile(join(folder, "stop"), `${script.join("\n")}\n`);
}

export function printKept(kept: KeptWorld, tell: Teller): void {
  const { carol, bob } = kept.people;
  tell.step("It stays running. To send a change of your own, type");
  tell.block(
    [
      `export PATH=${kept.tools}:$PATH PLUSTWO_TOKEN=${carol?.token}   # you are carol`,
      `git clone ${kept.repository.clone} && cd calc && git review -s`,
      `git config user.name Carol && git config user.email ${carol?.email}`,
      `echo "Mine too." >> README.md && git commit -a -m "Say whose it is" && git review`,
      `PLUSTWO_TOKEN=${kept.people["alice"]?.token} git review vote NUMBER Code-Review+2   # alice`,
      `PLUSTWO_TOKEN=${bob?.token} git review vote NUMBER Code-Review+2 Workflow+1   # bob`,
      `git review status; git fetch && git log --oneline origin/main`,
    ].join("\n"),
  );
  tell.line("");
  tell.line(`Other people: ${tokens(kept)}`);
  tell.line(`The service's log: ${kept.log}`);
  tell.line(`To end it: ${kept.stop} (processes ${kept.service.pid} and ${kept.forge.pid})`);
}

function tokens(kept: KeptWorld): string {
  return Object.entries(kept.people)
    .filter(([login]) => login === "dave" || login === "mallory")
    .map(([login, { token }]) => `${login} ${token}`)
    .join(", ");
}

// `npm run demo`: starts a local GitHub and the service as processes of their own, tells the story, shows where the world ended up.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { landedTable, landings } from "../test/support/landed.ts";
import { type Change } from "../test/support/person.ts";
import { installTools, root } from "../test/support/tools.ts";
import { type ForgeAddress, foundWorld, type World } from "../test/support/world.ts";
import { Deviation } from "./deviation.ts";
import { keptWorld, leaveStop, printKept } from "./keep.ts";
import { type DemoOptions, parseOptions, USAGE } from "./options.ts";
import { household, type Household } from "./processes.ts";
import { type Scene, tellStory } from "./story.ts";
import { silent, type Teller, teller } from "./tell.ts";

/** How long the world may take to say what the story expects. */
const PATIENCE_MS = 30_000;

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options === "help") {
    console.log(USAGE);
    return 0;
  }
  if ("wrong" in options) {
    console.error(`${options.wrong}\n\n${USAGE}`);
    return 2;
  }
  const home = await household();
  const tell = options.json ? silent : teller(process.stdout);
  try {
    return await demonstrate(home, options, tell);
  } catch (error) {
    if (!(error instanceof Deviation)) throw error;
    console.error(`\nThe demo did not go as told.\n  expected: ${error.expected}\n  found:    ${error.found}`);
    console.error(await home.lastWords());
    return 1;
  }
}

async function demonstrate(home: Household, options: DemoOptions, tell: Teller): Promise<number> {
  const began = performance.now();
  const tools = await installTools(join(home.folder, "bin"));
  const env = { ...serviceEnvironment(), TMPDIR: home.folder };
  const node = [process.execPath, join(root, "dist", "plustwo.js")];
  const forge = await home.starts("forge", [...node, "forge", "--port", "0", "--json"], env);
  const address = forge.ready as unknown as ForgeAddress;
  const world = await foundWorld({ forge: address, org: "acme", name: "calc", folder: home.folder, tools });
  const service = await home.starts("serve", [...node, "serve", "--json"], {
    ...env,
    PLUSTWO_APP_ID: String(world.app.id),
    PLUSTWO_PRIVATE_KEY: world.app.privateKey,
    PLUSTWO_WEBHOOK_SECRET: world.app.webhookSecret,
    PLUSTWO_GITHUB_URL: address.api,
    PORT: "0",
    PLUSTWO_DATA: join(home.folder, "data"),
  });
  await world.hook(String(service.ready["url"]));
  tell.line(`A local GitHub at ${address.url} with the project ${world.fullName}; alice and bob are its cores.`);

  const told = await tellStory(sceneOf(world), tell);
  await atRest(world);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  tell.step(`The end, after ${seconds} s`);
  tell.block(await world.picture());
  const verified = options.verify ? await verify(world, told, tell) : true;
  if (options.keep) {
    home.keep();
    await leaveStop(home.folder, [service, forge]);
    const kept = keptWorld(world, { folder: home.folder, tools, forge, service });
    if (options.json) console.log(JSON.stringify(kept));
    else printKept(kept, tell);
  }
  return verified ? 0 : 1;
}

/** Checks in git and in the Actions runs that each step of main is the commit that the gate tested. */
async function verify(world: World, told: readonly Change[], tell: Teller): Promise<boolean> {
  const found = await landings(world.observer, world.first);
  tell.step("Landed = tested, from git and the Actions runs");
  tell.block(landedTable(found));
  const missing = told.filter((change) => !found.some((landing) => landing.changes.includes(change.number)));
  if (missing.length > 0) {
    throw new Deviation(
      "every change of the story on main",
      `not there: ${missing.map((one) => `#${one.number}`).join(", ")}`,
    );
  }
  const wrong = found.find((landing) => landing.problem !== undefined);
  if (wrong !== undefined) throw new Deviation("every landed commit tested as it is", `${wrong.sha}: ${wrong.problem}`);
  return true;
}

/** Looks again and again until it is so, or patience ends. */
async function until<T>(what: string, look: () => Promise<{ readonly done?: T; readonly found: string }>): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const { done, found } = await look();
    if (done !== undefined) return done;
    if (performance.now() > end) throw new Deviation(what, found);
    await pause(100);
  }
}

/** After the last landing the service tidies up: the branches of what landed and of the gate go. */
async function atRest(world: World): Promise<void> {
  await until("only main to be left when all is merged", async () => {
    const refs = await world.repository.get<readonly { ref: string }[]>("/git/matching-refs/heads/");
    const left = refs.map(({ ref }) => ref.slice("refs/heads/".length)).filter((branch) => branch !== "main");
    return left.length === 0 ? { done: true, found: "" } : { found: `branches left: ${left.join(", ")}` };
  });
}

function sceneOf(world: World): Scene {
  return {
    ...world.people,
    patch: (name) => readFile(join(root, "demo", "patches", `${name}.patch`), "utf8"),
    sees: (change, ...expected) =>
      until(
        `the check on #${change.number} "${change.subject}" to say ${expected.map(({ source }) => `"${source}"`).join(" and ")}`,
        async () => {
          const check = await world.checkOf(change);
          const text = check === undefined ? "no check on its newest patch set" : `${check.title}\n${check.words}`;
          return check !== undefined && expected.every((one) => one.test(text))
            ? { done: check, found: text }
            : { found: text };
        },
      ),
    async merged(change, onTitle) {
      let last = "";
      await until(`#${change.number} "${change.subject}" to be merged`, async () => {
        const pull = await world.repository.get<{ merged: boolean; state: string }>(`/pulls/${change.number}`);
        const check = await world.checkOf(change);
        if (check !== undefined && check.title !== last) onTitle?.((last = check.title));
        const found = `it is ${pull.state}, and its check says: ${check?.title ?? "nothing"}\n${check?.words ?? ""}`;
        return pull.merged ? { done: true, found } : { found };
      });
    },
  };
}

/** What a service may see of this process's environment: no token, no setting of the person who runs the demo. */
function serviceEnvironment(): Record<string, string> {
  const env: Record<string, string> = { NODE_ENV: "production", NO_COLOR: "1" };
  for (const name of ["PATH", "LANG", "LC_ALL", "TZ", "HOME"]) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    process.exit(1);
  },
);

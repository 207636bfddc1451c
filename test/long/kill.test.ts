// The service as a process is killed with SIGKILL while the gate tests a change. What it acknowledged is not lost: a new process lands it.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { type LocalForge, startForge } from "../../local-forge/server.ts";
import { landings } from "../support/landed.ts";
import { installTools, root } from "../support/tools.ts";
import { foundWorld, type World } from "../support/world.ts";

const endings: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const end of endings.reverse()) await end();
});

it(
  "a service killed while the gate builds lands exactly that build after it was started again",
  { timeout: 300_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "plustwo-crash-"));
    endings.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const forge = await startForge();
    endings.push(() => forge.close());
    const tools = await installTools(join(folder, "bin"));
    const world = await foundWorld({ forge, org: "acme", name: "calc", folder, tools });
    await world.control.post("/jobs", { repo: world.fullName, job: "*", mode: "hold" });

    const first = await serve(world, folder);
    const { alice, bob, carol } = world.people;
    const change = await carol.uploads("Add parser");
    await world.control.post("/jobs", { repo: world.fullName, job: "*", mode: "pass", pull: change.number });
    await alice.votes(change, "Code-Review", +2);
    await bob.approves(change);
    const build = await until("a gate build", () => gateRun(forge));
    first.kill("SIGKILL");
    await ended(first);

    await world.control.post("/jobs", { repo: world.fullName, job: "*", mode: "pass", sha: build });
    await serve(world, folder);
    await until("the change to be merged", async () => {
      const pull = await world.repository.get<{ merged: boolean }>(`/pulls/${change.number}`);
      return pull.merged ? true : undefined;
    });
    const found = await landings(world.observer, world.first);
    expect(found.map(({ sha, problem }) => ({ sha, problem }))).toEqual([{ sha: build, problem: undefined }]);
    expect(await world.commentsOfApp()).toEqual([]);
  },
);

/** The head of a gate branch's run that is still going. */
async function gateRun({ world }: LocalForge): Promise<string | undefined> {
  const runs = [...world.repositories.values()].flatMap((repo) => repo.workflowRuns);
  return runs.find((run) => run.event === "push" && run.headBranch.startsWith("gate/") && run.status !== "completed")
    ?.headSha;
}

async function serve(world: World, folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(root, "dist", "plustwo.js"), "serve", "--json"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      TMPDIR: folder,
      PORT: "0",
      PLUSTWO_APP_ID: String(world.app.id),
      PLUSTWO_PRIVATE_KEY: world.app.privateKey,
      PLUSTWO_WEBHOOK_SECRET: world.app.webhookSecret,
      PLUSTWO_GITHUB_URL: world.forge.api,
      PLUSTWO_DATA: join(folder, "data"),
    },
  });
  endings.push(async () => {
    child.kill("SIGKILL");
    await ended(child);
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
  const url = await until("the service to listen", async () => {
    if (child.exitCode !== null) throw new Error(`The service ended with exit code ${child.exitCode}:\n${said}`);
    return /^\{"url":"([^"]+)"/m.exec(said)?.[1];
  });
  await world.hook(url);
  return child;
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

/** Looks until there is something; the processes tell nobody when. At most two minutes. */
async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const end = performance.now() + 120_000; performance.now() < end; await pause(100)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`Waited in vain for ${what}`);
}

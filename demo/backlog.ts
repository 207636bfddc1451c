// The story of a repository with hundreds of open pull requests: the service observes it without a public address, catches up
// newest first and at its pace, and every request it makes is counted by the local GitHub.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { requests } from "../test/support/requests.ts";
import { root } from "../test/support/tools.ts";
import { type World } from "../test/support/world.ts";
import { Deviation } from "./deviation.ts";
import { type DemoOptions } from "./options.ts";
import { until } from "./patience.ts";
import { type Household } from "./processes.ts";
import { type Teller } from "./tell.ts";
import { openStage, startService } from "./worlds.ts";

interface Asked {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly by: string | null;
}

/** What GitHub gives an App's installation, and what its secondary limits allow for making content. */
const LIMITS = { hour: 5_000, contentMinute: 80, contentHour: 500 };
const OPENED_AT_ONCE = 4;

export async function tellBacklog(home: Household, { pulls, pace }: DemoOptions, tell: Teller): Promise<number> {
  const policy = await readFile(join(root, "demo", "project", ".github", "plustwo.yml"), "utf8");
  const observed = policy.replace("{{team}}", "acme/core").replace(/^mode: .*$/m, "mode: observe");
  const { world } = await openStage(home, { files: { ".github/plustwo.yml": observed } });
  await world.control.post("/jobs", { repo: world.fullName, job: "*", mode: "pass" });

  tell.step(`${pulls} pull requests are open, each with its three checks`);
  await openPulls(world, pulls, tell);
  await world.control.post("/settled");
  await world.control.delete("/requests");

  tell.step(`The service starts in observe mode, without an address that GitHub could reach, at ${pace} a minute`);
  const began = performance.now();
  await startService(home, world, { poll: true, env: { PLUSTWO_BACKFILL: String(pace), PLUSTWO_SWEEP: "20s" } });
  await until(
    `a plustwo check on each of the ${pulls} pull requests`,
    async () => {
      const count = checked(await asked(world)).length;
      return count >= pulls ? { done: true, found: "" } : { found: `${count} have one` };
    },
    { patienceMs: 120_000 + (pulls / pace) * 120_000, everyMs: 1_000 },
  );
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const all = await asked(world);
  const order = await orderOf(world, checked(all));
  tell.line(`All have their check after ${seconds} s.`);

  tell.step("What it asked of GitHub");
  const made = all.length - checked(all).length;
  const perMinute = (all.length / pulls) * Math.min(20, pace);
  tell.block(table(all));
  tell.line(
    `${all.length} requests for ${pulls} pull requests: ${(all.length / pulls).toFixed(1)} each; ${made} besides the checks.`,
  );
  tell.line(
    `At 20 a minute: ${perMinute.toFixed(0)} requests a minute, ${Math.ceil(pulls / 20)} minutes; GitHub allows ${LIMITS.hour} an hour.`,
  );
  const sorted = [...order].sort((a, b) => b - a);
  const inOrder = order.every((number, index) => number === sorted[index]);
  tell.line(inOrder ? "Newest first, each once." : "Not newest first!");
  if (!inOrder) throw new Deviation("checks newest first", order.slice(0, 30).join(" "));
  if (all.length > LIMITS.hour) throw new Deviation(`at most ${LIMITS.hour} requests`, String(all.length));
  await world.control.delete("/requests");
  const quiet = await until("a look at a repository where nothing moved", async () => {
    const since = await asked(world);
    const over = since.length > 0 && since.every(({ at }) => at < Date.now() - 3_000);
    return over ? { done: since, found: "" } : { found: `${since.length} requests so far` };
  });
  tell.line(`A look when nothing has moved: ${quiet.length} requests, one for every 50 that are open among them.`);
  const anew = quiet.filter(({ path }) => path.includes("/commits/")).length;
  if (anew > 0) throw new Deviation("no pull request read again", `${anew} requests for commits`);
  const comments = await world.commentsOfApp();
  if (comments.length > 0) throw new Deviation("no comment in observe mode", `${comments.length} comments`);
  return 0;
}

async function openPulls(world: World, count: number, tell: Teller): Promise<void> {
  const authors = [world.people.carol, world.people.dave];
  const one = async (n: number): Promise<void> => {
    const author = authors[n % authors.length] ?? world.people.carol;
    const files = { [`docs/note-${n}.md`]: `Note ${n}\n` };
    const body = { login: author.login, branch: `note-${n}`, message: `Add note ${n}`, files };
    await world.control.post(`/repos/${world.fullName}/commits`, body);
    const pull = { title: `Add note ${n}`, head: `note-${n}`, base: "main", body: "" };
    await requests(`${world.forge.api}/repos/${world.fullName}`, author.token).post("/pulls", pull);
  };
  for (let at = 1; at <= count; at += OPENED_AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(OPENED_AT_ONCE, count - at + 1) }, (_, index) => one(at + index)));
    if (at % 100 === 1 && at > 1) tell.line(`${at - 1} are open`);
  }
}

/** Requests of the App since the log was emptied, oldest first. */
async function asked(world: World): Promise<readonly Asked[]> {
  const { requests } = await world.control.get<{ requests: readonly Asked[] }>("/requests");
  return requests.filter(({ by, path }) => by === `${world.app.slug}[bot]` || path.startsWith("/api/v3/app/"));
}

function checked(all: readonly Asked[]): readonly Asked[] {
  return all.filter(({ method, path }) => method === "POST" && /\/check-runs$/.test(path));
}

/** Numbers of the pull requests in the order in which their checks were made. */
async function orderOf(world: World, made: readonly Asked[]): Promise<readonly number[]> {
  const pulls: { number: number; head: { sha: string } }[] = [];
  for (let page = 1; ; page += 1) {
    const some = await world.repository.get<typeof pulls>(`/pulls?state=open&per_page=100&page=${page}`);
    pulls.push(...some);
    if (some.length < 100) break;
  }
  const runs: { id: number; number: number }[] = [];
  for (const pull of pulls) {
    const found = await world.repository.get<{ check_runs: { id: number; app: { slug: string } }[] }>(
      `/commits/${pull.head.sha}/check-runs?check_name=plustwo&filter=all`,
    );
    for (const run of found.check_runs) runs.push({ id: run.id, number: pull.number });
  }
  if (runs.length !== made.length) throw new Deviation(`${made.length} check runs`, `${runs.length} on the heads`);
  return runs.sort((a, b) => a.id - b.id).map(({ number }) => number);
}

function table(all: readonly Asked[]): string {
  const kinds = new Map<string, number>();
  for (const { method, path } of all) {
    const kind = `${method} ${shapeOf(path)}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return [...kinds]
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${String(count).padStart(6)}  ${kind}`)
    .join("\n");
}

function shapeOf(path: string): string {
  return path
    .replace(/\?.*$/, "")
    .replace(/^\/api(\/v3)?/, "")
    .replace(/\/repos\/[^/]+\/[^/]+/, "/repos/:repo")
    .replace(/\/acme\/calc\.git/, "/:repo.git")
    .replace(/[0-9a-f]{40}/g, ":sha")
    .replace(/\/\d+/g, "/:n");
}

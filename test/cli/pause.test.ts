import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createGitMemory } from "../../bot/git-memory.ts";
import { openMirror } from "../../bot/mirror.ts";
import { PAUSE_PATTERNS, pauseHolds, readPaused, type Paused } from "../../bot/pause.ts";
import { parseBranchName, repoId } from "../../src/core/ids.ts";
import { installApp, plustwo, rest, type AppAt } from "./operate.ts";
import { openBench, type Bench, type Seat } from "./seat.ts";
import { published } from "../support/published.ts";

let bench: Bench;
let olivia: Seat;
let alice: Seat;
let carol: Seat;
let app: AppAt;
let folder: string;

beforeAll(async () => {
  bench = await openBench();
  olivia = await bench.seat("olivia", { permission: "admin" });
  alice = await bench.seat("alice", { permission: "admin" });
  carol = await bench.seat("carol");
  app = await installApp(bench, "plustwo-acme", { contents: "write" });
  folder = await mkdtemp(join(tmpdir(), "plustwo-pause-"));
});
afterAll(async () => {
  await bench.close();
  await rm(folder, { recursive: true, force: true });
});

/** As the service sees it: one listing, and a bare mirror. */
async function seenByService(): Promise<readonly Paused[]> {
  const memory = createGitMemory();
  const at = {
    directory: folder,
    repository: repoId(1),
    url: `${bench.forge.url}/acme/api.git`,
    token: olivia.token,
    memory,
  };
  const mirror = await openMirror(at);
  if (!mirror.ok) throw new Error(mirror.problem.kind);
  const listed = await mirror.value.git.listRemote(mirror.value.address, ...PAUSE_PATTERNS);
  if (!listed.ok) throw new Error(listed.problem.kind);
  const paused = await readPaused(mirror.value, listed.value);
  if (!paused.ok) throw new Error(paused.problem.kind);
  return paused.value;
}
const branch = (name: string) => {
  const parsed = parseBranchName(name);
  if (parsed === undefined) throw new Error(name);
  return parsed;
};

it("whoever may not maintain the repository is told so, and a pause without a reason is none", async () => {
  const told = await plustwo(carol, ["pause", "acme/api", "--reason", "I would like to"]);
  expect(told).toMatchObject({ code: 41, out: "" });
  expect(told.err).toContain("it needs admin or maintain, and carol has write");
  expect((await plustwo(olivia, ["pause", "acme/api"])).code).toBe(2);
  expect(await seenByService()).toEqual([]);
});

it("a pause stands on the forge, and the service reads from there who, why and since when", async () => {
  const told = await plustwo(olivia, ["pause", "acme/api", "--reason", "the runners\nare down"]);
  expect(told).toMatchObject({ code: 0, err: "" });
  expect(told.out).toMatch(/acme\/api: Paused by olivia: the runners are down; since \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
  const paused = await seenByService();
  expect(paused).toHaveLength(1);
  expect(pauseHolds(paused, branch("main"))).toMatchObject([
    { scope: "target", why: expect.stringMatching(/^Paused by olivia: the runners are down; since /) },
  ]);
  expect((await plustwo(alice, ["pause", "acme/api", "--reason", "too"])).err).toContain(
    "it is paused already (Paused by olivia",
  );
});

it("resume lifts it and says what landed meanwhile without the gate's certificate", async () => {
  const certified = await bench.lands({ "src/gate.txt": "1\n" });
  await bench.control("POST", "/check-runs", {
    repo: "acme/api",
    app: app.slug,
    sha: certified,
    name: "plustwo/gate",
    conclusion: "success",
  });
  const forged = await bench.lands({ "src/hand.txt": "1\n" });
  await bench.control("POST", "/check-runs", {
    repo: "acme/api",
    app: "github-actions",
    sha: forged,
    name: "plustwo/gate",
    conclusion: "success",
  });
  const told = await plustwo(alice, ["resume", "acme/api"]);
  expect(told.code).toBe(1);
  expect(told.out).toContain("acme/api is no longer paused (Paused by olivia");
  expect(told.out).toContain("main: 2 steps meanwhile, 1 without the gate's certificate");
  expect(told.out).toContain(`${certified.slice(0, 7)}..${forged.slice(0, 7)}  by landlord`);
  expect(await seenByService()).toEqual([]);
  expect((await plustwo(alice, ["resume", "acme/api"])).err).toContain("it is not paused there");
});

it("a pause of one branch holds that branch alone, and is lifted with nothing to report", async () => {
  const made = await plustwo(olivia, ["pause", "acme/api", "-b", "main", "-m", "release day", "--json"]);
  expect(published("pause", made.out)).toMatchObject({ pause: { branch: "main", by: "olivia", tips: [{}] } });
  const paused = await seenByService();
  expect([pauseHolds(paused, branch("main")).length, pauseHolds(paused, branch("stable/1")).length]).toEqual([1, 0]);
  const told = await plustwo(olivia, ["resume", "acme/api", "--branch", "main", "--json", "--app", app.slug]);
  expect(told.code).toBe(0);
  expect(published("resume", told.out)).toMatchObject({
    resumed: true,
    audit: { app: app.id, branches: [{ branch: "main", landed: 0, steps: [] }] },
  });
});

it("breaking the glass needs a second admin, and resume says when there was none", async () => {
  await plustwo(olivia, ["pause", "acme/api", "--break-glass", "-m", "fire"]);
  const own = await plustwo(olivia, ["pause", "acme/api", "--confirm"]);
  expect(own.code).toBe(1);
  expect(own.err).toContain("olivia made this pause, and a second admin has to agree");
  expect((await plustwo(alice, ["pause", "acme/api", "--confirm"])).out).toContain(
    "alice confirms: Paused by olivia: fire",
  );
  expect((await plustwo(olivia, ["resume", "acme/api"])).out).not.toContain("by one admin alone");
  await plustwo(olivia, ["pause", "acme/api", "--break-glass", "-m", "fire again"]);
  expect((await plustwo(olivia, ["resume", "acme/api"])).out).toContain("The glass was broken by one admin alone");
});

it("a pause ref that nobody can read holds all the same", async () => {
  const { object } = (await rest(bench, olivia.token, { path: "/git/ref/heads/main" })) as { object: { sha: string } };
  await rest(bench, olivia.token, {
    method: "POST",
    path: "/git/refs",
    body: { ref: "refs/plustwo/pause", sha: object.sha },
  });
  expect(pauseHolds(await seenByService(), branch("main"))).toHaveLength(1);
  const told = await plustwo(olivia, ["resume", "acme/api", "--json"]);
  expect(published("resume", told.out)).toMatchObject({ pause: null, audit: { branches: [] } });
});

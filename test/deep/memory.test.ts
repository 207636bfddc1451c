// A lost database: nothing that was closed opens, and what was open comes back to land (RULINGS 4).
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { openStore, type Store } from "../../bot/store/database.ts";
import { mustRun } from "../support/shell.ts";
import { openHouse, type House, type Stage } from "../bot/stage.ts";

let house: House;
let stage: Stage;
let store: Store | undefined;
let losses = 0;

beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());
beforeEach(async () => {
  store = undefined;
  stage = await house.opens({
    around: (options) => ({
      ...options,
      ...(store === undefined ? {} : { store, gitDirectory: join(house.folder, `mirrors-${losses}`) }),
    }),
  });
  await stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "*", mode: "pass" });
});
afterEach(() => stage.close());

/** Database and mirrors are gone. What happens meanwhile nobody sees. */
async function loses(meanwhile: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  await stage.bot.stop();
  await meanwhile();
  losses += 1;
  store = await openStore(house.database, `lost_${losses}`);
  await stage.restarts();
  await stage.settled();
}

const pull = (number: number) =>
  stage.as("carol").get<{ merged: boolean; base: { ref: string }; head: { sha: string } }>(`/pulls/${number}`);
const merged = async (number: number): Promise<boolean> => (await pull(number)).merged;
const titleOf = async (number: number): Promise<string> =>
  (await stage.check((await pull(number)).head.sha))?.title ?? "no check";
const goAhead = (number: number): Promise<number> => stage.reviews("bob", number, "Workflow: +1");

async function opens(name: string, base = "main"): Promise<number> {
  await stage.commits("carol", name, { [`docs/${name}.md`]: "one\n" });
  return stage.opensPull("carol", name, base);
}
async function approves(number: number): Promise<void> {
  await stage.reviews("alice", number, "Code-Review: +2", "APPROVE");
  await stage.reviews("bob", number, "Code-Review: +2", "APPROVE");
}
const edits = (number: number, review: number): Promise<unknown> =>
  stage.as("alice").put(`/pulls/${number}/reviews/${review}`, { body: "Code-Review: +2" });
const dismisses = (number: number, review: number): Promise<unknown> =>
  stage.world.repository.put(`/pulls/${number}/reviews/${review}/dismissals`, { message: "no" });
const vetoes = (number: number): Promise<number> =>
  stage.reviews("alice", number, "Code-Review: -2", "REQUEST_CHANGES");
const patchSets = async (number: number): Promise<unknown[]> => {
  const rows = await (store ?? stage.store).db
    .selectFrom("patch_set")
    .select(["n", "target", "record", "source"])
    .where("change", "=", number)
    .orderBy("n")
    .execute();
  return rows.map(({ n, target, record, source }) => [n, target, record.kind, record.pusher?.login, source]);
};

it("vetoes, patch sets and targets come back from what was written on the commits; what was ready lands", { timeout: 300_000 }, async () => {
  const main = (await stage.branch("main")) ?? "";
  await stage.world.repository.post("/git/refs", { ref: "refs/heads/dev", sha: main });
  await stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "*", mode: "hold", ref: "gate/main/1" });
  // A base of its own keeps them from landing until bob gives the go-ahead.
  const editedBefore = await opens("edited-before");
  const editedAfter = await opens("edited-after");
  const reworked = await opens("reworked");
  const moved = await opens("moved", "dev");
  const movedAfter = await opens("moved-after", "dev");
  const ready = await opens("ready");
  const queued = await opens("queued");
  const [before, after] = [await vetoes(editedBefore), await vetoes(editedAfter)];
  for (const number of [reworked, moved, movedAfter, ready]) await approves(number);
  await stage.approve(queued);
  await stage.settled();
  await edits(editedBefore, before);
  await dismisses(editedBefore, before);
  await stage.commits("carol", "reworked", { "docs/reworked.md": "two\n" });
  await stage.as("carol").patch(`/pulls/${moved}`, { base: "main" });
  await stage.settled();
  expect(await stage.branch("gate/main/1")).toBeDefined();

  await loses(async () => {
    await edits(editedAfter, after);
    await dismisses(editedAfter, after);
    await stage.as("carol").patch(`/pulls/${movedAfter}`, { base: "main" });
    await stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "*", mode: "pass", ref: "gate/main/1" });
  });
  expect(await patchSets(reworked)).toEqual([
    [1, "main", "REWORK", "carol", "record"],
    [2, "main", "REWORK", "carol", "record"],
  ]);
  expect(await patchSets(moved)).toEqual([
    [1, "main", "REWORK", "carol", "record"],
    [2, "main", "REWORK", "carol", "record"],
  ]);
  expect(await patchSets(movedAfter)).toEqual([
    [1, "dev", "REWORK", "carol", "record"],
    [2, "main", "REWORK", "carol", "seen"],
  ]);
  // It was in the gate, and comes in again.
  expect(await merged(queued)).toBe(true);
  for (const number of [editedBefore, editedAfter]) await stage.reviews("bob", number, "Code-Review: +2", "APPROVE");
  for (const number of [editedBefore, editedAfter, reworked, moved, movedAfter, ready]) await goAhead(number);
  await stage.settled();
  expect(await merged(ready)).toBe(true);
  for (const number of [editedBefore, editedAfter]) {
    expect(await merged(number)).toBe(false);
    expect(await titleOf(number)).toContain("veto");
  }
  for (const number of [reworked, moved, movedAfter]) {
    expect(await merged(number)).toBe(false);
    expect(await titleOf(number)).toContain("2 core approvals");
  }
  // Once remembered, twice lost.
  await loses();
  expect(await merged(editedBefore)).toBe(false);
  await stage.reviews("alice", editedBefore, "Code-Review: +2", "APPROVE");
  await approves(moved);
  await stage.settled();
  expect([await merged(editedBefore), await merged(moved), await merged(editedAfter)]).toEqual([true, true, false]);
  expect(stage.complaints).toEqual([]);
});

/** A commit that changes one file on top of `parent`, pushed by carol. */
async function pushes(parent: string, branch: string, text: string): Promise<string> {
  const { git, env } = stage.world.observer;
  const who = ["AUTHOR", "COMMITTER"].flatMap((role) => [
    [`GIT_${role}_NAME`, "Carol"],
    [`GIT_${role}_EMAIL`, "carol@example.org"],
  ]);
  const at = { cwd: git, env: { ...env, ...Object.fromEntries(who), GIT_INDEX_FILE: `${git}/memory-index` } };
  const run = async (args: string[], input?: string): Promise<string> =>
    (await mustRun("git", args, { ...at, ...(input === undefined ? {} : { input }) })).stdout.trim();
  await run(["fetch", "-q", "origin", "+refs/heads/*:refs/seen/*"]);
  await run(["read-tree", parent]);
  const blob = await run(["hash-object", "-w", "--stdin"], text);
  await run(["update-index", "--add", "--cacheinfo", `100644,${blob},docs/${branch.split("/").at(-1)}.md`]);
  const sha = await run(["commit-tree", "-p", parent, "-m", `${branch}: ${text.trim()}`, await run(["write-tree"])]);
  const url = stage.world.cloneUrl.replace("://", `://carol:${house.population.get("carol")}@`);
  await run(["push", "-q", "-f", url, `${sha}:refs/heads/${branch}`]);
  return sha;
}

it("T44 across a loss: a change built on an old patch set of one that has landed is still refused, and lands when rebased", { timeout: 300_000 }, async () => {
  const main = (await stage.branch("main")) ?? "";
  const a1 = await pushes(main, "review/main/a", "one\n");
  const b = await pushes(a1, "review/main/b", "b\n");
  const lower = await stage.opensPull("carol", "review/main/a");
  const upper = await stage.opensPull("carol", "review/main/b", "review/main/a");
  await stage.settled();
  const a2 = await pushes(main, "review/main/a", "two\n");
  await stage.approve(lower);
  await stage.approve(upper);
  await stage.settled();
  expect([await merged(lower), await merged(upper)]).toEqual([true, false]);

  // Pushed while nobody looked: the head that carries no record stands on the same old patch set.
  let b2 = "";
  await loses(async () => {
    b2 = await pushes(a1, "review/main/b", "bb\n");
  });
  await stage.approve(upper);
  await stage.settled();
  expect(await merged(upper)).toBe(false);
  expect((await stage.check(b2))?.summary).toContain(
    `built on patch set 1 of #${lower}, but patch set 2 landed: rebase`,
  );
  await loses();
  expect(await merged(upper)).toBe(false);
  expect(await stage.branch("main")).toBe(a2);
  const rebased = await pushes(a2, "review/main/b", "bb\n");
  await stage.approve(upper);
  await stage.settled();
  expect(await stage.branch("main")).toBe(rebased);
  expect(await patchSets(upper)).toHaveLength(3);
  expect(b).not.toBe(b2);
  expect(stage.complaints).toEqual([]);
});

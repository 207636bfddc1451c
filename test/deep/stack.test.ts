// What may land with what: stale parents, changed targets, and commits that are somebody else's.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { chainOf } from "../../bot/gather-stack.ts";
import type { KnownPull } from "../../bot/store/pulls.ts";
import type { BranchName, Sha } from "../../src/core/ids.ts";
import { plumbing } from "../support/plumbing.ts";
import { openHouse, type House, type Stage } from "../bot/stage.ts";

let house: House;
let stage: Stage;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());
beforeEach(async (context) => {
  if (context.task.name.includes("[pure]")) return;
  stage = await house.opens();
  await stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "*", mode: "pass" });
});
afterEach(async (context) => {
  if (!context.task.name.includes("[pure]")) await stage.close();
});

const merged = async (number: number): Promise<boolean> =>
  (await stage.as("carol").get<{ merged: boolean }>(`/pulls/${number}`)).merged;

const commitOn = (parent: string, path: string, text: string): Promise<string> =>
  plumbing(stage.world, house.population).commit({ parents: [parent], files: { [path]: text } });
const push = (sha: string, branch: string): Promise<void> => plumbing(stage.world, house.population).push(sha, branch);

async function stackOfTwo() {
  const main = (await stage.branch("main")) ?? "";
  const a1 = await commitOn(main, "docs/a.md", "one\n");
  const b = await commitOn(a1, "docs/b.md", "b\n");
  await push(a1, "review/main/a");
  await push(b, "review/main/b");
  const lower = await stage.opensPull("carol", "review/main/a");
  const upper = await stage.opensPull("carol", "review/main/b", "review/main/a");
  await stage.settled();
  return { main, a1, b, lower, upper };
}

it("T44, RULINGS 1: a change built on an old patch set of the one below does not bring it in when the newer one has landed", async () => {
  const { main, a1, b, lower, upper } = await stackOfTwo();
  const a2 = await commitOn(main, "docs/a.md", "two\n");
  await push(a2, "review/main/a");
  await stage.approve(lower);
  await stage.approve(upper);
  await stage.settled();
  expect([await merged(lower), await merged(upper)]).toEqual([true, false]);
  expect(await stage.branch("main")).toBe(a2);
  const check = await stage.check(b);
  expect(check?.summary).toContain("built on patch set 1 of #1, but patch set 2 landed: rebase");
  // Based on the target now, and still not taken for a change of its own with both commits.
  const pull = await stage.as("carol").get<{ base: { ref: string } }>(`/pulls/${upper}`);
  expect(pull.base.ref).toBe("main");
  expect(a1).not.toBe(a2);

  const rebased = await commitOn(a2, "docs/b.md", "b\n");
  await push(rebased, "review/main/b");
  await stage.settled();
  expect((await stage.check(rebased))?.title).toContain("go-ahead");
  await stage.reviews("bob", upper, "Workflow: +1");
  await stage.settled();
  expect(await merged(upper)).toBe(true);
  expect(await stage.branch("main")).toBe(rebased);
  expect(stage.complaints).toEqual([]);
});

it("T21, RULINGS 3: votes for one target are not votes for another", async () => {
  await stage.world.control.post("/jobs", { repo: stage.world.fullName, job: "*", mode: "hold", ref: "gate/dev/1" });
  const main = (await stage.branch("main")) ?? "";
  await stage.world.repository.post("/git/refs", { ref: "refs/heads/dev", sha: main });
  const head = await commitOn(main, "docs/a.md", "one\n");
  await push(head, "topic");
  const number = await stage.opensPull("carol", "topic", "dev");
  await stage.approve(number);
  await stage.settled();
  expect((await stage.check(head))?.title).toContain("gate");
  await stage.as("carol").patch(`/pulls/${number}`, { base: "main" });
  await stage.settled();
  expect(await merged(number)).toBe(false);
  expect((await stage.check(head))?.title).toContain("2 core approvals");
  expect(await stage.branch("gate/dev/1")).toBeUndefined();
  await stage.approve(number);
  await stage.settled();
  expect(await merged(number)).toBe(true);
  expect(stage.complaints).toEqual([]);
});

it("T18: a pure rebase keeps the votes, an edit does not", async () => {
  const main = (await stage.branch("main")) ?? "";
  await push(await commitOn(main, "docs/a.md", "one\n"), "topic");
  const number = await stage.opensPull("carol", "topic");
  await stage.reviews("alice", number, "Code-Review: +2", "APPROVE");
  await stage.commits("dave", "other", { "docs/other.md": "other\n" });
  const other = await stage.opensPull("dave", "other");
  await stage.approve(other);
  await stage.settled();
  const tip = (await stage.branch("main")) ?? "";
  const rebased = await commitOn(tip, "docs/a.md", "one\n");
  await push(rebased, "topic");
  await stage.settled();
  expect((await stage.check(rebased))?.title).not.toContain("2 core approvals");
  const edited = await commitOn(tip, "docs/a.md", "one!\n");
  await push(edited, "topic");
  await stage.settled();
  expect((await stage.check(edited))?.title).toContain("2 core approvals");
  const kinds = await stage.store.db.selectFrom("patch_set").select("record").where("change", "=", number).execute();
  expect(kinds.map(({ record }) => record.kind)).toEqual(["REWORK", "TRIVIAL_REBASE", "REWORK"]);
});

it("RULINGS 2, 3: a change that a new base takes out of its stack has more commits of its own, and its votes are not for them", async () => {
  const main = (await stage.branch("main")) ?? "";
  await push(await commitOn(main, "docs/upper.md", "upper\n"), "review/main/upper");
  const upper = await stage.opensPull("carol", "review/main/upper");
  const below = await commitOn(main, "docs/below.md", "nobody has read this\n");
  await push(below, "review/main/below");
  const lower = await stage.opensPull("dave", "review/main/below");
  const head = await commitOn(below, "docs/upper.md", "upper\n");
  await push(head, "review/main/upper");
  await stage.as("carol").patch(`/pulls/${upper}`, { base: "review/main/below" });
  await stage.approve(upper);
  await stage.settled();
  expect((await stage.check(head))?.title).toContain(`#${lower} below`);
  await stage.as("carol").patch(`/pulls/${upper}`, { base: "main" });
  await stage.settled();
  expect((await stage.check(head))?.title).toContain("2 core approvals");
  expect([await merged(upper), await merged(lower)]).toEqual([false, false]);
  // Back on its stack it is what was approved; but it has been more in between, so it is asked for again.
  await stage.as("carol").patch(`/pulls/${upper}`, { base: "review/main/below" });
  await stage.approve(lower);
  await stage.approve(upper);
  await stage.settled();
  expect([await merged(upper), await merged(lower)]).toEqual([true, true]);
});

const pullOf = (change: number, headBranch: string, base: string, state: KnownPull["state"] = "open"): KnownPull => ({
  ...{ change, state, local: true, head: "a".repeat(40) as Sha },
  headBranch: headBranch as BranchName,
  base: base as BranchName,
});
const target = (base: string, pulls: KnownPull[], recorded?: string): string => {
  const chain = chainOf({ change: 9, base: base as BranchName }, pulls, recorded as BranchName | undefined);
  return chain.ok
    ? `${chain.value.target} ${chain.value.through.map(({ change }) => change).join(",")}`.trim()
    : "circle";
};

it.each([
  ["the base where nothing else is known", "main", [], undefined, "main"],
  [
    "through open changes to the branch at the bottom",
    "b",
    [pullOf(2, "b", "a"), pullOf(1, "a", "main")],
    undefined,
    "main 2,1",
  ],
  [
    "through a merged change whose branch is ours by name",
    "review/main/x",
    [pullOf(1, "review/main/x", "main", "merged")],
    undefined,
    "main 1",
  ],
  [
    "a branch that was merged elsewhere is a target itself",
    "develop",
    [pullOf(1, "develop", "main", "merged")],
    undefined,
    "develop",
  ],
  [
    "unless this change was seen going further down before",
    "topic",
    [pullOf(1, "topic", "main", "merged")],
    "main",
    "main 1",
  ],
  [
    "never through a fork's branch of the same name",
    "main",
    [{ ...pullOf(1, "main", "dev"), local: false }],
    undefined,
    "main",
  ],
  ["a circle is no target", "a", [pullOf(1, "a", "b"), pullOf(2, "b", "a")], undefined, "circle"],
])("the target of a change is %s [pure]", (_, base, pulls, recorded, expected) => {
  expect(target(base, pulls, recorded)).toBe(expected);
});

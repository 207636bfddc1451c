import { expect, it } from "vitest";
import { handMergeOf, handMergeSlot, handMergeWords, type Undoing } from "../../../src/core/gate/hand-merge.ts";
import { tidyUp } from "../../../src/core/gate/housekeeping.ts";
import type { GateSnapshot, PullFacts, RepositorySnapshot } from "../../../src/core/gate/snapshot.ts";
import { parseBranchName, userId, type BranchName, type Sha } from "../../../src/core/ids.ts";

const sha = (letter: string): Sha => letter.repeat(40) as Sha;
const branch = (name: string): BranchName => parseBranchName(name) as BranchName;

const pull = (change: number, state: PullFacts["state"], head: string, base: string): PullFacts => ({
  ...{ change, state, head: sha("a"), branchTip: sha("a") },
  headBranch: branch(head),
  base: branch(base),
});
const A = "review/main/a";
const lower = pull(1, "open", A, "main");
const upper = pull(2, "merged", "review/main/b", A);

const world = (
  pulls: readonly PullFacts[],
  more: Partial<RepositorySnapshot> & { readonly landed?: GateSnapshot["landed"] } = {},
): Pick<RepositorySnapshot, "gates" | "pulls" | "published"> => ({
  gates: [{ target: { branch: branch("main") }, landed: more.landed ?? [] }] as unknown as readonly GateSnapshot[],
  pulls,
  published: more.published ?? {},
});
const landed = (change: number): GateSnapshot["landed"] =>
  [{ item: "i", change, sha: sha("b") }] as unknown as GateSnapshot["landed"];
const kinds = (repository: Parameters<typeof tidyUp>[0], enforced = [1, 2]): readonly string[] =>
  tidyUp(repository, new Set(enforced)).map((action) => action.kind);

it.each<[string, Parameters<typeof tidyUp>[0], readonly string[], number[]?]>([
  ["an upper change merged into the open one below it", world([lower, upper]), ["undo-hand-merge"]],
  ["also when its branch is gone", world([lower, noTip(upper)]), ["undo-hand-merge"]],
  ["once", world([lower, upper], { published: { [handMergeSlot(2)]: "done" } }), []],
  ["not one that the gate has landed", world([lower, upper], { landed: landed(2) }), []],
  ["not one that went to the target", world([lower, pull(2, "merged", "topic", "main")]), []],
  ["not when the lower change has ended too", world([pull(1, "closed", A, "main"), upper]), []],
  ["not in a repository that only looks on", world([lower, upper]), [], []],
  ["not in a branch that people named", world([pull(1, "open", "dev", "main"), pull(2, "merged", "topic", "dev")]), []],
  ["not in a fork", world([noTip(lower), upper]), []],
])("a merge by hand is looked into: %s", (_, repository, expected, enforced) => {
  expect(kinds(repository, enforced)).toEqual(expected);
});

function noTip({ branchTip: _, ...rest }: PullFacts): PullFacts {
  return rest;
}

it.each<[string, readonly PullFacts[], readonly string[]]>([
  [
    "what stands on a landed change is based on the target, and its branch stays so long",
    [pull(1, "merged", A, "main"), pull(2, "open", "review/main/b", A)],
    ["retarget"],
  ],
  ["the branch of a landed change goes when nothing uses it", [pull(1, "merged", A, "main")], ["delete-branch"]],
  ["a branch that people named stays", [pull(1, "merged", "topic", "main")], []],
  ["a branch with more pushed to it stays", [{ ...pull(1, "merged", A, "main"), branchTip: sha("c") }], []],
  [
    "what was merged by hand into a stack's branch has not landed",
    [lower, upper, pull(3, "open", "review/main/c", "review/main/b")],
    ["undo-hand-merge"],
  ],
])("%s", (_, pulls, expected) => {
  expect(kinds(world(pulls, { landed: landed(1) }), [1, 2, 3])).toEqual(expected);
});

const carol = { id: userId(3), login: "carol", type: "User" as const };
const merge = { by: carol, before: sha("1"), after: sha("2"), merge: true as const };
const into = { mergeCommit: sha("2"), base: branch(A) };

it.each<[string, ReturnType<typeof handMergeOf>["kind"], Parameters<typeof handMergeOf>]>([
  ["a merge by button is undone", "undo", [into, { headBranch: branch(A), tip: sha("2"), pushes: [merge] }]],
  ["back already", "undone", [into, { headBranch: branch(A), tip: sha("1"), pushes: [merge] }]],
  ["more was pushed since", "overtaken", [into, { headBranch: branch(A), tip: sha("3"), pushes: [merge] }]],
  ["a branch that is gone", "overtaken", [into, { headBranch: branch(A), tip: undefined, pushes: [merge] }]],
  [
    "a push that holds the upper change is its author's",
    "pushed",
    [into, { headBranch: branch(A), tip: sha("2"), pushes: [{ by: carol, before: sha("1"), after: sha("2") }] }],
  ],
  [
    "another pull request's merge is not this one's",
    "pushed",
    [
      { ...into, mergeCommit: sha("9") },
      { headBranch: branch(A), tip: sha("2"), pushes: [merge] },
    ],
  ],
  ["the forge lists no pushes", "pushed", [into, { headBranch: branch(A), tip: sha("2"), pushes: [] }]],
  [
    "nobody knows what was there before",
    "pushed",
    [into, { headBranch: branch(A), tip: sha("2"), pushes: [{ after: sha("2"), merge: true }] }],
  ],
])("%s", (_, kind, [merged, branchOf]) => {
  expect(handMergeOf(merged, branchOf).kind).toBe(kind);
});

it("the comment says what happened, what was done and what is next", () => {
  const done: Undoing = {
    ...{ change: 2, lower: 1, base: branch(A), target: branch("main"), by: carol },
    ...{ restored: true, replacement: 3 },
  };
  expect(handMergeWords(done)).toMatchInlineSnapshot(`
    "carol pressed Merge here, and #2 went into \`review/main/a\`, the branch of #1, which is below it. Nothing has landed on \`main\`.

    \`review/main/a\` is back at what it was before. Votes on #1 are asked for again, because its branch was another in between.

    #3 stands for this change now, with its own votes.

    **Next:** review #3; it lands from the gate after #1."
  `);
  expect(handMergeWords({ ...done, replacement: "its branch is in a fork" })).toContain(
    "could not be opened: its branch",
  );
  expect(handMergeWords({ ...done, restored: false, why: "more was pushed to it since" })).toMatchInlineSnapshot(`
    "carol pressed Merge here, and #2 went into \`review/main/a\`, the branch of #1, which is below it. Nothing has landed on \`main\`.

    \`review/main/a\` was left as it is: more was pushed to it since. So #1 now holds both changes, as a new patch set that needs its votes again.

    **Next:** vote on #1 as it is now; or its author takes the merge out of \`review/main/a\`, and opens this change again."
  `);
});

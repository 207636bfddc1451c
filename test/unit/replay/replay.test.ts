import { expect, it } from "vitest";
import { certificateOf, landedWords, parseLanded, type AppCheck } from "../../../src/core/replay/certificate.ts";
import { replay, type ReplayFacts } from "../../../src/core/replay/findings.ts";
import type { MergeCheck, MergeCommit, MergeFacts, MergeReview } from "../../../src/core/replay/merge.ts";
import { judgeUpdate, updateKey } from "../../../src/core/replay/update.ts";
import { after, instant } from "../../../src/core/time.ts";
import { alice, bob, branch, carol, NOW, person, robot, sha, signature } from "../policy/sample.ts";

const MERGED = instant(NOW - 3_600_000);
const minutes = (count: number) => after(MERGED, count * 60_000);
const commit = (n: number, more: Partial<MergeCommit> = {}): MergeCommit => ({
  ...{ sha: sha(n), message: "Add parser", tree: sha(n + 1000), parents: [sha(n - 1)] },
  ...{ authors: [signature(carol)], committer: signature(carol), ...more },
});
const review = (by: typeof alice, more: Partial<MergeReview> = {}): MergeReview => ({
  ...{ id: `r${by.id}`, by, state: "approved", body: "", at: minutes(-10) },
  ...{ commit: { sha: sha(100), tree: sha(1100) }, ...more },
});
const job = (more: Partial<MergeCheck> = {}): MergeCheck => ({
  ...{ sha: sha(100), name: "unit", kind: "job", by: "github-actions", event: "pull_request", conclusion: "success" },
  ...{ askedAt: minutes(-30), startedAt: minutes(-30), endedAt: minutes(-29), ...more },
});
/** A good one: two others approved the head, and its job ran on the tree that landed. */
const merge = (more: Partial<MergeFacts> = {}): MergeFacts => ({
  ...{ number: 7, title: "Add parser", url: "https://forge/7", body: "", author: carol, openedAt: minutes(-60) },
  ...{ base: branch("main"), headBranch: branch("work"), mergedAt: MERGED, mergedBy: alice },
  head: { sha: sha(100), tree: sha(1100) },
  landed: { sha: sha(300), tree: sha(1300), parents: [sha(50), sha(100)] },
  commits: { read: [commit(100)] },
  reviews: { read: [review(alice), review(bob)] },
  forcePushes: { read: [] },
  checks: { read: [job()] },
  ...more,
});
const facts = (one: MergeFacts, more: Partial<ReplayFacts> = {}): ReplayFacts => ({
  merges: [one],
  steps: [
    { from: sha(50), to: sha(300), at: MERGED },
    { from: sha(49), to: sha(50), at: minutes(-90) },
  ],
  updates: new Map(),
  pushes: new Map(),
  now: NOW,
  ...more,
});
const told = (one: MergeFacts, more: Partial<ReplayFacts> = {}): readonly string[] => {
  const [only] = replay(facts(one, more)).merges;
  return [...(only?.findings ?? []).map(({ kind }) => kind), ...(only?.unknowable ?? []).map(({ kind }) => `${kind}?`)];
};
const withCommits = (...read: readonly MergeCommit[]): Partial<MergeFacts> => ({ commits: { read } });
const reviews = (...read: readonly MergeReview[]): Partial<MergeFacts> => ({ reviews: { read } });
const moved: ReplayFacts["steps"] = [
  { from: sha(50), to: sha(300), at: MERGED },
  { from: sha(49), to: sha(50), at: minutes(-5) },
];
const approvedOld = reviews(
  review(alice),
  review(bob, { at: minutes(-20), commit: { sha: sha(99), tree: sha(1099) } }),
);
const update = updateKey({ onto: sha(50), before: sha(99), after: sha(100) });

it.each<[string, Partial<MergeFacts>, Partial<ReplayFacts>, readonly string[]]>([
  ["a good merge has nothing", {}, {}, []],
  ["the target moved after the run was asked for", {}, { steps: moved }, ["untested-tree"]],
  [
    "a rerun tests what the first attempt tested",
    { checks: { read: [job({ startedAt: minutes(-2), endedAt: minutes(-1) })] } },
    { steps: moved },
    ["untested-tree"],
  ],
  [
    "a run on the landed commit before it landed tested it",
    { checks: { read: [job({ sha: sha(300), event: "merge_group" })] } },
    { steps: moved },
    [],
  ],
  [
    "a run on the landed commit afterwards did not",
    { checks: { read: [job({ sha: sha(300), event: "push", startedAt: minutes(1), endedAt: minutes(2) })] } },
    {},
    ["untested-tree"],
  ],
  [
    "the same second says neither before nor after",
    { checks: { read: [job({ askedAt: minutes(-90), startedAt: minutes(-89) })] } },
    {},
    ["untested-tree?"],
  ],
  [
    "another app does not say what it tested",
    { checks: { read: [job({ kind: "status", by: "ci" })] } },
    {},
    ["untested-tree?"],
  ],
  [
    "what was checked long ago is gone",
    {
      checks: { read: [] },
      mergedAt: instant(NOW - 91 * 86_400_000),
      ...reviews(review(alice, { at: instant(0) }), review(bob, { at: instant(0) })),
    },
    {},
    ["untested-tree?"],
  ],
  [
    "T1: code pushed after an approval, and the last approval is of the head",
    { ...withCommits(commit(99), commit(100)), ...approvedOld },
    {},
    [],
  ],
  [
    "T1: code pushed after both approvals",
    {
      ...withCommits(commit(99), commit(100)),
      ...reviews(
        review(bob, { commit: { sha: sha(99), tree: sha(1099) } }),
        review(alice, { commit: { sha: sha(98), tree: sha(1098) }, at: minutes(-20) }),
      ),
    },
    {},
    ["changed-after-approval"],
  ],
  [
    "T19: forced away and back to the approved commit is no change of content",
    {
      forcePushes: {
        read: [
          { by: carol, before: sha(100), after: sha(99), at: minutes(-9) },
          { by: carol, before: sha(99), after: sha(100), at: minutes(-8) },
        ],
      },
    },
    {},
    [],
  ],
  ["T6: a failed check", { checks: { read: [job({ conclusion: "failure" })] } }, {}, ["merged-red"]],
  [
    "T10: the author approves",
    { ...withCommits(commit(100, { authors: [signature(alice)] })) },
    {},
    ["contributor-approved"],
  ],
  [
    "T10: a co-author approves",
    { ...withCommits(commit(100, { authors: [signature(carol), signature(bob)] })) },
    {},
    ["contributor-approved"],
  ],
  [
    "T10: the committer approves",
    { ...withCommits(commit(100, { committer: signature(bob) })) },
    {},
    ["contributor-approved"],
  ],
  [
    "T10: a pusher approves",
    {},
    { pushes: new Map([[7, [{ by: bob.id, after: sha(100) }]]]) },
    ["contributor-approved"],
  ],
  [
    "T10: an unknown author is nobody's approval to judge",
    { ...withCommits(commit(100, { authors: [signature(undefined)] })), ...reviews(review(alice)) },
    {},
    ["one-approval", "contributor-approved?"],
  ],
  ["T12: an app's approval is nobody's", { ...reviews(review(robot)) }, {}, ["no-approval"]],
  [
    "T17: a request for changes, dismissed before the merge",
    {
      ...reviews(
        review(alice),
        review(bob),
        review(person(9, "erin"), { state: "dismissed", dismissal: { at: minutes(-1), was: "changes-requested" } }),
      ),
    },
    {},
    [],
  ],
  [
    "T17: a request for changes, dismissed after the merge",
    {
      ...reviews(
        review(alice),
        review(bob),
        review(person(9, "erin"), { state: "dismissed", dismissal: { at: minutes(1), was: "changes-requested" } }),
      ),
    },
    {},
    ["standing-veto"],
  ],
  [
    "T31: of more commits than are read nobody is ruled out",
    { commits: { read: [commit(100)], cut: "it has 251 commits, of which 100 were read" }, ...reviews(review(alice)) },
    {},
    ["one-approval", "contributor-approved?"],
  ],
])("%s", (_, more, around, expected) => {
  expect(told(merge(more), around)).toEqual(expected);
});

it("a rebase after the last approval is judged by what the own range contains", () => {
  const one = merge({
    ...withCommits(commit(100)),
    ...reviews(
      review(bob, { commit: { sha: sha(99), tree: sha(1099) } }),
      review(alice, { commit: { sha: sha(99), tree: sha(1099) } }),
    ),
  });
  const file = { path: "a", status: "modified", blob: "1" };
  const at = (blob: string, moved: readonly string[] = []) =>
    told(one, { updates: new Map([[update, { known: true, before: [file], after: [{ ...file, blob }], moved }]]) });
  expect([at("1"), at("2"), at("2", ["a"])]).toEqual([[], ["changed-after-approval"], ["changed-after-approval?"]]);
  expect(told(one)).toEqual(["changed-after-approval?"]);
  expect(judgeUpdate({ known: false, why: "gone" })).toEqual({ kind: "unknowable", why: "gone" });
});

const check = (name: string, head: number, more: Partial<AppCheck> = {}): AppCheck => ({
  ...{ name, head: sha(head), externalId: "7/1", verdict: "success", title: "", summary: "" },
  ...{ app: { id: 12, slug: "plustwo" }, ...more },
});
const gate = (head: number, target = "main") => check("plustwo/gate", head, { externalId: `${target}/b1` });
const word = check("plustwo", 100, landedWords(branch("main"), sha(300)));

it.each<[string, readonly AppCheck[], string]>([
  ["the App's word that it landed as this commit", [word], "valid"],
  ["its word of another commit", [check("plustwo", 100, landedWords(branch("main"), sha(301)))], "other-commit"],
  ["another app's word", [{ ...word, app: { id: 13, slug: "other" } }], "no-verdict"],
  ["its word on another pull request", [{ ...word, externalId: "8/1" }], "no-verdict"],
  ["the gate's check without a verdict on the head", [gate(300)], "no-verdict"],
  ["nothing", [], "no-verdict"],
])("T38: %s", (_, checks, expected) => {
  const told = certificateOf({
    change: 7,
    head: sha(100),
    landed: sha(300),
    target: branch("main"),
    app: 12,
    gated: true,
    checks,
  });
  expect(told.valid ? "valid" : told.missing).toBe(expected);
});

it("T38: what somebody pushed needs the gate's certificate on exactly that commit", () => {
  const pushed = (checks: readonly AppCheck[]) =>
    certificateOf({ landed: sha(300), target: branch("main"), app: 12, gated: true, checks }).valid;
  expect([[gate(300)], [gate(299)], [gate(300, "stable")], []].map(pushed)).toEqual([true, false, false, false]);
  expect(parseLanded(word)).toEqual({ target: "main", sha: sha(300) });
});

// Bases in the project for stacks from forks: what may be one, and what takes it back (ADR 0034, T22).
import { expect, it } from "vitest";
import { unsafeWorkflows, type ReviewBaseFacts } from "../../../src/core/gate/branch-safety.ts";
import { decide } from "../../../src/core/gate/decide.ts";
import { putBase, reviewBaseSlot } from "../../../src/core/gate/review-bases.ts";
import type { Action, PullFacts, RepositorySnapshot } from "../../../src/core/gate/snapshot.ts";
import type { PolicySnapshot } from "../../../src/core/policy/snapshot.ts";
import { alice, branch, carol, NOW, patchSet, POLICY_TEXT, PRESETS, sha, snapshot, vote } from "../policy/sample.ts";

const LABEL = `labels: { Review-Base: { values: { 0: nothing, +1: may be a base } } }
access: [{ branch: "*", label-Review-Base: { core: 0..+1 } }]
`;
const text = (more: string) => `${POLICY_TEXT}${LABEL}${more}`;
const ON = text("forks: { reviewBases: Review-Base }\n");
const NAME = "review-base/main/8";
const yes = vote(alice, "Review-Base+1");

const lower = (more: Parameters<typeof snapshot>[0] = {}): PolicySnapshot => ({
  ...snapshot({ votes: [yes], ...more }),
  policy: ON,
});
const below = {
  number: 7,
  builtOn: sha(101),
  currentHead: sha(101),
  state: "open",
  target: branch("main"),
  ready: false,
};
const upper = (more: object = {}, policy = ON): PolicySnapshot => ({
  ...snapshot({
    change: {
      ...{ number: 8, head: sha(108), patchSets: [patchSet(1, { sha: sha(108) })] },
      below: [{ ...below, ...more }] as PolicySnapshot["change"]["below"],
    },
  }),
  policy,
});
const pull = (change: number, base = "main", more: Partial<PullFacts> = {}): PullFacts => ({
  ...{ change, state: "open", head: sha(100 + change), headBranch: branch(`review/main/${change}`) },
  base: branch(base),
  ...more,
});
const facts = (more: Partial<ReviewBaseFacts> = {}): ReviewBaseFacts => ({
  ...{ branches: {}, landed: [], carried: { [sha(101)]: [] } },
  ...more,
});
const OURS = { [reviewBaseSlot(8)]: putBase({ to: sha(101) }) };
const there = facts({ branches: { [NAME]: sha(101) } });
const world = (more: Partial<RepositorySnapshot> = {}): RepositorySnapshot => ({
  ...{ gates: [], changes: [lower(), upper()], pulls: [pull(7), pull(8)], published: {}, reviewBases: facts() },
  ...more,
});
const done = (repository: RepositorySnapshot): readonly string[] =>
  decide(repository, NOW, { presets: PRESETS }).actions.flatMap((action: Action): readonly string[] => {
    if (action.kind === "put-review-base") return [`put ${action.branch}${action.from === undefined ? "" : " again"}`];
    if (action.kind === "retarget") return [`#${action.change} onto ${action.to}`];
    return action.kind === "delete-branch" ? [`delete ${action.ref}`] : [];
  });
const PUT = [`put ${NAME}`];
const BACK = ["#8 onto main"];
const based = { pulls: [pull(7), pull(8, NAME)], reviewBases: there, published: OURS };

it.each<[string, Partial<RepositorySnapshot>, readonly string[]]>([
  ["a vote puts what is below under the name", {}, PUT],
  ["then the pull request is based on it", { reviewBases: there, published: OURS }, [`#8 onto ${NAME}`]],
  ["then all is done", based, []],
  ["nothing without the vote", { changes: [lower({ votes: [] }), upper()] }, []],
  [
    "the vote of whoever worked on it is none",
    { changes: [lower({ votes: [vote(carol, "Review-Base+1")] }), upper()] },
    [],
  ],
  ["nothing where the policy does not ask for it", { changes: [lower(), upper({}, text(""))] }, []],
  ["nothing on an old patch set of the one below", { changes: [lower(), upper({ currentHead: sha(102) })] }, []],
  [
    "nothing where the one below has its branch in the project",
    { pulls: [pull(7, "main", { branchTip: sha(101) }), pull(8)] },
    [],
  ],
  ["nothing where the upper one has", { pulls: [pull(7), pull(8, "main", { branchTip: sha(108) })] }, []],
  ["a base that somebody chose stays", { pulls: [pull(7), pull(8, "dev")] }, []],
  [
    "nothing while a workflow would run on it",
    { reviewBases: facts({ carried: { [sha(101)]: [{ path: "ci", why: "runs" }] } }) },
    [],
  ],
  ["nothing while nobody knows what would run", { reviewBases: facts({ carried: {} }) }, []],
  ["nothing on a branch that is somebody else's", { reviewBases: there }, []],
  ["a vote that is gone takes the base back", { ...based, changes: [lower({ votes: [] }), upper()] }, BACK],
  ["a policy that no longer asks for it too", { ...based, changes: [lower(), upper({}, text(""))] }, BACK],
  [
    "also while the change is not looked at, once what is below has landed",
    { ...based, changes: [], reviewBases: { ...there, landed: [NAME] } },
    BACK,
  ],
  ["what could not be read leaves it as it is", { ...based, changes: [upper()] }, []],
  ["an unused one goes", { ...based, pulls: [pull(7)], changes: [lower()] }, [`delete refs/heads/${NAME}`]],
  ["not one that somebody moved", { ...based, pulls: [pull(7)], changes: [], published: {} }, []],
])("T22: %s", (_, more, expected) => {
  expect(done(world(more))).toEqual(expected);
});

it.each<[string, string, boolean]>([
  ["a push of any branch", "on: push", true],
  ["of any but some", "on: { push: { branches-ignore: [main] } }", true],
  ["of any but these", 'on: { push: { branches-ignore: ["review-base/**"] } }', false],
  ["of some", 'on: { push: { branches: [main, "gate/**"] } }', false],
  ["of many", 'on: { push: { branches: ["re*"] } }', true],
  ["of all, taken out last", 'on: { push: { branches: ["**", "!review-base/**"] } }', false],
  ["of tags alone", 'on: { push: { tags: ["v*"] } }', false],
  ["the making of a branch", "on: [pull_request, create]", true],
  ["with secrets, on any base", "on: pull_request_target", true],
  ["with secrets, on one base", "on: { pull_request_target: { branches: [main] } }", false],
  ["without secrets", "on: pull_request", false],
  ["what cannot be read", "on: [", true],
])("T22: a workflow may run on such a branch: %s", (_, on, unsafe) => {
  expect(unsafeWorkflows([{ path: "ci.yml", text: on }], "review-base/")).toHaveLength(unsafe ? 1 : 0);
});

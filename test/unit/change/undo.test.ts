import { describe, expect, it } from "vitest";
import { planUndo, type RecordedChange, type SubmitRecord, type UndoView } from "../../../src/core/change/undo.ts";
import { type RemoteChange } from "../../../src/core/change/upload.ts";
import { instant } from "../../../src/core/time.ts";
import { branchOf, change, MAIN, pull, sha } from "./stacks.ts";

const [A, B, C] = [branchOf("a"), branchOf("b"), branchOf("c")];
const [a1, a2, b1, b2] = [change("a"), change("a", 2), change("b"), change("b", 2)];

const recorded = (more: Partial<RecordedChange> & Pick<RecordedChange, "branch">): RecordedChange => ({
  subject: `Add ${more.branch.at(-40) ?? ""}`,
  created: false,
  asked: false,
  ...more,
});
const opened = (one: typeof a1, at = branchOf("a")): RecordedChange =>
  recorded({ branch: at, created: true, push: { to: one.commit } });
const amended = (from: typeof a1, to: typeof a1, more: Partial<RecordedChange> = {}): RecordedChange =>
  recorded({
    branch: A,
    number: 1,
    push: { from: from.commit, to: to.commit },
    base: { was: MAIN, became: MAIN },
    ...more,
  });

const record = (...changes: readonly RecordedChange[]): SubmitRecord => ({
  ...{ at: instant(0), host: "forge", project: "acme/api", target: MAIN, changes },
});

function view(pulls: readonly RemoteChange[], more: Partial<UndoView> = {}): UndoView {
  return {
    viewer: "carol",
    changes: Object.fromEntries(pulls.map((one) => [one.headBranch, one])),
    tips: Object.fromEntries(pulls.map((one) => [one.headBranch, one.head])),
    others: [],
    touched: {},
    landed: new Set(),
    ...more,
  };
}

const kinds = (plan: ReturnType<typeof planUndo>): readonly string[] =>
  plan.steps.map((step) => (step.kind === "kept" ? step.hold.kind : step.kind));

describe("an undo", () => {
  it("closes what was opened and deletes its branch, leased on what was pushed", () => {
    const plan = planUndo(record(opened(a1)), view([pull(1, a1, MAIN)]));
    expect(plan).toMatchObject({
      close: [{ number: 1 }],
      remove: [{ branch: A, from: a1.commit }],
      push: [],
      writes: [],
    });
  });

  it("moves a branch back that was there before, also that of a pull request it closes", () => {
    const again = recorded({ branch: A, created: true, push: { from: a1.commit, to: a2.commit } });
    const plan = planUndo(record(again), view([pull(1, a2, MAIN)]));
    expect(plan).toMatchObject({ close: [{ number: 1 }], remove: [], push: [{ from: a2.commit, to: a1.commit }] });
  });

  it("puts back what is as the submit left it, and leaves what was edited since", () => {
    const turned = {
      title: { was: "One", became: "Two" },
      body: { was: "one", became: "two" },
      draft: { was: false, became: true },
    };
    const now = pull(1, a2, MAIN, { title: "Two", body: "edited", draft: true });
    const plan = planUndo(record(amended(a1, a2, turned)), view([now]));
    expect(plan.steps).toMatchObject([{ kind: "back", parts: ["head", "title", "draft"], edited: ["body"] }]);
    expect(plan.writes).toEqual([{ kind: "update", number: 1, nodeId: "PR_1", title: "One" }]);
    expect(plan.turns).toEqual([{ number: 1, nodeId: "PR_1", to: "ready" }]);
  });

  it("of a reorder retargets first whatever would come to lie below its own base", () => {
    // a under b before, b under a after.
    const lower = recorded({
      branch: B,
      number: 2,
      push: { from: b1.commit, to: b2.commit },
      base: { was: A, became: MAIN },
    });
    const upper = amended(a1, a2, { base: { was: MAIN, became: B } });
    const plan = planUndo(record(lower, upper), view([pull(2, b2, MAIN), pull(1, a2, B)]));
    expect(plan.retargetFirst).toEqual([{ kind: "update", number: 1, nodeId: "PR_1", base: MAIN }]);
    expect(plan.writes).toEqual([{ kind: "update", number: 2, nodeId: "PR_2", base: A }]);
  });

  it("has nothing to do where everything is back already", () => {
    const plan = planUndo(record(amended(a1, a2)), view([pull(1, a1, MAIN)]));
    expect([kinds(plan), plan.push]).toEqual([["nothing"], []]);
  });
});

describe("what is not taken back", () => {
  const elsewhere = { [A]: sha("dd") };
  const other = { number: 9, author: "dave", base: A, contains: true };
  it.each<[string, RecordedChange, UndoView, string]>([
    ["a branch that moved on", amended(a1, a2), view([pull(1, a2, MAIN)], { tips: elsewhere }), "moved"],
    ["a branch that is gone", amended(a1, a2), view([pull(1, a2, MAIN)], { tips: {} }), "gone"],
    ["what is merged", amended(a1, a2), view([pull(1, a2, MAIN, { state: "merged" })]), "merged"],
    ["what was closed", amended(a1, a2), view([pull(1, a2, MAIN, { state: "closed" })]), "closed"],
    [
      "what others commented on",
      opened(a1),
      view([pull(1, a1, MAIN)], { touched: { 1: "bob commented on it" } }),
      "touched",
    ],
    ["what another opened", opened(a1), view([pull(1, a1, MAIN, { author: { login: "dave" } })]), "touched"],
    ["what others build on", amended(a1, a2), view([pull(1, a2, MAIN)], { others: [other] }), "built-on"],
    ["a commit that landed", amended(a1, a2), view([pull(1, a2, MAIN)], { landed: new Set([a1.commit]) }), "landed"],
    ["a branch in a fork of another", { ...opened(a1), fork: "dave/api" }, view([pull(1, a1, MAIN)]), "in-fork"],
  ])("%s", (_, one, seen, hold) => {
    const plan = planUndo(record(one), seen);
    expect([kinds(plan), plan.push, plan.close, plan.remove]).toEqual([[hold], [], [], []]);
  });

  it("is not a branch in one's own fork: it goes back there", () => {
    const fork = "carol/api";
    const plan = planUndo(record({ ...opened(a1), fork }), view([pull(1, a1, MAIN)]));
    expect(plan.remove).toEqual([{ branch: A, fork, from: a1.commit }]);
    const back = planUndo(record({ ...amended(a1, a2), fork }), view([pull(1, a2, MAIN)]));
    expect(back.push).toEqual([{ branch: A, fork, from: a2.commit, to: a1.commit }]);
  });

  it("is no change that only was based there before: its ground comes back", () => {
    const seen = view([pull(1, a2, MAIN)], { others: [{ ...other, contains: false }] });
    expect(kinds(planUndo(record(amended(a1, a2)), seen))).toEqual(["back"]);
  });

  it("lies below something that stays; what stands above goes", () => {
    const stack = [opened(a1), opened(b1, B), opened(change("c"), C)];
    const pulls = [pull(1, a1, MAIN), pull(2, b1, A), pull(3, change("c"), B)];
    const plan = planUndo(record(...stack), view(pulls, { touched: { 2: "bob reviewed it" } }));
    expect(kinds(plan)).toEqual(["below", "touched", "close"]);
    expect(plan.close).toEqual([{ number: 3 }]);
  });

  it("is a branch that somebody has since pointed one of the stack's own changes at", () => {
    const old = recorded({ branch: B, number: 2, base: { was: MAIN, became: MAIN } });
    const plan = planUndo(record(opened(a1), old), view([pull(1, a1, MAIN), pull(2, b1, A)]));
    expect(kinds(plan)[0]).toBe("built-on");
  });
});

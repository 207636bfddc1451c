import { describe, expect, it } from "vitest";
import { topicOf, updatedText } from "../../../src/core/change/pull-request-text.ts";
import { planUpload, type UploadPlan } from "../../../src/core/change/upload.ts";
import { topicOfBranch, type Reviewer, type Wishes } from "../../../src/core/change/wishes.ts";
import { branch, branchOf, change, MAIN, pull, stack, view } from "./stacks.ts";

const ALICE: Reviewer = { id: "U_alice", name: "alice", kind: "user" };
const CAROL: Reviewer = { id: "U_carol", name: "Carol", kind: "user" };
const BUG = { id: "LA_bug", name: "bug" };

function planned(...args: Parameters<typeof planUpload>): UploadPlan {
  const plan = planUpload(...args);
  if (!plan.ok) throw new Error(`refused: ${plan.problem.kind}`);
  return plan.value;
}

describe("wishes for a stack", () => {
  const [a, b] = [change("a"), change("b")];

  it("are for every change, on those that are made only after they are made", () => {
    const there = pull(1, a, MAIN, { draft: false, requested: [], labels: [] });
    const wishes: Wishes = { reviewers: [ALICE], labels: [BUG], work: "in-progress" };
    const plan = planned(stack(a, b), view([there], { viewer: "carol" }), wishes);
    const on = { number: 1, nodeId: "PR_1" };
    expect(plan.wishes).toEqual([
      { branch: branchOf("a"), on, wish: { kind: "draft" } },
      { branch: branchOf("a"), on, wish: { kind: "ask", reviewers: [ALICE] } },
      { branch: branchOf("a"), on, wish: { kind: "label", labels: [BUG] } },
      { branch: branchOf("b"), wish: { kind: "ask", reviewers: [ALICE] } },
      { branch: branchOf("b"), wish: { kind: "label", labels: [BUG] } },
    ]);
    expect(plan.writes).toMatchObject([{ kind: "create", draft: true }]);
  });

  const rows: readonly (readonly [string, Parameters<typeof pull>[3], Wishes, readonly string[]])[] = [
    [
      "nothing that is there already",
      { requested: ["U_alice"], labels: ["LA_bug"] },
      { reviewers: [ALICE], labels: [BUG] },
      [],
    ],
    ["no draft of a draft", { draft: true }, { work: "in-progress" }, []],
    ["no ready of what is ready", { draft: false }, { work: "ready" }, []],
    ["ready of a draft", { draft: true }, { work: "ready" }, ["ready"]],
    ["nobody who opened it", { author: { login: "carol" }, requested: [] }, { reviewers: [CAROL] }, []],
    ["reviewers of new ones are not for old ones", { requested: [] }, { reviewersOfNew: [ALICE] }, []],
    ["all where it was not read what is there", {}, { reviewers: [ALICE], labels: [BUG] }, ["ask", "label"]],
  ];
  it.each(rows)("of an open change write %s", (_, there, wishes, kinds) => {
    const plan = planned([a], view([pull(1, a, MAIN, there)], { viewer: "carol" }), wishes);
    expect(plan.wishes.map(({ wish }) => wish.kind)).toEqual(kinds);
  });

  it("of a new change ask each reviewer once, and never who opens it", () => {
    const wishes = { reviewers: [ALICE, CAROL], reviewersOfNew: [ALICE] };
    expect(planned([a], view([], { viewer: "carol" }), wishes).wishes).toEqual([
      { branch: branchOf("a"), wish: { kind: "ask", reviewers: [ALICE] } },
    ]);
  });
});

describe("a topic", () => {
  it("is read back as it was written, and stays until another one is given", () => {
    const [a] = [change("a")];
    for (const topic of ["parser-rewrite", "a&b<c>", "bug/1"]) {
      const text = updatedText(a, pull(1, a, MAIN), topic);
      expect(topicOf(text.body ?? "")).toBe(topic);
      const kept = updatedText(change("a", 1, { subject: "Other" }), { title: "Add a", body: text.body ?? "" });
      expect(topicOf(kept.body ?? "")).toBe(topic);
    }
  });

  it("is not believed outside of our section", () => {
    expect(topicOf("<sub>Topic: <code>x</code></sub>\n")).toBeUndefined();
    expect(topicOf(pull(1, change("a"), MAIN).body)).toBeUndefined();
  });

  it.each([
    ["faster-lexer", "faster-lexer"],
    ["review/carol/lexer", "lexer"],
    ["review/carol/lexer/2", "lexer/2"],
    ["review/carol/1234", undefined],
    ["1234", "1234"],
    ["main", undefined],
  ])("of the branch %s is %s", (name, topic) => expect(topicOfBranch(branch(name), MAIN)).toBe(topic));
});

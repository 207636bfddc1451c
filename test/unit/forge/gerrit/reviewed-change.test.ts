import { expect, it } from "vitest";
import { permittedVotes } from "../../../../src/cli/gerrit/vote.ts";
import { reviewedFromRest } from "../../../../src/forge/gerrit/reviewed-change.ts";
import { formatInstant } from "../../../../src/core/time.ts";

const [SHA, ID] = ["1".repeat(40), `I${"a".repeat(40)}`];
const dave = { _account_id: 2, name: "Dave", username: "dave" };

const CHANGE = {
  _number: 12,
  change_id: ID,
  project: "demo",
  branch: "main",
  subject: "Add parser",
  status: "NEW",
  created: "2026-11-29 08:24:54.123000000",
  owner: { _account_id: 1, username: "carol" },
  submittable: false,
  unresolved_comment_count: 3,
  revisions: { [SHA]: { _number: 2, ref: "refs/changes/12/12/2" } },
  labels: {
    "Code-Review": {
      all: [
        { ...dave, value: 2 },
        { _account_id: 3, value: 0 },
      ],
    },
    Verified: {},
  },
  permitted_labels: { "Code-Review": ["+1", " 0", "-1"] },
  reviewers: { REVIEWER: [dave], CC: [{ _account_id: 4 }] },
  attention_set: {
    "2": { account: dave, reason: "<GERRIT_ACCOUNT_1> replied", reason_account: { username: "carol" } },
  },
  submit_requirements: [
    {
      name: "Verified",
      status: "UNSATISFIED",
      submittability_expression_result: { failing_atoms: ["label:Verified=MAX"] },
    },
    { name: "Code-Review", status: "SATISFIED" },
  ],
};

it("votes, rights, requirements and the attention set are read; a zero is no vote, and who is in cc is no reviewer", () => {
  const change = reviewedFromRest(CHANGE, "https://review.example.org");
  expect(change).toMatchObject({
    ownerId: 1,
    unresolved: 3,
    submittable: false,
    reviewers: [2],
    labels: [
      { name: "Code-Review", votes: [{ by: { id: 2, username: "dave" }, value: 2 }], permitted: [-1, 0, 1] },
      { name: "Verified", votes: [], permitted: [] },
    ],
    requirements: [
      { name: "Code-Review", status: "SATISFIED", failing: [] },
      { name: "Verified", status: "UNSATISFIED", failing: ["label:Verified=MAX"] },
    ],
    attention: [{ who: { id: 2 }, why: "carol replied" }],
  });
  expect(change === undefined ? "" : formatInstant(change.createdAt)).toBe("2026-11-29T08:24:54.123Z");
});

it.each([
  ["no time", { ...CHANGE, created: "yesterday" }],
  ["no owner", { ...CHANGE, owner: {} }],
])("what has %s is no change", (_, value) => {
  expect(reviewedFromRest(value, "")).toBeUndefined();
});

it("votes get the server's spelling; what is not permitted is refused with what is", () => {
  const labels = [
    { name: "Code-Review", votes: [], permitted: [-1, 0, 1] },
    { name: "Verified", votes: [], permitted: [] },
  ];
  const ask = (label: string, value: number) => permittedVotes({ number: 12, labels }, [{ label, value }]);
  expect(ask("code-review", 1)).toEqual({ ok: true, value: [{ label: "Code-Review", value: 1 }] });
  expect(ask("Code-Review", 2)).toMatchObject({
    problem: { message: "Cannot vote Code-Review +2 on 12: you may vote -1, 0, +1", exit: 1 },
  });
  expect(ask("Verified", 1)).toMatchObject({
    problem: {
      message: "Cannot vote Verified +1 on 12: you may not vote on this label",
      hint: "you may vote Code-Review -1, 0, +1",
    },
  });
  expect(ask("Workflow", 1)).toMatchObject({
    problem: { message: "Cannot vote Workflow +1 on 12: it has no such label; it has Code-Review, Verified" },
  });
});

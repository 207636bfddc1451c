import { expect, it } from "vitest";
import { newestPatchSet } from "../../../../src/forge/gerrit/change.ts";
import { changeFromRest, changeFromSsh } from "../../../../src/forge/gerrit/from-gerrit.ts";
import { describeGerritProblem, type GerritProblem } from "../../../../src/forge/gerrit/problem.ts";

const [ONE, TWO, ID] = ["1".repeat(40), "2".repeat(40), `I${"a".repeat(40)}`];

const OVER_HTTP = {
  _number: 1234,
  change_id: ID,
  project: "group/demo",
  branch: "main",
  subject: "Add parser",
  status: "NEW",
  topic: "grammar",
  hashtags: ["one"],
  work_in_progress: true,
  owner: { name: "Carol", username: "carol", email: "carol@example.org" },
  revisions: {
    [TWO]: { _number: 2, ref: "refs/changes/34/1234/2" },
    [ONE]: { _number: 1, ref: "refs/changes/34/1234/1" },
    ["3".repeat(40)]: { _number: "edit", ref: "refs/users/01/1/edit-1234/2" },
  },
};

const OVER_SSH = {
  number: 1234,
  id: ID,
  project: "group/demo",
  branch: "main",
  subject: "Add parser",
  status: "NEW",
  topic: "grammar",
  hashtags: ["one"],
  wip: true,
  url: "https://review.example.org/c/group/demo/+/1234",
  owner: { name: "Carol", username: "carol", email: "carol@example.org" },
  patchSets: [
    { number: "2", ref: "refs/changes/34/1234/2", revision: TWO },
    { number: "1", ref: "refs/changes/34/1234/1", revision: ONE },
  ],
};

it("a change is the same over http and over ssh; an edit in the browser is no patch set", () => {
  const change = changeFromRest(OVER_HTTP, "https://review.example.org");
  expect(change).toEqual(changeFromSsh(OVER_SSH));
  expect(change?.patchSets.map(({ number }) => number)).toEqual([1, 2]);
  expect(change === undefined ? undefined : newestPatchSet(change)?.commit).toBe(TWO);
});

it.each([
  ["MERGED", "merged"],
  ["ABANDONED", "abandoned"],
  ["NEW", "open"],
] as const)("the status %s is %s", (status, ours) => {
  expect(changeFromRest({ ...OVER_HTTP, status }, "")?.status).toBe(ours);
});

it.each([
  ["no number", { ...OVER_HTTP, _number: undefined }],
  ["no id", { ...OVER_HTTP, change_id: "I12" }],
  ["a branch that could pass for an option", { ...OVER_HTTP, branch: "--upload-pack=x" }],
  ["a text", "change"],
])("an answer with %s is no change", (_, value) => {
  expect(changeFromRest(value, "")).toBeUndefined();
});

it("a ref or commit that is none is left out, whatever the server says", () => {
  const revisions = { [ONE]: { _number: 1, ref: "-x" }, notasha: { _number: 2, ref: "refs/changes/34/1234/2" } };
  expect(changeFromRest({ ...OVER_HTTP, revisions }, "")?.patchSets).toEqual([]);
});

it("the last line of ssh's answer, which counts, is no change", () => {
  expect(changeFromSsh({ type: "stats", rowCount: 1 })).toBeUndefined();
});

it("every problem with a server says what was tried, what was found and what to do next", () => {
  const what = { tried: "list the open changes", host: "review.example.org", found: "401 Unauthorized" };
  const problems: readonly GerritProblem[] = [
    { kind: "unreachable", ...what },
    { kind: "server-error", ...what },
    { kind: "unknown-user", over: "http", ...what },
    { kind: "unknown-user", over: "ssh", ...what },
    { kind: "refused", ...what },
    { kind: "unreadable", ...what },
  ];
  const texts = problems.map(describeGerritProblem);
  for (const { message, hint } of texts) {
    expect(message).toMatch(/^Cannot list the open changes: .*review\.example\.org.*401 Unauthorized/);
    expect(hint).not.toBe("");
  }
  expect(texts.map(({ exit }) => exit)).toEqual([40, 40, 41, 41, 1, 40]);
});

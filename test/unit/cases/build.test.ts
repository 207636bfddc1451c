// What the small words of a cases file become, and what is said of words that are none.
import { describe, expect, it } from "vitest";
import { parseCases } from "../../../src/core/cases/format.ts";
import { runCases } from "../../../src/core/cases/run.ts";
import { readFile, readPatchSet, readVote } from "../../../src/core/cases/words.ts";
import { describePolicyProblems } from "../../../src/core/policy/problem.ts";
import { parseSnapshot, formatSnapshot } from "../../../src/core/policy/snapshot-json.ts";
import { after, instant } from "../../../src/core/time.ts";
import { casesOf, PRESETS } from "./files.ts";

const NOW = instant(Date.UTC(2026, 8, 1, 12));

it.each([
  ["Code-Review+2", { label: "Code-Review", value: 2, state: "current" }],
  ["Code-Review-1 on 1", { label: "Code-Review", value: -1, patchSet: 1, state: "current" }],
  ["Workflow+1 5h ago", { label: "Workflow", value: 1, at: after(NOW, -5 * 3_600_000), state: "current" }],
  ["Code-Review-2 dismissed", { label: "Code-Review", value: -2, state: "dismissed" }],
  ["Code-Review+2 permitted -1..+1 on 2", { value: 2, patchSet: 2, permitted: { min: -1, max: 1 } }],
])("the vote `%s` is read", (text, expected) => {
  expect(readVote(text, NOW)).toMatchObject({ ok: true, value: expected });
});

it.each(["Code-Review", "+2", "Code-Review+2 yesterday", "Code-Review+2 on"])("`%s` is no vote", (text) => {
  expect(readVote(text, NOW)).toMatchObject({ ok: false, problem: expect.stringContaining("is no vote") as string });
});

it.each([
  ["REWORK", { kind: "REWORK", coauthors: [], suggested: [] }],
  ["NO_CHANGE by carol", { kind: "NO_CHANGE", by: "carol" }],
  ["REWORK by carol with dave, erin 2d ago", { by: "carol", coauthors: ["dave", "erin"] }],
  ["REWORK suggested by bob", { coauthors: [], suggested: ["bob"] }],
  ["REWORK by carol with dave suggested by bob, erin", { coauthors: ["dave"], suggested: ["bob", "erin"] }],
])("the patch set `%s` is read", (text, expected) => {
  expect(readPatchSet(text, NOW)).toMatchObject({ ok: true, value: expected });
});

it.each(["rework", "REWORK from carol", "REWORK by carol 2 days ago"])("`%s` is no patch set", (text) => {
  expect(readPatchSet(text, NOW)).toMatchObject({ ok: false });
});

it.each([
  ["src/a.ts", { path: "src/a.ts", status: "modified" }],
  ["added src/b.ts +10 -0", { path: "src/b.ts", status: "added", additions: 10, deletions: 0 }],
  ["removed old.ts", { path: "old.ts", status: "removed" }],
  ["old.ts -> new.ts", { path: "new.ts", previousPath: "old.ts", status: "renamed" }],
])("the file `%s` is read", (text, expected) => {
  expect(readFile(text)).toMatchObject(expected);
});

const ONE = (given: string, then = "not submittable", more = "") => `version: 1
preset: openstack
people: { alice: [core], bob: [core], carol: [], robot: { bot: true, groups: [core] } }
base: { owner: carol }
cases:
  - name: it
    given: ${given}
${more}    then: ${then}
`;

it("an app's login ends in [bot], as the forge has it", () => {
  const { snapshot } = casesOf(ONE("{ votes: { robot: Code-Review+2 } }")).results[0]!;
  expect(snapshot.votes[0]?.user).toMatchObject({ login: "robot[bot]", type: "Bot" });
});

it("whose suggestion went in is a co-author by suggestion", () => {
  const { snapshot } = casesOf(ONE("{ patchSets: [REWORK, REWORK suggested by bob] }")).results[0]!;
  expect(snapshot.change.patchSets[1]?.coauthors).toMatchObject([{ name: "bob", via: "suggestion" }]);
});

it("a group that no file defines is the preset's default", () => {
  const { snapshot, asked } = casesOf(ONE("{ withoutGroups: [ci-core] }")).results[0]!;
  expect(asked.policy.groups["ci-core"]).toEqual(asked.policy.groups["core"]);
  expect(snapshot.groups["ci-core"]).toEqual(snapshot.groups["core"]);
});

it("the same case is the same snapshot, and its JSON is read again", () => {
  const texts = [1, 2].map(() =>
    formatSnapshot(casesOf(ONE("{ below: [{ number: 6, moved: true }] }")).results[0]!.snapshot),
  );
  expect(texts[0]).toBe(texts[1]);
  expect(parseSnapshot(texts[0] ?? "")).toMatchObject({ ok: true });
});

describe("what a case expects and does not get is said in words", () => {
  it.each([
    ["submittable", "it should be submittable"],
    ["{ requirements: { Code-Review: SATISFIED } }", "Code-Review should be SATISFIED, and is UNSATISFIED: "],
    ["{ requirements: { Reviewed: SATISFIED } }", "there is no requirement Reviewed"],
    ["{ next: [carol] }", "next should be carol, and is alice, bob"],
    ["{ says: [the sky] }", 'nothing says "the sky"'],
    ["{ silent: [core approvals] }", 'it should not say "'],
    ["{ not-counted: { bob: outdated } }", "a vote of bob should not count: outdated; found: nothing"],
    ["{ labels: { Verified: -1 } }", "Verified should be -1, and is 1"],
  ])("%s", (then, sentence) => {
    expect(casesOf(ONE("{}", then)).results[0]?.differences.join("\n")).toContain(sentence);
  });
});

describe("what cannot be read stands with its line and what is there", () => {
  it.each([
    ["{ owner: zoe }", 7, "nobody of `people` is called `zoe`; they are: alice, bob, carol, robot"],
    ["{ votes: { bob: Reviewed+1 } }", 7, "there is no label `Reviewed`"],
    ["{ votes: { bob: Code-Review+2 on 3 } }", 7, "there is no patch set 3; there are 1"],
    ["{ patchSets: [rework] }", 7, "`rework` is no patch set"],
    ["{ branch: 'a b' }", 7, "`a b` is no branch"],
    ["{ opened: yesterday }", 7, "`yesterday` is no moment"],
  ])("%s", (given, line, message) => {
    const file = parseCases("cases.yml", ONE(given));
    if (!file.ok) throw new Error(describePolicyProblems(file.problem));
    const run = runCases(file.value, PRESETS);
    expect(run).toMatchObject({ ok: false, problem: [{ line, message: expect.stringContaining(message) as string }] });
  });

  it("an assumption that is none", () => {
    const file = parseCases("cases.yml", ONE("{}", "submittable", "    when: [push code by carol]\n"));
    if (!file.ok) throw new Error(describePolicyProblems(file.problem));
    expect(runCases(file.value, PRESETS)).toMatchObject({ ok: false, problem: [{ line: 8 }] });
  });
});

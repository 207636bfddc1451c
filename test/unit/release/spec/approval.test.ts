// The policy that docs/GOVERNANCE.md shows asks for a definition and a direction, and the page names every rule.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { evaluate } from "../../../../src/core/policy/evaluate.ts";
import type { Vote } from "../../../../src/core/policy/snapshot.ts";
import { SPEC_RULES } from "../../../../src/core/release/spec/spec.ts";
import { alice, bob, erin, NOW, policy, snapshot, vote } from "../../policy/sample.ts";

const page = readFileSync(new URL("../../../../docs/GOVERNANCE.md", import.meta.url), "utf8");
const POLICY = policy(/```yaml\n(version: 1\n[\s\S]*?)```/.exec(page)?.[1] ?? "");

function states(path: string, votes: readonly Vote[]): string {
  const of = snapshot({ votes });
  const files = [{ path, mode: "100644", additions: 1, deletions: 0, status: "modified" as const }];
  const groups = { ...of.groups, "spec-core": [alice, bob], steering: [erin] };
  const verdict = evaluate(POLICY, { ...of, groups, change: { ...of.change, files } }, NOW);
  const status = (name: string) => verdict.requirements.find((one) => one.name === name)?.status ?? "absent";
  return `${status("Definition")} ${status("Direction")}`;
}

const defined = [vote(alice, "Definition+1"), vote(bob, "Definition+1")];
const wanted = vote(erin, "Direction+1");

it.each<[string, string, string, readonly Vote[]]>([
  ["by nobody", "specs/1/approved/a.md", "UNSATISFIED UNSATISFIED", []],
  ["by its reviewers, not wanted", "specs/1/approved/a.md", "SATISFIED UNSATISFIED", defined],
  ["by who steers, not defined", "specs/1/approved/a.md", "UNSATISFIED SATISFIED", [wanted]],
  ["by both", "specs/1/approved/a.md", "SATISFIED SATISFIED", [...defined, wanted]],
  ["for the backlog by who steers", "specs/backlog/a.md", "NOT_APPLICABLE SATISFIED", [wanted]],
  ["not at all where no spec is touched", "src/a.ts", "NOT_APPLICABLE NOT_APPLICABLE", []],
])("a spec is approved %s", (_, path, expected, votes) => {
  expect(states(path, votes)).toBe(expected);
});

it("the page names every rule of spec check", () => {
  expect(SPEC_RULES.filter((rule) => !page.includes(rule))).toEqual([]);
});

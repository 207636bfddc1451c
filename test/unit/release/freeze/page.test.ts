// The files that docs/CYCLE.md shows are read, and do what the page says.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { evaluate } from "../../../../src/core/policy/evaluate.ts";
import type { Vote } from "../../../../src/core/policy/snapshot.ts";
import { readException } from "../../../../src/core/release/freeze/exception-record.ts";
import { readFreezeRules } from "../../../../src/core/release/freeze/freeze-rules.ts";
import { FREEZES } from "../../../../src/core/release/cycle/schedule-shapes.ts";
import { alice, bob, erin, NOW, policy, snapshot, vote } from "../../policy/sample.ts";

const page = readFileSync(new URL("../../../../docs/CYCLE.md", import.meta.url), "utf8");
const shown = (path: string): string =>
  [...page.matchAll(/```yaml\n# (\S+)\n([\s\S]*?)```/g)].find(([, name]) => name === path)?.[2] ?? "";

it("the rules name every freeze of a schedule, and the exception is one", () => {
  const rules = readFreezeRules("freezes.yaml", shown("releases/freezes.yaml"));
  expect(rules.ok && [...rules.value.keys()].sort()).toEqual([...FREEZES].sort());
  const path = "exceptions/aster/141.yaml";
  const read = readException({ path, text: shown(path) }, { cycle: "aster", change: 141 });
  expect(read).toMatchObject({ ok: true, value: { kinds: ["FFE"], decidedBy: ["alice"] } });
});

it.each<[string, string, readonly Vote[], string]>([
  [
    "exceptions/2027.1/7.yaml",
    "cores alone",
    [vote(alice, "Code-Review+2"), vote(erin, "Code-Review+2")],
    "UNSATISFIED",
  ],
  ["exceptions/2027.1/7.yaml", "a release manager", [vote(bob, "Code-Review+2")], "SATISFIED"],
  ["releases/freezes.yaml", "nobody", [], "UNSATISFIED"],
  ["releases/2027.1/schedule.yaml", "nobody", [], "UNSATISFIED"],
  ["src/a.ts", "nobody", [], "NOT_APPLICABLE"],
])("a change to %s approved by %s", (path, _, votes, status) => {
  const files = [{ path, mode: "100644", additions: 1, deletions: 0, status: "added" as const }];
  const of = snapshot({ change: { files }, votes });
  const groups = { ...of.groups, "release-managers": [bob] };
  const verdict = evaluate(policy(shown(".github/plustwo.yml")), { ...of, groups }, NOW);
  expect(verdict.requirements.find(({ name }) => name === "Exceptions")?.status).toBe(status);
});

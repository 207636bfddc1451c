/** Label tests over votes of some people: what the product makes of a text of dialect gerrit, and texts to try. */
import fc from "fast-check";
import { translate } from "../../../src/core/gerrit-dialect/translate.ts";
import { holds, resolveAtoms } from "../../../src/core/policy/expression-tree.ts";
import { establish } from "../../../src/core/policy/facts.ts";
import { judge } from "../../../src/core/policy/judge.ts";
import { readRequirementTest } from "../../../src/core/policy/operators.ts";
import { alice, bob, carol, dave, erin, NOW, patchSet, person, policy, snapshot, vote } from "../policy/sample.ts";
import { NAMES } from "./loose.ts";

const frank = person(13, "frank");
/** carol owns and pushed; alice, bob and erin are cores. */
export const PEOPLE = [alice, bob, erin, carol, dave, frank];
export const CORES = [alice, bob, erin];
const UNDER = policy(`version: 1
mode: enforce
dialect: gerrit
groups: { core: { teams: [acme/core] } }
checks: { test: {} }
labels: { Code-Review: { values: { -2: "", -1: "", 0: "", 1: "", 2: "" } } }
access: [{ branch: "*", label-Code-Review: { anyone: -2..+2 } }]
submitRequirements:
  Own: { submittableIf: "label:Code-Review" }
  Tested: { submittableIf: "check:test=success" }
`);
const LABEL = { name: "Code-Review", min: -2, max: 2, computed: false };

/** Whether the text holds where these people voted so, by the product. */
export function ours(text: string, votes: readonly number[]): boolean | string {
  const names = { ...NAMES, labels: [LABEL], groups: ["core"] };
  const read = translate(text, { names, closedWhile: false });
  if (!read.ok) return read.problem[0]?.message ?? "refused";
  const tests = resolveAtoms(read.value.expression, (atom) => readRequirementTest(text, atom, names));
  if (!tests.ok) return tests.problem[0]?.message ?? "refused";
  const cast = votes.flatMap((value, index) => {
    const voter = PEOPLE[index];
    if (voter === undefined || value === 0) return [];
    return [vote(voter, "Code-Review+0", { value })];
  });
  const patchSets = [patchSet(1, { pusher: carol })];
  const groups = { core: CORES.map(({ id, login }) => ({ id, login })) };
  const facts = establish(UNDER, snapshot({ votes: cast, change: { patchSets }, groups }), NOW);
  return holds(tests.value, (test) => judge(test, facts).value);
}

export interface Asked {
  readonly value: "MAX" | "MIN" | "ANY" | { readonly relation: string; readonly n: number };
  readonly who?: "owner" | "non_uploader" | "core";
  readonly count?: { readonly relation: string; readonly n: number };
}

export function textOf({ value, who, count }: Asked): string {
  const said = typeof value === "string" ? `=${value}` : `${value.relation}${value.n}`;
  const whose = who === undefined ? "" : who === "core" ? ",group=core" : `,user=${who}`;
  return `label:Code-Review${said}${whose}${count === undefined ? "" : `,count${count.relation}${count.n}`}`;
}

const relations = fc.constantFrom("=", ">", ">=", "<", "<=");
export const asked: fc.Arbitrary<Asked> = fc
  .record({
    value: fc.oneof(
      fc.constantFrom("MAX" as const, "MIN" as const, "ANY" as const),
      fc.record({ relation: relations, n: fc.integer({ min: -3, max: 3 }) }),
    ),
    // Gerrit takes no `count` beside these.
    with: fc.oneof(
      fc.constant({}),
      fc.record({ who: fc.constantFrom("owner" as const, "non_uploader" as const, "core" as const) }),
      fc.record({ count: fc.record({ relation: relations, n: fc.integer({ min: 1, max: 5 }) }) }),
    ),
  })
  .map(({ value, with: more }) => ({ value, ...more }));

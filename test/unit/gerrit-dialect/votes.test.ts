/**
 * Label tests over votes: Gerrit's own reading, written down a second time and without any tree, gives what the translation gives.
 * Source: Gerrit, LabelPredicate, EqualsLabelPredicates, MagicLabelPredicates, RangeUtil; AbstractQueryChangesTest.byLabel.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { translate } from "../../../src/core/gerrit-dialect/translate.ts";
import { holds, resolveAtoms } from "../../../src/core/policy/expression-tree.ts";
import { establish } from "../../../src/core/policy/facts.ts";
import { judge } from "../../../src/core/policy/judge.ts";
import { readRequirementTest } from "../../../src/core/policy/operators.ts";
import { alice, bob, carol, dave, erin, NOW, patchSet, person, policy, snapshot, vote } from "../policy/sample.ts";
import { NAMES } from "./loose.ts";

const frank = person(13, "frank");
/** carol owns and pushed; alice, bob and erin are cores. */
const PEOPLE = [alice, bob, erin, carol, dave, frank];
const CORES = [alice, bob, erin];
const UNDER = policy(`version: 1
extends: preset:small-team
mode: enforce
dialect: gerrit
groups: { core: { teams: [acme/core] } }
checks: { test: {} }
labels: { Opinion: { values: { -2: "", -1: "", 0: "", 1: "", 2: "" } } }
access: [{ branch: "*", label-Opinion: { anyone: -2..+2 } }]
submitRequirements: { Own: { submittableIf: "label:Opinion" } }
`);
const LABEL = { name: "Opinion", min: -2, max: 2, computed: false };

/** Whether the text holds where these people voted so, by the product. */
function ours(text: string, votes: readonly number[]): boolean | string {
  const names = { ...NAMES, labels: [LABEL], groups: ["core"] };
  const read = translate(text, { names, closedWhile: false });
  if (!read.ok) return read.problem[0]?.message ?? "refused";
  const tests = resolveAtoms(read.value.expression, (atom) => readRequirementTest(text, atom, names));
  if (!tests.ok) return tests.problem[0]?.message ?? "refused";
  const cast = votes.flatMap((value, index) => {
    const voter = PEOPLE[index];
    if (voter === undefined || value === 0) return [];
    return [vote(voter, "Opinion+0", { value })];
  });
  const patchSets = [patchSet(1, { pusher: carol })];
  const groups = { core: CORES.map(({ id, login }) => ({ id, login })) };
  const facts = establish(UNDER, snapshot({ votes: cast, change: { patchSets }, groups }), NOW);
  return holds(tests.value, (test) => judge(test, facts).value);
}

interface Asked {
  readonly value: "MAX" | "MIN" | "ANY" | { readonly relation: string; readonly n: number };
  readonly who?: "owner" | "non_uploader" | "core";
  readonly count?: { readonly relation: string; readonly n: number };
}

const relation = (left: number, is: string, right: number) =>
  ({ "=": left === right, ">": left > right, ">=": left >= right, "<": left < right, "<=": left <= right })[is] ===
  true;

/** Gerrit's: one predicate for each value from -4 to 4 and each count, any of which is enough. */
function gerrits({ value, who, count }: Asked, votes: readonly number[]): boolean {
  const counts =
    count === undefined ? [undefined] : [0, 1, 2, 3, 4, 5, 6].filter((n) => relation(n, count.relation, count.n));
  const matching = (wanted: number) =>
    votes.filter((cast, index) => {
      if (cast !== wanted) return false;
      const voter = PEOPLE[index];
      if (who === "owner") return voter === carol;
      if (who === "non_uploader") return voter !== carol;
      return who === undefined || CORES.some((core) => core === voter);
    }).length;
  const equals = (wanted: number, times: number | undefined) =>
    times === 0 ? false : times === undefined ? matching(wanted) >= 1 : matching(wanted) === times;
  const values =
    value === "MAX"
      ? [2]
      : value === "MIN"
        ? [-2]
        : value === "ANY"
          ? [-2, -1, 1, 2]
          : [-4, -3, -2, -1, 0, 1, 2, 3, 4].filter((n) => relation(n, value.relation, value.n));
  return values.some((wanted) =>
    wanted === 0
      ? ![-4, -3, -2, -1, 1, 2, 3, 4].some((other) => equals(other, undefined))
      : counts.some((times) => equals(wanted, times)),
  );
}

function text({ value, who, count }: Asked): string {
  const said = typeof value === "string" ? `=${value}` : `${value.relation}${value.n}`;
  const whose = who === undefined ? "" : who === "core" ? ",group=core" : `,user=${who}`;
  return `label:Opinion${said}${whose}${count === undefined ? "" : `,count${count.relation}${count.n}`}`;
}

const relations = fc.constantFrom("=", ">", ">=", "<", "<=");
const asked: fc.Arbitrary<Asked> = fc
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
const votes = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: PEOPLE.length, maxLength: PEOPLE.length });

describe("a label test of dialect gerrit", () => {
  it("holds for the same votes as in Gerrit, or is refused because it never could hold", () => {
    let compared = 0;
    fc.assert(
      fc.property(asked, votes, (one, cast) => {
        const said = ours(text(one), cast);
        if (typeof said === "string") {
          expect(said).toMatch(/^no value of `Opinion` is|can never be voted$|`count<1` never holds/);
          expect(gerrits(one, cast)).toBe(false);
        } else {
          compared += 1;
          expect(said, text(one)).toBe(gerrits(one, cast));
        }
      }),
      { numRuns: 600, seed: 4 },
    );
    expect(compared).toBeGreaterThan(400);
  });

  const some = [alice, bob, erin, carol, dave, frank].map(() => 0);
  const cast = (of: Readonly<Record<number, number>>) => some.map((_, index) => of[index] ?? 0);
  it.each<[string, Readonly<Record<number, number>>, boolean]>([
    ["label:Opinion>=1,count>=2", { 0: 1, 1: 2 }, false],
    ["label:Opinion>=1,count>=2", { 0: 2, 1: 2 }, true],
    ["label:Opinion=ANY,count=2", { 0: 1, 1: -1 }, false],
    ["label:Opinion=MAX,count<3", {}, false],
    ["label:Opinion=MAX,count<3", { 0: 2 }, true],
    ["label:Opinion", { 0: 2 }, false],
    ["label:Opinion", { 0: 1 }, true],
    ["label:Opinion=0", {}, true],
    ["label:Opinion=0", { 0: -1 }, false],
    ["label:opinion+2,owner", { 3: 2 }, true],
    ["label:opinion+2,non_uploader", { 3: 2 }, false],
  ])("%s with %j is %s", (said, of, value) => expect(ours(said, cast(of))).toBe(value));
});

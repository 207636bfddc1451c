/**
 * Label tests over votes: Gerrit's own reading, written down a second time and without any tree, gives what the translation gives.
 * Source: Gerrit, LabelPredicate, EqualsLabelPredicates, MagicLabelPredicates, RangeUtil; AbstractQueryChangesTest.byLabel.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { carol } from "../policy/sample.ts";
import { asked, CORES, ours, PEOPLE, textOf, type Asked } from "./votes.ts";

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

const votes = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: PEOPLE.length, maxLength: PEOPLE.length });

describe("a label test of dialect gerrit", () => {
  it("holds for the same votes as in Gerrit, or is refused because it never could hold", () => {
    let compared = 0;
    fc.assert(
      fc.property(asked, votes, (one, cast) => {
        const said = ours(textOf(one), cast);
        if (typeof said === "string") {
          expect(said).toMatch(/^no value of `Code-Review` is|can never be voted$|`count<1` never holds/);
          expect(gerrits(one, cast)).toBe(false);
        } else {
          compared += 1;
          expect(said, textOf(one)).toBe(gerrits(one, cast));
        }
      }),
      { numRuns: 600, seed: 4 },
    );
    expect(compared).toBeGreaterThan(400);
  });

  const some = PEOPLE.map(() => 0);
  const cast = (of: Readonly<Record<number, number>>) => some.map((_, index) => of[index] ?? 0);
  it.each<[string, Readonly<Record<number, number>>, boolean]>([
    ["label:Code-Review>=1,count>=2", { 0: 1, 1: 2 }, false],
    ["label:Code-Review>=1,count>=2", { 0: 2, 1: 2 }, true],
    ["label:Code-Review=ANY,count=2", { 0: 1, 1: -1 }, false],
    ["label:Code-Review=MAX,count<3", {}, false],
    ["label:Code-Review=MAX,count<3", { 0: 2 }, true],
    ["label:Code-Review", { 0: 2 }, false],
    ["label:Code-Review", { 0: 1 }, true],
    ["label:Code-Review=0", {}, true],
    ["label:Code-Review=0", { 0: -1 }, false],
    ["label:code-review+2,owner", { 3: 2 }, true],
    ["label:code-review+2,non_uploader", { 3: 2 }, false],
  ])("%s with %j is %s", (said, of, value) => expect(ours(said, cast(of))).toBe(value));
});

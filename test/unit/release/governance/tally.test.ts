import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseBallots, seat, tally, type Ballot } from "../../../../src/core/release/governance/tally.ts";

function counted(text: string) {
  const read = parseBallots(text);
  if (!read.ok) throw new Error(read.problem.map(({ line, message }) => `${line}: ${message}`).join("; "));
  return tally(read.value.ballots, read.value.candidates);
}

/** Schulze's own example (section 3, example 1 of his paper): 45 ballots, order E A C B D. */
const SCHULZE = `
5: A > C > B > E > D
5: A > D > E > C > B
8: B > E > D > A > C
3: C > A > B > E > D
7: C > A > E > B > D
2: C > B > A > D > E
7: D > C > E > B > A
8: E > B > A > D > C
`;

describe("ranked ballots", () => {
  it("are ordered by Schulze as his paper does, where nobody beats every other one", () => {
    const { ballots, condorcet, order } = counted(SCHULZE);
    expect([ballots, condorcet]).toEqual([45, undefined]);
    expect(order).toEqual([["E"], ["A"], ["C"], ["B"], ["D"]]);
  });

  it("name the one who beats every other one, though they are hardly anybody's first choice", () => {
    const { condorcet, order, matrix } = counted("5: A > B > C\n4: C > B > A\n2: B > A > C");
    expect(condorcet).toBe("B");
    expect(order[0]).toEqual(["B"]);
    expect(matrix[0]).toEqual([0, 5, 7]);
  });

  it("tie those whom nothing tells apart, and put behind all others whom nobody ranks", () => {
    expect(counted("1: A > B\n1: B > A").order).toEqual([["A", "B"]]);
    expect(counted("=C:[Carol]\n3: A > B\n2: A = B").order).toEqual([["A"], ["B"], ["C"]]);
  });

  it("read ABIF's remarks, scores and long names", () => {
    const read = parseBallots('# poll\n{"title": "x"}\n2: [Alice Smith]/5 > Bob/3, Carol/3\n');
    expect(read.ok && read.value.ballots).toEqual([{ count: 2, ranks: [["Alice Smith"], ["Bob", "Carol"]] }]);
  });

  it.each([
    ["Alice > Bob", 'line 1: "Alice > Bob" is no ballot'],
    ["0: Alice", "line 1: "],
    ["1: A > > B", "line 1: a rank is empty"],
    ["1: A\n1: A > B > A", "line 2: a candidate is ranked twice"],
  ])("%s is refused, with its line", (text, expected) => {
    const read = parseBallots(text);
    expect(read.ok ? "" : read.problem.map(({ line, message }) => `line ${line}: ${message}`).join()).toContain(
      expected,
    );
  });

  const NAMES = ["A", "B", "C", "D", "E"];
  const ballot: fc.Arbitrary<Ballot> = fc
    .tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.shuffledSubarray(NAMES, { minLength: 1 }),
      fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    )
    .map(([count, order, joins]) => {
      const ranks: string[][] = [];
      for (const [index, name] of order.entries()) {
        const last = ranks.at(-1);
        if (index > 0 && joins[index] === true && last !== undefined) last.push(name);
        else ranks.push([name]);
      }
      return { count, ranks };
    });

  it("put whoever beats every other one first alone, and come out the same in whatever order they are read", () => {
    fc.assert(
      fc.property(fc.array(ballot, { minLength: 1, maxLength: 12 }), (ballots) => {
        const found = tally(ballots, NAMES);
        if (found.condorcet !== undefined) expect(found.order[0]).toEqual([found.condorcet]);
        expect(found.order.flat().sort()).toEqual(NAMES);
        expect(tally(ballots.toReversed(), NAMES)).toEqual(found);
      }),
      { numRuns: 500 },
    );
  });
});

describe("seats", () => {
  const order = [["A"], ["B"], ["C"], ["D"]];
  const of: Readonly<Record<string, string>> = { A: "acme", B: "acme", C: "acme" };
  const affiliationOf = (name: string): string | undefined => of[name];

  it("go down the order, past whom too many of one affiliation sit already", () => {
    expect(seat(order, 2, { affiliationOf, most: 9 }).seated).toEqual(["A", "B"]);
    expect(seat(order, 3, { affiliationOf, most: 1 })).toEqual({
      seated: ["A", "D"],
      passedOver: ["B", "C"],
      tied: [],
    });
  });

  it("are left to people where the last one is tied for", () => {
    expect(seat([["A"], ["B", "D"]], 2, { affiliationOf, most: 9 })).toEqual({
      seated: ["A"],
      passedOver: [],
      tied: ["B", "D"],
    });
    expect(seat([["A"], ["B", "D"]], 3, { affiliationOf, most: 9 }).tied).toEqual([]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseBallots, type Ballot } from "../../../../src/core/release/governance/ballots.ts";
import { seat } from "../../../../src/core/release/governance/seats.ts";
import { tally } from "../../../../src/core/release/governance/tally.ts";

function counted(text: string) {
  const read = parseBallots(text);
  if (!read.ok) throw new Error(read.problem.map(({ line, message }) => `${line}: ${message}`).join("; "));
  return tally(read.value.ballots, read.value.candidates);
}

/** Schulze's example of 45 ballots and five candidates: order E A C B D. */
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

  it.each([
    [
      "21 ballots, nobody beats every other one",
      "8: A > C > D > B\n2: B > A > D > C\n4: C > D > B > A\n4: D > B > A > C\n3: D > C > B > A",
      [["D"], ["A"], ["C"], ["B"]],
    ],
    [
      "30 ballots",
      "5: A > C > B > D\n2: A > C > D > B\n3: A > D > C > B\n4: B > A > C > D\n3: C > B > D > A\n3: C > D > B > A\n1: D > A > C > B\n5: D > B > A > C\n4: D > C > B > A",
      [["D"], ["A"], ["C"], ["B"]],
    ],
    [
      "9 ballots, two whom nobody beats",
      "3: A > B > C > D\n2: D > A > B > C\n2: D > B > C > A\n2: C > B > D > A",
      [
        ["B", "D"],
        ["A", "C"],
      ],
    ],
  ])("are ordered by their strongest paths: %s", (_, text, order) => {
    expect(counted(text).order).toEqual(order);
  });

  it("name the one who beats every other one, though they are hardly anybody's first choice", () => {
    const { condorcet, order, matrix } = counted("5: A > B > C\n4: C > B > A\n2: B > A > C");
    expect(condorcet).toBe("B");
    expect(order[0]).toEqual(["B"]);
    expect(matrix[0]).toEqual([0, 5, 7]);
  });

  it("tie those whom nothing tells apart, and put behind all others whom nobody ranks", () => {
    expect(counted("1: A > B\n1: B > A").order).toEqual([["A", "B"]]);
    expect(counted("=A:[Ann]\n=B:[Bo]\n=C:[Carol]\n3: A > B\n2: A = B").order).toEqual([["A"], ["B"], ["C"]]);
  });

  it("read ABIF's remarks, scores and long names", () => {
    const read = parseBallots('# poll\n{"title": "x"}\n2: [Alice Smith]/5 > Bob/3, Carol/3\n');
    expect(read.ok && read.value.ballots).toEqual([{ count: 2, ranks: [["Alice Smith"], ["Bob", "Carol"]] }]);
  });

  it("read a table of ranks; of whom a voter has no opinion the ballot says nothing", () => {
    const read = parseBallots('"Smith, Alice",Bob,Carol\r\n1,2,-\r\n2,2,1\r\n,1,\r\n');
    expect(read.ok && read.value).toEqual({
      candidates: ["Bob", "Carol", "Smith, Alice"],
      ballots: [
        { count: 1, ranks: [["Smith, Alice"], ["Bob"]], noOpinion: ["Carol"] },
        { count: 1, ranks: [["Carol"], ["Smith, Alice", "Bob"]] },
        { count: 1, ranks: [["Bob"]], noOpinion: ["Smith, Alice", "Carol"] },
      ],
    });
    expect(counted("A,B,C\n1,2,-\n1,2,-\n-,2,1\n").matrix).toEqual([
      [0, 2, 0],
      [0, 0, 0],
      [0, 1, 0],
    ]);
  });

  it.each([
    ["Alice > Bob", 'line 1: "Alice > Bob" is no ballot'],
    ["0: Alice", "line 1: "],
    ["1: A > > B", "line 1: a rank is empty"],
    ["1: A\n1: A > B > A", "line 2: a candidate is ranked twice"],
    ["=A:[Ann]\n=B:[Bo]\n1: A > Bo", 'line 3: "Bo" is no candidate'],
    ["A,B\n1,2\n1", "line 3: it has 1 ranks, and there are 2 candidates"],
    ["A,B\n1,first", 'line 2: "first" is no rank'],
    ["A,B,A\n1,2,3", "line 1: a column has no name, or two have the same"],
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

  it("count who sits already, and who is of none is never too many", () => {
    const held = new Map([["acme", 1]]);
    expect(seat(order, 3, { affiliationOf, most: 2, held })).toMatchObject({
      seated: ["A", "D"],
      passedOver: ["B", "C"],
    });
    expect(seat([["X"], ["Y"], ["Z"]], 3, { affiliationOf, most: 1, held }).seated).toEqual(["X", "Y", "Z"]);
  });

  it("are left to people where two of one affiliation are equal and one of them may sit", () => {
    expect(seat([["A", "B"], ["D"]], 3, { affiliationOf, most: 1 })).toEqual({
      seated: [],
      passedOver: [],
      tied: ["A", "B"],
    });
    expect(seat([["A", "D"], ["B"]], 3, { affiliationOf, most: 1 })).toEqual({
      seated: ["A", "D"],
      passedOver: ["B"],
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

  it("are never more than there are, nor of one affiliation than may sit, and nobody allowed is passed over", () => {
    const NAMES = ["A", "B", "C", "D", "E", "F"];
    const drawn = fc.record({
      cuts: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      of: fc.array(fc.constantFrom("acme", "ibex", undefined), { minLength: 6, maxLength: 6 }),
      seats: fc.integer({ min: 1, max: 6 }),
      most: fc.integer({ min: 1, max: 3 }),
      before: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(drawn, ({ cuts, of: affiliations, seats, most, before }) => {
        const ranks: string[][] = [];
        for (const [at, name] of NAMES.entries())
          if (cuts[at] === true || ranks.length === 0) ranks.push([name]);
          else ranks.at(-1)?.push(name);
        const ofName = (name: string) => affiliations[NAMES.indexOf(name)];
        const held = new Map([["acme", before]]);
        const { seated, passedOver, tied } = seat(ranks, seats, { affiliationOf: ofName, most, held });
        expect(seated.length).toBeLessThanOrEqual(seats);
        const sitting = (one: string) =>
          seated.filter((name) => ofName(name) === one).length + (one === "acme" ? before : 0);
        for (const one of ["acme", "ibex"])
          expect(sitting(one)).toBeLessThanOrEqual(Math.max(most, one === "acme" ? before : 0));
        for (const name of passedOver) expect(sitting(ofName(name) ?? "")).toBeGreaterThanOrEqual(most);
        if (tied.length === 0) expect([seats, NAMES.length - passedOver.length]).toContain(seated.length);
      }),
      { numRuns: Number(process.env["SEAT_RUNS"] ?? 300) },
    );
  });
});

/** Which tests would have to come out otherwise for an expression to come out as wanted: sets of them, none larger than it has to be. */
import type { Expression } from "./expression-tree.ts";
import type { RequirementTest } from "./operators.ts";
import { valueIn, type World } from "./supposing.ts";

/** A test that comes out the wrong way; `wanted` is what it should be. */
export interface Demand {
  readonly test: RequirementTest;
  readonly wanted: boolean;
}

export interface Demands {
  /** Smallest first. None: no set of tests does it. One that is empty: it comes out as wanted already. */
  readonly sets: readonly (readonly Demand[])[];
  /** Some were left out. */
  readonly more: boolean;
}

const MOST_SETS = 16;

/** The time it takes grows with the number of tests, whatever the shape: of the sets found on the way only the smallest are kept. */
export function demandsOf(expression: Expression<RequirementTest>, wanted: boolean, world: World): Demands {
  switch (expression.kind) {
    case "atom": {
      const { atom: test } = expression;
      return { sets: [valueIn(world, test) === wanted ? [] : [{ test, wanted }]], more: false };
    }
    case "not":
      return demandsOf(expression.term, !wanted, world);
    case "and":
    case "or": {
      const terms = expression.terms.map((term) => demandsOf(term, wanted, world));
      const more = terms.some((term) => term.more);
      if ((expression.kind === "and") !== wanted)
        return keepSmallest(
          terms.flatMap(({ sets }) => sets),
          more,
        );
      return terms.reduce<Demands>(
        (all, { sets }) =>
          keepSmallest(
            all.sets.flatMap((one) => sets.map((other) => unite(one, other))),
            all.more || more,
          ),
        { sets: [[]], more },
      );
    }
  }
}

function unite(one: readonly Demand[], other: readonly Demand[]): readonly Demand[] {
  if (one.length === 0) return other;
  const known = new Set(one.map(({ test }) => test.text));
  return [...one, ...other.filter(({ test }) => !known.has(test.text))];
}

/** Without those that contain another. A test that would have to be both is in none. */
function keepSmallest(sets: readonly (readonly Demand[])[], more: boolean): Demands {
  const kept: (readonly Demand[])[] = [];
  const texts: ReadonlySet<string>[] = [];
  let left = more;
  for (const set of [...sets].sort((a, b) => a.length - b.length)) {
    const mine = new Set(set.map(({ test }) => test.text));
    if (texts.some((known) => [...known].every((text) => mine.has(text)))) continue;
    if (kept.length >= MOST_SETS) {
      left = true;
      break;
    }
    kept.push(set);
    texts.push(mine);
  }
  return { sets: kept, more: left };
}

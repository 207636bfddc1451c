/** What stands in the way of a requirement, in people's words: the tests that come out the wrong way, and what each of them lacks. */
import type { Expression } from "./expression-tree.ts";
import type { Facts } from "./facts.ts";
import { helpfulValue, neededCount, type LabelTest } from "./judge.ts";
import type { Judgement } from "./judgement.ts";
import { isTogether, type RequirementTest } from "./operators.ts";
import { labelOf, type Requirement } from "./policy.ts";
import { signed } from "./tally.ts";
import { couldGive } from "./ways-people.ts";

export interface Hurdles {
  readonly sentences: readonly string[];
  /** A veto or a failure, rather than something that is awaited. */
  readonly blocked: boolean;
}

export interface Hindered {
  readonly requirement: Requirement;
  readonly facts: Facts;
  readonly judged: (test: RequirementTest) => Judgement;
}

/** Of a requirement that is not satisfied. Why it applies is said where time will end it. */
export function hurdlesOf(of: Hindered): Hurdles {
  const { applicableIf, submittableIf } = of.requirement;
  const applies =
    applicableIf === undefined ? NOTHING : hurdlesIn(applicableIf.expression, false, { ...of, only: "time" });
  const found = hurdlesIn(submittableIf.expression, true, of);
  return {
    sentences: unique([...applies.sentences, ...found.sentences]),
    blocked: found.blocked,
  };
}

const NOTHING: Hurdles = { sentences: [], blocked: false };
const MOST_ALTERNATIVES = 4;

/** `wanted`: what it should come out as. Of alternatives one sentence tells all. */
function hurdlesIn(
  expression: Expression<RequirementTest>,
  wanted: boolean,
  of: Hindered & { readonly only?: RequirementTest["kind"] },
): Hurdles {
  switch (expression.kind) {
    case "atom": {
      const { atom: test } = expression;
      if (of.only !== undefined && test.kind !== of.only) return NOTHING;
      return of.judged(test).value === wanted ? NOTHING : sayHurdle(test, wanted, of);
    }
    case "not":
      return hurdlesIn(expression.term, !wanted, of);
    case "and":
    case "or": {
      const terms = expression.terms.map((term) => hurdlesIn(term, wanted, of));
      const found = terms.filter(({ sentences }) => sentences.length > 0);
      const together: Hurdles = {
        sentences: found.flatMap(({ sentences }) => sentences),
        blocked: found.some(({ blocked }) => blocked),
      };
      if ((expression.kind === "and") === wanted) return together;
      // One that comes out right is enough, and then nothing of it hinders.
      if (found.length < terms.length) return NOTHING;
      const blocked = found.every((one) => one.blocked);
      if (found.length < 2) return { ...together, blocked };
      const told = unique(found.map(({ sentences }) => sentences.join(" and ")));
      const left = told.length - MOST_ALTERNATIVES;
      const more = left > 0 ? [`${left} more that would do instead`] : [];
      return { sentences: [[...told.slice(0, MOST_ALTERNATIVES), ...more].join(", or ")], blocked };
    }
  }
}

function sayHurdle(test: RequirementTest, wanted: boolean, of: Hindered): Hurdles {
  const { facts, judged } = of;
  switch (test.kind) {
    case "label":
      if (facts.computed.has(test.label)) return sayChecks(facts);
      return wanted ? sayMissingVotes(test, of) : sayVeto(test, judged(test), facts);
    case "check":
      return sayChecks(facts, isTogether(test.check) ? undefined : test.check);
    case "contributors-known":
      return { sentences: facts.contributors.unknown, blocked: false };
    case "change":
    case "time":
    case "owners":
      return {
        sentences: [judged(test).why ?? `\`${test.text}\` ${wanted ? "does not hold" : "holds"}`],
        blocked: false,
      };
  }
}

function sayMissingVotes(test: LabelTest, { requirement, facts, judged }: Hindered): Hurdles {
  const value = helpfulValue(test);
  const need = neededCount(test);
  const have = judged(test).counted.length;
  if (value === undefined || need === undefined || have >= need)
    return { sentences: [`\`${test.text}\` does not hold`], blocked: false };
  const missing = need - have;
  const left = couldGive(test, facts).length;
  const sentence =
    need > 1
      ? `${have} of ${need} ${requirement.noun}s`
      : `no ${requirement.noun} yet (${test.label} ${signed(value)})`;
  return { sentences: [sentence, ...(left < missing ? [nobodyLeft(test, left, missing)] : [])], blocked: false };
}

function nobodyLeft(test: LabelTest, left: number, missing: number): string {
  const of = test.group === undefined ? "nobody else" : `nobody else in ${test.group}`;
  return left === 0
    ? `${of} can give ${missing === 1 ? "it" : "them"}: all have voted, contributed, or may not`
    : `only ${left} of the ${missing} that are missing can be given: ask for another member of ${test.group ?? "a group that may"}`;
}

function sayVeto(test: LabelTest, { counted }: Judgement, facts: Facts): Hurdles {
  const label = labelOf(facts.policy, test.label);
  const isVeto = label?.veto === "sticky" && test.value !== "ANY" && test.value.n < 0;
  return {
    sentences: counted.map(({ by, value, why }) => {
      const text = label?.values.find((known) => known.value === value)?.text ?? "";
      const said = isVeto ? `${by.login} vetoed` : `${by.login} said`;
      return `${said}: ${test.label} ${signed(value)}${text === "" ? "" : `, ${text}`}${why === "" ? "" : ` (${why})`}`;
    }),
    blocked: isVeto,
  };
}

function sayChecks(facts: Facts, only?: string): Hurdles {
  const open = [...facts.checks.values()]
    .map((standing) => standing.result)
    .filter(({ name, state }) => (only === undefined || name === only) && state !== "passed");
  return {
    sentences: open.map(({ name, state, why }) => (state === "failed" ? `${name} failed: ${why}` : `${name}: ${why}`)),
    blocked: open.some(({ state }) => state === "failed"),
  };
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

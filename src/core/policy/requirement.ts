/** One submit requirement against the facts: its status by Gerrit's table, and in people's words what is missing and who could help. */
import type { Facts } from "./facts.ts";
import { atomsOf, holds, type Expression } from "./expression-tree.ts";
import { candidates, helpfulValue, judge, neededCount, type LabelTest } from "./judge.ts";
import type { Judgement } from "./judgement.ts";
import { isTogether, type RequirementTest } from "./operators.ts";
import { labelOf, type Requirement } from "./policy.ts";
import { signed } from "./tally.ts";
import type { Atom, RequirementResult, VoteNotCounted, Way } from "./verdict.ts";

export function evaluateRequirement(requirement: Requirement, facts: Facts): RequirementResult {
  const judgements = new Map<string, Judgement>();
  const ask = (expression: Expression<RequirementTest>) =>
    holds(expression, (test) => {
      const judgement = judgements.get(test.text) ?? judge(test, facts);
      judgements.set(test.text, judgement);
      return judgement.value;
    });
  const { applicableIf, submittableIf, overrideIf } = requirement;
  const applicable = applicableIf === undefined || ask(applicableIf.expression);
  // Both are asked, also where one would settle it: the explanation shows all of it.
  const submittable = applicable && ask(submittableIf.expression);
  const overridden = applicable && overrideIf !== undefined && ask(overrideIf.expression);
  const status = !applicable ? "NOT_APPLICABLE" : overridden ? "OVERRIDDEN" : submittable ? "SATISFIED" : "UNSATISFIED";
  const hurdles = status === "UNSATISFIED" ? hurdlesOf(submittableIf.expression, false, judgements) : [];
  const wants = applicable ? wantedVotes(submittableIf.expression, judgements, facts) : undefined;
  const said = hurdles.map((hurdle) => sayHurdle(hurdle, requirement, facts));
  const counted = [...judgements.values()].flatMap((judgement) => judgement.counted);
  const countedIds = new Set(counted.map(({ id }) => id));
  return {
    name: requirement.name,
    description: requirement.description,
    status,
    expression: submittableIf.text,
    atoms: [...judgements].map(([text, { value, evidence }]): Atom => ({ text, value, evidence })),
    unmetBecause: unique(said.flatMap((one) => one.sentences)),
    counted: counted.filter((vote, index) => counted.findIndex(({ id }) => id === vote.id) === index),
    notCounted: uniqueVotes([...judgements.values()].flatMap((judgement) => judgement.notCounted)).filter(
      (vote) =>
        !countedIds.has(idOf(vote)) &&
        !counted.some(({ by, label, value }) => by.id === vote.by.id && label === vote.label && value === vote.value),
    ),
    ways: said.flatMap((one) => one.ways),
    blocked: said.some((one) => one.blocked),
    noun: requirement.noun,
    ...(wants === undefined ? {} : wants),
    ...checksOf(submittableIf.expression, facts),
  };
}

interface Hurdle {
  readonly test: RequirementTest;
  /** It holds and must not. */
  readonly negated: boolean;
  readonly judgement: Judgement;
}

interface Said {
  readonly sentences: readonly string[];
  readonly ways: readonly Way[];
  readonly blocked: boolean;
}

/** The tests whose turning would help: failing ones, and holding ones under a negation. */
function hurdlesOf(
  expression: Expression<RequirementTest>,
  negated: boolean,
  judgements: ReadonlyMap<string, Judgement>,
): readonly Hurdle[] {
  switch (expression.kind) {
    case "atom": {
      const judgement = judgements.get(expression.atom.text);
      return judgement === undefined || judgement.value !== negated
        ? []
        : [{ test: expression.atom, negated, judgement }];
    }
    case "not":
      return hurdlesOf(expression.term, !negated, judgements);
    case "and":
    case "or":
      return expression.terms.flatMap((term) => hurdlesOf(term, negated, judgements));
  }
}

function sayHurdle({ test, negated, judgement }: Hurdle, requirement: Requirement, facts: Facts): Said {
  switch (test.kind) {
    case "label":
      if (facts.computed.has(test.label)) return sayChecks(facts);
      return negated ? sayVeto(test, judgement, facts) : sayMissingVotes(test, judgement, { requirement, facts });
    case "check":
      return sayChecks(facts, isTogether(test.check) ? undefined : test.check);
    case "contributors-known":
      return { sentences: facts.contributors.unknown, ways: [], blocked: false };
    case "change":
    case "time":
    case "owners":
      return {
        sentences: [judgement.why ?? `\`${test.text}\` ${negated ? "holds" : "does not hold"}`],
        ways: (judgement.turns?.[0] ?? []).map((one) => ({
          who: one.who,
          anyOf: one.need < one.who.length,
          action: one.do,
        })),
        blocked: false,
      };
  }
}

function sayMissingVotes(
  test: LabelTest,
  { counted }: Judgement,
  { requirement, facts }: { readonly requirement: Requirement; readonly facts: Facts },
): Said {
  const value = helpfulValue(test);
  const need = neededCount(test);
  if (value === undefined || need === undefined)
    return { sentences: [`\`${test.text}\` does not hold`], ways: [], blocked: false };
  const who = candidates(test, facts, counted);
  const missing = need - counted.length;
  const sentence =
    need > 1
      ? `${counted.length} of ${need} ${requirement.noun}s`
      : `no ${requirement.noun} yet (${test.label} ${signed(value)})`;
  const too = who.length < missing ? [nobodyLeft(test, who.length, missing)] : [];
  return {
    sentences: [sentence, ...too],
    ways: who.length === 0 ? [] : [{ who, anyOf: who.length > missing, action: `vote ${test.label}+${value}` }],
    blocked: false,
  };
}

function nobodyLeft(test: LabelTest, left: number, missing: number): string {
  const of = test.group === undefined ? "nobody else" : `nobody else in ${test.group}`;
  return left === 0
    ? `${of} can give ${missing === 1 ? "it" : "them"}: all have voted, contributed, or may not`
    : `only ${left} of the ${missing} that are missing can be given: ask for another member of ${test.group ?? "a group that may"}`;
}

function sayVeto(test: LabelTest, { counted }: Judgement, facts: Facts): Said {
  const label = labelOf(facts.policy, test.label);
  const sticky = label?.veto === "sticky";
  return {
    sentences: counted.map(({ by, value, why }) => {
      const text = label?.values.find((known) => known.value === value)?.text ?? "";
      const said = sticky ? `${by.login} vetoed` : `${by.login} said`;
      return `${said}: ${test.label} ${signed(value)}${text === "" ? "" : `, ${text}`}${why === "" ? "" : ` (${why})`}`;
    }),
    ways: [
      {
        who: counted.map(({ by }) => by.login).sort(),
        anyOf: false,
        action: `lift ${test.label}${counted[0]?.value ?? ""}`,
      },
    ],
    blocked: sticky,
  };
}

function sayChecks(facts: Facts, only?: string): Said {
  const owner = facts.snapshot.change.owner.login;
  const results = [...facts.checks.values()]
    .map((standing) => standing.result)
    .filter(({ name }) => only === undefined || name === only);
  const open = results.filter(({ state }) => state !== "passed");
  const failed = open.some(({ state }) => state === "failed");
  return {
    sentences: open.map(({ name, state, why }) => (state === "failed" ? `${name} failed: ${why}` : `${name}: ${why}`)),
    ways: open.map(({ name, state, awaits, remedy }) => {
      if (awaits !== undefined) return { who: maintainers(facts), anyOf: true, action: `approve the run of ${name}` };
      // A red check comes first; what was skipped may have been because of it.
      if (remedy !== undefined && (remedy.by === "owner" || !failed))
        return { who: remedy.by === "owner" ? [owner] : [], anyOf: false, action: remedy.action };
      switch (state) {
        case "failed":
          return { who: [owner], anyOf: false, action: `push a fix for ${name}` };
        case "not-counted":
          return { who: [owner], anyOf: false, action: `run ${name} again` };
        case "running":
        case "missing":
        case "passed":
          return { who: [], anyOf: false, action: `wait for ${name}` };
      }
    }),
    blocked: failed,
  };
}

/** Whoever the policy names, but the owner: the forge does not tell who may approve runs. */
function maintainers({ snapshot: { groups, change } }: Facts): readonly string[] {
  const people = Object.values(groups).flatMap((members) => members.filter(({ id }) => id !== change.owner.id));
  return unique(people.map(({ login }) => login).sort());
}

/** The first positive label test tells how many votes there are of how many. */
function wantedVotes(
  expression: Expression<RequirementTest>,
  judgements: ReadonlyMap<string, Judgement>,
  facts: Facts,
): { readonly have: number; readonly need: number } | undefined {
  switch (expression.kind) {
    case "atom": {
      const { atom } = expression;
      const need =
        atom.kind === "label" && !facts.computed.has(atom.label) && helpfulValue(atom) !== undefined
          ? neededCount(atom)
          : undefined;
      const judgement = judgements.get(atom.text);
      return need === undefined || judgement === undefined ? undefined : { have: judgement.counted.length, need };
    }
    case "not":
      return undefined;
    case "and":
    case "or":
      return expression.terms.map((term) => wantedVotes(term, judgements, facts)).find((found) => found !== undefined);
  }
}

function checksOf(expression: Expression<RequirementTest>, facts: Facts): { readonly checks?: readonly string[] } {
  const names = atomsOf(expression).flatMap((test): readonly string[] => {
    if (test.kind === "check") return isTogether(test.check) ? [...facts.checks.keys()] : [test.check];
    return test.kind === "label" && facts.computed.has(test.label) ? [...facts.checks.keys()] : [];
  });
  return names.length === 0 ? {} : { checks: unique(names) };
}

function idOf(vote: VoteNotCounted): string {
  return `${vote.by.id}:${vote.label}:${vote.patchSet}:${vote.value}:${vote.reason}`;
}

function uniqueVotes(votes: readonly VoteNotCounted[]): readonly VoteNotCounted[] {
  return [...new Map(votes.map((vote) => [idOf(vote), vote])).values()];
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

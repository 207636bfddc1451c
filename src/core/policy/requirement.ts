/** One submit requirement against the facts: its status by Gerrit's table, and in people's words what is missing and who could help. */
import type { Instant } from "../time.ts";
import { atomsOf, holds, type Expression } from "./expression-tree.ts";
import type { Facts } from "./facts.ts";
import { hurdlesOf } from "./hurdles.ts";
import { helpfulValue, neededCount } from "./judge.ts";
import type { Judgement } from "./judgement.ts";
import { isTogether, type RequirementTest } from "./operators.ts";
import { askOverrides } from "./override.ts";
import type { Condition, Requirement } from "./policy.ts";
import { judgedIn, type World } from "./supposing.ts";
import type { Atom, CountedVote, RequirementResult, RequirementStatus, VoteNotCounted } from "./verdict.ts";
import { earliestOf, waysOf } from "./ways.ts";

export interface Evaluated {
  readonly result: RequirementResult;
  /** Waiting alone may change the result then, whatever it is now. */
  readonly wakeAt?: Instant;
}

/** `world`: the facts as they are, with nothing supposed; what was judged for one requirement need not be for the next. */
export function evaluateRequirement(requirement: Requirement, world: World): Evaluated {
  const { facts } = world;
  const judgements = new Map<string, Judgement>();
  const ask = ({ expression }: Condition<RequirementTest>) =>
    holds(expression, (test) => {
      const judgement = judgedIn(world, test);
      judgements.set(test.text, judgement);
      return judgement.value;
    });
  const { applicableIf, submittableIf, overrideIf } = requirement;
  const applicable = applicableIf === undefined || ask(applicableIf);
  // Both are asked, also where one would settle it: the explanation shows all of it.
  const submittable = applicable && ask(submittableIf);
  const overridden = applicable && overrideIf !== undefined && ask(overrideIf);
  const overriding = askOverrides(requirement, facts);
  const lift = applicable && !overridden && !submittable ? overriding.lift : undefined;
  const status: RequirementStatus = !applicable
    ? "NOT_APPLICABLE"
    : overridden || lift !== undefined
      ? "OVERRIDDEN"
      : submittable
        ? "SATISFIED"
        : "UNSATISFIED";
  const all = [...judgements.values()];
  const wakes = [
    ...all.flatMap(({ wakeAt }) => wakeAt ?? []),
    ...(overriding.wakeAt === undefined ? [] : [overriding.wakeAt]),
  ];
  const wants = applicable ? wantedVotes(submittableIf.expression, judgements, facts) : undefined;
  const result: RequirementResult = {
    name: requirement.name,
    description: requirement.description,
    status,
    expression: submittableIf.text,
    atoms: [...judgements].map(([text, { value, evidence }]): Atom => ({ text, value, evidence })),
    ...(status === "UNSATISFIED" ? whatIsMissing(requirement, world) : { unmetBecause: [], ways: [], blocked: false }),
    ...votesOf(all),
    noun: requirement.noun,
    ...(lift === undefined ? {} : { lift }),
    ...(wants === undefined ? {} : wants),
    ...checksOf(submittableIf.expression, facts),
  };
  return { result, ...(wakes.length === 0 ? {} : { wakeAt: wakes.reduce((least, at) => (at < least ? at : least)) }) };
}

function whatIsMissing(
  requirement: Requirement,
  world: World,
): Pick<RequirementResult, "unmetBecause" | "blocked" | "ways" | "moreWays" | "earliest"> {
  const { facts } = world;
  const overriding = askOverrides(requirement, facts);
  const hurdles = hurdlesOf({ requirement, facts, judged: (test) => judgedIn(world, test) });
  const { ways, more } = waysOf(requirement, world, overriding);
  const earliest = earliestOf(requirement, world);
  return {
    unmetBecause: [...hurdles.sentences, ...overriding.nearMisses],
    blocked: hurdles.blocked,
    ways,
    ...(more ? { moreWays: true } : {}),
    ...(earliest === undefined ? {} : { earliest }),
  };
}

/** Each vote once; one that some test counts is not listed as not counted. */
function votesOf(judgements: readonly Judgement[]): Pick<RequirementResult, "counted" | "notCounted"> {
  const counted = new Map<string, CountedVote>();
  const votes = new Set<string>();
  for (const judgement of judgements)
    for (const vote of judgement.counted) {
      if (!counted.has(vote.id)) counted.set(vote.id, vote);
      votes.add(`${vote.by.id}:${vote.label}:${vote.value}`);
    }
  const notCounted = new Map<string, VoteNotCounted>();
  for (const judgement of judgements)
    for (const vote of judgement.notCounted)
      if (!votes.has(`${vote.by.id}:${vote.label}:${vote.value}`))
        notCounted.set(`${vote.by.id}:${vote.label}:${vote.patchSet}:${vote.value}:${vote.reason}`, vote);
  return { counted: [...counted.values()], notCounted: [...notCounted.values()] };
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
  return names.length === 0 ? {} : { checks: [...new Set(names)] };
}

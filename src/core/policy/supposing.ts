/**
 * The facts of one evaluation as they would be after some actions: votes, a push, results, waiting. It is what `assume` says of the
 * snapshot; only what an action can change is looked at again, so that many alternatives can be tried in one evaluation.
 */
import type { Instant } from "../time.ts";
import { assume, assumedVote, type Assumption } from "./assume.ts";
import { holds, type Expression } from "./expression-tree.ts";
import { establish, withResults, withVote, type Facts } from "./facts.ts";
import { judge } from "./judge.ts";
import type { Judgement } from "./judgement.ts";
import type { RequirementTest } from "./operators.ts";
import type { Requirement } from "./policy.ts";

export interface World {
  readonly facts: Facts;
  /** Tests that an action is said to turn and that no assumption can: "push it without merges". By their text. */
  readonly forced: ReadonlyMap<string, boolean>;
  /** What was judged in this world so far, by the test's text. */
  readonly judged: Map<string, Judged>;
}

export interface Judged {
  readonly test: RequirementTest;
  readonly judgement: Judgement;
}

export function worldOf(facts: Facts): World {
  const { snapshot, now } = facts;
  const atNow = snapshot.now === now ? facts : { ...facts, snapshot: { ...snapshot, now } };
  return { facts: atNow, forced: new Map(), judged: new Map() };
}

export function judgedIn(world: World, test: RequirementTest): Judgement {
  const known = world.judged.get(test.text);
  if (known !== undefined) return known.judgement;
  const judgement = judge(test, world.facts);
  world.judged.set(test.text, { test, judgement });
  return judgement;
}

export function valueIn(world: World, test: RequirementTest): boolean {
  return world.forced.get(test.text) ?? judgedIn(world, test).value;
}

/** Does it let the change pass: satisfied, overridden by its own expression, or none of its business? */
export function passesIn(world: World, { applicableIf, submittableIf, overrideIf }: Requirement): boolean {
  const so = ({ expression }: { readonly expression: Expression<RequirementTest> }) =>
    holds(expression, (test) => valueIn(world, test));
  return (
    (applicableIf !== undefined && !so(applicableIf)) ||
    so(submittableIf) ||
    (overrideIf !== undefined && so(overrideIf))
  );
}

/** One after the other. */
export function suppose(world: World, assumptions: readonly Assumption[]): World {
  return assumptions.reduce(supposeOne, world);
}

export function force(world: World, forced: readonly (readonly [string, boolean])[]): World {
  return forced.length === 0 ? world : { ...world, forced: new Map([...world.forced, ...forced]) };
}

/** Waiting, and nothing else. */
export function waited(world: World, now: Instant): World {
  return supposeOne(world, { kind: "time", ms: now - world.facts.now });
}

function supposeOne(world: World, assumption: Assumption): World {
  const { facts } = world;
  const { policy, snapshot } = facts;
  const assumed = () => assume(policy, snapshot, [assumption]);
  switch (assumption.kind) {
    case "vote":
    case "retract": {
      const { by, label } = assumption;
      const value = assumption.kind === "vote" ? assumption.value : 0;
      const after = withVote(facts, assumedVote(policy, snapshot, { by, label, value }));
      return moved(world, after, (test) => !restsOnVotes(test, label, facts));
    }
    case "check":
      return moved(world, withResults(facts, assumed(), facts.now), (test) => !restsOnChecks(test, facts));
    case "time": {
      const after = assumed();
      const rests = (test: RequirementTest) => test.kind === "time" || restsOnChecks(test, facts);
      return moved(world, withResults(facts, after, after.now), (test) => !rests(test));
    }
    case "resolve":
    case "ready":
    case "draft":
      return moved(world, { ...facts, snapshot: assumed() }, ({ kind }) => kind !== "change");
    case "override":
      return { ...world, facts: { ...facts, snapshot: assumed() } };
    case "push":
    case "member":
    case "base": {
      const after = assumed();
      return { facts: establish(policy, after, after.now), forced: world.forced, judged: new Map() };
    }
  }
}

function moved(world: World, facts: Facts, keeps: (test: RequirementTest) => boolean): World {
  return { facts, forced: world.forced, judged: new Map([...world.judged].filter(([, { test }]) => keeps(test))) };
}

/** Of the tests about the change only these look at votes. */
const LOOK_AT_VOTES = ["distinct-voters", "person", "in-group"];

function restsOnVotes(test: RequirementTest, label: string, { policy }: Facts): boolean {
  switch (test.kind) {
    case "label":
      return test.label === label;
    case "owners":
      return policy.owners?.vote.label === label;
    case "change":
      return LOOK_AT_VOTES.includes(test.fact.kind);
    case "time":
      return true;
    case "check":
    case "contributors-known":
      return false;
  }
}

function restsOnChecks(test: RequirementTest, { computed }: Facts): boolean {
  return test.kind === "check" || (test.kind === "label" && computed.has(test.label));
}

/**
 * Which freezes hold for a change: the policy's and the release cycle's together (ruling 52). From its first instant a freeze
 * closes its branches, at its end it opens them, by the clock alone; a change that its exception speaks of is not frozen.
 */
import { sayInstant, type Instant } from "../time.ts";
import { letThrough, standingFor, targetOf, type LetThrough } from "./cycle-freeze.ts";
import { holds } from "./expression-tree.ts";
import type { Facts } from "./facts.ts";
import { matchesGlob } from "./glob.ts";
import { plainly, type Judgement } from "./judgement.ts";
import type { RequirementTest } from "./operators.ts";

/** Asks one test of the change: exceptions are expressions. */
export type Ask = (test: RequirementTest) => Pick<Judgement, "value">;

export interface StandingFreeze {
  readonly name: string;
  /** Of the release cycle, and not of the policy. */
  readonly ofCycle?: true;
  /** What `freeze:<kind>` asks for it by. */
  readonly kind?: string;
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * Of the change's target, not over yet, not excepted; the first to begin first. `name`: of the policy's the one that is called so, of
 * the cycle's those of that kind; without it any.
 */
export function freezesOn(
  { policy, snapshot, now }: Pick<Facts, "policy" | "snapshot" | "now">,
  ask: Ask,
  name?: string,
): readonly StandingFreeze[] {
  const ours = policy.freezes.filter(
    ({ from, to, branches, except }) =>
      now < to &&
      from < to &&
      branches.some((pattern) => matchesGlob(pattern, snapshot.change.branch)) &&
      !(except !== undefined && holds(except.expression, (one) => ask(one).value)),
  );
  return [...ours, ...standingFor(snapshot.freezes, targetOf(snapshot), now)]
    .filter((freeze) => name === undefined || isCalled(freeze, name))
    .map(({ name: called, from, to }) => ({ name: called, from, to }))
    .sort((a, b) => a.from - b.from || a.to - b.to || (a.name < b.name ? -1 : 1));
}

function isCalled(freeze: Pick<StandingFreeze, "name" | "ofCycle" | "kind">, asked: string): boolean {
  return freeze.name === asked || (freeze.ofCycle === true && (freeze.kind ?? asked) === asked);
}

/** While one freeze follows on another without a moment between, they are one. undefined: nothing holds now. */
export function frozenUntil(freezes: readonly StandingFreeze[], now: Instant): Instant | undefined {
  let until = now;
  for (const { from, to } of freezes) if (from <= until && to > until) until = to;
  return until > now ? until : undefined;
}

export function judgeFreeze(facts: Facts, ask: Ask, name?: string): Judgement {
  const { now } = facts;
  const freezes = freezesOn(facts, ask, name);
  const until = frozenUntil(freezes, now);
  const standing = freezes.filter(({ from }) => from <= now);
  if (until === undefined) {
    const [next] = freezes;
    const granted = letThrough(facts.snapshot.freezes, targetOf(facts.snapshot), now);
    const through = granted.filter((one) => name === undefined || isCalled({ ...one, ofCycle: true }, name));
    const none = name === undefined ? "no freeze holds now" : `the freeze ${name} does not hold now`;
    const why = through.length === 0 ? none : through.map(sayThrough).join("; ");
    const evidence = through.map(({ record }) => `exception:${record}`);
    if (next === undefined) return plainly(false, { why, evidence });
    const at = next.from;
    return plainly(false, {
      why: `${why}; ${next.name} begins ${sayInstant(at)}`,
      turns: [[{ kind: "wait", who: [], need: 0, do: `wait until ${sayInstant(at)}`, until: at }]],
      evidence,
      wakeAt: at,
    });
  }
  return plainly(true, {
    why: `frozen by ${listed(standing.map((freeze) => freeze.name))} until ${sayInstant(until)}`,
    turns: [[{ kind: "wait", who: [], need: 0, do: `wait until ${sayInstant(until)}`, until }]],
    evidence: standing.map((freeze) => `freeze:${freeze.name}`),
    wakeAt: until,
  });
}

function sayThrough({ name, until, record }: LetThrough): string {
  return `let through ${name} by ${record} until ${sayInstant(until)}`;
}

/** "a", "a and b", "a, b and c". */
export function listed(names: readonly string[]): string {
  const once = [...new Set(names)];
  const last = once.pop() ?? "";
  return once.length === 0 ? last : `${once.join(", ")} and ${last}`;
}

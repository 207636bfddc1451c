/** Steps as sets: put together, made smaller, compared; and what of them people are told. */
import type { Step } from "./ways-steps.ts";
import type { Action, Way } from "./verdict.ts";

type Votes = Extract<Step, { readonly kind: "votes" }>;

/** Whoever is asked for two votes on one label gives the higher one for both. */
export function uniteSteps(one: readonly Step[], other: readonly Step[]): readonly Step[] {
  return other.reduce<readonly Step[]>((all, step) => {
    if (all.some((known) => isSame(known, step))) return all;
    if (step.kind === "wait")
      return all.some((known) => known.kind === "wait" && known.until >= step.until)
        ? all
        : [...all.filter(({ kind }) => kind !== "wait"), step];
    if (step.kind !== "votes") return [...all, step];
    const same = all.find(
      (known): known is Votes => known.kind === "votes" && known.label === step.label && sharesPeople(known, step),
    );
    return same === undefined ? [...all, step] : [...all.filter((known) => known !== same), ...mergeVotes(same, step)];
  }, one);
}

/** Without one person's part in the step, or without the step. */
export function lessOf(steps: readonly Step[], index: number): readonly Step[] {
  return steps.flatMap((step, at): readonly Step[] => {
    if (at !== index) return [step];
    const { action } = step;
    return action.need > 1 ? [{ ...step, action: { ...action, need: action.need - 1 } }] : [];
  });
}

/** All that are smaller, but the empty one; of large sets only those without one part. */
export function subsetsOf(steps: readonly Step[]): readonly (readonly Step[])[] {
  const size = steps.reduce((product, { action }) => product * (Math.max(1, action.need) + 1), 1);
  if (size > 64) return steps.map((_, index) => lessOf(steps, index));
  const all = steps.reduce<readonly (readonly Step[])[]>(
    (sets, step) => sets.flatMap((set) => partsOf(step).map((part) => [...set, ...part])),
    [[]],
  );
  return all.filter((set) => set.length > 0 && keyOf(set) !== keyOf(steps));
}

function partsOf(step: Step): readonly (readonly Step[])[] {
  const { action } = step;
  const needs = Array.from({ length: Math.max(1, action.need) }, (_, n) => n + 1);
  return [[], ...needs.map((need) => [{ ...step, action: { ...action, need: Math.min(need, action.need) } }])];
}

/** Does whoever does all of the first do all of the second, too? */
export function containsWay(way: readonly Step[], less: readonly Step[]): boolean {
  return less.every((step) => way.some((one) => isSame(one, step) && one.action.need >= step.action.need));
}

export function keyOf(steps: readonly Step[]): string {
  return steps
    .map((step) => `${step.action.need} ${nameOf(step)}`)
    .sort()
    .join("\n");
}

/** What comes first stands first. */
const ORDER: Readonly<Record<Action["kind"], number>> = {
  retract: 0,
  push: 1,
  resolve: 2,
  other: 3,
  vote: 4,
  check: 5,
  override: 6,
  wait: 7,
};

export function wayOf(steps: readonly Step[]): Way {
  return { actions: steps.map(({ action }) => action).sort((a, b) => ORDER[a.kind] - ORDER[b.kind]) };
}

/** They differ at most in how many people do it. Asked of every pair, and names of hundreds of people make long texts. */
function isSame({ action: one }: Step, { action: other }: Step): boolean {
  if (one.kind !== other.kind || one.do !== other.do) return false;
  return (
    one.who === other.who ||
    (one.who.length === other.who.length && one.who.every((login, index) => login === other.who[index]))
  );
}

function nameOf({ action }: Step): string {
  return `${action.kind} ${action.do} ${action.who.join(" ")}`;
}

function sharesPeople(one: Votes, other: Votes): boolean {
  return one.people.some(({ id }) => other.people.some((person) => person.id === id));
}

/** Those in both give the higher vote, as many as the smaller number asks; the rest is given by the others. */
function mergeVotes(one: Votes, other: Votes): readonly Step[] {
  const [higher, lower] = one.value >= other.value ? [one, other] : [other, one];
  const both = higher.people.filter(({ id }) => lower.people.some((person) => person.id === id));
  const shared = Math.min(both.length, higher.action.need, lower.action.need);
  const without = (step: Votes) => step.people.filter(({ id }) => !both.some((person) => person.id === id));
  return [
    votesBy(higher, both, shared),
    votesBy(higher, without(higher), higher.action.need - shared),
    votesBy(lower, without(lower), lower.action.need - shared),
  ].filter(({ action, people }) => action.need > 0 && people.length >= action.need);
}

function votesBy(step: Votes, people: Votes["people"], need: number): Votes {
  return { ...step, people, action: { ...step.action, who: people.map(({ login }) => login), need } };
}

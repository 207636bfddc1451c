/**
 * What could be done so that a requirement passes: sets of actions found over its tests, each tried on the facts and no larger than it
 * has to be. First which tests would have to come out otherwise (by the shape of the expression), then what turns them: votes by people
 * with names, new patch sets, results, waiting. What is pushed comes first, and the votes it costs are asked for again. The search ends
 * after a fixed number of steps and says so.
 */
import { atomsOf } from "./expression-tree.ts";
import type { LabelTest } from "./judge.ts";
import { isTogether, type RequirementTest } from "./operators.ts";
import { askOverrides, type Overriding } from "./override.ts";
import type { Requirement } from "./policy.ts";
import { judgedIn, passesIn, valueIn, waited, type World } from "./supposing.ts";
import { sayInstant, type Instant } from "../time.ts";
import type { Way } from "./verdict.ts";
import { demandsOf, type Demand } from "./ways-demands.ts";
import { votesFor } from "./ways-people.ts";
import { containsWay, keyOf, lessOf, subsetsOf, uniteSteps, wayOf } from "./ways-sets.ts";
import { checkStep, stepOf, untilOf, voteStep, worldAfter, type Step } from "./ways-steps.ts";

export interface Ways {
  readonly ways: readonly Way[];
  readonly more: boolean;
}

const MOST_WAYS = 5;
/** Of each kind of alternatives; enough for five ways, and few enough to try them all. */
const MOST_ALTERNATIVES = 6;
const MOST_CANDIDATES = 24;
const MOST_PUSHES = 3;
/** Tests judged while ways are tried. */
const MOST_TRIALS = 2_000;
/** Tests turned while sets of them are looked at: all sets of a requirement of sixty tests, fewer of a larger one. */
const MOST_TURNED = 1_000;

/** Of a requirement that does not pass in this world, in which nothing is supposed. */
export function waysOf(requirement: Requirement, world: World, { turns }: Pick<Overriding, "turns">): Ways {
  const tests = testsOf(requirement);
  const search: Search = {
    requirement,
    root: world,
    labelTests: tests.flatMap((test) => (test.kind === "label" && !world.facts.computed.has(test.label) ? [test] : [])),
    isMonotone: tests.every((test) => test.kind !== "label" || [">", ">="].includes(test.count.relation)),
    trials: { left: Math.max(8, Math.floor(MOST_TRIALS / tests.length)), exceeded: false },
    mostSets: Math.max(2, Math.floor(MOST_TURNED / tests.length)),
  };
  const found = new Map<string, readonly Step[]>();
  const add = (steps: readonly Step[] | undefined) => {
    if (steps !== undefined) found.set(keyOf(steps), steps);
  };
  const first = candidatesIn(search, world);
  for (const steps of first.candidates) add(smallestOf(search, steps));
  let more = first.more;
  const pushes = new Map(first.pushes.map((steps) => [keyOf(steps), steps]));
  for (const push of [...pushes.values()].slice(0, MOST_PUSHES)) {
    const after = worldAfter(world, push);
    if (passesIn(after, requirement)) add(smallestOf(search, push));
    else {
      const rest = candidatesIn(search, after);
      more ||= rest.more;
      for (const steps of rest.candidates) add(smallestOf(search, [...push, ...steps]));
    }
  }
  const ways = [...found.values()]
    .sort(comparing)
    .filter((way, index, all) => !all.some((other, at) => at < index && containsWay(way, other)));
  const overrides = ways.length >= MOST_WAYS ? [] : overridesOf(search, turns);
  return {
    ways: [...ways, ...overrides].slice(0, MOST_WAYS).map(wayOf),
    more: more || search.trials.exceeded || ways.length > MOST_WAYS || pushes.size > MOST_PUSHES,
  };
}

/** When it passes by waiting alone, if nothing else happens; undefined: not within the next few moments at which anything turns. */
export function earliestOf(requirement: Requirement, world: World): Instant | undefined {
  let later = world;
  for (let turn = 0; turn < 12; turn += 1) {
    const next = nextTurn(requirement, later);
    if (next === undefined) return undefined;
    later = waited(later, next);
    if (passesIn(later, requirement)) return next;
  }
  return undefined;
}

interface Search {
  readonly requirement: Requirement;
  readonly root: World;
  readonly labelTests: readonly LabelTest[];
  /** No vote that its tests count can be one too many. */
  readonly isMonotone: boolean;
  readonly trials: { left: number; exceeded: boolean };
  readonly mostSets: number;
}

interface Candidates {
  readonly candidates: readonly (readonly Step[])[];
  /** Sets of pushes that some candidate begins with. */
  readonly pushes: readonly (readonly Step[])[];
  readonly more: boolean;
}

function candidatesIn(search: Search, world: World): Candidates {
  const { applicableIf, submittableIf, overrideIf } = search.requirement;
  const goals = [
    { condition: submittableIf, wanted: true, counts: () => true },
    { condition: overrideIf, wanted: true, counts: () => true },
    // Nobody makes a change another one only to get round a rule.
    { condition: applicableIf, wanted: false, counts: ({ kind }: Step) => kind !== "push" && kind !== "word" },
  ];
  const candidates: (readonly Step[])[] = [];
  const pushes: (readonly Step[])[] = [];
  let more = false;
  for (const { condition, wanted, counts } of goals) {
    if (condition === undefined) continue;
    const demands = demandsOf(condition.expression, wanted, world);
    more ||= demands.more || demands.sets.length > search.mostSets;
    for (const set of demands.sets.slice(0, search.mostSets))
      for (const steps of set.length === 0 ? [] : alternativesFor(set, world, search)) {
        if (!steps.every(counts)) continue;
        const pushing = steps.filter(({ kind }) => kind === "push");
        if (pushing.length === 0) candidates.push(steps);
        else if (world === search.root) pushes.push(pushing);
      }
  }
  return {
    candidates: candidates.slice(0, MOST_CANDIDATES),
    pushes,
    more: more || candidates.length > MOST_CANDIDATES,
  };
}

/** Each turns every test of the set. */
function alternativesFor(set: readonly Demand[], world: World, search: Search): readonly (readonly Step[])[] {
  const { facts } = world;
  const votes = set.flatMap(({ test, wanted }) =>
    test.kind === "label" && !facts.computed.has(test.label) ? [{ test, wanted }] : [],
  );
  const results = set.filter(({ test }) => isOfChecks(test, world));
  const others = set.filter(({ test }) => test.kind === "change" || test.kind === "time" || test.kind === "owners");
  if (votes.length + results.length + others.length < set.length) return [];
  const parts = [
    votes.length === 0 ? [[]] : votesFor(votes, facts, search.labelTests).map((moves) => moves.map(voteStep)),
    results.length === 0 ? [[]] : resultsFor(results, world, search),
    ...others.map(({ test }) => turnsOf(test, world)),
  ];
  return parts.reduce<readonly (readonly Step[])[]>(
    (all, part) => all.flatMap((one) => part.map((more) => uniteSteps(one, more))).slice(0, MOST_ALTERNATIVES),
    [[]],
  );
}

function turnsOf(test: RequirementTest, world: World): readonly (readonly Step[])[] {
  return (judgedIn(world, test).turns ?? [])
    .slice(0, MOST_ALTERNATIVES)
    .map((actions) => actions.map((action) => stepOf(action, test, world)));
}

/** The fewest checks whose success makes these tests come out: one alone where one is enough, else as few of all as will do. */
function resultsFor(demands: readonly Demand[], world: World, search: Search): readonly (readonly Step[])[] {
  const names = [...new Set(demands.flatMap(({ test }) => checksIn(test, world)))];
  const results = [...world.facts.checks.values()].flatMap(({ result }) =>
    names.includes(result.name) && result.state !== "passed" ? [result] : [],
  );
  // What a check says of the newest patch set there is, also where another is supposed.
  const known = search.root.facts.checks;
  const said = results.map((result) => {
    const before = known.get(result.name)?.result;
    return before === undefined || before.state === "passed" ? result : before;
  });
  const failed = world === search.root && said.some(({ state }) => state === "failed");
  const steps = said.map((result) => checkStep(result, failed, search.root.facts));
  const turns = (some: readonly Step[]) => {
    if (!isAffordable(search)) return false;
    const passed = some.flatMap((step): readonly Step[] =>
      step.kind === "push" && step.check !== undefined
        ? [{ kind: "check", action: step.action, check: step.check }]
        : [step],
    );
    const after = worldAfter(world, passed);
    return demands.every(({ test, wanted }) => valueIn(after, test) === wanted);
  };
  if (!turns(steps)) return [];
  if (steps.length <= MOST_ALTERNATIVES && steps.length > 1) {
    const singles = steps.filter((step) => turns([step]));
    if (singles.length > 0) return singles.map((step) => [step]);
  }
  return [
    steps.reduce<readonly Step[]>((kept, step) => {
      const without = kept.filter((one) => one !== step);
      return without.length > 0 && turns(without) ? without : kept;
    }, steps),
  ];
}

/** As small as it can be, with waiting added where that is all that is missing; undefined: it does not do. */
function smallestOf(search: Search, steps: readonly Step[]): readonly Step[] | undefined {
  const passes = (some: readonly Step[]) =>
    isAffordable(search) && passesIn(worldAfter(search.root, some), search.requirement);
  let smallest = passes(steps) ? steps : withWaiting(search, steps);
  if (smallest === undefined) return undefined;
  for (let index = 0; index < smallest.length;) {
    const less = lessOf(smallest, index);
    if (less.length > 0 && passes(less)) smallest = less;
    else index += 1;
  }
  if (search.trials.exceeded) return undefined;
  // Where more votes can also be too many, taking away one is not all that has to be tried.
  return search.isMonotone || !subsetsOf(smallest).some(passes) ? smallest : undefined;
}

function withWaiting(search: Search, steps: readonly Step[]): readonly Step[] | undefined {
  let later = worldAfter(search.root, steps);
  for (let turn = 0; turn < 3 && isAffordable(search); turn += 1) {
    const until = nextTurn(search.requirement, later);
    if (until === undefined) return undefined;
    later = waited(later, until);
    if (!passesIn(later, search.requirement)) continue;
    const action = { kind: "wait" as const, who: [], need: 0, do: `wait until ${sayInstant(until)}`, until };
    return [...steps.filter(({ kind }) => kind !== "wait"), { kind: "wait", action, until }];
  }
  return undefined;
}

/** When waiting alone may turn one of its tests. */
function nextTurn(requirement: Requirement, world: World): Instant | undefined {
  const tests = testsOf(requirement);
  const { checks, now } = world.facts;
  const ofChecks = tests.some((test) => isOfChecks(test, world)) ? [...checks.values()] : [];
  const turns = [...tests.map((test) => judgedIn(world, test)), ...ofChecks].flatMap(({ wakeAt }) => wakeAt ?? []);
  return turns.reduce<Instant | undefined>(
    (next, at) => (at > now && (next === undefined || at < next) ? at : next),
    undefined,
  );
}

/** Several people lift it: the last resort. */
function overridesOf({ requirement, root }: Search, turns: Overriding["turns"]): readonly (readonly Step[])[] {
  const [anyTest] = testsOf(requirement);
  if (anyTest === undefined) return [];
  const lifts = (steps: readonly Step[]) => askOverrides(requirement, worldAfter(root, steps).facts).lift !== undefined;
  return turns
    .map((actions) => actions.map((action) => stepOf(action, anyTest, root)))
    .filter((steps) => lifts(steps) && !steps.some((_, index) => lifts(lessOf(steps, index))));
}

function isAffordable({ trials }: Search): boolean {
  if (trials.left <= 0) trials.exceeded = true;
  trials.left -= 1;
  return trials.left >= 0;
}

function testsOf({ applicableIf, submittableIf, overrideIf }: Requirement): readonly RequirementTest[] {
  return [applicableIf, submittableIf, overrideIf].flatMap((condition) =>
    condition === undefined ? [] : atomsOf(condition.expression),
  );
}

function isOfChecks(test: RequirementTest, { facts }: World): boolean {
  return test.kind === "check" || (test.kind === "label" && facts.computed.has(test.label));
}

function checksIn(test: RequirementTest, { facts }: World): readonly string[] {
  return test.kind === "check" && !isTogether(test.check) ? [test.check] : [...facts.checks.keys()];
}

function comparing(a: readonly Step[], b: readonly Step[]): number {
  const people = (steps: readonly Step[]) => steps.reduce((sum, { action }) => sum + action.need, 0);
  const until = (steps: readonly Step[]) => untilOf(steps) ?? 0;
  return people(a) - people(b) || until(a) - until(b) || (keyOf(a) < keyOf(b) ? -1 : 1);
}

/**
 * Whose votes, and how many of them, make the label tests of one set come out as wanted. Votes on different labels do not touch each
 * other, so each label is solved alone: people are told apart only by what their vote would do to the counts, and the smallest numbers
 * of each kind of people are found by trying, fewest people first.
 */
import type { UserId } from "../ids.ts";
import type { Facts } from "./facts.ts";
import { passes, wouldCount, type LabelTest } from "./judge.ts";
import { labelOf, type Label } from "./policy.ts";
import { relates } from "./relation.ts";
import type { Person } from "./snapshot.ts";

export interface WantedCount {
  readonly test: LabelTest;
  /** Whether it should hold. It does not come out so now. */
  readonly wanted: boolean;
}

/** Any `need` of the people vote this value; 0 takes their vote back. Their votes now, where they have one, are `from`. */
export interface VoteMove {
  readonly label: string;
  readonly value: number;
  readonly from: number;
  readonly people: readonly Person[];
  readonly need: number;
  readonly group?: string;
}

/**
 * Alternatives, those of fewest people first; none: nobody can. All tests are on labels people vote on. `beside`: other tests of the
 * requirement; people whose vote would change them differently are not asked in one breath.
 */
export function votesFor(
  counts: readonly WantedCount[],
  facts: Facts,
  beside: readonly LabelTest[] = [],
): readonly (readonly VoteMove[])[] {
  const labels = [...new Set(counts.map(({ test }) => test.label))];
  return labels.reduce<readonly (readonly VoteMove[])[]>(
    (ways, name) => {
      const label = labelOf(facts.policy, name);
      if (label === undefined || ways.length === 0) return [];
      const mine = solve(label, {
        counts: counts.filter(({ test }) => test.label === name),
        facts,
        beside: beside.filter((test) => test.label === name),
      });
      return ways.flatMap((way) => mine.map((more) => [...way, ...more])).slice(0, MOST_SOLUTIONS);
    },
    [[]],
  );
}

/** Those whose vote would be one more that the test counts. */
export function couldGive(test: LabelTest, facts: Facts): readonly Person[] {
  const known = COULD_GIVE.get(facts) ?? new Map<string, readonly Person[]>();
  COULD_GIVE.set(facts, known);
  const given = known.get(test.text);
  if (given !== undefined) return given;
  const label = labelOf(facts.policy, test.label);
  const kinds = label === undefined ? [] : kindsOf(label, { counts: [{ test, wanted: true }], facts });
  const people = kinds.filter(({ delta }) => delta[0] === 1).flatMap((kind) => kind.people);
  known.set(test.text, people);
  return people;
}

/** A policy asks the same of several places, and everybody is looked at for it. */
const COULD_GIVE = new WeakMap<Facts, Map<string, readonly Person[]>>();

const MOST_SOLUTIONS = 8;
const MOST_TRIES = 2_000;

interface Asked {
  /** All on one label. */
  readonly counts: readonly WantedCount[];
  readonly facts: Facts;
  readonly beside?: readonly LabelTest[];
}

/** People whose vote of this value changes the counts in the same way. */
interface Kind {
  readonly value: number;
  readonly from: number;
  /** Per test: one more, one fewer, the same. */
  readonly delta: readonly number[];
  readonly people: readonly Person[];
  /** It asks somebody who stands in the way for the opposite, or anybody for a vote against the change. */
  readonly bold: boolean;
}

function solve(label: Label, asked: Asked): readonly (readonly VoteMove[])[] {
  const kinds = kindsOf(label, asked);
  const modest = solveWith(
    kinds.filter(({ bold }) => !bold),
    label,
    asked,
  );
  return modest.length > 0 ? modest : solveWith(kinds, label, asked);
}

function solveWith(kinds: readonly Kind[], label: Label, { counts, facts }: Asked): readonly (readonly VoteMove[])[] {
  const now = counts.map(({ test }) => countOf(test, facts));
  const lacks = counts.map(({ test, wanted }, index) => Math.abs(lackOf(test, wanted, now[index] ?? 0)));
  const least = Math.max(...lacks);
  const most = Math.min(
    lacks.reduce((sum, lack) => sum + lack, 0),
    kinds.reduce((sum, { people }) => sum + people.length, 0),
  );
  const found: (readonly number[])[] = [];
  let tries = 0;
  const isRight = (numbers: readonly number[]) =>
    counts.every(({ test: { count }, wanted }, index) => {
      const after = kinds.reduce((sum, { delta }, k) => sum + (numbers[k] ?? 0) * (delta[index] ?? 0), now[index] ?? 0);
      return relates(after, count.relation, count.n) === wanted;
    });
  const choose = (numbers: readonly number[], left: number): void => {
    if (tries > MOST_TRIES || found.length >= MOST_SOLUTIONS) return;
    const kind = kinds[numbers.length];
    if (kind === undefined) {
      tries += 1;
      if (left === 0 && !found.some((less) => less.every((n, k) => n <= (numbers[k] ?? 0))) && isRight(numbers))
        found.push(numbers);
      return;
    }
    const isLast = numbers.length === kinds.length - 1;
    if (isLast && left > kind.people.length) return;
    for (let n = Math.min(left, kind.people.length); n >= (isLast ? left : 0); n -= 1)
      choose([...numbers, n], left - n);
  };
  if (kinds.length > 0) for (let people = least; people <= most; people += 1) choose([], people);
  const [only] = counts;
  const group = counts.length === 1 ? only?.test.group : undefined;
  return found.flatMap((numbers) => {
    const moves = kinds.flatMap(({ value, from, people }, k): readonly VoteMove[] => {
      const need = numbers[k] ?? 0;
      const common = { label: label.name, value, from, people, need };
      return need === 0 ? [] : [group === undefined ? common : { ...common, group }];
    });
    const apart = keepApart(moves);
    return apart === undefined ? [] : [apart];
  });
}

/** One person votes once: whoever stands in two moves is left to the one that can spare them less. */
function keepApart(moves: readonly VoteMove[]): readonly VoteMove[] | undefined {
  const taken = new Set<UserId>();
  const order = [...moves].sort((a, b) => a.people.length - a.need - (b.people.length - b.need));
  const apart = new Map<VoteMove, VoteMove>();
  for (const move of order) {
    const people = move.people.filter(({ id }) => !taken.has(id));
    if (people.length < move.need) return undefined;
    for (const { id } of people) taken.add(id);
    apart.set(move, { ...move, people });
  }
  return moves.flatMap((move) => apart.get(move) ?? []);
}

/** How many more (or, negative, fewer) the count has to be, at the least. */
function lackOf({ count: { relation, n } }: LabelTest, wanted: boolean, now: number): number {
  switch (relation) {
    case ">=":
      return wanted ? n - now : n - 1 - now;
    case ">":
      return wanted ? n + 1 - now : n - now;
    case "<":
      return wanted ? n - 1 - now : n - now;
    case "<=":
      return wanted ? n - now : n + 1 - now;
    case "=":
      return wanted ? n - now : 1;
  }
}

function countOf(test: LabelTest, facts: Facts): number {
  const standing = facts.tallies.get(test.label)?.standing ?? [];
  return new Set(
    standing
      .filter(({ vote, value }) => wouldCount(test, vote.user.id, value, facts))
      .map(({ vote }) => facts.voters.humanOf(vote.user.id)),
  ).size;
}

function kindsOf(label: Label, { counts, facts, beside = [] }: Asked): readonly Kind[] {
  const standing = facts.tallies.get(label.name)?.standing ?? [];
  const votes = new Map(standing.map(({ vote, value }) => [vote.user.id, value]));
  const tests = counts.map(({ test, wanted }): Measured => {
    const accounts = new Map<UserId, Set<UserId>>();
    for (const { vote, value } of standing) {
      if (!wouldCount(test, vote.user.id, value, facts)) continue;
      const human = facts.voters.humanOf(vote.user.id);
      accounts.set(human, (accounts.get(human) ?? new Set()).add(vote.user.id));
    }
    const lack = lackOf(test, wanted, accounts.size);
    return { test, accounts, ways: !wanted && test.count.relation === "=" ? [1, -1] : [Math.sign(lack)] };
  });
  const kinds = new Map<string, Kind & { readonly people: Person[] }>();
  for (const options of bestAccounts(label, { votes, tests, facts }))
    for (const { person, value, delta } of options) {
      const from = votes.get(person.id) ?? 0;
      const helps = (index: number) => tests[index]?.ways.includes(delta[index] ?? 0) === true;
      const opposes = from < 0 && value > 0 && delta.some((by, index) => by < 0 && helps(index));
      // Taking back names what is taken back.
      const aside = beside.map(
        (test) => Number(wouldCount(test, person.id, value, facts)) - Number(wouldCount(test, person.id, from, facts)),
      );
      const key = JSON.stringify([value, delta, value === 0 ? from : 0, aside]);
      const bold = value < 0 || (opposes && delta.some((by, index) => by > 0 && helps(index)));
      const known = kinds.get(key);
      if (known === undefined) kinds.set(key, { value, from, delta, people: [person], bold });
      else known.people.push(person);
    }
  return [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind);
}

interface Measured {
  readonly test: LabelTest;
  /** Per human the accounts whose votes are counted. */
  readonly accounts: ReadonlyMap<UserId, ReadonlySet<UserId>>;
  /** Which changes of the count are in its favour. */
  readonly ways: readonly number[];
}

interface Option {
  readonly person: Person;
  readonly value: number;
  readonly delta: readonly number[];
}

interface Weighed {
  readonly votes: ReadonlyMap<UserId, number>;
  readonly tests: readonly Measured[];
  readonly facts: Facts;
}

/** What each human could do that helps, by the one account of theirs that can do most. */
function bestAccounts(label: Label, weighed: Weighed): readonly (readonly Option[])[] {
  const { voters } = weighed.facts;
  const byHuman = new Map<UserId, { readonly options: readonly Option[]; readonly stands: boolean }>();
  for (const person of voters.everybody()) {
    const human = voters.humanOf(person.id);
    const options = optionsOf(person, label, weighed);
    const stands = (weighed.votes.get(person.id) ?? 0) < 0;
    const best = byHuman.get(human);
    if (
      best === undefined ||
      Number(stands) > Number(best.stands) ||
      (stands === best.stands && options.length > best.options.length)
    )
      byHuman.set(human, { options, stands });
  }
  return [...byHuman.values()].map(({ options }) => options);
}

/** For each effect the value nearest to what people mean by it: taking back, the smallest approval, the mildest objection. */
function optionsOf(person: Person, label: Label, { votes, tests, facts }: Weighed): readonly Option[] {
  // Most people of a large project can change nothing: they are neither asked nor counted.
  const concerns = ({ test, accounts }: Measured) =>
    passes(test, person.id, facts) || accounts.has(facts.voters.humanOf(person.id));
  if (!tests.some(concerns)) return [];
  const human = facts.voters.humanOf(person.id);
  const range = facts.voters.rangeOf(person.id, label.name);
  const now = votes.get(person.id) ?? 0;
  const options = new Map<string, Option>();
  const values = [
    ...(now === 0 ? [] : [0]),
    ...label.values.map(({ value }) => value).filter((value) => value > 0 && value <= (range?.max ?? 0)),
    ...label.values
      .map(({ value }) => value)
      .filter((value) => value < 0 && value >= (range?.min ?? 0))
      .reverse(),
  ];
  for (const value of values) {
    if (value === now) continue;
    const delta = tests.map(({ test, accounts }) => {
      const mine = accounts.get(human);
      const others = mine !== undefined && (mine.size > 1 || !mine.has(person.id));
      const after = others || wouldCount(test, person.id, value, facts);
      return Number(after) - Number(mine !== undefined);
    });
    const key = delta.join();
    if (!options.has(key) && delta.some((by, index) => tests[index]?.ways.includes(by) === true))
      options.set(key, { person, value, delta });
  }
  return [...options.values()];
}

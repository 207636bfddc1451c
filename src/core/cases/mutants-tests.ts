/** How one test of a requirement may differ, and when a difference makes none. */
import { atomsOf, holds, type Expression } from "../policy/expression-tree.ts";
import type { RequirementTest } from "../policy/operators.ts";
import type { AccessRule, Label, Policy } from "../policy/policy.ts";
import { relates, type Relation } from "../policy/relation.ts";

type LabelTest = Extract<RequirementTest, { readonly kind: "label" }>;

/** The text differs too, because answers are remembered by it. */
export function alterationsOf(
  test: RequirementTest,
  { labels, access }: Policy,
): readonly { readonly what: string; readonly test: RequirementTest }[] {
  if (test.kind === "time") return altered(test);
  if (test.kind !== "label") return [];
  const label = labels.find(({ name }) => name === test.label);
  if (label === undefined || label.computed.length > 0) return [];
  const { text, count } = test;
  const made = (what: string, changed: Partial<LabelTest>) => ({
    what: `\`${text}\` has ${what}`,
    test: { ...test, ...changed, text: `${text} (${what})` },
  });
  const { user: _user, ...anybodys } = test;
  const { group: _group, ...ofAnyGroup } = test;
  const counts = [count.n - 1, count.n + 1].filter((n) => n >= 1);
  return [
    ...counts.map((n) => made(`count${count.relation}${n}`, { count: { ...count, n } })),
    ...otherValues(test, label).map((value) => made(`the value ${value.relation}${value.n}`, { value })),
    ...(test.user === undefined
      ? []
      : [{ what: `\`${text}\` is without user=`, test: { ...anybodys, text: `${text} (anybody's)` } }]),
    ...(test.group === undefined || onlyThey(test, access)
      ? []
      : [{ what: `\`${text}\` is without group=`, test: { ...ofAnyGroup, text: `${text} (of any group)` } }]),
  ];
}

const RELATIONS: readonly Relation[] = ["=", ">=", "<=", ">", "<"];

/**
 * Other relations and numbers one step away, by the values of the label they take in: none twice, none that is the test's own. What takes
 * in 0, or no value at all, is refused when a policy is read.
 */
function otherValues({ value }: LabelTest, { min, max, values }: Label): readonly Exclude<LabelTest["value"], "ANY">[] {
  if (value === "ANY") return [];
  const taken = ({ relation, n }: { readonly relation: Relation; readonly n: number }) =>
    values.filter((one) => relates(one.value, relation, n)).map((one) => one.value);
  const seen = new Set([taken(value).join()]);
  const near = [value.n, value.n - 1, value.n + 1].filter((n) => min <= n && n <= max);
  return near.flatMap((n) =>
    RELATIONS.flatMap((relation) => {
      const values = taken({ relation, n });
      if (values.length === 0 || values.includes(0) || seen.has(values.join())) return [];
      seen.add(values.join());
      return [{ relation, n }];
    }),
  );
}

/** An hour more and an hour less. */
function altered(test: Extract<RequirementTest, { readonly kind: "time" }>) {
  const { fact, text } = test;
  if (fact.kind !== "age" && fact.kind !== "quiet") return [];
  return [-3_600_000, 3_600_000].map((step) => {
    const what = `an hour ${step < 0 ? "less" : "more"}`;
    return {
      what: `\`${text}\` has ${what}`,
      test: { ...test, text: `${text} (${what})`, fact: { ...fact, ms: Math.max(0, fact.ms + step) } },
    };
  });
}

/** Nobody else may vote as high anywhere, and a vote beyond one's right counts no higher than that: the group is said twice. */
function onlyThey({ label, value, group }: LabelTest, access: readonly AccessRule[]): boolean {
  if (value === "ANY" || value.n <= 0 || !relates(value.n, value.relation, value.n)) return false;
  const grants = access.filter((rule) => rule.label === label).flatMap((rule) => rule.grants);
  return value.relation !== "<=" && grants.every(({ to, max }) => to === group || max < value.n);
}

/**
 * Both come out the same whatever the votes and checks say: the whole truth table, in which the tests of one computed label share its one
 * value. Everything else is taken as it comes, so this is never said of two that could differ.
 */
export function sameOutcome(
  one: Expression<RequirementTest>,
  other: Expression<RequirementTest>,
  { labels }: Policy,
): boolean {
  const tests = [...new Map([...atomsOf(one), ...atomsOf(other)].map((test) => [test.text, test])).values()];
  const computed = labels.filter(
    (label) => label.computed.length > 0 && tests.some((test) => test.kind === "label" && test.label === label.name),
  );
  const isComputed = (test: RequirementTest) =>
    test.kind === "label" && computed.some(({ name }) => name === test.label);
  const free = tests.filter((test) => !isComputed(test));
  if (free.length > MOST_FREE) return false;
  const choices = [...computed.map(({ values }) => values.map(({ value }) => value)), ...free.map(() => [0, 1])];
  return everyChoice(choices).every((chosen) => {
    const answer = (test: RequirementTest): boolean => {
      if (!isComputed(test) || test.kind !== "label")
        return chosen[computed.length + free.findIndex(({ text }) => text === test.text)] === 1;
      const value = chosen[computed.findIndex(({ name }) => name === test.label)] ?? 0;
      return value !== 0 && (test.value === "ANY" || relates(value, test.value.relation, test.value.n));
    };
    return holds(one, answer) === holds(other, answer);
  });
}

/** 2 to this many rows. */
const MOST_FREE = 10;

function everyChoice(choices: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return choices.reduce<readonly (readonly number[])[]>(
    (all, values) => all.flatMap((before) => values.map((value) => [...before, value])),
    [[]],
  );
}

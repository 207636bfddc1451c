/**
 * The policies that are one small thing different: a test turned round or left out, an AND that is an OR, one vote more or less, a
 * right a step wider. A mutant that decides the same in every situation is not made: where all that an expression asks is known (change
 * kinds and values in a copy condition, the values of a computed label), its truth table is compared with the original's.
 */
import { kindMatches, type CopyTest } from "../policy/copy-operators.ts";
import { holds, type Expression } from "../policy/expression-tree.ts";
import type { RequirementTest } from "../policy/operators.ts";
import type { AccessRule, Label, Policy, Requirement } from "../policy/policy.ts";
import { relates } from "../policy/relation.ts";
import type { ChangeKind } from "../policy/snapshot.ts";

export interface Mutant {
  readonly path: readonly (string | number)[];
  /** "`count>=2` is `count>=1`". */
  readonly what: string;
  readonly policy: Policy;
}

export function mutantsOf(policy: Policy): readonly Mutant[] {
  return [
    ...policy.requirements.flatMap((requirement, at) => ofRequirement(policy, requirement, at)),
    ...policy.labels.flatMap((label, at) => ofLabel(policy, label, at)),
    ...policy.access.flatMap((rule, at) => ofAccess(policy, rule, at)),
    ...ofIdentity(policy),
  ];
}

interface Changed<T> {
  readonly what: string;
  readonly expression: Expression<T>;
}

/** Each place of the tree, changed in each way; `alter` says how one test may differ. */
function changes<T>(
  expression: Expression<T>,
  textOf: (test: T) => string,
  alter: (test: T) => readonly { readonly what: string; readonly test: T }[],
): readonly Changed<T>[] {
  switch (expression.kind) {
    case "atom": {
      const { atom } = expression;
      return [
        { what: `\`${textOf(atom)}\` is turned round`, expression: { kind: "not", term: expression } },
        ...alter(atom).map(({ what, test }) => ({ what, expression: { kind: "atom" as const, atom: test } })),
      ];
    }
    case "not":
      return [
        ...changes(expression.term, textOf, alter)
          // Turning round what is turned round already is the same as leaving the NOT out.
          .map(({ what, expression: term }) => ({ what, expression: without(term) })),
      ];
    case "and":
    case "or": {
      const { kind, terms } = expression;
      const other = kind === "and" ? ("or" as const) : ("and" as const);
      const left = terms.map((term, at) => ({
        what: `${describe(term, textOf)} is left out`,
        expression: joined(kind, terms.toSpliced(at, 1)),
      }));
      const inside = terms.flatMap((term, at) =>
        changes(term, textOf, alter).map(({ what, expression: changed }) => ({
          what,
          expression: { kind, terms: terms.with(at, changed) },
        })),
      );
      return [
        { what: `${kind.toUpperCase()} is ${other.toUpperCase()}`, expression: { kind: other, terms } },
        ...left,
        ...inside,
      ];
    }
  }
}

function without<T>(term: Expression<T>): Expression<T> {
  return term.kind === "not" ? term.term : { kind: "not", term };
}

function joined<T>(kind: "and" | "or", terms: readonly Expression<T>[]): Expression<T> {
  const [only] = terms;
  return terms.length === 1 && only !== undefined ? only : { kind, terms };
}

function describe<T>(expression: Expression<T>, textOf: (test: T) => string): string {
  switch (expression.kind) {
    case "atom":
      return `\`${textOf(expression.atom)}\``;
    case "not":
      return `-${describe(expression.term, textOf)}`;
    case "and":
    case "or":
      return `(${expression.terms.map((term) => describe(term, textOf)).join(` ${expression.kind.toUpperCase()} `)})`;
  }
}

function ofRequirement(policy: Policy, requirement: Requirement, at: number): readonly Mutant[] {
  const { name } = requirement;
  const put = (changed: Requirement): Policy => ({ ...policy, requirements: policy.requirements.with(at, changed) });
  const path = ["submitRequirements", name];
  const conditions = (["applicableIf", "submittableIf", "overrideIf"] as const).flatMap((key) => {
    const condition = requirement[key];
    if (condition === undefined) return [];
    const changed = changes(
      condition.expression,
      ({ text }) => text,
      (test) => alterations(test, policy),
    );
    return changed
      .filter(({ expression }) => !sameForComputed(condition.expression, expression, policy))
      .map(({ what, expression }) => ({
        path: [...path, key],
        what,
        policy: put({ ...requirement, [key]: { ...condition, expression } }),
      }));
  });
  const { applicableIf, overrideIf, ...rest } = requirement;
  return [
    ...conditions,
    ...(applicableIf === undefined
      ? []
      : [
          {
            path: [...path, "applicableIf"],
            what: "it is applicable always",
            policy: put({ ...rest, ...(overrideIf === undefined ? {} : { overrideIf }) }),
          },
        ]),
    ...(overrideIf === undefined
      ? []
      : [
          {
            path: [...path, "overrideIf"],
            what: "nothing overrides it",
            policy: put({ ...rest, ...(applicableIf === undefined ? {} : { applicableIf }) }),
          },
        ]),
    ...(policy.requirements.length === 1
      ? []
      : [
          {
            path,
            what: "the requirement is left out",
            policy: { ...policy, requirements: policy.requirements.toSpliced(at, 1) },
          },
        ]),
  ];
}

/** One test, a little different; the text differs too, because answers are remembered by it. */
function alterations(
  test: RequirementTest,
  { labels, access }: Policy,
): readonly { readonly what: string; readonly test: RequirementTest }[] {
  if (test.kind !== "label") return [];
  const label = labels.find(({ name }) => name === test.label);
  if (label === undefined || label.computed.length > 0) return [];
  const { text, count, value } = test;
  const made = (what: string, changed: Partial<typeof test>) => ({
    what: `\`${text}\`: ${what}`,
    test: { ...test, ...changed, text: `${text} (${what})` },
  });
  const { user: _user, ...noUser } = test;
  const { group: _group, ...noGroup } = test;
  const counts = [count.n - 1, count.n + 1].filter((n) => n >= 1);
  const nearer = value === "ANY" ? [] : [value.n - Math.sign(value.n)].filter((n) => n !== 0);
  return [
    ...counts.map((n) => made(`count${count.relation}${n}`, { count: { ...count, n } })),
    ...nearer.map((n) => made(`value ${n > 0 ? ">=" : "<="}${n}`, { value: { relation: n > 0 ? ">=" : "<=", n } })),
    ...(test.user === undefined
      ? []
      : [{ what: `\`${text}\` without user=`, test: { ...noUser, text: `${text} (anybody's)` } }]),
    ...(test.group === undefined || onlyThey(test, access)
      ? []
      : [{ what: `\`${text}\` without group=`, test: { ...noGroup, text: `${text} (of any group)` } }]),
  ];
}

/** Nobody else may vote as high anywhere, and a vote beyond one's right counts no higher than that: the group is said twice. */
function onlyThey(
  { label, value, group }: Extract<RequirementTest, { readonly kind: "label" }>,
  access: readonly AccessRule[],
): boolean {
  if (value === "ANY" || value.n <= 0) return false;
  const reach = access.filter((rule) => rule.label === label).flatMap(({ grants }) => grants);
  return reach.every(({ to, max }) => to === group || !relates(max, ">=", value.n));
}

/**
 * Both decide the same whatever the checks say, with everything else they ask taken as it comes. Asked only where a computed label is
 * among what they ask.
 */
function sameForComputed(
  one: Expression<RequirementTest>,
  other: Expression<RequirementTest>,
  policy: Policy,
): boolean {
  const tests = new Map([...testsIn(one), ...testsIn(other)].map((test) => [test.text, test]));
  const computed = policy.labels.filter(
    ({ name, computed: by }) =>
      by.length > 0 && [...tests.values()].some((test) => test.kind === "label" && test.label === name),
  );
  if (computed.length === 0) return false;
  const free = [...tests.values()].filter(
    (test) => !(test.kind === "label" && computed.some(({ name }) => name === test.label)),
  );
  if (free.length > 8) return false;
  return everyChoice(computed.map(({ values }) => values.map(({ value }) => value))).every((values) =>
    everyChoice(free.map(() => [0, 1])).every((bits) => {
      const answer = (test: RequirementTest): boolean => {
        const at = computed.findIndex(({ name }) => test.kind === "label" && name === test.label);
        if (test.kind === "label" && at >= 0) {
          const value = values[at] ?? 0;
          return value !== 0 && (test.value === "ANY" || relates(value, test.value.relation, test.value.n));
        }
        return bits[free.findIndex(({ text }) => text === test.text)] === 1;
      };
      return holds(one, answer) === holds(other, answer);
    }),
  );
}

function testsIn(expression: Expression<RequirementTest>): readonly RequirementTest[] {
  switch (expression.kind) {
    case "atom":
      return [expression.atom];
    case "not":
      return testsIn(expression.term);
    case "and":
    case "or":
      return expression.terms.flatMap(testsIn);
  }
}

function everyChoice(choices: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return choices.reduce<readonly (readonly number[])[]>(
    (all, values) => all.flatMap((before) => values.map((value) => [...before, value])),
    [[]],
  );
}

const KINDS: readonly ChangeKind[] = [
  "NO_CHANGE",
  "NO_CODE_CHANGE",
  "TRIVIAL_REBASE",
  "TRIVIAL_REBASE_WITH_MESSAGE_UPDATE",
  "MERGE_FIRST_PARENT_UPDATE",
  "TARGET_MERGE",
  "REWORK",
];

function ofLabel(policy: Policy, label: Label, at: number): readonly Mutant[] {
  const put = (changed: Label): Policy => ({ ...policy, labels: policy.labels.with(at, changed) });
  const path = ["labels", label.name];
  const { copy, ...withoutCopy } = label;
  const copies =
    copy === undefined
      ? []
      : [
          ...changes(copy.expression, copyText, () => []).map(({ what, expression }) => ({
            what,
            changed: { ...label, copy: { ...copy, expression } },
          })),
          { what: "no vote is carried", changed: withoutCopy },
        ].filter(({ changed }) => !sameCopies(label, changed));
  const computed = label.computed.flatMap((one, index) => [
    ...changes(
      one.expression,
      ({ text }) => text,
      () => [],
    ).map(({ what, expression }) => ({
      path: [...path, "computed", String(one.value)],
      what,
      policy: put({ ...label, computed: label.computed.with(index, { ...one, expression }) }),
    })),
    {
      path: [...path, "computed", String(one.value)],
      what: `it is never ${one.value}`,
      policy: put({ ...label, computed: label.computed.toSpliced(index, 1) }),
    },
  ]);
  return [
    ...copies.map(({ what, changed }) => ({ path: [...path, "copyCondition"], what, policy: put(changed) })),
    // A label that nothing computes any more would be one that people vote on: another policy.
    ...computed.filter((mutant) => mutant.policy.labels[at]?.computed.length !== 0),
    ...(label.veto === "sticky" && label.min < 0
      ? [{ path: [...path, "veto"], what: "the veto is not sticky", policy: put({ ...label, veto: "none" }) }]
      : []),
  ];
}

function copyText(test: CopyTest): string {
  return test.kind === "change-kind" ? `changekind:${test.is}` : `is:${test.is}`;
}

/** For every kind and value, the sticky veto apart: it is carried whatever the condition says. */
function sameCopies(one: Label, other: Label): boolean {
  return KINDS.every((kind) =>
    one.values.every(({ value }) => {
      if (value === 0 || (one.veto === "sticky" && value === one.min && one.min < 0)) return true;
      return carries(one, value, kind) === carries(other, value, kind);
    }),
  );
}

function carries({ copy, min, max }: Label, value: number, kind: ChangeKind): boolean {
  if (copy === undefined) return false;
  return holds(copy.expression, (test) => {
    switch (test.kind) {
      case "change-kind":
        return kindMatches(test.is, kind);
      case "value":
        return test.is === "ANY"
          ? value !== 0
          : value === (test.is === "MIN" ? min : test.is === "MAX" ? max : test.is);
    }
  });
}

function ofAccess(policy: Policy, rule: AccessRule, at: number): readonly Mutant[] {
  const label = policy.labels.find(({ name }) => name === rule.label);
  const put = (changed: AccessRule): Policy => ({ ...policy, access: policy.access.with(at, changed) });
  const path = ["access"];
  const where = `${rule.label} on \`${rule.branch}\``;
  const grants = rule.grants.flatMap((grant, index) => {
    const range = (min: number, max: number) => `${min}..${max > 0 ? "+" : ""}${max}`;
    const steps = [
      ...(grant.max > 0 ? [{ ...grant, max: grant.max - 1 }] : []),
      ...(label !== undefined && grant.max < label.max ? [{ ...grant, max: grant.max + 1 }] : []),
      ...(grant.min < 0 ? [{ ...grant, min: grant.min + 1 }] : []),
      ...(label !== undefined && grant.min > label.min ? [{ ...grant, min: grant.min - 1 }] : []),
    ];
    return steps.map((changed) => ({
      path,
      what: `${where}: ${grant.to} may ${range(changed.min, changed.max)}, in place of ${range(grant.min, grant.max)}`,
      policy: put({ ...rule, grants: rule.grants.with(index, changed) }),
    }));
  });
  return [
    ...grants,
    ...(rule.exclusive
      ? [{ path, what: `${where} is not exclusive`, policy: put({ ...rule, exclusive: false }) }]
      : []),
  ];
}

function ofIdentity(policy: Policy): readonly Mutant[] {
  const { identity } = policy;
  const path = ["identity"];
  const unknownContributors = identity.unknownContributors === "block" ? ("warn" as const) : ("block" as const);
  const suggestionsMakeContributors = !identity.suggestionsMakeContributors;
  return [
    {
      path: [...path, "unknownContributors"],
      what: `it is ${unknownContributors}`,
      policy: { ...policy, identity: { ...identity, unknownContributors } },
    },
    {
      path: [...path, "suggestionsMakeContributors"],
      what: `it is ${suggestionsMakeContributors}`,
      policy: { ...policy, identity: { ...identity, suggestionsMakeContributors } },
    },
  ];
}

/** Approvals that are worth less than they look: those that may be given by whoever wrote the change, or by anybody at all. */
import { alwaysHolds, couldHold, type Branch } from "./lint-expression.ts";
import { MOST_BRANCHES, namedBranches, type Placed } from "./lint-conditions.ts";
import { warning, type Finding, type Linting } from "./lint.ts";
import type { RequirementTest } from "./operators.ts";
import type { Requirement } from "./policy.ts";
import { relates } from "./relation.ts";

type LabelTest = Extract<RequirementTest, { kind: "label" }>;

/**
 * An approval without `user=non_contributor`, where on some branch no requirement asks for somebody else's: nobody but the author has
 * to look. And one in an override, which replaces what asks for somebody else.
 */
export function approvalsOfOneself(linting: Linting, conditions: readonly Placed[]): readonly Finding[] {
  const { policy } = linting;
  const alone = branchesOf(linting, conditions).find(
    (branch) => !policy.requirements.some((requirement) => asksForOthers(requirement, linting, branch)),
  );
  return conditions.flatMap(({ part, whose, entry, literals, requirement }) => {
    if (part !== "submittableIf" && part !== "overrideIf") return [];
    const replaced = policy.requirements.find(({ name }) => name === requirement)?.submittableIf;
    const replaces = part === "overrideIf" && replaced !== undefined && demandsOthers(replaced.expression);
    if (alone === undefined && !replaces) return [];
    const own = literals.flatMap(({ test, negated }) => {
      if (negated || test.kind !== "label" || !counts(test, linting) || test.user === "non_contributor") return [];
      return [`\`${test.text}\``];
    });
    if (own.length === 0) return [];
    const why = replaces
      ? "replaces the approval of somebody else"
      : `is all the approval a change for \`${String(alone)}\` may need`;
    return [
      warning(entry.layer, [...entry.path, part], {
        rule: "own-approval",
        message: `${[...new Set(own)].join(", ")} of ${whose} ${why}, and whoever wrote the change may give it`,
        hint: "add `,user=non_contributor`",
      }),
    ];
  });
}

/** `anyone` may vote what a requirement takes as an approval, without `group=`. */
export function votesOfAnyone(linting: Linting, conditions: readonly Placed[]): readonly Finding[] {
  const counted = conditions.flatMap(({ whose, literals, part }) =>
    part === "applicableIf"
      ? []
      : literals.flatMap(({ test, negated }) =>
          !negated && test.kind === "label" && counts(test, linting) && test.group === undefined
            ? [{ whose, test }]
            : [],
        ),
  );
  return linting.entries.access.flatMap(({ keys, layer, path }) =>
    Object.entries(keys).flatMap(([right, grants]) => {
      if (typeof grants !== "object" || Array.isArray(grants)) return [];
      const range = Object.entries(grants).find(([to]) => to === "anyone")?.[1];
      const max = Number(range?.split("..")[1]);
      if (range === undefined || !(max > 0)) return [];
      const hit = counted.find(({ test }) => right === `label-${test.label}` && isIn(test, max));
      if (hit === undefined) return [];
      return [
        warning(layer, [...path, right, "anyone"], {
          rule: "anyone-approves",
          message: `anyone may give \`${hit.test.text}\`, which ${hit.whose} counts`,
          hint: `let a group vote that, or add \`,group=<name>\` to \`${hit.test.text}\``,
        }),
      ];
    }),
  );
}

/** A vote in favour counts for it. */
function counts(test: LabelTest, { policy }: Linting): boolean {
  const label = policy.labels.find(({ name }) => name === test.label);
  return label !== undefined && label.computed.length === 0 && isIn(test, label.max) && relatesUp(test);
}

/** Some vote in favour, up to this one, is one of those it counts. */
function isIn({ value }: LabelTest, max: number): boolean {
  if (value === "ANY") return max > 0;
  return Array.from({ length: max }, (_, index) => index + 1).some((vote) => relates(vote, value.relation, value.n));
}

/** More of them help. */
function relatesUp({ count }: LabelTest): boolean {
  return count.n > 0 && count.relation !== "<" && count.relation !== "<=";
}

function asksForOthers(
  { applicableIf, submittableIf, overrideIf }: Requirement,
  linting: Linting,
  branch: Branch,
): boolean {
  if (applicableIf !== undefined && !alwaysHolds(applicableIf.expression, linting.policy, branch)) return false;
  return demandsOthers(submittableIf.expression) && (overrideIf === undefined || demandsOthers(overrideIf.expression));
}

/** It cannot hold without a vote of somebody who did not contribute. */
function demandsOthers(expression: Requirement["submittableIf"]["expression"]): boolean {
  return !couldHold(expression, ({ test, negated }) => negated || !isOfOthers(test));
}

function isOfOthers(test: RequirementTest): boolean {
  if (test.kind === "owners") return test.fact === "approved";
  if (test.kind === "label") return test.user === "non_contributor" && relatesUp(test);
  return test.kind === "change" && test.fact.kind === "distinct-voters" && test.fact.user === "non_contributor";
}

/** One branch of each kind that the policy tells apart; of patterns one that they match. */
function branchesOf({ branches, policy }: Linting, conditions: readonly Placed[]): readonly Branch[] {
  if (branches !== undefined) return branches;
  const patterns = [
    ...policy.access.map(({ branch }) => branch),
    ...policy.labels.flatMap((label) => label.branches ?? []),
  ];
  const made = patterns.map((pattern) => pattern.replaceAll("*", "main"));
  const named = namedBranches(conditions.flatMap(({ literals }) => literals.map(({ test }) => test)));
  return [...new Set(["main", ...made, ...named])].slice(0, MOST_BRANCHES);
}

/** Every condition of a policy with the place where it stands; those that never hold, and those that words alone satisfy. */
import type { Entry } from "./entries.ts";
import { atomsOf, type Expression } from "./expression-tree.ts";
import { literalsOf, neverHolds, OTHER, withoutVotes, type Branch, type Literal } from "./lint-expression.ts";
import { warning, type Finding, type Linting } from "./lint.ts";
import type { RequirementTest } from "./operators.ts";
import { isWeak } from "./operators-weak.ts";
import type { Condition } from "./policy.ts";

export interface Placed {
  readonly part: "applicableIf" | "submittableIf" | "overrideIf" | "except";
  /** Whose condition it is, in words: "the requirement `Code-Review`". */
  readonly whose: string;
  /** Absent: it is a freeze's. */
  readonly requirement?: string;
  readonly entry: Pick<Entry<unknown>, "layer" | "path">;
  readonly expression: Expression<RequirementTest>;
  readonly literals: readonly Literal[];
}

export function conditionsOf({ policy, entries }: Linting): readonly Placed[] {
  const requirements = policy.requirements.flatMap((requirement) => {
    const entry = entries.requirements.get(requirement.name.toLowerCase());
    if (entry === undefined) return [];
    const whose = `the requirement \`${requirement.name}\``;
    return (["applicableIf", "submittableIf", "overrideIf"] as const).flatMap((part) =>
      placed({ part, whose, requirement: requirement.name, entry }, requirement[part]),
    );
  });
  const freezes = policy.freezes.flatMap((freeze) => {
    const entry = entries.freezes.get(freeze.name.toLowerCase());
    if (entry === undefined) return [];
    return placed({ part: "except", whose: `the freeze \`${freeze.name}\``, entry }, freeze.except);
  });
  return [...requirements, ...freezes];
}

function placed(
  of: Pick<Placed, "part" | "whose" | "requirement" | "entry">,
  condition: Condition<RequirementTest> | undefined,
): readonly Placed[] {
  if (condition === undefined) return [];
  const { expression } = condition;
  return [{ ...of, expression, literals: literalsOf(expression) }];
}

/** Tests of votes that must not stand, as written. */
export function vetoesIn({ literals }: Placed): readonly string[] {
  const vetoes = literals.filter(
    ({ test, negated }) => negated && test.kind === "label" && withoutVotes(test) === false,
  );
  return [...new Set(vetoes.map(({ test }) => `-${test.text}`))];
}

/** Each is asked of every test; of more than that nothing is said. */
export const MOST_BRANCHES = 100;

/** Requirements that nothing is ever asked for. */
export function neverApplicable(linting: Linting): readonly Finding[] {
  return linting.policy.requirements.flatMap(({ name, applicableIf }) => {
    const entry = linting.entries.requirements.get(name.toLowerCase());
    if (applicableIf === undefined || entry === undefined) return [];
    const tests = atomsOf(applicableIf.expression);
    const branches: readonly Branch[] = linting.branches ?? [...namedBranches(tests), OTHER];
    if (branches.length > MOST_BRANCHES) return [];
    if (!neverHolds(applicableIf.expression, linting.policy, branches)) return [];
    const where = linting.branches === undefined ? "" : ` on ${listed(linting.branches)}`;
    return [
      warning(entry.layer, [...entry.path, "applicableIf"], {
        rule: "never-applicable",
        message: `the requirement \`${name}\` can never apply${where}`,
        hint: "correct its `applicableIf`, or remove the requirement: it guards nothing",
      }),
    ];
  });
}

/** Those that conditions name in full. */
export function namedBranches(tests: readonly RequirementTest[]): readonly string[] {
  const found = tests.flatMap((test) => {
    const words =
      test.kind === "change" && (test.fact.kind === "branch" || test.fact.kind === "ref") && test.fact.words;
    return words === false || words.kind === "pattern" ? [] : [words.text.replace(/^refs\/heads\//, "")];
  });
  return [...new Set(found)];
}

/** Words that anybody near a change may write let it through, or keep a requirement from being asked (threat T37). */
export function weakAlone({ part, whose, entry, expression, literals }: Placed): readonly Finding[] {
  // What makes a requirement not apply lets through just as well.
  if (!ways(expression, part === "applicableIf").worded) return [];
  const words = [...new Set(literals.filter(({ test }) => isWeak(test)).map(({ test }) => `\`${test.text}\``))];
  const what =
    part === "applicableIf"
      ? `whether ${whose} applies at all`
      : part === "except"
        ? `whether a change is an exception from ${whose}`
        : `whether ${whose} is ${part === "overrideIf" ? "overridden" : "met"}`;
  return [
    warning(entry.layer, [...entry.path, part], {
      rule: "weak-fact",
      message: `${words.join(", ")} alone can settle ${what}, and nobody with a say has to agree`,
      hint: "join it by AND with somebody's vote, such as `label:Code-Review=MAX,user=non_contributor,group=core`",
    }),
  ];
}

interface Ways {
  /** Without a vote, a check or a weak word. */
  readonly plain: boolean;
  /** Without a vote or a check, by words of which a weak one is written. */
  readonly worded: boolean;
}

/** How it could come true, or untrue where `negated`. A word that must be missing is no help: it is missing on most changes. */
function ways(tree: Expression<RequirementTest>, negated: boolean): Ways {
  switch (tree.kind) {
    case "atom":
      if (isWeak(tree.atom)) return { plain: negated, worded: !negated };
      return { plain: negated !== (silent(tree.atom) ?? !negated), worded: false };
    case "not":
      return ways(tree.term, !negated);
    case "and":
    case "or": {
      const terms = tree.terms.map((term) => ways(term, negated));
      const worded = terms.some((term) => term.worded);
      if ((tree.kind === "or") !== negated) return { plain: terms.some(({ plain }) => plain), worded };
      return {
        plain: terms.every(({ plain }) => plain),
        worded: worded && terms.every((term) => term.plain || term.worded),
      };
    }
  }
}

/** What a test says while nobody has voted and no check has run; undefined: it depends on the change. */
function silent(test: RequirementTest): boolean | undefined {
  return test.kind === "check" ? false : withoutVotes(test);
}

function listed(branches: readonly string[]): string {
  const shown = branches.slice(0, 5).map((branch) => `\`${branch}\``);
  return branches.length > shown.length
    ? `${shown.join(", ")} and ${branches.length - shown.length} more`
    : shown.join(", ");
}

/**
 * `policy.approval`: rules joined by `and` and `or`. A rule whose `if` does not hold is skipped, which is neither true nor false: a join
 * of nothing but skipped ones is skipped itself, and a policy of nothing but skipped rules is an error there, so nothing passes.
 */
import { fail, ok, type Result } from "../result.ts";
import { ALWAYS, and, either, not, or, type Bounds, type Formula } from "./formula.ts";
import type { Rule } from "./policy-bot-rules.ts";
import type { ImportProblem } from "./report.ts";
import type { YamlNode } from "./yaml-tree.ts";

export type Tree =
  | { readonly kind: "rule"; readonly rule: Rule }
  | { readonly kind: "and" | "or"; readonly line: number; readonly terms: readonly Tree[] };

/** As deep as policy-bot reads. */
const DEEPEST = 10;

/** `ruleOf` reads a rule by its name; undefined where the file has none. */
export function readTree(
  node: YamlNode,
  ruleOf: (name: string) => Rule | undefined,
  depth = 0,
): Result<Tree, ImportProblem> {
  const wrong = (message: string, hint: string) => fail({ line: node.line, message, hint });
  if (depth > DEEPEST)
    return wrong(`\`and\` and \`or\` are more than ${DEEPEST} deep`, "policy-bot refuses it too; write it flat");
  switch (node.kind) {
    case "text": {
      const rule = ruleOf(node.text);
      return rule === undefined
        ? wrong(
            `\`policy\` names the rule \`${node.text.slice(0, 80)}\`, which is not in \`approval_rules\``,
            "policy-bot refuses the file too; correct the name",
          )
        : ok({ kind: "rule", rule });
    }
    case "map": {
      const [entry, ...others] = node.entries;
      if (entry === undefined || others.length > 0 || (entry.key !== "and" && entry.key !== "or"))
        return wrong(
          "a condition is the name of a rule, or one of `and:` and `or:`",
          "policy-bot refuses the file too; correct it",
        );
      if (entry.value.kind !== "list" || entry.value.items.length === 0)
        return wrong(
          `\`${entry.key}\` has no list of conditions`,
          "policy-bot refuses the file too; write at least one",
        );
      return readJoin(entry.key, entry.value.items, { line: entry.line, ruleOf, depth });
    }
    case "list":
    case "nothing":
      return wrong(
        "a condition is the name of a rule, or one of `and:` and `or:`",
        "policy-bot refuses the file too; correct it",
      );
  }
}

export function readJoin(
  kind: "and" | "or",
  nodes: readonly YamlNode[],
  {
    line,
    ruleOf,
    depth,
  }: { readonly line: number; readonly ruleOf: (name: string) => Rule | undefined; readonly depth: number },
): Result<Tree, ImportProblem> {
  const terms: Tree[] = [];
  for (const node of nodes) {
    const term = readTree(node, ruleOf, depth + 1);
    if (!term.ok) return term;
    terms.push(term.value);
  }
  return ok({ kind, line, terms });
}

/** Not skipped. */
export function activeOf(tree: Tree): Bounds {
  return tree.kind === "rule" ? tree.rule.active : either(tree.terms.map(activeOf));
}

/** Approved: there, and met. Never where it might not be. */
export function approvedOf(tree: Tree): Formula {
  switch (tree.kind) {
    case "rule":
      return and(tree.rule.active.lower, tree.rule.met);
    case "or":
      return or(...tree.terms.map(approvedOf));
    case "and":
      return and(activeOf(tree).lower, ...tree.terms.map(notPending));
  }
}

/** What is left to ask of what is not skipped. */
export function askedOf(tree: Tree): Formula {
  switch (tree.kind) {
    case "rule":
      return tree.rule.met;
    case "or":
      return approvedOf(tree);
    case "and":
      return and(...tree.terms.map(notPending));
  }
}

/** Skipped or approved. */
function notPending(tree: Tree): Formula {
  return or(not(activeOf(tree).upper), askedOf(tree));
}

/** One requirement for each condition of the list, and one that some rule is there at all; in the file's order. */
export interface Asked {
  readonly tree: Tree;
  readonly applicable: Formula;
  readonly submittable: Formula;
}

export function requirementsOf(trees: readonly Tree[]): { readonly asked: readonly Asked[]; readonly some: Formula } {
  const [only, ...others] = trees;
  if (only !== undefined && others.length === 0)
    return { asked: [{ tree: only, applicable: ALWAYS, submittable: approvedOf(only) }], some: ALWAYS };
  return {
    asked: trees.map((tree) => ({ tree, applicable: activeOf(tree).upper, submittable: askedOf(tree) })),
    some: trees.length === 0 ? ALWAYS : either(trees.map(activeOf)).lower,
  };
}

export function rulesIn(tree: Tree): readonly Rule[] {
  return tree.kind === "rule" ? [tree.rule] : tree.terms.flatMap(rulesIn);
}

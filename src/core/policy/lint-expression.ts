/**
 * What can be said of an expression before any change is there: whether it could hold at all, and whether it could hold without
 * somebody's word. All walks are linear; where nothing is certain the answer is the one that warns of nothing.
 */
import type { Expression } from "./expression-tree.ts";
import type { RequirementTest } from "./operators.ts";
import { matchesWords } from "./operators-words.ts";
import type { Policy } from "./policy.ts";
import { relates } from "./relation.ts";

type Tree = Expression<RequirementTest>;
/** undefined: it depends on the change. */
type Folded = boolean | undefined;

/** Branches a change could be for. `other`: one of which nothing is known but that it is none of the rest. */
export type Branch = string | typeof OTHER;
export const OTHER = Symbol("some other branch");

/** No change for any of these branches could make it true. */
export function neverHolds(tree: Tree, policy: Policy, branches: readonly Branch[]): boolean {
  return branches.length > 0 && branches.every((branch) => fold(tree, (test) => known(test, policy, branch)) === false);
}

/** Whatever a change for this branch is, it holds. */
export function alwaysHolds(tree: Tree, policy: Policy, branch: Branch): boolean {
  return fold(tree, (test) => known(test, policy, branch)) === true;
}

/** One test of an expression, and whether it helps by not holding. */
export interface Literal {
  readonly test: RequirementTest;
  readonly negated: boolean;
}

/** Left to right. */
export function literalsOf(tree: Tree, negated = false): readonly Literal[] {
  switch (tree.kind) {
    case "atom":
      return [{ test: tree.atom, negated }];
    case "not":
      return literalsOf(tree.term, !negated);
    case "and":
    case "or":
      return tree.terms.flatMap((term) => literalsOf(term, negated));
  }
}

/** Could it hold, if each of its tests could be made to help where `can` says so? */
export function couldHold(tree: Tree, can: (literal: Literal) => boolean, negated = false): boolean {
  switch (tree.kind) {
    case "atom":
      return can({ test: tree.atom, negated });
    case "not":
      return couldHold(tree.term, can, !negated);
    case "and":
    case "or":
      return (tree.kind === "and") === negated
        ? tree.terms.some((term) => couldHold(term, can, negated))
        : tree.terms.every((term) => couldHold(term, can, negated));
  }
}

/** Of a test that looks at votes, what it says where nobody has voted; undefined for any other. */
export function withoutVotes(test: RequirementTest): boolean | undefined {
  if (test.kind === "label") return relates(0, test.count.relation, test.count.n);
  if (test.kind === "change" && test.fact.kind === "distinct-voters")
    return relates(0, test.fact.count.relation, test.fact.count.n);
  if (test.kind === "owners" && test.fact === "approved") return false;
  return undefined;
}

function fold(tree: Tree, ask: (test: RequirementTest) => Folded): Folded {
  switch (tree.kind) {
    case "atom":
      return ask(tree.atom);
    case "not": {
      const term = fold(tree.term, ask);
      return term === undefined ? undefined : !term;
    }
    case "and":
    case "or": {
      const settling = tree.kind === "or";
      const terms = tree.terms.map((term) => fold(term, ask));
      if (terms.includes(settling) || contradicts(tree.terms)) return settling;
      return terms.includes(undefined) ? undefined : !settling;
    }
  }
}

/** The same test stands there plain and negated. */
function contradicts(terms: readonly Tree[]): boolean {
  const plain = new Set(terms.flatMap((term) => (term.kind === "atom" ? [term.atom.text] : [])));
  return terms.some((term) => term.kind === "not" && term.term.kind === "atom" && plain.has(term.term.atom.text));
}

function known(test: RequirementTest, policy: Policy, branch: Branch): Folded {
  if (test.kind === "owners") return policy.owners === undefined ? false : undefined;
  if (test.kind !== "change") return undefined;
  const { fact } = test;
  if (fact.kind === "constant") return fact.value;
  if (fact.kind !== "branch" && fact.kind !== "ref") return undefined;
  if (branch !== OTHER) return matchesWords(fact.words, fact.kind === "ref" ? `refs/heads/${branch}` : branch);
  return fact.words.kind === "exact" ? false : undefined;
}

/** The tree of an expression, and the walks over it: resolve every atom, ask every atom, list them. */
import { fail, ok, type Result } from "../result.ts";

export interface Atom {
  readonly field: string;
  /** Without quotes, escapes resolved. */
  readonly value: string;
  readonly quoted: boolean;
  /** As written. */
  readonly text: string;
  /** Characters from the start of the expression. */
  readonly offset: number;
}

export type Expression<A = Atom> =
  | { readonly kind: "and" | "or"; readonly terms: readonly Expression<A>[] }
  | { readonly kind: "not"; readonly term: Expression<A> }
  | { readonly kind: "atom"; readonly atom: A };

export interface ExpressionProblem {
  readonly kind:
    | "empty"
    | "too-long"
    | "too-deep"
    | "bare-word"
    | "wrong-operator"
    | "missing-term"
    | "double-negation"
    | "unbalanced"
    | "unclosed-quote"
    | "empty-value"
    | "unquoted-character"
    | "operator";
  /** Characters from the start of the expression, 0 is the first. */
  readonly offset: number;
  /** Both count from 1, inside the expression's own text. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string;
}

/** Replaces every atom, left to right; all problems are returned, not only the first. */
export function resolveAtoms<A, B, P>(
  expression: Expression<A>,
  resolve: (atom: A) => Result<B, P>,
): Result<Expression<B>, readonly P[]> {
  switch (expression.kind) {
    case "atom": {
      const resolved = resolve(expression.atom);
      return resolved.ok ? ok({ kind: "atom", atom: resolved.value }) : fail([resolved.problem]);
    }
    case "not": {
      const term = resolveAtoms(expression.term, resolve);
      return term.ok ? ok({ kind: "not", term: term.value }) : term;
    }
    case "and":
    case "or": {
      const terms: Expression<B>[] = [];
      const problems: P[] = [];
      for (const term of expression.terms) {
        const resolved = resolveAtoms(term, resolve);
        if (resolved.ok) terms.push(resolved.value);
        else problems.push(...resolved.problem);
      }
      return problems.length === 0 ? ok({ kind: expression.kind, terms }) : fail(problems);
    }
  }
}

/** Asks every atom, also where the outcome is settled already: an explanation needs them all. */
export function holds<A>(
  expression: Expression<A>,
  test: (atom: A, negated: boolean) => boolean,
  negated = false,
): boolean {
  switch (expression.kind) {
    case "atom":
      return test(expression.atom, negated);
    case "not":
      return !holds(expression.term, test, !negated);
    case "and":
      return expression.terms.map((term) => holds(term, test, negated)).every(Boolean);
    case "or":
      return expression.terms.map((term) => holds(term, test, negated)).some(Boolean);
  }
}

/** Where only some atoms are known: `undefined`, it depends on the others. */
export function settles<A>(expression: Expression<A>, known: (atom: A) => boolean | undefined): boolean | undefined {
  switch (expression.kind) {
    case "atom":
      return known(expression.atom);
    case "not": {
      const term = settles(expression.term, known);
      return term === undefined ? undefined : !term;
    }
    case "and":
    case "or": {
      const decisive = expression.kind === "or";
      const terms = expression.terms.map((term) => settles(term, known));
      return terms.includes(decisive) ? decisive : terms.includes(undefined) ? undefined : !decisive;
    }
  }
}

export function atomsOf<A>(expression: Expression<A>): readonly A[] {
  switch (expression.kind) {
    case "atom":
      return [expression.atom];
    case "not":
      return atomsOf(expression.term);
    case "and":
    case "or":
      return expression.terms.flatMap((term) => atomsOf(term));
  }
}

/** A problem with an atom's value, found by an operator. */
export function operatorProblem(source: string, atom: Atom, message: string, hint: string): ExpressionProblem {
  return { kind: "operator", offset: atom.offset, ...placeIn(source, atom.offset), message, hint };
}

/** Line and column of a character, both from 1. */
export function placeIn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

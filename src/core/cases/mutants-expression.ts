/** An expression, a little different at one place: a test turned round, AND for OR, a term left out, a test's own words altered. */
import type { Expression } from "../policy/expression-tree.ts";
import { atomsOf } from "../policy/expression-tree.ts";

export interface Changed<T> {
  /** The test it is about, counted from 0 in the order they are written; of several the first. */
  readonly at: number;
  readonly what: string;
  readonly expression: Expression<T>;
}

export interface Words<T> {
  readonly textOf: (test: T) => string;
  /** How one test may differ. */
  readonly alter: (test: T) => readonly { readonly what: string; readonly test: T }[];
}

/** Each place of the tree, changed in each way. `from`: how many tests stand before this expression. */
export function changesOf<T>(expression: Expression<T>, words: Words<T>, from = 0): readonly Changed<T>[] {
  switch (expression.kind) {
    case "atom": {
      const { atom } = expression;
      return [
        { at: from, what: `\`${words.textOf(atom)}\` is turned round`, expression: { kind: "not", term: expression } },
        ...words
          .alter(atom)
          .map(({ what, test }) => ({ at: from, what, expression: { kind: "atom" as const, atom: test } })),
      ];
    }
    case "not":
      return changesOf(expression.term, words, from).map((changed) => ({
        ...changed,
        expression: negated(changed.expression),
      }));
    case "and":
    case "or": {
      const { kind, terms } = expression;
      const other = kind === "and" ? ("or" as const) : ("and" as const);
      const before = terms.map((_, index) => terms.slice(0, index).flatMap(atomsOf).length);
      const left = terms.map((term, index) => ({
        at: from + (before[index] ?? 0),
        what: `${describe(term, words)} is left out`,
        expression: joined(kind, terms.toSpliced(index, 1)),
      }));
      const inside = terms.flatMap((term, index) =>
        changesOf(term, words, from + (before[index] ?? 0)).map((changed) => ({
          ...changed,
          expression: { kind, terms: terms.with(index, changed.expression) },
        })),
      );
      const whole = {
        at: from,
        what: `${kind.toUpperCase()} is ${other.toUpperCase()}`,
        expression: { kind: other, terms },
      };
      return [whole, ...left, ...inside];
    }
  }
}

/** Turning round what is turned round already is leaving the NOT out. */
function negated<T>(term: Expression<T>): Expression<T> {
  return term.kind === "not" ? term.term : { kind: "not", term };
}

function joined<T>(kind: "and" | "or", terms: readonly Expression<T>[]): Expression<T> {
  const [only] = terms;
  return terms.length === 1 && only !== undefined ? only : { kind, terms };
}

function describe<T>(expression: Expression<T>, words: Words<T>): string {
  switch (expression.kind) {
    case "atom":
      return `\`${words.textOf(expression.atom)}\``;
    case "not":
      return `-${describe(expression.term, words)}`;
    case "and":
    case "or":
      return `(${expression.terms.map((term) => describe(term, words)).join(` ${expression.kind.toUpperCase()} `)})`;
  }
}

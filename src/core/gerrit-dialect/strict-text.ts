/** An expression in the strict spelling: one text for one tree, which the strict grammar reads back as the same tree. */
import type { Atom, Expression } from "../policy/expression-tree.ts";

export function strictText(expression: Expression): string {
  switch (expression.kind) {
    case "atom":
      return expression.atom.text;
    case "not": {
      const { term } = expression;
      return term.kind === "atom" ? `-${strictText(term)}` : `-(${strictText(term)})`;
    }
    case "and":
    case "or":
      return expression.terms
        .map((term) => {
          const looser = term.kind === "or" || term.kind === expression.kind;
          return looser ? `(${strictText(term)})` : strictText(term);
        })
        .join(expression.kind === "and" ? " AND " : " OR ");
  }
}

/** An atom written strictly that stands where another stood. */
export function strictAtom(field: string, value: string, from: Pick<Atom, "offset">): Atom {
  const quoted = NEEDS_QUOTES.test(value) || /[,:]$/.test(value) || value === "";
  const text = quoted ? `${field}:"${escaped(value)}"` : `${field}:${value}`;
  return { field, value, quoted, text, offset: from.offset };
}

/** What no unquoted value can hold in either dialect, and a `-` at the beginning, which Gerrit takes for a negation. */
const NEEDS_QUOTES = /^-|[\0-\x20!"$%&'();?[\]{}]|\s/;

function escaped(value: string): string {
  const named: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\r": "\\r" };
  return value.replaceAll(/["\\\t\n\r]/g, (char) => named[char] ?? `\\${char}`);
}

/**
 * What an expression speaks of, before any name is resolved: for locking, where naming too much is safe and too little is not.
 * An expression that does not parse is taken as one word that may mean anything either way.
 */
import type { Expression } from "./expression-tree.ts";
import { parseExpression } from "./expression.ts";

export interface Mention {
  readonly field: string;
  readonly value: string;
  /** Every word in it that could be a name, in lower case. */
  readonly words: ReadonlySet<string>;
  /** Coming true lets a change through (yes), holds it up (no), or could do both. */
  readonly helps: "yes" | "no" | "both";
}

/** `helps`: whether the whole expression, coming true, lets a change through. */
export function mentionsOf(text: string | undefined, helps: Mention["helps"]): readonly Mention[] {
  if (text === undefined) return [];
  const parsed = parseExpression(text);
  return parsed.ok ? walk(parsed.value, helps) : [mention("", text, "both")];
}

function walk(expression: Expression, helps: Mention["helps"]): readonly Mention[] {
  switch (expression.kind) {
    case "atom":
      return [mention(expression.atom.field.toLowerCase(), expression.atom.value, helps)];
    case "not":
      return walk(expression.term, helps === "both" ? "both" : helps === "yes" ? "no" : "yes");
    case "and":
    case "or":
      return expression.terms.flatMap((term) => walk(term, helps));
  }
}

/** Operators whose values are paths, texts and people, not names of the policy. */
const FREE_TEXT = new Set(
  "author branch body comment committer commit dir directory ext extension file footer message onlyextensions onlyexts owner path path-only project ref repository subject title topic hashtag inhashtag uploader".split(
    " ",
  ),
);

function mention(field: string, value: string, helps: Mention["helps"]): Mention {
  return { field, value, helps, words: FREE_TEXT.has(field) ? new Set() : wordsOf(value) };
}

/** `Code-Review-2` could be the name itself, or `Code-Review` with a vote. */
function wordsOf(text: string): ReadonlySet<string> {
  const found = text.toLowerCase().match(/[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*/g) ?? [];
  return new Set(found.flatMap((word) => [word, word.replace(/-\d+$/, "")]));
}

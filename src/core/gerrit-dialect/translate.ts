/**
 * An expression of `dialect: gerrit`: Gerrit's meaning of a text, as a tree of strict atoms, so that whatever is done with expressions
 * is done with these. Bug-compatible where that is safe: what Gerrit ignores, drops, or takes as quietly false is a problem that says
 * what to write, because behind it a veto may have been lost.
 */
import { EXPRESSION_LIMITS, parseExpression } from "../policy/expression.ts";
import { atomsOf, placeIn, type Atom, type Expression, type ExpressionProblem } from "../policy/expression-tree.ts";
import type { Names } from "../policy/operators.ts";
import { fail, ok, type Result } from "../result.ts";
import { translateAtom } from "./loose-atom.ts";
import { parseLoosely } from "./loose-grammar.ts";
import { clip } from "./loose-label.ts";
import { strictAtom, strictText } from "./strict-text.ts";

export interface Translation {
  readonly expression: Expression;
  /** The same in strict words; absent: the strict reading of the text is this one. */
  readonly strict?: string;
  /** What is to be known of Gerrit's reading. */
  readonly remarks: readonly string[];
}

export interface TranslateOptions {
  /** Absent: a copy condition, which has no names in it. */
  readonly names?: Names;
  /** What the condition is while it holds changes back: false of submittableIf, true of applicableIf. Absent: neither is certain. */
  readonly closedWhile?: boolean;
}

/** Every problem, left to right. Linear in the text; the limits are those of the strict grammar. */
export function translate(
  text: string,
  { names, closedWhile }: TranslateOptions,
): Result<Translation, readonly ExpressionProblem[]> {
  const parsed = parseLoosely(text);
  if (!parsed.ok) return fail([parsed.problem]);
  const { expression: loose, droppedFrom } = parsed.value;
  const problems: ExpressionProblem[] = [];
  const remarks: string[] = [];
  if (droppedFrom !== undefined) {
    const rest = text.slice(droppedFrom);
    if (/^[\s)]*$/.test(rest)) remarks.push("Gerrit stops reading at a `)` that closes nothing");
    else
      problems.push({
        kind: "unbalanced",
        offset: droppedFrom,
        ...placeIn(text, droppedFrom),
        message: `Gerrit stops reading here, and drops \`${clip(rest)}\` without a word`,
        hint: "remove it, or add the `(` or the operator that is missing",
      });
  }
  const walk = (node: Expression, negated: boolean): Expression => {
    switch (node.kind) {
      case "not":
        return { kind: "not", term: walk(node.term, !negated) };
      case "and":
      case "or":
        return { kind: node.kind, terms: node.terms.map((term) => walk(term, negated)) };
      case "atom": {
        const { atom } = node;
        const word = atom.field === "" ? bareWord(text, atom) : undefined;
        if (word !== undefined) {
          problems.push(word);
          return node;
        }
        if (names === undefined) return { kind: "atom", atom: respelled(atom) };
        const narrowerIsSafe = closedWhile !== undefined && closedWhile === negated;
        const read = translateAtom({ source: text, atom: respelled(atom), names, narrowerIsSafe, remarks });
        if (read.ok) return read.value;
        problems.push(read.problem);
        return node;
      }
    }
  };
  const expression = walk(loose, false);
  if (problems.length > 0) return fail(problems);
  if (atomsOf(expression).length > EXPRESSION_LIMITS.atoms) return fail([tooLong(text)]);
  const strict = strictText(expression);
  const plain = parseExpression(text);
  const same = plain.ok && strictText(plain.value) === strict;
  return ok({ expression, ...(same ? {} : { strict }), remarks: [...new Set(remarks)] });
}

/** The same atom, spelled so that the strict grammar reads it. */
function respelled(atom: Atom): Atom {
  const strict = parseExpression(atom.text);
  if (strict.ok && strict.value.kind === "atom") {
    const { field, value } = strict.value.atom;
    if (field === atom.field && value === atom.value) return atom;
  }
  return strictAtom(atom.field, atom.value, atom);
}

function bareWord(source: string, { value, text, offset }: Atom): ExpressionProblem {
  const said = clip(text);
  const [field = "", rest] = value.split(":");
  const hint = /^(?:and|or|not|&&|\|\|)$/i.test(value)
    ? "AND and OR stand between two conditions, in capitals or in small letters"
    : rest !== undefined && /^[A-Za-z-]+$/.test(field) && field !== field.toLowerCase()
      ? `operator names are lower case: \`${field.toLowerCase()}:…\``
      : "write `operator:value`; a value with spaces or parentheses needs quotes";
  return {
    kind: "bare-word",
    offset,
    ...placeIn(source, offset),
    message: `\`${said}\` is a word without an operator, for which Gerrit searches the whole change, or refuses it`,
    hint,
  };
}

function tooLong(text: string): ExpressionProblem {
  return {
    kind: "too-long",
    offset: 0,
    ...placeIn(text, 0),
    message: `written out it has more than ${EXPRESSION_LIMITS.atoms} conditions`,
    hint: "split the expression",
  };
}

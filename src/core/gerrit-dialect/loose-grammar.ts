/**
 * Gerrit's expression grammar with everything it lets pass: it has no end, so whatever stands behind the place where it can go
 * no further is dropped without a word; a word without a field is a term; terms side by side mean AND.
 *
 *     or    := and ( OR and )*              AND binds tighter than OR
 *     and   := not AND not … | not not … | not      the second term is tried; one that fails ends the expression there
 *     not   := ( '-' | NOT ) base | base
 *     base  := '(' or ')' | FIELD ':' value | value
 *     value := FIELD | WORD | PHRASE | ( FIELD | WORD ) ':' value
 *
 * Source: Gerrit, query grammar.
 */
import { fail, ok, type Result } from "../result.ts";
import { EXPRESSION_LIMITS } from "../policy/expression.ts";
import { placeIn, type Atom, type Expression, type ExpressionProblem } from "../policy/expression-tree.ts";
import { looseTokens, type Token, type TokenKind } from "./loose-lexer.ts";

export interface LooseExpression {
  /** An atom whose field is empty is a bare word. */
  readonly expression: Expression;
  /** Where the rest begins that Gerrit never reads; absent: it reads all of it. */
  readonly droppedFrom?: number;
}

/** The same limits as the strict grammar; linear, because no place is read twice. */
export function parseLoosely(text: string): Result<LooseExpression, ExpressionProblem> {
  const { characters } = EXPRESSION_LIMITS;
  if (text.length > characters)
    return fail(
      problem(text, "too-long", characters, {
        message: `the expression has ${text.length} characters, at most ${characters} are read`,
        hint: "split it into several submit requirements",
      }),
    );
  try {
    const parser = new LooseParser(text);
    const read = parser.or(0, 0);
    if ("at" in read) return fail(parser.unexpected(read.at));
    const rest = parser.token(read.next);
    return ok({ expression: read.node, ...(rest.kind === "end" ? {} : { droppedFrom: rest.from }) });
  } catch (thrown) {
    if (thrown instanceof Stop) return fail(thrown.problem);
    throw thrown;
  }
}

/** `next`: index of the first token that does not belong to it; `at`: of the token that does not fit. */
type Read<T = Expression> = { readonly node: T; readonly next: number } | { readonly at: number };

class Stop extends Error {
  readonly problem: ExpressionProblem;
  constructor(found: ExpressionProblem) {
    super(found.message);
    this.problem = found;
  }
}

const BEGINS: readonly TokenKind[] = ["-", "not", "(", "field", "word", "phrase"];

/** Holds the tokens of one text, and what was read from each place: Gerrit's grammar tries ahead, and trying twice is exponential. */
class LooseParser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #ands = new Map<number, Read>();
  readonly #nots = new Map<number, Read>();
  readonly #atoms = new Set<number>();

  constructor(text: string) {
    this.#text = text;
    this.#tokens = looseTokens(text);
  }

  /** Looking at what begins no word ends everything, also where it was only tried. */
  token(index: number): Token {
    const token = this.#tokens[index] ?? { kind: "end", text: "", from: this.#text.length, to: this.#text.length };
    if (token.kind === "bad") throw new Stop(this.#badToken(token));
    return token;
  }

  or(index: number, depth: number): Read {
    const terms: Expression[] = [];
    for (let next = index; ;) {
      const term = this.#and(next, depth);
      if ("at" in term) return term;
      terms.push(term.node);
      if (this.token(term.next).kind !== "or") return { node: joined("or", terms), next: term.next };
      next = term.next + 1;
    }
  }

  unexpected(index: number): ExpressionProblem {
    const { kind, text, from } = this.token(index);
    const before = this.#tokens[index - 1]?.kind;
    if (kind === "end" && index === 0)
      return problem(this.#text, "empty", from, {
        message: "the expression is empty",
        hint: "write a condition such as `label:Code-Review=MAX`",
      });
    if ((kind === "-" || kind === "not") && (before === "-" || before === "not"))
      return problem(this.#text, "double-negation", from, {
        message: "a negation of a negation is an error in Gerrit too",
        hint: "leave both out",
      });
    return problem(this.#text, before === ":" ? "empty-value" : "missing-term", from, {
      message: `Gerrit cannot read on at ${kind === "end" ? "the end" : `\`${text}\``}`,
      hint:
        before === ":" ? 'write the value behind the colon, in quotes if it begins with `-`: `is:"-1"`' : "correct it",
    });
  }

  #and(index: number, depth: number): Read {
    const known = this.#ands.get(index);
    if (known !== undefined) return known;
    const read = this.#readAnd(index, depth);
    this.#ands.set(index, read);
    return read;
  }

  #readAnd(index: number, depth: number): Read {
    const first = this.#not(index, depth);
    if ("at" in first) return first;
    if (this.token(first.next).kind !== "and" && "at" in this.#not(first.next, depth)) return first;
    const terms = [first.node];
    for (let next = first.next; ;) {
      const { kind } = this.token(next);
      if (kind !== "and" && !BEGINS.includes(kind)) return { node: joined("and", terms), next };
      const term = this.#not(kind === "and" ? next + 1 : next, depth);
      if ("at" in term) return term;
      terms.push(term.node);
      next = term.next;
    }
  }

  #not(index: number, depth: number): Read {
    const known = this.#nots.get(index);
    if (known !== undefined) return known;
    const { kind } = this.token(index);
    const negated = kind === "-" || kind === "not";
    const base = this.#base(negated ? index + 1 : index, depth);
    const read: Read = negated && "node" in base ? { node: { kind: "not", term: base.node }, next: base.next } : base;
    this.#nots.set(index, read);
    return read;
  }

  #base(index: number, depth: number): Read {
    const { kind, from } = this.token(index);
    if (kind === "(") {
      if (depth >= EXPRESSION_LIMITS.depth)
        throw new Stop(
          problem(this.#text, "too-deep", from, {
            message: `parentheses are nested more than ${EXPRESSION_LIMITS.depth} deep`,
            hint: "split the expression into several submit requirements",
          }),
        );
      const inner = this.or(index + 1, depth + 1);
      if ("at" in inner) return inner;
      return this.token(inner.next).kind === ")" ? { node: inner.node, next: inner.next + 1 } : { at: inner.next };
    }
    const hasField = kind === "field" && this.token(index + 1).kind === ":";
    const value = this.#value(hasField ? index + 2 : index);
    if ("at" in value) return value;
    this.#atoms.add(index);
    if (this.#atoms.size > EXPRESSION_LIMITS.atoms)
      throw new Stop(
        problem(this.#text, "too-long", from, {
          message: `more than ${EXPRESSION_LIMITS.atoms} conditions`,
          hint: "split the expression",
        }),
      );
    const last = this.#tokens[value.next - 1];
    const atom: Atom = {
      field: hasField ? this.token(index).text : "",
      value: value.node,
      quoted: last?.kind === "phrase",
      text: this.#text.slice(from, last?.to ?? from),
      offset: from,
    };
    return { node: { kind: "atom", atom }, next: value.next };
  }

  #value(index: number): Read<string> {
    let value = "";
    for (let next = index; ; next += 2) {
      const { kind, text } = this.token(next);
      if (kind !== "field" && kind !== "word" && kind !== "phrase") return { at: next };
      if (kind === "phrase" || this.token(next + 1).kind !== ":") return { node: value + text, next: next + 1 };
      value += `${text}:`;
    }
  }

  #badToken({ text, from }: Token): ExpressionProblem {
    if (text === '"' || text === "{")
      return problem(this.#text, "unclosed-quote", from, {
        message: `this \`${text}\` is never closed`,
        hint: `add the \`${text === "{" ? "}" : text}\` that belongs to it`,
      });
    return problem(this.#text, "unquoted-character", from, {
      message: `\`${text}\` cannot stand here, in Gerrit neither`,
      hint: 'quote the value it belongs to: `"…"`',
    });
  }
}

function joined(kind: "and" | "or", terms: readonly Expression[]): Expression {
  const [only] = terms;
  return terms.length === 1 && only !== undefined ? only : { kind, terms };
}

function problem(
  text: string,
  kind: ExpressionProblem["kind"],
  offset: number,
  said: Pick<ExpressionProblem, "message" | "hint">,
): ExpressionProblem {
  return { kind, offset, ...placeIn(text, offset), ...said };
}

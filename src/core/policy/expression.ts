/**
 * The expression language of policies: what stands in `submittableIf`, `applicableIf`, `copyCondition` and computed labels.
 *
 *     or    := and ( OR and )*            AND binds tighter than OR; OR and AND have no other spelling than OR|or, AND|and
 *     and   := not ( [AND] not )*         terms side by side mean AND
 *     not   := ( '-' | NOT ) base | base  no double negation
 *     base  := '(' or ')' | field ':' value
 *     value := words joined by ':' | "phrase" | {phrase}       inside a phrase `\` takes the next character as it is
 *
 * Gerrit's grammar, strict where Gerrit's is loose: the text must end where the grammar ends, and a word without a field is an
 * error, never a full-text search. Source: Gerrit, query grammar, compiled and tried (`policy.md` 1.4).
 */
import { fail, ok, type Result } from "../result.ts";
import { placeIn, type Atom, type Expression, type ExpressionProblem } from "./expression-tree.ts";

export const EXPRESSION_LIMITS = { characters: 8_192, depth: 32, atoms: 256 } as const;

/** Never overflows the stack: at most 32 parentheses deep, 256 atoms, 8 192 characters; beyond that is a problem. */
export function parseExpression(text: string): Result<Expression, ExpressionProblem> {
  try {
    return ok(new Parser(text).whole());
  } catch (thrown) {
    if (thrown instanceof Stop) return fail(problemAt(text, thrown));
    throw thrown;
  }
}

const FIELD = /^[a-z_]+(?:-[a-z_]+)*$/;
const NOT_A_WORD = /[\0-\x20!"$%&'():;?[\]{}]/;
const SPACE = /\s/;
const OPERATORS: Readonly<Record<string, "AND" | "OR" | "NOT">> = {
  AND: "AND",
  and: "AND",
  OR: "OR",
  or: "OR",
  NOT: "NOT",
  not: "NOT",
};
const LOOKALIKE: Readonly<Record<string, string>> = {
  "&&": "AND",
  "||": "OR",
  "|": "OR",
  "&": "AND",
  "!": "NOT",
  "~": "NOT",
};
const CLOSING: Readonly<Record<string, string>> = { '"': '"', "{": "}" };

class Stop extends Error {
  readonly kind: ExpressionProblem["kind"];
  readonly offset: number;
  readonly hint: string;
  constructor(kind: ExpressionProblem["kind"], offset: number, message: string, hint: string) {
    super(message);
    this.kind = kind;
    this.offset = offset;
    this.hint = hint;
  }
}

/** Holds the place in one text; lives for one `whole()`. */
class Parser {
  readonly #text: string;
  #at = 0;
  #atoms = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Expression {
    const { characters } = EXPRESSION_LIMITS;
    if (this.#text.length > characters)
      throw new Stop(
        "too-long",
        characters,
        `the expression has ${this.#text.length} characters, at most ${characters} are read`,
        "split it into several submit requirements",
      );
    this.#skipSpace();
    if (this.#at === this.#text.length)
      throw new Stop("empty", 0, "the expression is empty", "write a condition such as `label:Code-Review=MAX`");
    const expression = this.#or(0);
    if (this.#peek() === ")")
      throw new Stop("unbalanced", this.#at, "this `)` closes nothing", "remove it, or add the `(` it belongs to");
    return expression;
  }

  #or(depth: number): Expression {
    const terms = [this.#and(depth)];
    while (this.#takeOperator("OR")) terms.push(this.#and(depth));
    return joined("or", terms);
  }

  #and(depth: number): Expression {
    const terms = [this.#not(depth)];
    for (;;) {
      if (this.#takeOperator("AND")) terms.push(this.#not(depth));
      else if (this.#at === this.#text.length || this.#peek() === ")" || this.#operatorHere() === "OR") break;
      else terms.push(this.#not(depth));
    }
    return joined("and", terms);
  }

  #not(depth: number): Expression {
    const start = this.#at;
    if (!this.#takeNegation()) return this.#base(depth);
    if (this.#peek() === "-" || this.#operatorHere() === "NOT")
      throw new Stop("double-negation", start, "a negation of a negation is not allowed", "leave both out");
    return { kind: "not", term: this.#base(depth) };
  }

  #base(depth: number): Expression {
    if (this.#peek() === "(") return this.#group(depth);
    const operator = this.#operatorHere();
    if (this.#at === this.#text.length || this.#peek() === ")" || operator !== undefined) this.#missingTerm(operator);
    return { kind: "atom", atom: this.#atom() };
  }

  #group(depth: number): Expression {
    const open = this.#at;
    if (depth >= EXPRESSION_LIMITS.depth)
      throw new Stop(
        "too-deep",
        open,
        `parentheses are nested more than ${EXPRESSION_LIMITS.depth} deep`,
        "split the expression into several submit requirements",
      );
    this.#at += 1;
    this.#skipSpace();
    const inner = this.#or(depth + 1);
    if (this.#peek() !== ")")
      throw new Stop("unbalanced", open, "this `(` is never closed", "add the `)` that belongs to it");
    this.#at += 1;
    this.#skipSpace();
    return inner;
  }

  #atom(): Atom {
    const offset = this.#at;
    if (++this.#atoms > EXPRESSION_LIMITS.atoms)
      throw new Stop("too-long", offset, `more than ${EXPRESSION_LIMITS.atoms} conditions`, "split the expression");
    const field = this.#word();
    if (field === "" || this.#peek() !== ":") this.#bareWord(offset, field);
    if (!FIELD.test(field))
      throw new Stop("bare-word", offset, `\`${clip(field)}\` is no operator name`, "operator names are lower case");
    this.#at += 1;
    const { value, quoted } = this.#value(offset, field);
    const text = this.#text.slice(offset, this.#at);
    this.#skipSpace();
    return { field, value, quoted, text, offset };
  }

  #value(offset: number, field: string): { value: string; quoted: boolean } {
    const close = CLOSING[this.#peek()];
    const value = close === undefined ? this.#words() : this.#phrase(this.#peek(), close);
    if (value === "") {
      const next = this.#peek();
      if (next !== "" && !SPACE.test(next) && next !== ")" && close === undefined) this.#mustQuote(field);
      throw new Stop("empty-value", offset, `\`${field}:\` has no value`, `write it directly after the colon`);
    }
    const next = this.#peek();
    if (next !== "" && next !== ")" && !SPACE.test(next)) this.#mustQuote(field);
    if (close === undefined && (value.endsWith(",") || value.endsWith(":")))
      throw new Stop(
        "empty-value",
        this.#at - 1,
        `\`${clip(value)}\` ends in \`${value.slice(-1)}\` with nothing after it`,
        "remove it; conditions are joined by AND and OR, not by commas",
      );
    return { value, quoted: close !== undefined };
  }

  #words(): string {
    let words = this.#word();
    while (this.#peek() === ":" && words !== "") {
      this.#at += 1;
      const more = this.#word();
      words += `:${more}`;
      if (more === "") break;
    }
    return words;
  }

  #word(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !NOT_A_WORD.test(this.#text.charAt(this.#at))) this.#at += 1;
    return this.#text.slice(start, this.#at);
  }

  #phrase(open: string, close: string): string {
    const start = this.#at;
    let value = "";
    for (this.#at += 1; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text.charAt(this.#at);
      if (char === close) {
        this.#at += 1;
        return value;
      }
      if (char === "\\") value += escaped(this.#text.charAt(++this.#at));
      else if (char === open) break;
      else value += char;
    }
    throw new Stop(
      "unclosed-quote",
      start,
      `this \`${open}\` is never closed`,
      `add the \`${close}\` that belongs to it`,
    );
  }

  #takeNegation(): boolean {
    if (this.#peek() === "-") {
      this.#at += 1;
      this.#skipSpace();
      return true;
    }
    return this.#takeOperator("NOT");
  }

  #takeOperator(wanted: "AND" | "OR" | "NOT"): boolean {
    if (this.#operatorHere() !== wanted) return false;
    this.#at += wanted.length;
    this.#skipSpace();
    return true;
  }

  #operatorHere(): "AND" | "OR" | "NOT" | undefined {
    const start = this.#at;
    const word = this.#word();
    const next = this.#peek();
    this.#at = start;
    return next === ":" ? undefined : Object.hasOwn(OPERATORS, word) ? OPERATORS[word] : undefined;
  }

  #missingTerm(operator: string | undefined): never {
    const found = operator ?? (this.#peek() === ")" ? ")" : "the end");
    throw new Stop(
      "missing-term",
      this.#at,
      `a condition was expected here, and ${found === "the end" ? found : `\`${found}\``} was found`,
      "AND and OR stand between two conditions, NOT before one",
    );
  }

  #bareWord(offset: number, word: string): never {
    const symbol = word === "" ? this.#text.charAt(this.#at) : word;
    const upper = symbol.toUpperCase();
    const meant = Object.hasOwn(LOOKALIKE, symbol)
      ? LOOKALIKE[symbol]
      : Object.hasOwn(OPERATORS, upper)
        ? upper
        : undefined;
    const ampersands = word === "" && symbol === "&" ? "AND" : undefined;
    const operator = meant ?? ampersands;
    if (operator !== undefined)
      throw new Stop("wrong-operator", offset, `\`${symbol}\` is no operator`, `write ${operator}`);
    if (word === "")
      throw new Stop(
        "unquoted-character",
        offset,
        `\`${symbol}\` cannot stand here`,
        'quote the value it belongs to: `"…"`',
      );
    throw new Stop(
      "bare-word",
      offset,
      `\`${clip(word)}\` is a word without an operator`,
      "write `operator:value`; a value with spaces or parentheses needs quotes",
    );
  }

  #mustQuote(field: string): never {
    throw new Stop(
      "unquoted-character",
      this.#at,
      `\`${this.#peek()}\` cannot stand in an unquoted value`,
      `quote it: \`${field}:"…"\` (inside quotes write \`\\\\\` for one backslash)`,
    );
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #skipSpace(): void {
    while (this.#at < this.#text.length && SPACE.test(this.#text.charAt(this.#at))) this.#at += 1;
  }
}

function joined(kind: "and" | "or", terms: readonly Expression[]): Expression {
  const [only] = terms;
  return terms.length === 1 && only !== undefined ? only : { kind, terms };
}

function escaped(char: string): string {
  return { t: "\t", n: "\n", r: "\r" }[char] ?? char;
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function problemAt(text: string, stop: Stop): ExpressionProblem {
  return {
    kind: stop.kind,
    offset: stop.offset,
    ...placeIn(text, stop.offset),
    message: stop.message,
    hint: stop.hint,
  };
}

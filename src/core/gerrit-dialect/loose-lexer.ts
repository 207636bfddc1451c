/**
 * The words of Gerrit's query language, as its lexer takes them: the longest run of word characters is one word; `AND`, `and`,
 * `OR`, `or`, `NOT` and `not` are operators only where something follows them; a phrase is `"…"` or `{…}` with `\` for the next
 * character. Source: Gerrit, query grammar.
 */
export type TokenKind = "and" | "or" | "not" | "field" | "word" | "phrase" | ":" | "(" | ")" | "-" | "end" | "bad";

export interface Token {
  readonly kind: TokenKind;
  /** Of a phrase without its quotes, escapes resolved. */
  readonly text: string;
  /** Characters from the start of the text; `to` is the first that does not belong to it. */
  readonly from: number;
  readonly to: number;
}

const NOT_A_WORD = /[\0-\x20!"$%'():;?[\]{}]/;
const FIELD = /^[a-z_]+(?:-[a-z_]+)*$/;
const BLANKS = " \t\r\n";
const KEYWORDS: Readonly<Record<string, "and" | "or" | "not">> = {
  AND: "and",
  and: "and",
  OR: "or",
  or: "or",
  NOT: "not",
  not: "not",
};

/** Ends with `end`, or with the first character that begins no word (`bad`): nothing behind that is ever looked at. */
export function looseTokens(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && BLANKS.includes(text.charAt(at))) at += 1;
    const token = at === text.length ? { kind: "end" as const, text: "", from: at, to: at } : tokenAt(text, at);
    tokens.push(token);
    if (token.kind === "end" || token.kind === "bad") return tokens;
    at = token.to;
  }
}

function tokenAt(text: string, from: number): Token {
  const first = text.charAt(from);
  if (first === ":" || first === "(" || first === ")" || first === "-")
    return { kind: first, text: first, from, to: from + 1 };
  if (first === '"') return phraseAt(text, from, '"');
  if (first === "{") return phraseAt(text, from, "}");
  let to = from;
  while (to < text.length && !NOT_A_WORD.test(text.charAt(to))) to += 1;
  if (to === from) return { kind: "bad", text: first, from, to: from + 1 };
  const word = text.slice(from, to);
  // A keyword that ends the text is a word like any other.
  const keyword = to < text.length && Object.hasOwn(KEYWORDS, word) ? KEYWORDS[word] : undefined;
  return { kind: keyword ?? (FIELD.test(word) ? "field" : "word"), text: word, from, to };
}

function phraseAt(text: string, from: number, close: string): Token {
  let value = "";
  for (let at = from + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === close) return { kind: "phrase", text: value, from, to: at + 1 };
    if (char === "{" && close === "}") break;
    if (char !== "\\") value += char;
    else if (++at < text.length) value += escaped(text.charAt(at));
  }
  return { kind: "bad", text: text.charAt(from), from, to: text.length };
}

function escaped(char: string): string {
  return { t: "\t", n: "\n", r: "\r" }[char] ?? char;
}

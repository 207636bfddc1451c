/**
 * Regular expressions as reno's configuration has them: Python's, with its flags VERBOSE and UNICODE (whitespace and comments do not
 * count), said again for RE2, whose time grows with the text alone. RE2 cannot look ahead or behind; projects' real configurations do
 * (python-lookaround.ts). What else it cannot say is a problem that names it. One difference stays: `\b` knows letters of ASCII only.
 */
import { RE2JS, RE2JSException } from "re2js";
import { fail, ok, type Result } from "../../result.ts";
import { escapeIn, type Escaped } from "./python-escape.ts";
import { LOOKAROUND, lookingAround } from "./python-lookaround.ts";

export interface PythonPattern {
  /** As it was written. */
  readonly text: string;
  /** At the beginning of the text; it need not reach the end. Python: `re.match`. */
  atStart(text: string): PatternMatch | undefined;
  /** Anywhere. Python: `re.search`. */
  search(text: string): PatternMatch | undefined;
  readonly groups: readonly string[];
}

export interface PatternMatch {
  /** The first group; `undefined` where the pattern has none, or where it took no part. */
  readonly first: string | undefined;
  /** Where a named group stands in the text; `undefined` where it took no part. The name must be one of `groups`. */
  span(group: string): { readonly from: number; readonly to: number } | undefined;
}

export const LONGEST_PYTHON_PATTERN = 2_000;

/** The problem completes "the pattern …". */
export function readPythonPattern(text: string): Result<PythonPattern, string> {
  if (text.length > LONGEST_PYTHON_PATTERN)
    return fail(`has ${text.length} characters, at most ${LONGEST_PYTHON_PATTERN} are read`);
  const said = forRe2(text);
  if (!said.ok) return said;
  const found = said.value.looksAround ? lookingAround(said.value.re2) : linear(said.value.re2);
  return found.ok ? ok({ text, ...found.value }) : found;
}

function linear(re2: string): Result<Omit<PythonPattern, "text">, string> {
  const compiled = compile(re2);
  if (!compiled.ok) return compiled;
  const pattern = compiled.value;
  const matched = (of: string, anchored: boolean): PatternMatch | undefined => {
    const matcher = pattern.matcher(of);
    if (!(anchored ? matcher.lookingAt() : matcher.find())) return undefined;
    return {
      first: pattern.groupCount() === 0 ? undefined : (matcher.group(1) ?? undefined),
      span: (group) => {
        const from = matcher.start(group);
        return from < 0 ? undefined : { from, to: matcher.end(group) };
      },
    };
  };
  return ok({
    groups: Object.keys(pattern.namedGroups()),
    atStart: (of) => matched(of, true),
    search: (of) => matched(of, false),
  });
}

function compile(pattern: string): Result<RE2JS, string> {
  try {
    return ok(RE2JS.compile(pattern));
  } catch (thrown) {
    if (!(thrown instanceof RE2JSException)) throw thrown;
    return fail(`cannot be read: ${thrown.message.replace(/^error parsing regexp: /, "")}`);
  }
}

interface Said {
  readonly re2: string;
  /** Then it is RE2's but for that. */
  readonly looksAround: boolean;
}

const SPACE = /[ \t\n\r\f\v]/;
const EXTENSIONS: readonly (readonly [RegExp, string])[] = [
  [/^\(\?P=/, "repeats what a group found"],
  [/^\(\?\(/, "asks whether a group took part"],
  [/^\(\?>/, "has an atomic group"],
];

/** The same pattern without Python's freedoms, or what in it RE2 cannot say. */
function forRe2(text: string): Result<Said, string> {
  let made = "";
  let looksAround = false;
  let at = 0;
  // What a `?`, `*` or `+` would follow: only directly after a quantifier is `?` its laziness.
  let quantified = false;
  let gap = false;
  const put = (part: string, length: number) => {
    made += part;
    at += length;
    quantified = false;
    gap = false;
  };
  while (at < text.length) {
    const char = text.charAt(at);
    if (SPACE.test(char)) {
      at += 1;
      gap = true;
    } else if (char === "#") {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end + 1;
      gap = true;
    } else if (char === "\\") {
      const escaped = escapeIn(text, at, "outside");
      if (!escaped.ok) return escaped;
      put(escaped.value.re2, escaped.value.length);
    } else if (char === "[") {
      const set = readSet(text, at);
      if (!set.ok) return set;
      put(set.value.re2, set.value.length);
    } else if (text.startsWith("(?#", at)) {
      const end = text.indexOf(")", at);
      if (end < 0) return fail("has a comment `(?#` without its `)`");
      at = end + 1;
    } else if (text.startsWith("(?", at)) {
      const opened = openGroup(text.slice(at));
      if (!opened.ok) return opened;
      looksAround ||= LOOKAROUND.test(opened.value.re2);
      put(opened.value.re2, opened.value.length);
    } else {
      const quantifier = /^(?:[*+?]|\{(?=\d|,\d)\d*(?:,\d*)?\})/.exec(text.slice(at))?.[0];
      if (quantifier === undefined) put(char, 1);
      else {
        const lazy: boolean = quantified && !gap && quantifier === "?";
        if (quantified && quantifier === "+" && !gap) return fail("has a possessive quantifier, which RE2 cannot say");
        if (quantified && !lazy) return fail(`repeats what is already repeated: \`${quantifier}\``);
        put(quantifier.startsWith("{,") ? `{0${quantifier.slice(1)}` : quantifier, quantifier.length);
        quantified = !lazy;
      }
    }
  }
  return ok({ re2: made, looksAround });
}

function openGroup(text: string): Result<Escaped, string> {
  const refused = EXTENSIONS.find(([start]) => start.test(text));
  if (refused !== undefined) return fail(`${refused[1]} (\`${text.slice(0, 4)}\`), which RE2 cannot say`);
  const named = /^\(\?(?:P<[A-Za-z_]\w*>|:|<?[=!])/.exec(text)?.[0];
  if (named !== undefined) return ok({ re2: named, length: named.length });
  const [flags, on] = /^\(\?([imsux]+)[:)]/.exec(text) ?? [];
  if (flags === undefined || on === undefined)
    return fail(`has the group \`${text.slice(0, 6)}\`, which cannot be said for RE2`);
  // Verbose and Unicode are on anyway.
  const kept = [...new Set(on.replaceAll(/[ux]/g, ""))].join("");
  const end = flags.slice(-1);
  return ok({ re2: kept === "" ? (end === ")" ? "" : "(?:") : `(?${kept}${end}`, length: flags.length });
}

/** `[…]`: space and `#` stand for themselves, and so does a `[`. */
function readSet(text: string, from: number): Result<Escaped, string> {
  let at = from + 1;
  let made = "[";
  if (text.charAt(at) === "^") {
    made += "^";
    at += 1;
  }
  const first = at;
  for (; at < text.length;) {
    const char = text.charAt(at);
    if (char === "]" && at > first) return ok({ re2: `${made}]`, length: at + 1 - from });
    if (char === "\\") {
      const escaped = escapeIn(text, at, "set");
      if (!escaped.ok) return escaped;
      made += escaped.value.re2;
      at += escaped.value.length;
    } else {
      made += char === "[" || char === "]" ? `\\${char}` : char;
      at += 1;
    }
  }
  return fail("has a `[` without its `]`");
}

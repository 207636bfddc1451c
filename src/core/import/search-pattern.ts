/** Patterns that search, as Go's `regexp` has them, as patterns that match the whole text, as a policy has them. Both are RE2. */
import { RE2JS, RE2JSException } from "re2js";
import { LONGEST_PATTERN } from "../policy/pattern.ts";
import { fail, ok, type Result } from "../result.ts";

/** Begins with `^`. Fails with a sentence where the pattern is none. */
export function wholePattern(search: string): Result<string, string> {
  const wrong = whyNone(search);
  if (wrong !== undefined) return fail(wrong);
  if (!isPlain(search)) return ok(`^.*(?:${search}).*`);
  const body = search.startsWith("^") ? search.slice(1) : search.startsWith(".*") ? search : `.*${search}`;
  return ok(`^${endsInDollar(body) || endsInAnything(body) ? body : `${body}.*`}`);
}

/** By itself, since what is put around it could make a pattern of it. */
function whyNone(search: string): string | undefined {
  if (search.length > LONGEST_PATTERN) return `it has more than ${LONGEST_PATTERN} characters`;
  try {
    RE2JS.compile(search);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof RE2JSException)
      return `it cannot be read: ${thrown.message.replace(/^error parsing regexp: /, "")}`;
    throw thrown;
  }
}

/** One pattern for texts that any of these whole patterns matches. */
export function anyPattern(wholes: readonly string[]): string {
  const [only, ...others] = wholes;
  if (only !== undefined && others.length === 0) return only;
  const bodies = wholes.map((whole) => (endsInDollar(whole) ? whole.slice(1, -1) : whole.slice(1)));
  return `^(?:${bodies.join("|")})`;
}

/** The pattern of exactly this text. */
export function literalPattern(text: string): string {
  return `^${text.replaceAll(/[\\.*+?()[\]{}|^$]/g, "\\$&")}$`;
}

/** No alternatives side by side, no flags and no `\Q` that what is put around it could get into. */
function isPlain(search: string): boolean {
  if (/\\[QEAz]|\(\?[a-zA-Z]*-?[a-zA-Z]*\)/.test(search)) return false;
  let depth = 0;
  for (let at = 0; at < search.length; at += 1) {
    const char = search.charAt(at);
    if (char === "\\") at += 1;
    else if (char === "[") {
      const from = at + (search.charAt(at + 1) === "^" ? 2 : 1);
      at = from + (search.charAt(from) === "]" ? 1 : 0);
      while (at < search.length && search.charAt(at) !== "]") at += search.charAt(at) === "\\" ? 2 : 1;
    } else if (char === "(") depth += 1;
    else if (char === ")") depth -= 1;
    else if (char === "|" && depth === 0) return false;
  }
  return true;
}

function endsInDollar(body: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*\$$/.test(body);
}

function endsInAnything(body: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*\.\*$/.test(body);
}

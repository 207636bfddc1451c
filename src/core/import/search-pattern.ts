/** Patterns that search, as Go's `regexp` has them, as patterns that match the whole text, as a policy has them. Both are RE2. */
import { readPattern } from "../policy/pattern.ts";
import { fail, ok, type Result } from "../result.ts";

/** Begins with `^`. Fails with a sentence where the pattern is none. */
export function wholePattern(search: string): Result<string, string> {
  const read = readPattern(search, { of: "text", dialect: "gerrit" });
  if (!read.ok) return fail(read.problem.message);
  if (!isPlain(search)) return ok(`^.*(?:${search}).*`);
  const body = search.startsWith("^") ? search.slice(1) : search.startsWith(".*") ? search : `.*${search}`;
  return ok(`^${endsInDollar(body) || endsInAnything(body) ? body : `${body}.*`}`);
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

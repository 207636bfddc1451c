/** What can be said of a pattern without running it: what it spells, and whether anything it is held against can match. */
import type { PatternProblem } from "./pattern.ts";

/** The one text it matches, where it has no operator in it; undefined otherwise. */
export function literalOf(pattern: string): string | undefined {
  let text = "";
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === "\\") {
      const next = pattern.charAt(++at);
      if (next === "" || /[A-Za-z0-9]/.test(next)) return undefined;
      text += next;
    } else if (/[.*+?()[\]{}|^$]/.test(char)) return undefined;
    else text += char;
  }
  return text;
}

/**
 * A pattern that was meant for the beginning of a text, and so matches nothing, or only by accident: `^docs/`, `^(a|b)/`,
 * `^release-`. Matching the whole text makes such a rule quietly never apply.
 */
export function deadEnd(pattern: string, of: "path" | "ref" | "text"): PatternProblem | undefined {
  const body = pattern.slice(1);
  const whole = "patterns match the whole text, not its beginning";
  const literal = literalOf(body.replace(/\$$/, ""));
  if (of === "text")
    return literal === undefined || body.endsWith("$")
      ? undefined
      : {
          at: pattern.length,
          message: `${whole}: \`${pattern}\` matches that one text only`,
          hint: `write \`${pattern}.*\``,
        };
  if (body.startsWith("/"))
    return { at: 1, message: `no ${of} begins with \`/\``, hint: `write \`^${body.slice(1)}\`` };
  const slash = slashAtEnd(body);
  if (slash !== undefined)
    return {
      at: slash + 1,
      message: `${whole}, and no ${of} ends in \`/\``,
      hint: slash === body.length - 1 ? `write \`${pattern}.*\`` : "write `.*` after the `/`",
    };
  return literal !== undefined && !body.endsWith("$") && /[-_.]$/.test(literal)
    ? {
        at: pattern.length,
        message: `${whole}: \`${pattern}\` matches that one ${of} only`,
        hint: `write \`${pattern}.*\``,
      }
    : undefined;
}

interface Frame {
  /** Where the alternative that is being read has its last `/`, if that is its last character. */
  last: number | undefined;
  /** The same of an alternative that has ended. */
  found: number | undefined;
}

/** Where an alternative ends in `/`: nothing it matches can be a path. Reads each character once. */
function slashAtEnd(body: string): number | undefined {
  const frames: Frame[] = [];
  let frame: Frame = { last: undefined, found: undefined };
  for (let at = 0; at < body.length; at += 1) {
    const char = body.charAt(at);
    if (char === "\\") {
      at += 1;
      frame.last = body.charAt(at) === "/" ? at : undefined;
    } else if (char === "[") {
      at = endOfClass(body, at);
      frame.last = undefined;
    } else if (char === "(") {
      frames.push(frame);
      frame = { last: undefined, found: undefined };
    } else if (char === ")") {
      const end = frame.last ?? frame.found;
      frame = frames.pop() ?? { last: undefined, found: undefined };
      frame.last = end;
    } else if (char === "|") {
      frame.found ??= frame.last;
      frame.last = undefined;
    } else if (char === "*" || char === "?" || (char === "{" && body.charAt(at + 1) === "0")) frame.last = undefined;
    else if (char === "/") frame.last = at;
    else if (char !== "$" && char !== "+" && !isCount(body, at)) frame.last = undefined;
  }
  return frame.last ?? frame.found;
}

/** Inside `{2,3}`, which repeats what is before it and changes nothing about its last character. */
function isCount(body: string, at: number): boolean {
  if (!/[{},0-9]/.test(body.charAt(at))) return false;
  const open = body.lastIndexOf("{", at);
  return open >= 0 && at - open < 12 && /^\{\d+(?:,\d*)?\}?$/.test(body.slice(open, at + 1));
}

function endOfClass(body: string, open: number): number {
  // A `]` directly after `[` or `[^` is a character of the class.
  let at = open + (body.charAt(open + 1) === "^" ? 2 : 1);
  for (at += body.charAt(at) === "]" ? 1 : 0; at < body.length && body.charAt(at) !== "]"; at += 1)
    if (body.charAt(at) === "\\") at += 1;
  return at;
}

/** What begins with a backslash in a regular expression of Python, as RE2 says it. Classes know all of Unicode, as Python's do. */
import { fail, ok, type Result } from "../../result.ts";

export interface Escaped {
  readonly re2: string;
  /** Characters of the original. */
  readonly length: number;
}

const DIGIT = "\\p{Nd}";
const WORD = "\\p{L}\\p{N}_";
const WHITE =
  "\\t-\\r\\x{1c}-\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}";

/** `at` is the backslash. The problem completes "the pattern …". */
export function escapeIn(text: string, at: number, place: "outside" | "set"): Result<Escaped, string> {
  const char = text.charAt(at + 1);
  if (char === "") return fail("ends in a `\\`");
  const said = named(char, place) ?? numbered(text.slice(at + 1), place);
  if (said !== undefined) return said;
  if (/[A-Za-z]/.test(char)) return fail(`has \`\\${char}\`, which is no escape that both Python and RE2 know`);
  const quoted = text.codePointAt(at + 1) ?? 0;
  return ok({ re2: hex(quoted), length: 1 + String.fromCodePoint(quoted).length });
}

function named(char: string, place: "outside" | "set"): Result<Escaped, string> | undefined {
  const inSet = place === "set";
  const is = (re2: string) => ok({ re2, length: 2 });
  switch (char) {
    case "d":
      return is(DIGIT);
    case "D":
      return is("\\P{Nd}");
    case "w":
      return is(inSet ? WORD : `[${WORD}]`);
    case "s":
      return is(inSet ? WHITE : `[${WHITE}]`);
    case "W":
    case "S":
      if (inSet) return fail(`has \`\\${char}\` within \`[…]\`, which RE2 cannot say for all of Unicode`);
      return is(`[^${char === "W" ? WORD : WHITE}]`);
    case "b":
      return is(inSet ? "\\x{8}" : "\\b");
    case "B":
    case "A":
      return inSet ? undefined : is(`\\${char}`);
    case "Z":
      return inSet ? undefined : is("\\z");
    case "a":
      return is("\\x{7}");
    case "f":
    case "n":
    case "r":
    case "t":
    case "v":
      return is(`\\${char}`);
    default:
      return undefined;
  }
}

/** `\x41`, `\u0041`, `\U00000041`, octal; a number alone is what a group found before. */
function numbered(text: string, place: "outside" | "set"): Result<Escaped, string> | undefined {
  const code = /^(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))/.exec(text);
  const octal = (place === "set" ? /^[0-7]{1,3}/ : /^(?:0[0-7]{0,2}|[0-3][0-7]{2})/).exec(text)?.[0];
  if (code !== null) {
    const point = parseInt(code[1] ?? code[2] ?? code[3] ?? "0", 16);
    return point > 0x10_ff_ff
      ? fail("names a character beyond Unicode")
      : ok({ re2: hex(point), length: 1 + code[0].length });
  }
  if (octal !== undefined) return ok({ re2: hex(parseInt(octal, 8)), length: 1 + octal.length });
  return /^\d/.test(text) && place === "outside"
    ? fail(`repeats what a group found (\`\\${text.charAt(0)}\`), which RE2 cannot say`)
    : undefined;
}

function hex(point: number): string {
  return `\\x{${point.toString(16)}}`;
}

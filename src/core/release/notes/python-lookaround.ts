/**
 * Patterns that look ahead or behind, which RE2 cannot say: the regular expressions of the language itself run them. Those may need
 * exponential time, so only such are taken whose time stays small: no group is repeated without end, at most two other repetitions
 * are, and the text is as short as names of refs are.
 */
import { fail, ok, type Result } from "../../result.ts";
import type { PatternMatch, PythonPattern } from "./python-pattern.ts";

export const LOOKAROUND = /^\(\?<?[=!]/;

/** Nothing is found in a longer text. No file system has a longer name of a branch or tag. */
const LONGEST_NAME = 255;
const MOST_REPETITIONS = 2;

/** The pattern is RE2's, but for looking around. The problem completes "the pattern …". */
export function lookingAround(re2: string): Result<Omit<PythonPattern, "text">, string> {
  const flags = /\(\?[a-z]+/.exec(re2);
  if (flags !== null)
    return fail(`looks ahead or behind and has flags in it (\`${flags[0]}\`), which cannot be said together`);
  const bare = re2.replaceAll(/\\x\{[0-9a-f]+\}|\\[pP]\{\w+\}|\\./g, "_").replaceAll(/\[\^?\]?[^\]]*\]/g, "_");
  if (/\)(?:[*+]|\{\d*,\})/.test(bare))
    return fail("looks ahead or behind and repeats a group without end, which could take for ever");
  const endless = bare.match(/[*+]|\{\d*,\}/g)?.length ?? 0;
  if (endless > MOST_REPETITIONS)
    return fail(
      `looks ahead or behind and has ${endless} repetitions without end, at most ${MOST_REPETITIONS} are read`,
    );
  const said = re2
    .replaceAll("\\x{", "\\u{")
    .replaceAll("\\z", "$")
    .replaceAll("\\A", "^")
    .replaceAll("(?P<", "(?<")
    .replaceAll(/(?<!\\u|\\[pP])\{(?!\d+(?:,\d*)?\})/g, "\\{");
  try {
    return ok(found(said));
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    return fail(`cannot be read: ${thrown.message.split(": ").at(-1) ?? thrown.message}`);
  }
}

function found(source: string): Omit<PythonPattern, "text"> {
  const anywhere = new RegExp(source, "du");
  const anchored = new RegExp(source, "duy");
  const matched = (pattern: RegExp, of: string): PatternMatch | undefined => {
    if (of.length > LONGEST_NAME) return undefined;
    pattern.lastIndex = 0;
    const match = pattern.exec(of);
    if (match === null) return undefined;
    return {
      first: match[1],
      span: (group) => {
        const at = match.indices?.groups?.[group];
        return at === undefined ? undefined : { from: at[0], to: at[1] };
      },
    };
  };
  return {
    groups: [...source.matchAll(/\(\?<([A-Za-z_]\w*)>/g)].flatMap(([, name]) => name ?? []),
    atStart: (of) => matched(anchored, of),
    search: (of) => matched(anywhere, of),
  };
}

/**
 * Gerrit's patterns are the regular expressions of dk.brics.automaton: they match the whole text, `^` and `$` mean something at the
 * ends only, `\d` is the letter d, and `~ & # @ < "` are operators. What reads otherwise in RE2 is told apart here, in one pass.
 * Source: dk.brics.automaton, RegExp; Gerrit, RegexRefPredicate and RegexListSearcher (all of its syntax is on).
 */
import { fail, ok, type Result } from "../result.ts";

export interface GerritPattern {
  /** An `@` outside of brackets: any text. */
  readonly anything: boolean;
}

export interface GerritPatternProblem {
  readonly message: string;
  readonly hint: string;
}

const OPERATORS: Readonly<Record<string, string>> = {
  "~": "everything else",
  "&": "both",
  "#": "nothing at all",
  "<": "a range of numbers",
  '"': "a text in quotes",
};

/** `prefixed`: Gerrit writes `refs/heads/` before it. */
export function readGerritPattern(text: string, prefixed: boolean): Result<GerritPattern, GerritPatternProblem> {
  let anything = false;
  let depth = 0;
  let bracket = false;
  for (let at = 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === "\\") {
      at += 1;
      const next = text.charAt(at);
      if (/[A-Za-z0-9]/.test(next))
        return fail({
          message: `\`\\${next}\` is the character ${next} in Gerrit's patterns, and something else here`,
          hint: "write the characters that are meant: `[0-9]`, `[a-zA-Z0-9_]`",
        });
    } else if (bracket) bracket = char !== "]";
    else if (char === "[") bracket = true;
    else if (char === "(") depth += 1;
    else if (char === ")") depth -= 1;
    else if (char === "@") anything = true;
    else if (char === "|" && depth === 0 && prefixed)
      return fail({
        message: "Gerrit reads only the first of these alternatives as a branch",
        hint: `put them in parentheses: \`"^(${text.slice(1)})"\``,
      });
    else if (char === "^" || (char === "$" && at < text.length - 1))
      return fail({
        message: `\`${char}\` inside a pattern stands for itself in Gerrit, and here for an end of the text`,
        hint: `leave it out, or write \`\\\\${char}\``,
      });
    else if (Object.hasOwn(OPERATORS, char))
      return fail({
        message: `\`${char}\` is an operator of Gerrit's patterns (${OPERATORS[char] ?? ""}), and here stands for itself`,
        hint: `write \`\\\\${char}\` for the character`,
      });
  }
  return ok({ anything });
}

// GitHub's filter patterns for branches, tags and paths. Source: "Workflow syntax", filter pattern cheat sheet.

/** `*` stops at `/`, `**` does not, `?` and `+` apply to the character before them, `!` at the start takes back; the last match wins. */
export function matchesFilter(patterns: readonly string[], name: string): boolean {
  let verdict = false;
  for (const pattern of patterns) {
    const negative = pattern.startsWith("!");
    if (filterRegExp(negative ? pattern.slice(1) : pattern).test(name)) verdict = !negative;
  }
  return verdict;
}

function filterRegExp(pattern: string): RegExp {
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] ?? "";
    if (pattern.startsWith("**/", i)) {
      source += "(?:.*/)?";
      i += 2;
    } else if (pattern.startsWith("**", i)) {
      source += ".*";
      i += 1;
    } else if (char === "*") source += "[^/]*";
    else if (char === "\\") source += escaped(pattern[++i] ?? "\\");
    else if ("?+[]".includes(char)) source += char;
    else if (char === "-" && source.lastIndexOf("[") > source.lastIndexOf("]")) source += "-";
    else source += escaped(char);
  }
  return new RegExp(`^${source}$`);
}

function escaped(char: string): string {
  return /[\w/ -]/.test(char) ? char : `\\${char}`;
}

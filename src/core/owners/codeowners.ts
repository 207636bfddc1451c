/**
 * CODEOWNERS as GitHub documents it: a pattern and its owners on each line, the last line that matches a path speaks for it, and a
 * line without owners takes ownership away. GitHub skips a line it cannot read, so that its paths quietly belong to somebody else;
 * here such a line is a problem.
 * Source: GitHub, "About code owners".
 */
import { ownerList, parseOwner, wholeFile, type OwnerList, type OwnersProblem } from "./owner.ts";
import { compilePattern, matchesParts, type Part, type PathPattern } from "./pattern.ts";

/** In the order in which GitHub looks; the first that is there counts. */
export const CODEOWNERS_PATHS = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"] as const;

/** GitHub loads no file of this size or more. */
export const MOST_CODEOWNERS_BYTES = 3 * 1024 * 1024;

export interface Rule {
  readonly line: number;
  readonly pattern: PathPattern;
  /** None: nobody owns what it matches. */
  readonly list: OwnerList;
}

export interface Codeowners {
  readonly path: string;
  /** In the file's order. */
  readonly rules: readonly Rule[];
  readonly problems: readonly OwnersProblem[];
  /** The rule that speaks for the path of these parts. */
  ruleOf(parts: readonly string[]): Rule | undefined;
}

export function parseCodeowners(path: string, text: string): Codeowners {
  const rules: Rule[] = [];
  const whole = wholeFile(path, text, MOST_CODEOWNERS_BYTES - 1);
  const problems: OwnersProblem[] = whole === undefined ? [] : [whole];
  const lists = new Map<string, OwnerList>();
  if (whole === undefined)
    for (const [index, raw] of text.split("\n").entries()) {
      const words = wordsOf(raw);
      const [first, ...rest] = words;
      if (first === undefined) continue;
      const line = index + 1;
      const wrong = (message: string, hint: string) => problems.push({ path, line, message, hint });
      if (/^\^?\[/.test(first)) {
        wrong("sections are GitLab's, and GitHub knows none", "write the owners on the lines of the patterns");
        continue;
      }
      const pattern = compilePattern(first);
      if (!pattern.ok) {
        wrong(pattern.problem.message, pattern.problem.hint);
        continue;
      }
      const owners = rest.map(parseOwner);
      const unknown = rest.find((_, at) => owners[at] === undefined);
      if (unknown !== undefined) {
        wrong(`\`${unknown.slice(0, 80)}\` is no owner`, "write `@login`, `@org/team` or an email address");
        continue;
      }
      const named = owners.flatMap((owner) => owner ?? []);
      const key = named.join(" ");
      const list = lists.get(key) ?? ownerList(named);
      lists.set(key, list);
      rules.push({ line, pattern: pattern.value, list });
    }
  return { path, rules, problems, ruleOf: lastMatch(rules) };
}

/** Split at white space that no backslash escapes; a word that begins with `#` ends the line. */
function wordsOf(raw: string): readonly string[] {
  const words: string[] = [];
  let word = "";
  let here = false;
  for (let at = 0; at < raw.length; at += 1) {
    const char = raw[at] ?? "";
    if (char === " " || char === "\t" || char === "\r" || char === "\f" || char === "\v") {
      if (here) words.push(word);
      word = "";
      here = false;
    } else if (char === "#" && !here) return words;
    else {
      here = true;
      word += char;
      // The pattern keeps its escapes; an owner has none.
      if (char === "\\" && words.length === 0 && at + 1 < raw.length && raw[at + 1] !== "\r") {
        at += 1;
        word += raw[at] ?? "";
      }
    }
  }
  if (here) words.push(word);
  return words;
}

/**
 * Most rules begin with a directory, name one, or end in an extension: of those, only the ones that can match a path are asked.
 * The others are asked from the last one up, until an earlier rule could not win any more.
 */
function lastMatch(rules: readonly Rule[]): Codeowners["ruleOf"] {
  const below = new Map<string, number[]>();
  const anywhere = new Map<string, number[]>();
  const endings = new Map<string, number[]>();
  const others: number[] = [];
  for (const [index, { pattern }] of rules.entries()) {
    const [head, next] = pattern.parts;
    const ending = head?.kind === "deep" ? endingOf(next) : undefined;
    if (head?.kind === "literal") file(below, literalStart(pattern.parts), index);
    else if (head?.kind === "deep" && next?.kind === "literal") file(anywhere, next.text, index);
    else if (ending !== undefined) file(endings, ending, index);
    else others.push(index);
  }
  return (parts) => {
    let best = -1;
    const ask = (drawer: readonly number[] | undefined) => {
      for (let at = (drawer?.length ?? 0) - 1; at >= 0; at -= 1) {
        const index = drawer?.[at] ?? -1;
        if (index <= best) return;
        const rule = rules[index];
        if (rule !== undefined && matchesParts(rule.pattern.parts, parts)) best = index;
      }
    };
    let directory = "";
    for (const part of parts) {
      directory = directory === "" ? part : `${directory}/${part}`;
      ask(below.get(directory));
      ask(anywhere.get(part));
      if (endings.size > 0) ask(endings.get(part.slice(part.lastIndexOf(".") + 1)));
    }
    ask(others);
    return rules[best];
  };
}

/** The parts that only one name matches, up to the first that several do. */
function literalStart(parts: readonly Part[]): string {
  const names: string[] = [];
  for (const part of parts) {
    if (part.kind !== "literal") break;
    names.push(part.text);
  }
  return names.join("/");
}

/** What comes after the last dot of every name it matches: `js` of `*.js`. */
function endingOf(part: Part | undefined): string | undefined {
  if (part?.kind !== "glob" || part.pieces.length < 2) return undefined;
  const last = part.pieces.at(-1);
  const dot = last?.text.lastIndexOf(".") ?? -1;
  return last === undefined || last.holes || dot < 0 ? undefined : last.text.slice(dot + 1);
}

function file(drawers: Map<string, number[]>, key: string, index: number): void {
  const drawer = drawers.get(key);
  if (drawer === undefined) drawers.set(key, [index]);
  else drawer.push(index);
}

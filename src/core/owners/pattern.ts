/**
 * Patterns over paths as CODEOWNERS has them, and the globs of OWNERS, compiled to parts. Matching goes forward only: inside a part the
 * pieces between stars are looked for one after the other, and of several `**` only the last is ever tried again. So a hostile
 * pattern costs at most its length times the path's, and both are bounded.
 *
 * Upper and lower case, composed and decomposed letters are different, as they are in git's trees.
 * Source: GitHub, "About code owners" and what it says of gitignore; Gerrit, "find-owners backend", for globs.
 */
import { fail, ok, type Result } from "../result.ts";

/** One or, for `deep`, any number of parts of a path. */
export type Part =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "any" }
  | { readonly kind: "deep" }
  /** What stands between the stars. A hole stands where a `?` is. */
  | { readonly kind: "glob"; readonly pieces: readonly Piece[] };

interface Piece {
  readonly text: string;
  readonly holes: boolean;
}

export interface PathPattern {
  readonly text: string;
  readonly parts: readonly Part[];
}

export interface PatternProblem {
  readonly message: string;
  readonly hint: string;
}

/** Of one pattern, in characters. */
const LONGEST = 500;
const HOLE = "\0";

/**
 * A pattern without a slash in front or inside matches at every depth; one that does not end in `/` matches the file of that name
 * and everything in a directory of that name, except where its last part is `*`, which goes no deeper.
 */
export function compilePattern(text: string): Result<PathPattern, PatternProblem> {
  const wrong = refusal(text);
  if (wrong !== undefined) return fail(wrong);
  const anchored = text.startsWith("/");
  const words = splitParts(anchored ? text.slice(1) : text);
  const folder = words.length > 1 && words.at(-1) === "";
  const names = folder ? words.slice(0, -1) : words;
  const empty = emptyPart(text, names);
  if (empty !== undefined) return fail(empty);
  const parts: Part[] = anchored || names.length > 1 ? [] : [{ kind: "deep" }];
  for (const name of names) push(parts, partOf(name));
  const last = parts.at(-1);
  if (folder || last?.kind === "deep") {
    if (last?.kind === "deep") parts.pop();
    parts.push({ kind: "any" }, { kind: "deep" });
  } else if (last?.kind !== "any") parts.push({ kind: "deep" });
  return ok({ text, parts });
}

/** Of a `per-file` line: matches a file, at any depth below the directory unless it begins with `/`. */
export function compileGlob(text: string): Result<PathPattern, PatternProblem> {
  if (/[[\]{}\\]/.test(text))
    return fail({
      message: `the glob \`${text}\` has one of [ ] { } \\ in it`,
      hint: "use `*`, `**` and `?`, and a line for each alternative",
    });
  const wrong = refusal(text);
  if (wrong !== undefined) return fail(wrong);
  const anchored = text.startsWith("/");
  const names = splitParts(anchored ? text.slice(1) : text);
  const empty = emptyPart(text, names);
  if (empty !== undefined) return fail(empty);
  const parts: Part[] = anchored ? [] : [{ kind: "deep" }];
  for (const name of names) push(parts, partOf(name));
  if (parts.at(-1)?.kind === "deep") parts.splice(-1, 1, { kind: "any" }, { kind: "deep" });
  return ok({ text, parts });
}

export function matchesParts(pattern: readonly Part[], path: readonly string[]): boolean {
  let at = 0;
  let name = 0;
  let deep = -1;
  let resume = 0;
  while (name < path.length) {
    const part = pattern[at];
    if (part?.kind === "deep") {
      if (at === pattern.length - 1) return true;
      deep = at;
      resume = name;
      at += 1;
    } else if (part !== undefined && matchesPart(part, path[name] ?? "")) {
      at += 1;
      name += 1;
    } else if (deep < 0) return false;
    else {
      at = deep + 1;
      resume += 1;
      name = resume;
    }
  }
  while (pattern[at]?.kind === "deep") at += 1;
  return at === pattern.length;
}

function matchesPart(part: Part, name: string): boolean {
  switch (part.kind) {
    case "literal":
      return part.text === name;
    case "any":
    case "deep":
      return true;
    case "glob":
      return matchesPieces(part.pieces, name);
  }
}

function matchesPieces(pieces: readonly Piece[], name: string): boolean {
  const first = pieces[0];
  const last = pieces.at(-1);
  if (first === undefined || last === undefined) return name === "";
  if (pieces.length === 1) return name.length === first.text.length && standsAt(first, name, 0);
  const end = name.length - last.text.length;
  if (first.text.length > end || !standsAt(first, name, 0) || !standsAt(last, name, end)) return false;
  let at = first.text.length;
  for (let index = 1; index < pieces.length - 1; index += 1) {
    const piece = pieces[index];
    if (piece === undefined) continue;
    at = find(piece, name, at, end);
    if (at < 0) return false;
    at += piece.text.length;
  }
  return true;
}

/** Where the piece stands first, from `from` on and ending before `end`; −1 = nowhere. */
function find(piece: Piece, name: string, from: number, end: number): number {
  if (!piece.holes) {
    const found = name.indexOf(piece.text, from);
    return found >= 0 && found + piece.text.length <= end ? found : -1;
  }
  for (let at = from; at + piece.text.length <= end; at += 1) if (standsAt(piece, name, at)) return at;
  return -1;
}

function standsAt({ text, holes }: Piece, name: string, at: number): boolean {
  if (!holes) return name.startsWith(text, at);
  for (let index = 0; index < text.length; index += 1)
    if (text[index] !== HOLE && text[index] !== name[at + index]) return false;
  return true;
}

function refusal(text: string): PatternProblem | undefined {
  if (text.length > LONGEST)
    return { message: `a pattern is longer than ${LONGEST} characters`, hint: "write a shorter one" };
  if (text.startsWith("!"))
    return {
      message: `\`${text}\` begins with \`!\`, and nothing is negated here`,
      hint: "add a later line that says who owns it",
    };
  if (text.startsWith("\\#"))
    return { message: "`\\#` does not make a pattern of a comment", hint: "write `?` for the `#`" };
  if (/[[\]]/.test(text))
    return {
      message: `\`${text}\` has \`[\` or \`]\` in it, and there are no ranges of characters`,
      hint: "write `?` in its place",
    };
  if (text.includes("***")) return { message: `\`${text}\` has three stars in a row`, hint: "write `*` or `**`" };
  if (text === "/") return { message: "the pattern `/` matches nothing", hint: "write `*` for everything" };
  if (/(?:^|[^\\])(?:\\\\)*\\$/.test(text)) return { message: `\`${text}\` ends in a backslash`, hint: "remove it" };
  return undefined;
}

function emptyPart(text: string, names: readonly string[]): PatternProblem | undefined {
  return names.some((name) => name === "" || name === "." || name === "..")
    ? {
        message: `\`${text}\` has an empty, \`.\` or \`..\` part, which no path has`,
        hint: "write the path as `git ls-files` shows it",
      }
    : undefined;
}

/** At every `/`, which a backslash does not change. */
function splitParts(text: string): readonly string[] {
  return text.split("/");
}

function partOf(name: string): Part {
  if (name === "*") return { kind: "any" };
  if (name === "**") return { kind: "deep" };
  const pieces: Piece[] = [];
  let piece = "";
  let holes = false;
  const end = () => {
    pieces.push({ text: piece, holes });
    piece = "";
    holes = false;
  };
  for (let at = 0; at < name.length; at += 1) {
    const char = name[at] ?? "";
    if (char === "\\") {
      at += 1;
      piece += name[at] ?? "";
    } else if (char === "*") {
      if (name[at - 1] !== "*" || pieces.length === 0 || piece !== "") end();
    } else if (char === "?") {
      piece += HOLE;
      holes = true;
    } else piece += char;
  }
  end();
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined && !only.holes
    ? { kind: "literal", text: only.text }
    : { kind: "glob", pieces };
}

/** Several `**` in a row are one. */
function push(parts: Part[], part: Part): void {
  if (part.kind !== "deep" || parts.at(-1)?.kind !== "deep") parts.push(part);
}

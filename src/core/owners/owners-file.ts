/**
 * One OWNERS file in the syntax of find-owners: who may approve what is in its directory and below.
 *
 *     alice@example.com                   one owner per line: an email, or a login or team of the forge (ours)
 *     *                                   everybody
 *     set noparent                        the directories above have no say
 *     per-file *.md,Makefile=@bob         these owners for these files alone; also `=file:…`, `=set noparent`
 *     file:/build/OWNERS                  the owners of that file, without its per-file lines and its noparent
 *     include ../OWNERS                   all of that file
 *
 * A line that cannot be read is a problem: what it was meant to forbid would be allowed.
 * Source: Gerrit, "find-owners backend".
 */
import { fail, ok, type Result } from "../result.ts";
import {
  EVERYBODY,
  ownerList,
  parseOwner,
  wholeFile,
  type Owner,
  type OwnerList,
  type OwnersProblem,
} from "./owner.ts";
import { compileGlob, type PathPattern } from "./pattern.ts";

export const MOST_OWNERS_BYTES = 256 * 1024;

export interface OwnersFile {
  readonly path: string;
  readonly noparent: boolean;
  readonly list: OwnerList;
  readonly imports: readonly Import[];
  readonly perFile: readonly PerFile[];
  readonly problems: readonly OwnersProblem[];
}

export interface Import {
  /** include: all of the file; file: its owners alone. */
  readonly kind: "file" | "include";
  /** From the root, without a slash in front. */
  readonly path: string;
  readonly line: number;
}

export interface PerFile {
  readonly globs: readonly PathPattern[];
  readonly noparent: boolean;
  readonly list: OwnerList;
  readonly imports: readonly Import[];
}

type Wrong = Pick<OwnersProblem, "message" | "hint">;
type Directive =
  | { readonly kind: "noparent" }
  | { readonly kind: "import"; readonly import: Omit<Import, "line"> }
  | { readonly kind: "owners"; readonly owners: readonly Owner[] };

export function parseOwnersFile(path: string, text: string): OwnersFile {
  const owners: Owner[] = [];
  const imports: Import[] = [];
  const perFile: PerFile[] = [];
  let noparent = false;
  const whole = wholeFile(path, text, MOST_OWNERS_BYTES);
  const problems: OwnersProblem[] = whole === undefined ? [] : [whole];
  if (whole === undefined)
    for (const [index, raw] of text.split("\n").entries()) {
      const hash = raw.indexOf("#");
      const said = (hash < 0 ? raw : raw.slice(0, hash)).trim();
      if (said === "") continue;
      const line = index + 1;
      const read = /^per-file\s/.test(said) ? readPerFile(path, said, line) : readDirective(path, said);
      if (!read.ok) problems.push({ path, line, ...read.problem });
      else if ("globs" in read.value) perFile.push(read.value);
      else if (read.value.kind === "noparent") noparent = true;
      else if (read.value.kind === "import") imports.push({ ...read.value.import, line });
      else if (read.value.owners.length > 1)
        problems.push({ path, line, message: "several owners on one line", hint: "write each on a line of its own" });
      else owners.push(...read.value.owners);
    }
  return { path, noparent, list: ownerList(owners), imports, perFile, problems };
}

export function directoryOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

function readPerFile(path: string, said: string, line: number): Result<PerFile, Wrong> {
  const equals = said.indexOf("=");
  if (equals < 0) return fail({ message: "`per-file` without `=`", hint: "write `per-file *.md=alice@example.com`" });
  const globs: PathPattern[] = [];
  for (const text of said.slice("per-file".length, equals).split(",")) {
    if (text.trim() === "")
      return fail({ message: "`per-file` with an empty glob", hint: "remove the comma too many" });
    const glob = compileGlob(text.trim());
    if (!glob.ok) return glob;
    globs.push(glob.value);
  }
  const directive = readDirective(path, said.slice(equals + 1).trim());
  if (!directive.ok) return directive;
  const rest = { globs, noparent: false, list: ownerList([]), imports: [] };
  switch (directive.value.kind) {
    case "noparent":
      return ok({ ...rest, noparent: true });
    case "owners":
      return ok({ ...rest, list: ownerList(directive.value.owners) });
    case "import":
      return directive.value.import.kind === "include"
        ? fail({ message: "`include` cannot stand after `per-file`", hint: "write `file:` in its place" })
        : ok({ ...rest, imports: [{ ...directive.value.import, line }] });
  }
}

function readDirective(path: string, said: string): Result<Directive, Wrong> {
  if (/^set\s+noparent$/.test(said)) return ok({ kind: "noparent" });
  const named = /^(file:|include\s)\s*(.*)$/.exec(said);
  if (named !== null) {
    const kind = named[1] === "file:" ? "file" : "include";
    const target = importedPath(path, (named[2] ?? "").trim());
    return target.ok ? ok({ kind: "import", import: { kind, path: target.value } }) : target;
  }
  const owners: Owner[] = [];
  for (const word of said.split(",")) {
    const owner = readOwner(word.trim());
    if (owner === undefined)
      return fail({
        message: `\`${word.trim().slice(0, 80)}\` is no owner`,
        hint: "write an email address, a login, `@org/team` or `*`",
      });
    owners.push(owner);
  }
  return ok({ kind: "owners", owners });
}

/** A bare word is a login. */
function readOwner(word: string): Owner | undefined {
  if (word === EVERYBODY) return EVERYBODY;
  return parseOwner(word) ?? (word.includes("@") ? undefined : parseOwner(`@${word}`));
}

/** From the root with a slash in front, else from the file's own directory. */
function importedPath(from: string, said: string): Result<string, Wrong> {
  const text = said.startsWith("//") ? said.slice(1) : said;
  if (text.includes(":"))
    return fail({
      message: `\`${said.slice(0, 120)}\` is a file of another project or branch, which is not read`,
      hint: "copy its owners into a file of this repository and import that",
    });
  const parts: string[] = [];
  for (const part of [...(text.startsWith("/") ? [] : directoryOf(from).split("/")), ...text.split("/")]) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined)
      return fail({
        message: `\`${said.slice(0, 120)}\` leads out of the repository`,
        hint: "write it from the root, with `/` in front",
      });
  }
  const name = parts.at(-1) ?? "";
  return /^(?:.+_)?OWNERS(?:_.+)?$/.test(name)
    ? ok(parts.join("/"))
    : fail({
        message: `\`${said.slice(0, 120)}\` is no owners' file by its name`,
        hint: "import files named OWNERS, `X_OWNERS` or `OWNERS_X`",
      });
}

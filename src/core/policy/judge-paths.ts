/** Tests over the paths a change touches. Both names of a rename count, and so does what is deleted (threat T32). */
import { owner, some, type Judging } from "./judge-words.ts";
import { plainly, type Judgement } from "./judgement.ts";
import type { Facts } from "./facts.ts";
import { matchesGlob } from "./glob.ts";
import type { PathFact } from "./operators-paths.ts";
import { matchesWords, type Words } from "./operators-words.ts";
import { relates } from "./relation.ts";
import type { ChangedFile } from "./snapshot.ts";

export function judgePaths(fact: PathFact, { facts, text }: Judging): Judgement {
  const { files } = facts.snapshot.change;
  switch (fact.kind) {
    case "path":
      return touching(firstOf(touchedPaths(files), isMatch(fact.words)), { facts, text });
    case "file":
      return touching(firstOf(touchedPaths(files), hasPart(fact.words)), { facts, text });
    case "extension":
      return touching(
        firstOf(touchedPaths(files), (path) => extensionOf(path) === fact.extension),
        { facts, text },
      );
    case "directory":
      return touching(firstOf(touchedPaths(files), isBelow(fact.words)), { facts, text });
    case "path-only":
      return only(touchedPaths(files), isMatch(fact.words), { facts, text });
    case "only-extensions":
      return only(touchedPaths(files), (path) => fact.extensions.includes(extensionOf(path)), { facts, text });
    case "size": {
      const lines = linesOf(files, fact.of);
      const holds = relates(lines, fact.bound.relation, fact.bound.n);
      const count = lines === Infinity ? "a file without lines" : `${lines} ${fact.of} lines`;
      return plainly(holds, { why: `it has ${count}` });
    }
    case "submodule-update": {
      const moved = files.filter(({ mode, previousMode }) => mode === SUBMODULE || previousMode === SUBMODULE);
      return touching(moved.map(({ path }) => path).slice(0, SHOWN), { facts, text });
    }
    case "release-note":
      return judgeNote(files, facts);
  }
}

/** Would a change that touches this path and no other meet it? `undefined`: more than its path has to be known. */
export function pathMeets(fact: PathFact, path: string): boolean | undefined {
  switch (fact.kind) {
    case "path":
    case "path-only":
      return isMatch(fact.words)(path);
    case "file":
      return hasPart(fact.words)(path);
    case "directory":
      return isBelow(fact.words)(path);
    case "extension":
      return extensionOf(path) === fact.extension;
    case "only-extensions":
      return fact.extensions.includes(extensionOf(path));
    case "size":
    case "submodule-update":
    case "release-note":
      return undefined;
  }
}

/** Every path a change touches, each once, in the order of its files. */
export function touchedPaths(files: readonly ChangedFile[]): readonly string[] {
  const known = touched.get(files);
  if (known !== undefined) return known;
  const paths = [
    ...new Set(files.flatMap(({ path, previousPath }) => (previousPath === undefined ? [path] : [previousPath, path]))),
  ];
  touched.set(files, paths);
  return paths;
}

/** Of one list of files every test asks. */
const touched = new WeakMap<readonly ChangedFile[], readonly string[]>();
/** A note that is new or says something else; a renamed or removed one says nothing. */
function judgeNote(files: readonly ChangedFile[], facts: Facts): Judgement {
  const { folder, neededFor, except = [] } = facts.policy.notes ?? {};
  const isNote = (path: string) =>
    folder === undefined ? RELEASE_NOTE.test(path) : path.startsWith(`${folder}/`) && path.endsWith(".yaml");
  const told = files.filter(
    ({ path, status, additions, deletions }) => status !== "removed" && additions + deletions > 0 && isNote(path),
  );
  if (told.length > 0)
    return plainly(true, {
      why: "it has a release note",
      evidence: told.slice(0, SHOWN).map(({ path }) => `file:${path}`),
    });
  const needing = firstOf(touchedPaths(files), (path) => {
    const isExcept = isNote(path) || except.some((glob) => matchesGlob(glob, path));
    return !isExcept && (neededFor === undefined || neededFor.some((glob) => matchesGlob(glob, path)));
  });
  const chooses = neededFor !== undefined || except.length > 0;
  if (chooses && needing.length === 0) return plainly(true, { why: "nothing it touches needs a release note" });
  const paths = needing.map((path) => `\`${path}\``);
  const where = folder === undefined ? "releasenotes/notes/" : `${folder}/`;
  return plainly(false, {
    why: `it has no release note${chooses ? `, and touches ${some(paths)}` : ""}`,
    evidence: chooses ? needing.map((path) => `file:${path}`) : [],
    turns: [[owner(facts, "push", `push a release note: \`plustwo notes new\`, or a .yaml file in ${where}`)]],
  });
}

const SUBMODULE = "160000";
/** Source: reno, which reads the notes there. */
const RELEASE_NOTE = /^(?:.*\/)?releasenotes\/notes\/[^/]+\.yaml$/s;
/** Paths that are named as evidence, and in sentences. */
const SHOWN = 4;

function touching(found: readonly string[], { facts, text }: Judging): Judgement {
  if (found.length === 0) return plainly(false, { why: `it touches nothing of \`${text}\`` });
  const paths = found.map((path) => `\`${path}\``);
  return plainly(true, {
    why: `it touches ${some(paths)}`,
    evidence: found.map((path) => `file:${path}`),
    turns: [[owner(facts, "push", `push it without ${some(paths)}`)]],
  });
}

function only(paths: readonly string[], isMatching: (path: string) => boolean, { facts, text }: Judging): Judgement {
  if (paths.length === 0) return plainly(false, { why: "it touches no path" });
  const others = firstOf(paths, (path) => !isMatching(path));
  if (others.length === 0) return plainly(true, { why: `it touches nothing but \`${text}\`` });
  const named = others.map((path) => `\`${path}\``);
  return plainly(false, {
    why: `it touches ${some(named)} too`,
    evidence: others.map((path) => `file:${path}`),
    turns: others.length === paths.length ? [] : [[owner(facts, "push", `push it without ${some(named)}`)]],
  });
}

/** At most as many as are shown: a change of thousands of files is not walked to its end for nothing. */
function firstOf(paths: readonly string[], isWanted: (path: string) => boolean): readonly string[] {
  const found: string[] = [];
  for (const path of paths) {
    if (isWanted(path)) found.push(path);
    if (found.length === SHOWN) break;
  }
  return found;
}

function isMatch(words: Words): (path: string) => boolean {
  return (path) => matchesWords(words, path);
}

function hasPart(words: Words): (path: string) => boolean {
  return (path) =>
    matchesWords(words, path) ||
    (words.kind !== "pattern" && path.split("/").some((part) => matchesWords(words, part)));
}

/** The folder of a path, or one above it. A submodule or file of that name is none. */
function isBelow(words: Words): (path: string) => boolean {
  return (path) => {
    for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1))
      if (matchesWords(words, path.slice(0, at))) return true;
    return false;
  };
}

/** Lower case, without the dot; empty where there is none. `.gitignore` has the extension `gitignore`, as in Gerrit. */
function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "" : name.slice(dot + 1).toLowerCase();
}

/** A file that git counts no lines of is larger than any number, so that it never counts as small. */
function linesOf(files: readonly ChangedFile[], of: "added" | "deleted" | "changed"): number {
  return files.reduce((sum, { additions, deletions, binary }) => {
    if (binary === true) return Infinity;
    return sum + (of === "deleted" ? 0 : additions) + (of === "added" ? 0 : deletions);
  }, 0);
}

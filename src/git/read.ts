/**
 * What the repository says: where it is, its configuration, refs, commits, files and differences.
 * Reads only: no ref, reflog, index or FETCH_HEAD changes.
 */
import path from "node:path";
import { branchOfRef, parseRefName, parseSha, type BranchName, type RefName, type Sha } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { parseCommit, type Commit } from "./commit.ts";
import { parseConfig, type GitConfig } from "./config.ts";
import type { GitProblem } from "./problem.ts";
import type { GitProcess } from "./process.ts";
import { isTreePath, notReachableFrom, oid, refSlot, revisionSlot, type RefPattern } from "./slots.ts";

export type Head =
  | { readonly kind: "branch"; readonly branch: BranchName }
  /** A branch whose first commit does not exist yet. */
  | { readonly kind: "unborn"; readonly branch?: BranchName }
  | { readonly kind: "detached" };

export interface Place {
  /** Absolute; `undefined` in a bare repository. */
  readonly topLevel?: string;
  /** Absolute. */
  readonly gitDir: string;
  /** Where refs and hooks are: differs from `gitDir` in a linked work tree. Absolute. */
  readonly commonDir: string;
  readonly head: Head;
}

export interface Ref {
  readonly name: RefName;
  readonly sha: Sha;
  readonly upstream?: RefName;
}

export interface BlobAt {
  readonly at: Sha;
  readonly path: string;
}

export interface CommitRange {
  readonly from: Sha;
  /** Commits reachable from these are left out. */
  readonly notReachableFrom?: readonly Sha[];
  readonly max?: number;
  /** Only those whose message has one of these texts, as it is. */
  readonly saying?: readonly string[];
}

export async function discover(git: GitProcess): Promise<Result<Place, GitProblem>> {
  const found = await git.run("rev-parse", {
    options: [
      "--is-bare-repository",
      "--absolute-git-dir",
      "--git-common-dir",
      "--show-toplevel",
      "--symbolic-full-name",
      "HEAD",
    ],
    answers: [0, 128],
    via: "text",
  });
  if (!found.ok) return found;
  const [bare, gitDir, common, ...rest] = found.value.stdout.toString("utf8").split("\n");
  if (gitDir === undefined || common === undefined || gitDir === "") {
    return fail({ kind: "no-repository", dir: git.settings.cwd, detail: found.value.stderr.split("\n")[0] ?? "" });
  }
  const commonDir = path.resolve(git.settings.cwd, common);
  if (bare === "true") return bareHead(git, { gitDir, commonDir });
  const [topLevel, head] = rest;
  const place = { gitDir, commonDir, ...(topLevel === undefined || topLevel === "" ? {} : { topLevel }) };
  if (found.value.exitCode !== 0) return bareHead(git, place);
  return ok({ ...place, head: headOf(head ?? "") });
}

/** HEAD of a bare or newborn repository: one more process. */
async function bareHead(git: GitProcess, place: Omit<Place, "head">): Promise<Result<Place, GitProblem>> {
  const found = await git.run("symbolic-ref", { options: ["--quiet", "HEAD"], answers: [0, 1] });
  if (!found.ok) return found;
  const ref = parseRefName(found.value.stdout.toString("utf8").trim());
  if (ref === undefined) return ok({ ...place, head: { kind: "detached" } });
  const there = await git.run("rev-parse", {
    options: ["--verify", "--quiet"],
    slots: [refSlot(ref)],
    answers: [0, 1],
  });
  if (!there.ok) return there;
  const branch = branchOfRef(ref);
  if (there.value.exitCode === 0) return ok({ ...place, head: headOf(ref) });
  return ok({ ...place, head: { kind: "unborn", ...(branch === undefined ? {} : { branch }) } });
}

function headOf(text: string): Head {
  const ref = parseRefName(text);
  const branch = ref === undefined ? undefined : branchOfRef(ref);
  return branch === undefined ? { kind: "detached" } : { kind: "branch", branch };
}

export async function readConfig(git: GitProcess): Promise<Result<GitConfig, GitProblem>> {
  const listed = await git.run("config", { options: ["--list", "-z", "--show-scope"], via: "text" });
  return listed.ok ? ok(parseConfig(listed.value.stdout.toString("utf8"))) : listed;
}

/** Refs whose name begins with or matches one of the patterns. Names outside our allow-list (ids.ts) are left out. */
export async function readRefs(
  git: GitProcess,
  patterns: readonly (RefPattern | RefName)[],
): Promise<Result<readonly Ref[], GitProblem>> {
  const listed = await git.run("for-each-ref", {
    options: ["--format=%(objectname)%00%(refname)%00%(upstream)"],
    slots: patterns.map(refSlot),
  });
  if (!listed.ok) return listed;
  const refs = listed.value.stdout
    .toString("utf8")
    .split("\n")
    .flatMap((line): Ref[] => {
      const [object = "", refname = "", upstreamName = ""] = line.split("\0");
      const sha = parseSha(object);
      const name = parseRefName(refname);
      const upstream = parseRefName(upstreamName);
      if (sha === undefined || name === undefined) return [];
      return [{ name, sha, ...(upstream === undefined ? {} : { upstream }) }];
    });
  return ok(refs);
}

/** Newest first, children before parents. Empty when everything is reachable from elsewhere. */
export async function readCommits(git: GitProcess, range: CommitRange): Promise<Result<readonly Commit[], GitProblem>> {
  const { saying = [] } = range;
  const listed = await git.run("rev-list", {
    options: ["--header", "--topo-order", ...(saying.length === 0 ? [] : (["--fixed-strings"] as const))],
    valued: [
      ...(range.max === undefined
        ? []
        : [{ option: "--max-count" as const, value: { slot: String(Math.trunc(range.max)) } }]),
      ...saying.map((text) => ({ option: "--grep" as const, value: { slot: text } })),
    ],
    slots: [oid(range.from), ...(range.notReachableFrom ?? []).map(notReachableFrom)],
    via: "text",
  });
  if (!listed.ok) return missing(listed.problem, `the commits of ${range.from}`);
  const records = listed.value.stdout
    .toString("utf8")
    .split("\0")
    .filter((record) => record.trim() !== "");
  const commits = records.map(parseCommit);
  if (commits.every((commit) => commit !== undefined)) return ok(commits);
  return fail({ kind: "failed", command: "git rev-list --header", exitCode: 0, detail: "a commit could not be read" });
}

/** The commit a user's words mean (`HEAD~2`, a branch, a short SHA); `undefined` when there is none. */
export async function resolve(git: GitProcess, revision: string): Promise<Result<Sha | undefined, GitProblem>> {
  const slot = revisionSlot(revision);
  if (slot === undefined) return fail({ kind: "unsafe-name", what: "revision", text: revision });
  const found = await git.run("rev-parse", { options: ["--verify", "--quiet"], slots: [slot], answers: [0, 1, 128] });
  if (!found.ok) return found;
  // rev-parse repeats the fence itself on its output.
  return ok(parseSha(found.value.stdout.toString("utf8").trim().split("\n").at(-1) ?? ""));
}

/** Each file's bytes, in the order asked; `undefined` where there is no file of that path. One process for all. */
export async function readBlobs(
  git: GitProcess,
  wanted: readonly BlobAt[],
): Promise<Result<readonly (Uint8Array | undefined)[], GitProblem>> {
  for (const one of wanted)
    if (!isTreePath(one.path)) return fail({ kind: "unsafe-name", what: "path", text: one.path });
  if (wanted.length === 0) return ok([]);
  const stdin = wanted.map((one) => `${one.at}:${one.path}\0`).join("");
  const read = await git.run("cat-file", { options: ["--batch", "-z"], stdin });
  if (!read.ok) return read;
  return ok(splitBatch(read.value.stdout, wanted.length));
}

/** What `cat-file --batch` answered, object by object; `undefined` for what is missing or no file. */
export function splitBatch(output: Buffer, count: number): readonly (Uint8Array | undefined)[] {
  const blobs: (Uint8Array | undefined)[] = [];
  let at = 0;
  while (blobs.length < count) {
    const found = /^[0-9a-f]{40,64} (blob|tree|commit|tag) (\d+)$/.exec(
      output.toString("latin1", at, headerEnd(output, at)),
    );
    if (found === null) {
      // "<name> missing": the name may hold line ends of its own, so it is skipped by its end, not by its first line.
      const end = output.indexOf(" missing\n", at);
      if (end < 0) throw new Error("git cat-file --batch answered in a form this version does not know");
      at = end + " missing\n".length;
      blobs.push(undefined);
      continue;
    }
    const start = headerEnd(output, at) + 1;
    const size = Number(found[2]);
    blobs.push(found[1] === "blob" ? output.subarray(start, start + size) : undefined);
    at = start + size + 1;
  }
  return blobs;
}

function headerEnd(output: Buffer, from: number): number {
  const end = output.indexOf(10, from);
  return end < 0 ? output.length : end;
}

/** `true` when `ancestor` is `descendant` or reachable from it. */
export async function isAncestor(
  git: GitProcess,
  ancestor: Sha,
  descendant: Sha,
): Promise<Result<boolean, GitProblem>> {
  const asked = await git.run("merge-base", {
    options: ["--is-ancestor"],
    slots: [oid(ancestor), oid(descendant)],
    answers: [0, 1],
  });
  return asked.ok ? ok(asked.value.exitCode === 0) : missing(asked.problem, `${ancestor} or ${descendant}`);
}

/** Whether all of these are `tip` or reachable from it: one process. */
export async function areReachable(
  git: GitProcess,
  commits: readonly Sha[],
  tip: Sha,
): Promise<Result<boolean, GitProblem>> {
  if (commits.length === 0) return ok(true);
  const asked = await git.run("rev-list", {
    valued: [{ option: "--max-count", value: { slot: "1" } }],
    slots: [...commits.map(oid), notReachableFrom(tip)],
  });
  return asked.ok ? ok(asked.value.stdout.length === 0) : missing(asked.problem, `one of ${commits.length} commits`);
}

/** The best common ancestor; `undefined` for unrelated histories. */
export async function mergeBase(git: GitProcess, one: Sha, other: Sha): Promise<Result<Sha | undefined, GitProblem>> {
  const asked = await git.run("merge-base", { slots: [oid(one), oid(other)], answers: [0, 1] });
  return asked.ok
    ? ok(parseSha(asked.value.stdout.toString("utf8").trim()))
    : missing(asked.problem, `${one} or ${other}`);
}

/** An object that is gone is its own problem: a force push may have lost it, and then nothing may be concluded. */
export function missing(problem: GitProblem, what: string): Result<never, GitProblem> {
  if (problem.kind !== "failed") return fail(problem);
  const gone =
    /bad object|bad revision|unable to read|could not read|not a valid (?:commit|object)|not something we can merge|unable to find|invalid object|missing|no such commit/i;
  return fail(gone.test(problem.detail) ? { kind: "missing-object", what, detail: problem.detail } : problem);
}

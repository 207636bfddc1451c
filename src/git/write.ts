/**
 * What the product makes in a repository without touching a work tree: merges, replays, commits, and refs moved by compare-and-swap.
 * Everything but `updateRefs` only adds objects, which nothing refers to until a ref does.
 */
import { parseRefName, parseSha, type RefName, type Sha } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { instant } from "../core/time.ts";
import { composeCommit, type Ident, type NewCommit } from "./commit.ts";
import type { GitProblem, RefusedRef } from "./problem.ts";
import type { GitProcess } from "./process.ts";
import { missing } from "./read.ts";
import { oid } from "./slots.ts";

export type MergedTree =
  | { readonly kind: "clean"; readonly tree: Sha }
  /** `tree` has conflict markers and must not land. Paths in git's order, each once. */
  | { readonly kind: "conflict"; readonly tree: Sha; readonly files: readonly string[] };

export interface RefMove {
  readonly ref: RefName;
  /** What must be there now; `undefined` = it must not exist. */
  readonly from: Sha | undefined;
  /** `undefined` = delete. */
  readonly to: Sha | undefined;
}

const NOBODY: Ident = { name: "plustwo", email: "plustwo@localhost", at: instant(0), zone: "+0000" };

/** Three-way merge of two commits over their merge base, in memory. A conflict is an answer, not a problem. */
export async function mergeTree(git: GitProcess, ours: Sha, theirs: Sha): Promise<Result<MergedTree, GitProblem>> {
  const merged = await git.run("merge-tree", {
    options: ["--write-tree", "-z", "--name-only", "--no-messages"],
    slots: [oid(ours), oid(theirs)],
    answers: [0, 1],
    via: "text",
  });
  if (!merged.ok) return missing(merged.problem, `${ours} or ${theirs}`);
  const [first = "", ...files] = merged.value.stdout.toString("utf8").split("\0");
  const tree = parseSha(first.trim());
  if (tree === undefined) {
    const detail = `no tree in the answer: ${first.slice(0, 80)} ${merged.value.stderr}`;
    return missing(
      { kind: "failed", command: "git merge-tree", exitCode: merged.value.exitCode, detail },
      `${ours} or ${theirs}`,
    );
  }
  if (merged.value.exitCode === 0) return ok({ kind: "clean", tree });
  return ok({ kind: "conflict", tree, files: [...new Set(files.filter((file) => file !== ""))] });
}

/** Merge with a base of our choice. git 2.39 has no `merge-tree --merge-base`, so a throw-away commit of our tree on `base` stands in. */
export async function mergeTreeOnBase(
  git: GitProcess,
  { base, ourTree, theirs }: { base: Sha; ourTree: Sha; theirs: Sha },
): Promise<Result<MergedTree, GitProblem>> {
  const stand = await commitTree(git, {
    tree: ourTree,
    parents: [base],
    author: NOBODY,
    committer: NOBODY,
    message: "stand-in\n",
  });
  if (!stand.ok) return stand;
  return mergeTree(git, stand.value, theirs);
}

/** Writes a commit object. Deterministic: the same input gives the same SHA, whoever asks, wherever. */
export async function commitTree(git: GitProcess, commit: NewCommit): Promise<Result<Sha, GitProblem>> {
  return writeObject(git, "commit", composeCommit(commit));
}

/** A tree of one file. `name` has no slash and no NUL. */
export async function treeOfFile(
  git: GitProcess,
  { name, content }: { readonly name: string; readonly content: string },
): Promise<Result<Sha, GitProblem>> {
  const blob = await writeObject(git, "blob", content);
  if (!blob.ok) return blob;
  // The bytes of a tree: mode, name, NUL, and the object's name in bytes.
  return writeObject(git, "tree", Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob.value, "hex")]));
}

/** Answers the object's name. */
export async function writeObject(
  git: GitProcess,
  type: "commit" | "tree" | "blob",
  stdin: string | Uint8Array,
): Promise<Result<Sha, GitProblem>> {
  const written = await git.run("hash-object", { options: ["-t", type, "-w", "--stdin"], stdin });
  if (!written.ok) return written;
  const sha = parseSha(written.value.stdout.toString("utf8").trim());
  if (sha !== undefined) return ok(sha);
  return fail({ kind: "failed", command: "git hash-object", exitCode: 0, detail: "no object name in the answer" });
}

/**
 * Moves several refs or none: each must have the value it is expected to have (`stale` otherwise).
 * `reason` goes into the reflog.
 */
export async function updateRefs(
  git: GitProcess,
  moves: readonly RefMove[],
  reason: string,
): Promise<Result<void, GitProblem>> {
  if (moves.length === 0) return ok(undefined);
  const moved = await git.run("update-ref", {
    options: ["--no-deref", "--stdin", "-z"],
    reason,
    stdin: moves.map(updateLine).join(""),
    answers: [0, 128],
  });
  if (!moved.ok) return moved;
  if (moved.value.exitCode === 0) return ok(undefined);
  return fail(updateProblem(moved.value.stderr, moves));
}

function updateLine({ ref, from, to }: RefMove): string {
  if (to === undefined) return `delete ${ref}\0${from ?? ""}\0`;
  return from === undefined ? `create ${ref}\0${to}\0` : `update ${ref}\0${to}\0${from}\0`;
}

function updateProblem(stderr: string, moves: readonly RefMove[]): GitProblem {
  const named = /cannot lock ref '([^']+)': (.*)/.exec(stderr);
  const ref = parseRefName(named?.[1] ?? "");
  if (
    ref !== undefined &&
    /but expected|already exists|unable to resolve|reference is missing/.test(named?.[2] ?? "")
  ) {
    const refused: RefusedRef = { ref, reason: named?.[2] ?? "" };
    return { kind: "stale", refs: [refused] };
  }
  return { kind: "failed", command: `git update-ref (${moves.length} refs)`, exitCode: 128, detail: stderr.trim() };
}

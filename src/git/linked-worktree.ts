/**
 * A work tree beside the user's, for work that needs files: theirs is not touched. Source: git-worktree. Everything here is asked of the
 * repository of the clone, or of the one that stands in the linked work tree; no call throws away what somebody edited, but with `force`.
 */
import path from "node:path";
import { parseSha, type Sha } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { parseIdent, type Ident } from "./commit.ts";
import type { Variables } from "./environment.ts";
import type { GitProblem } from "./problem.ts";
import { GitProcess } from "./process.ts";
import { openRepository, type Repository } from "./repository.ts";
import { directorySlot, oid } from "./slots.ts";

type Answer<T> = Promise<Result<T, GitProblem>>;

/** A checkout of a large project takes its time. */
const CHECKOUT_TIMEOUT_MS = 600_000;

/** At a commit, on no branch. `dir` is absolute and not there yet, or empty. */
export async function addWorkTree({ git }: Repository, dir: string, at: Sha): Answer<void> {
  // In a hook git names the user's index, and hands that name on to its own checkout of the new tree.
  const env = Object.fromEntries(Object.entries(git.settings.env).filter(([name]) => name !== "GIT_INDEX_FILE"));
  const added = await new GitProcess({ ...git.settings, env }).run("worktree", {
    options: ["add", "--quiet", "--detach"],
    slots: [directorySlot(dir), oid(at)],
    timeoutMs: CHECKOUT_TIMEOUT_MS,
  });
  return added.ok ? ok(undefined) : added;
}

/** Without `force` git refuses where a file was edited or is not tracked. With it, also one that is half made or whose folder is gone. */
export async function removeWorkTree({ git }: Repository, dir: string, { force }: { force: boolean }): Answer<void> {
  const removed = await git.run("worktree", {
    options: ["remove", ...(force ? (["--force", "--force"] as const) : [])],
    slots: [directorySlot(dir)],
  });
  return removed.ok ? ok(undefined) : removed;
}

// They say where git works: with one of them it would work in the user's own tree.
const PLACES =
  /^GIT_(?:DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|PREFIX|NAMESPACE)$/;

/** Opens a linked work tree of the clone at `commonDir`; `no-repository` where `dir` is anything else. */
export async function openWorkTree(dir: string, commonDir: string, env: Variables): Answer<Repository> {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !PLACES.test(name)));
  const tree = openRepository(dir, { env: own });
  const place = await tree.discover();
  if (!place.ok) return place;
  const { gitDir, topLevel } = place.value;
  const isLinked = path.dirname(gitDir) === path.join(place.value.commonDir, "worktrees");
  const isOurs = path.resolve(place.value.commonDir) === path.resolve(commonDir);
  if (isLinked && isOurs && topLevel !== undefined && path.basename(topLevel) === path.basename(dir)) return ok(tree);
  return fail({ kind: "no-repository", dir, detail: "it is no work tree of this clone" });
}

/** Paths, in git's order, that are not in the index as they are in the files. */
export interface Unfinished {
  readonly conflicted: readonly string[];
  readonly edited: readonly string[];
  readonly untracked: readonly string[];
}

export async function readUnfinished({ git }: Repository): Answer<Unfinished> {
  const asked = await git.run("status", {
    options: ["--porcelain=v2", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all"],
  });
  if (!asked.ok) return asked;
  const [conflicted, edited, untracked]: string[][] = [[], [], []];
  for (const entry of asked.value.stdout.toString("utf8").split("\0")) {
    // `u XY sub m1 m2 m3 mW h1 h2 h3 path`, `1 XY sub mH mI mW hH hI path`, `? path`.
    const words = entry.split(" ");
    if (words[0] === "u") conflicted?.push(words.slice(10).join(" "));
    else if (words[0] === "1" && words[1]?.[1] !== ".") edited?.push(words.slice(8).join(" "));
    else if (words[0] === "?") untracked?.push(entry.slice(2));
  }
  return ok({ conflicted: conflicted ?? [], edited: edited ?? [], untracked: untracked ?? [] });
}

/** The tree that a commit of the index would have. Fails while a conflict is in it. */
export async function treeOfIndex({ git }: Repository): Answer<Sha> {
  const written = await git.run("write-tree");
  if (!written.ok) return written;
  const tree = parseSha(written.value.stdout.toString("utf8").trim());
  if (tree !== undefined) return ok(tree);
  return fail({ kind: "failed", command: "git write-tree", exitCode: 0, detail: "no tree in the answer" });
}

/** Who commits here, and when: now. `undefined`: git does not know a name and an address. */
export async function committerHere({ git }: Repository): Answer<Ident | undefined> {
  const asked = await git.run("var", { options: ["GIT_COMMITTER_IDENT"], answers: [0, 128] });
  if (!asked.ok) return asked;
  return ok(asked.value.exitCode === 0 ? parseIdent(asked.value.stdout.toString("utf8").trim()) : undefined);
}

/** Moves a detached HEAD by compare-and-swap; the index and the files stay as they are. */
export async function moveHead(
  { git }: Repository,
  { from, to }: { readonly from: Sha; readonly to: Sha },
  reason: string,
): Answer<void> {
  const moved = await git.run("update-ref", {
    options: ["--no-deref", "--stdin", "-z"],
    reason,
    stdin: `update HEAD\0${to}\0${from}\0`,
  });
  return moved.ok ? ok(undefined) : moved;
}

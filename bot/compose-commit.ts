/**
 * The commit that would land for one change on a tip, made in memory (RULINGS 14). Deterministic: the same head, seal and
 * tip give the same SHA, also after a crash. In every strategy it is this commit that is tested and that lands.
 */
import { stripSkipMarkers } from "../src/core/gate/compose.ts";
import type { Seal } from "../src/core/gate/snapshot.ts";
import { DEFAULT_STRATEGY } from "../src/core/gate/strategy.ts";
import type { Sha } from "../src/core/ids.ts";
import { fail, ok, type Result } from "../src/core/result.ts";
import { after, type Instant } from "../src/core/time.ts";
import type { Commit, Ident } from "../src/git/commit.ts";
import type { GitProblem } from "../src/git/problem.ts";
import type { Repository } from "../src/git/repository.ts";

export interface Composing {
  readonly tip: Sha;
  /** What was reviewed. */
  readonly head: Sha;
  readonly seal: Seal;
  /** The App's own account. */
  readonly app: { readonly name: string; readonly email: string };
  /** No other build has tested this commit: its results would be taken for the new one's. */
  readonly isFresh: (sha: Sha) => Promise<boolean>;
}

export type NotComposed =
  | { readonly kind: "conflict"; readonly files: readonly string[] }
  /** The target contains all of it. */
  | { readonly kind: "nothing-new" }
  /** Rebase alone: a merge inside the change cannot be replayed. */
  | { readonly kind: "merge-inside"; readonly commit: Sha }
  | { readonly kind: "git"; readonly problem: GitProblem };

type Composed = Result<Sha, NotComposed>;

export async function composeCommit(git: Repository, of: Composing): Promise<Composed> {
  const contained = await git.isAncestor(of.head, of.tip);
  if (!contained.ok) return gitFailed(contained.problem);
  if (contained.value) return fail({ kind: "nothing-new" });
  const reviewed = await git.commit(of.head);
  if (!reviewed.ok) return gitFailed(reviewed.problem);
  switch (of.seal.strategy ?? DEFAULT_STRATEGY) {
    case "merge-if-necessary":
      return mergeIfNecessary(git, of, reviewed.value);
    case "squash":
      return squash(git, of, reviewed.value);
    case "rebase":
      return rebase(git, of, reviewed.value);
  }
}

/** The reviewed head where it contains the tip, else a merge whose second parent it is: the forge sees that it landed. */
async function mergeIfNecessary(git: Repository, of: Composing, reviewed: Commit): Promise<Composed> {
  const itself = await landsItself(git, of, reviewed);
  if (!itself.ok || itself.value) return itself.ok ? ok(of.head) : itself;
  const merged = await treeOfMerge(git, of);
  if (!merged.ok) return merged;
  return newly(of, (at) => {
    const app = identOf(of, at);
    const [tree, parents, message] = [merged.value, [of.tip, of.head], `${of.seal.message}\n`];
    return git.commitTree({ tree, parents, author: app, committer: app, message });
  });
}

/** One commit, its author's as the seal has it, at the time of the head. */
async function squash(git: Repository, of: Composing, { author: made }: Commit): Promise<Composed> {
  const merged = await treeOfMerge(git, of);
  if (!merged.ok) return merged;
  const tip = await git.treeOf(of.tip);
  if (!tip.ok) return gitFailed(tip.problem);
  if (tip.value === merged.value) return fail({ kind: "nothing-new" });
  const author: Ident = { ...(of.seal.author ?? made), at: made.at, zone: made.zone };
  return newly(of, (at) =>
    git.commitTree({
      tree: merged.value,
      parents: [of.tip],
      author,
      committer: identOf(of, at),
      message: `${of.seal.message}\n`,
    }),
  );
}

/** Each commit replayed onto the tip, its author and message kept; what is left empty by that is dropped. */
async function rebase(git: Repository, of: Composing, reviewed: Commit): Promise<Composed> {
  const range = await git.commits({ from: of.head, notReachableFrom: [of.tip] });
  if (!range.ok) return gitFailed(range.problem);
  const merge = range.value.find(({ parents }) => parents.length > 1);
  if (merge !== undefined) return fail({ kind: "merge-inside", commit: merge.sha });
  const itself = await landsItself(git, of, reviewed);
  if (!itself.ok || itself.value) return itself.ok ? ok(of.head) : itself;
  const trees = await replayedTrees(git, of.tip, [...range.value].reverse());
  if (!trees.ok) return trees;
  if (trees.value.length === 0) return fail({ kind: "nothing-new" });
  return newly(of, async (at) => {
    let stand = ok(of.tip);
    for (const { commit, tree } of trees.value) {
      const { author, headers } = commit;
      const message = stripSkipMarkers(commit.message);
      const next = { tree, parents: [stand.value], author, committer: identOf(of, at), message, headers };
      const written = await git.commitTree(next);
      if (!written.ok) return written;
      stand = written;
    }
    return stand;
  });
}

interface Replayed {
  readonly commit: Commit;
  readonly tree: Sha;
}

async function replayedTrees(
  git: Repository,
  tip: Sha,
  oldestFirst: readonly Commit[],
): Promise<Result<readonly Replayed[], NotComposed>> {
  const start = await git.treeOf(tip);
  if (!start.ok) return gitFailed(start.problem);
  const replayed: Replayed[] = [];
  let stand = start.value;
  for (const commit of oldestFirst) {
    const made = await git.replay(commit, { tree: stand });
    if (!made.ok) return gitFailed(made.problem);
    if (made.value.kind === "conflict") return fail({ kind: "conflict", files: made.value.files });
    if (made.value.tree === stand) continue;
    stand = made.value.tree;
    replayed.push({ commit, tree: stand });
  }
  return ok(replayed);
}

/**
 * The reviewed head stands on the tip and may land as it is. Not one that tells CI to skip it, for it would never be
 * tested, nor one that was tested before (recheck), for it has old results on it.
 */
async function landsItself(git: Repository, of: Composing, { message }: Commit): Promise<Result<boolean, NotComposed>> {
  const ahead = await git.isAncestor(of.tip, of.head);
  if (!ahead.ok) return gitFailed(ahead.problem);
  return ok(ahead.value && stripSkipMarkers(message) === message && (await of.isFresh(of.head)));
}

async function treeOfMerge(git: Repository, { tip, head }: Composing): Promise<Composed> {
  const merged = await git.mergeTree(tip, head);
  if (!merged.ok) return gitFailed(merged.problem);
  if (merged.value.kind === "conflict") return fail({ kind: "conflict", files: merged.value.files });
  return ok(merged.value.tree);
}

/** Dated by the seal; a second later, and again, where the very commit has been tested in an earlier stay. */
async function newly(of: Composing, write: (at: Instant) => Promise<Result<Sha, GitProblem>>): Promise<Composed> {
  for (let later = 0; ; later += 1000) {
    const written = await write(after(of.seal.at, later));
    if (!written.ok) return gitFailed(written.problem);
    if (later > LATEST_MS || (await of.isFresh(written.value))) return written;
  }
}

/** More stays than anybody has. */
const LATEST_MS = 100_000;

function identOf({ app }: Composing, at: Instant): Ident {
  return { ...app, at, zone: "+0000" };
}

function gitFailed(problem: GitProblem): Result<never, NotComposed> {
  return fail({ kind: "git", problem });
}

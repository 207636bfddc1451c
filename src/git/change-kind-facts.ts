/**
 * The facts that `core/change/change-kind.ts` decides on, from a repository that has both patch sets.
 * Works on git 2.38 and newer: the merge with a base of our choice goes through a throw-away commit. Only objects are written.
 */
import type { ChangeKindFacts, MergeAbove, PatchSetRange, RangeCommit } from "../core/change/change-kind.ts";
import type { Sha } from "../core/ids.ts";
import { ok, type Result } from "../core/result.ts";
import type { GitProblem } from "./problem.ts";
import type { Repository } from "./repository.ts";

/** A patch set by its head and its effective base: the verified lower change's head, else the merge base with the target. */
export interface PatchSetEnds {
  readonly head: Sha;
  readonly base: Sha;
}

type Known = Extract<PatchSetRange, { kind: "known" }>;

const LONGEST_UPDATE_CHAIN = 50;

/**
 * Four processes for what is known of the two ranges; when the base moved, two and one more per commit of the old range;
 * two per "Update branch" merge. A lost object is a fact, not a problem.
 */
export async function gatherChangeKindFacts(
  repository: Repository,
  { previous, next }: { previous: PatchSetEnds; next: PatchSetEnds },
): Promise<Result<ChangeKindFacts, GitProblem>> {
  const before = await readRange(repository, previous);
  if (!before.ok) return before;
  const after = await readRange(repository, next);
  if (!after.ok) return after;
  const facts = { previous: before.value, next: after.value };
  if (before.value.kind === "lost" || after.value.kind === "lost") {
    return ok({ ...facts, replayedTrees: [], mergesAbove: undefined });
  }
  const mergesAbove = await readMergesAbove(repository, before.value, after.value);
  if (!mergesAbove.ok) return mergesAbove;
  // An update by merge leaves the old commits where they are: there is nothing to replay.
  const replayed = mergesAbove.value === undefined ? await replay(repository, before.value, after.value) : ok([]);
  if (!replayed.ok) return replayed;
  return ok({ ...facts, replayedTrees: replayed.value, mergesAbove: mergesAbove.value });
}

async function readRange(
  repository: Repository,
  { head, base }: PatchSetEnds,
): Promise<Result<PatchSetRange, GitProblem>> {
  const lost: PatchSetRange = { kind: "lost", head };
  const bottom = await repository.commit(base);
  if (!bottom.ok) return bottom.problem.kind === "missing-object" ? ok(lost) : bottom;
  const listed = await repository.commits({ from: head, notReachableFrom: [base] });
  if (!listed.ok) return listed.problem.kind === "missing-object" ? ok(lost) : listed;
  const commits = listed.value
    .map(({ sha, tree, parents, message }): RangeCommit => ({ sha, tree, parents, message }))
    .reverse();
  // Where base is below head, the first commit above it is in the range and names it.
  const connected = commits.length === 0 ? head === base : commits.some(({ parents }) => parents.includes(base));
  return ok(connected ? { kind: "known", head, base, baseTree: bottom.value.tree, commits } : lost);
}

async function replay(
  repository: Repository,
  previous: Known,
  next: Known,
): Promise<Result<readonly (Sha | undefined)[], GitProblem>> {
  // On a base of the same tree a replay changes nothing.
  if (previous.baseTree === next.baseTree) return ok(previous.commits.map(({ tree }) => tree));
  const trees: (Sha | undefined)[] = [];
  for (const { sha } of previous.commits) {
    const merged = await repository.mergeTreeOnBase({
      base: previous.base,
      ours: { tree: next.baseTree },
      theirs: sha,
    });
    if (!merged.ok && merged.problem.kind !== "missing-object") return merged;
    trees.push(merged.ok && merged.value.kind === "clean" ? merged.value.tree : undefined);
  }
  return ok(trees);
}

async function readMergesAbove(
  repository: Repository,
  previous: Known,
  next: Known,
): Promise<Result<readonly MergeAbove[] | undefined, GitProblem>> {
  const chain = mergeChain(previous.head, next);
  if (chain === undefined) return ok(undefined);
  const merges: MergeAbove[] = [];
  for (const { commit, first, second } of chain) {
    const merged = await repository.mergeTree(first, second);
    if (!merged.ok && merged.problem.kind !== "missing-object") return merged;
    const ofTarget = await repository.isAncestor(second, next.base);
    if (!ofTarget.ok) return ofTarget;
    const automaticTree = merged.ok && merged.value.kind === "clean" ? merged.value.tree : undefined;
    merges.push({ sha: commit.sha, tree: commit.tree, automaticTree, ofTarget: ofTarget.value });
  }
  return ok(merges);
}

interface MergeStep {
  readonly commit: RangeCommit;
  readonly first: Sha;
  readonly second: Sha;
}

/** The merges from the new head down along first parents to the old head, lowest first. */
function mergeChain(oldHead: Sha, next: Known): readonly MergeStep[] | undefined {
  const bySha = new Map(next.commits.map((commit) => [commit.sha, commit]));
  const chain: MergeStep[] = [];
  let at = next.head;
  while (at !== oldHead) {
    const commit = bySha.get(at);
    const [first, second, ...more] = commit?.parents ?? [];
    if (commit === undefined || first === undefined || second === undefined || more.length > 0) return undefined;
    if (chain.length === LONGEST_UPDATE_CHAIN) return undefined;
    chain.unshift({ commit, first, second });
    at = first;
  }
  return chain.length > 0 ? chain : undefined;
}

/**
 * How a patch set differs from the one before: Gerrit's change kinds, decided on the change's own range of commits (RULINGS 2, 53).
 *
 * The proof is always a tree: the old commits, replayed onto the new base by a three-way merge, must give exactly the new trees.
 * Patch-ids prove nothing (whitespace and position are ignored). What cannot be proven is REWORK: lost objects, conflicts, root commits,
 * a merge of anything but the target, and any commit of the new range, also below its head, that no old commit accounts for.
 */
import type { Sha } from "../ids.ts";
import type { ChangeKind } from "../policy/snapshot.ts";

export interface RangeCommit {
  readonly sha: Sha;
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  readonly message: string;
}

/** One patch set: its own commits, from the effective base (not in it) to the head. */
export type PatchSetRange =
  | {
      readonly kind: "known";
      readonly head: Sha;
      readonly base: Sha;
      readonly baseTree: Sha;
      /** Oldest first, parents before children; the last one is the head. */
      readonly commits: readonly RangeCommit[];
    }
  /** An object is gone, or `base` is no ancestor of `head`. */
  | { readonly kind: "lost"; readonly head: Sha };

/** A merge commit on the way from the old head up to the new one, lowest first. */
export interface MergeAbove {
  readonly sha: Sha;
  readonly tree: Sha;
  /** What git makes of its two parents by itself; `undefined` = a conflict, so a person's hand is in it. */
  readonly automaticTree: Sha | undefined;
  /** Its second parent is in the history of the new effective base: the target, or the verified lower change. */
  readonly ofTarget: boolean;
}

export interface ChangeKindFacts {
  readonly previous: PatchSetRange;
  readonly next: PatchSetRange;
  /**
   * For each commit of `previous`, in its order: the tree of merge(base = old base, ours = new base, theirs = that commit).
   * `undefined` = conflict. The last one is the old head replayed.
   */
  readonly replayedTrees: readonly (Sha | undefined)[];
  /** `undefined` unless the first-parent way from the new head down to the old one consists of two-parent merges alone. */
  readonly mergesAbove: readonly MergeAbove[] | undefined;
}

type Known = Extract<PatchSetRange, { kind: "known" }>;

export function changeKind(facts: ChangeKindFacts): ChangeKind {
  const { previous, next } = facts;
  if (previous.kind === "lost" || next.kind === "lost") return "REWORK";
  if (previous.head === next.head && previous.base === next.base) return "NO_CHANGE";
  if (isCleanTargetMerge(facts.mergesAbove)) return "TARGET_MERGE";
  if (isRootRange(previous) || isRootRange(next)) return "REWORK";
  if (isMerge(previous) && isMerge(next)) return firstParentUpdate(previous, next, facts.replayedTrees.at(-1));
  if (hasMerge(next)) return "REWORK";
  if (!isReplay(next, facts.replayedTrees)) return "REWORK";
  const sameBase = previous.baseTree === next.baseTree;
  const sameMessages = sameList(messages(previous), messages(next));
  if (!sameBase) return sameMessages ? "TRIVIAL_REBASE" : "TRIVIAL_REBASE_WITH_MESSAGE_UPDATE";
  return sameMessages && sameList(trees(previous), trees(next)) ? "NO_CHANGE" : "NO_CODE_CHANGE";
}

/** The head's tree is the old head's, replayed; each tree below it is one of the old commits', replayed, or the base's. */
function isReplay(next: Known, replayed: readonly (Sha | undefined)[]): boolean {
  const head = next.commits.at(-1);
  const old = replayed.at(-1);
  if (head === undefined || old === undefined || head.tree !== old) return false;
  return next.commits.every(({ tree }) => tree === next.baseTree || replayed.includes(tree));
}

function isCleanTargetMerge(merges: readonly MergeAbove[] | undefined): boolean {
  if (merges === undefined || merges.length === 0) return false;
  return merges.every(({ tree, automaticTree, ofTarget }) => ofTarget && tree === automaticTree);
}

/** A change that is a merge itself: only its first parent may have moved, and nothing else of the range. */
function firstParentUpdate(previous: Known, next: Known, replayed: Sha | undefined): ChangeKind {
  const [oldHead, newHead] = [previous.commits.at(-1), next.commits.at(-1)];
  if (oldHead === undefined || newHead === undefined) return "REWORK";
  const sameMerged = sameList(oldHead.parents.slice(1), newHead.parents.slice(1));
  const ontoBases = oldHead.parents[0] === previous.base && newHead.parents[0] === next.base;
  const sameOthers = sameSet(shas(previous).slice(0, -1), shas(next).slice(0, -1));
  if (!sameMerged || !ontoBases || !sameOthers || newHead.tree !== replayed) return "REWORK";
  const sameMessage = oldHead.message === newHead.message;
  if (previous.baseTree === next.baseTree) return sameMessage ? "NO_CHANGE" : "NO_CODE_CHANGE";
  return sameMessage ? "MERGE_FIRST_PARENT_UPDATE" : "REWORK";
}

function isMerge({ commits }: Known): boolean {
  return (commits.at(-1)?.parents.length ?? 0) > 1;
}

function hasMerge({ commits }: Known): boolean {
  return commits.some(({ parents }) => parents.length > 1);
}

function isRootRange({ commits }: Known): boolean {
  return commits.length === 0 || commits.some(({ parents }) => parents.length === 0);
}

function messages({ commits }: Known): readonly string[] {
  return commits.map(({ message }) => message);
}

function trees({ commits }: Known): readonly string[] {
  return commits.map(({ tree }) => tree);
}

function shas({ commits }: Known): readonly string[] {
  return commits.map(({ sha }) => sha);
}

function sameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item) => other.includes(item));
}

/**
 * The work tree in which a person resolves a conflict of a backport: the pick as `git cherry-pick -x` leaves it, with the user's own
 * mergetool, editor and hooks, in a folder of its own. The files, the index and the branch that they work on are not touched.
 */
import { rm } from "node:fs/promises";
import type { Sha } from "../../core/ids.ts";
import { picksOf } from "../../core/release/backport/fix.ts";
import { backportMessage, cleanedUp } from "../../core/release/backport/message.ts";
import { ok, type Result } from "../../core/result.ts";
import type { Commit, Ident } from "../../git/commit.ts";
import {
  addWorkTree,
  moveHead,
  openWorkTree,
  readUnfinished,
  removeWorkTree,
  treeOfIndex,
  type Unfinished,
} from "../../git/linked-worktree.ts";
import type { GitProblem } from "../../git/problem.ts";
import type { Repository } from "../../git/repository.ts";
import type { Terminal } from "../say.ts";
import type { Clone } from "./gather.ts";
import { treeFor, type Going } from "./going.ts";
import { conflictsLeft } from "./markers.ts";

type Answer<T> = Promise<Result<T, GitProblem>>;

/** Anew, whatever is there. `picked`: there is nothing to resolve after all. */
export async function openTree(clone: Clone, terminal: Terminal, { stop }: Going): Answer<"conflict" | "picked"> {
  await dropTree(clone, { stop });
  const dir = treeFor(clone.place, stop);
  const added = await addWorkTree(clone.git, dir, stop.onto);
  if (!added.ok) return added;
  const tree = await openWorkTree(dir, clone.place.commonDir, terminal.env);
  if (!tree.ok) return tree;
  const picked = await tree.value.cherryPick(stop.source, { recordOrigin: true });
  return picked.ok ? ok(picked.value.kind) : picked;
}

/** With all that is in it. */
export async function dropTree({ git, place }: Clone, { stop }: Pick<Going, "stop">): Promise<void> {
  const dir = treeFor(place, stop);
  await removeWorkTree(git, dir, { force: true });
  // What git does not know as a work tree is left of one that was never finished.
  await rm(dir, { recursive: true, force: true });
}

/** Refuses where somebody's work would go with it. */
export function closeTree({ git, place }: Clone, { stop }: Pick<Going, "stop">): Answer<void> {
  return removeWorkTree(git, treeFor(place, stop), { force: false });
}

export type Standing =
  /** The folder is gone, or is no work tree of this clone. */
  | { readonly kind: "gone" }
  | { readonly kind: "unfinished"; readonly left: Unfinished }
  /** `path:line` of what is committed or added with its markers. */
  | { readonly kind: "markers"; readonly at: readonly string[] }
  /** Somebody ended the pick and kept nothing of it. */
  | { readonly kind: "taken-back" }
  /** HEAD is at what some branch has, or does not stand on what was checked out: nobody's resolution. */
  | { readonly kind: "elsewhere"; readonly head: Sha | undefined }
  /** What to commit: the tree of the index. */
  | { readonly kind: "added"; readonly tree: Sha; readonly repository: Repository }
  /** Nothing is left of the pick. */
  | { readonly kind: "empty" }
  | { readonly kind: "committed"; readonly head: Commit; readonly repository: Repository };

/** Only looks; of `added` the commit is written by `commitAdded`. `live`: tips of the branches that a fix goes down. */
export async function standingOf(
  clone: Clone,
  terminal: Terminal,
  { going: { stop }, live }: { readonly going: Going; readonly live: readonly Sha[] },
): Answer<Standing> {
  const opened = await openWorkTree(treeFor(clone.place, stop), clone.place.commonDir, terminal.env);
  if (!opened.ok) return opened.problem.kind === "no-repository" ? ok({ kind: "gone" }) : opened;
  const repository = opened.value;
  const left = await readUnfinished(repository);
  if (!left.ok) return left;
  const { conflicted, edited, untracked } = left.value;
  if (conflicted.length + edited.length + untracked.length > 0) return ok({ kind: "unfinished", left: left.value });
  const head = await repository.resolve("HEAD");
  if (!head.ok) return head;
  if (head.value === undefined) return ok({ kind: "elsewhere", head: undefined });
  if (head.value !== stop.onto) {
    const own = await isOwn(repository, { head: head.value, onto: stop.onto, live });
    if (!own.ok) return own;
    if (!own.value) return ok({ kind: "elsewhere", head: head.value });
    const commit = await repository.commit(head.value);
    if (!commit.ok) return commit;
    const markers = await conflictsLeft(repository, { from: stop.onto, to: commit.value.sha });
    if (!markers.ok) return markers;
    if (markers.value.length > 0) return ok({ kind: "markers", at: markers.value });
    return ok({ kind: "committed", head: commit.value, repository });
  }
  const [tree, before] = [await treeOfIndex(repository), await repository.treeOf(stop.onto)];
  if (!tree.ok) return tree;
  if (!before.ok) return before;
  if (tree.value === before.value) {
    const picking = await repository.resolve("CHERRY_PICK_HEAD");
    if (!picking.ok) return picking;
    return ok({ kind: picking.value === undefined ? "taken-back" : "empty" });
  }
  const markers = await conflictsLeft(repository, { from: stop.onto, to: tree.value });
  if (!markers.ok) return markers;
  if (markers.value.length > 0) return ok({ kind: "markers", at: markers.value });
  return ok({ kind: "added", tree: tree.value, repository });
}

/** Commits made there: they stand on what was checked out, and no branch has them. */
async function isOwn(
  repository: Repository,
  { head, onto, live }: { readonly head: Sha; readonly onto: Sha; readonly live: readonly Sha[] },
): Answer<boolean> {
  const stands = await repository.isAncestor(onto, head);
  if (!stands.ok || !stands.value) return stands;
  const above = await repository.commits({ from: head, notReachableFrom: [onto] });
  if (!above.ok) return above;
  const unknown = await repository.commits({ from: head, notReachableFrom: [onto, ...live] });
  return unknown.ok ? ok(unknown.value.length === above.value.length) : unknown;
}

/** The commit of what was added: the fix's author and message, the line of `-x`, and what conflicted. HEAD moves to it. */
export async function commitAdded(
  { repository, tree }: Extract<Standing, { kind: "added" }>,
  { stop }: Going,
  committer: Ident,
): Answer<Sha> {
  const source = await repository.commit(stop.source);
  if (!source.ok) return source;
  const { author, message } = source.value;
  return commitAs(repository, stop, {
    ...{ tree, author, committer, from: stop.onto },
    message: cleanedUp(backportMessage(message, { from: stop.source, conflicts: stop.files })),
  });
}

/** What a person committed there stays in their words; where they do not say what it was picked from, that is added. */
export async function takeCommitted(
  { repository, head }: Extract<Standing, { kind: "committed" }>,
  { stop }: Going,
): Answer<Sha> {
  if (head.parents[0] !== stop.onto || picksOf(head.message).includes(stop.source)) return ok(head.sha);
  const message = cleanedUp(backportMessage(head.message, { from: stop.source, conflicts: stop.files }));
  return commitAs(repository, stop, { ...head, from: head.sha, message });
}

async function commitAs(
  repository: Repository,
  { onto }: Going["stop"],
  made: Pick<Commit, "tree" | "author" | "committer" | "message"> & { readonly from: Sha },
): Answer<Sha> {
  const { tree, author, committer, message, from } = made;
  const commit = await repository.commitTree({ tree, parents: [onto], author, committer, message });
  if (!commit.ok) return commit;
  const moved = await moveHead(repository, { from, to: commit.value }, "plustwo backport run --continue");
  return moved.ok ? commit : moved;
}

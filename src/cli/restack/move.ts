/** The refs of a restack: the current branch with its work tree, and the other local branches that point into the stack. */
import { branchOfRef, branchRef, type BranchName, type Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { type Desk } from "../desk.ts";
import { EXIT, ofGit } from "../problems.ts";
import { parseRefPattern } from "../../git/slots.ts";
import { type CliProblem } from "../say.ts";
import { checkedOutElsewhere } from "../work-trees.ts";
import { type GatheredRestack } from "./gather.ts";
import { type Restacked } from "./replay.ts";

export interface Follower {
  readonly branch: BranchName;
  readonly from: Sha;
  readonly to: Sha;
}

export interface RestackMoves {
  readonly branch: BranchName;
  readonly from: Sha;
  readonly to: Sha;
  /** The files are others there. */
  readonly files: boolean;
  readonly followers: readonly Follower[];
  readonly stay: readonly { readonly branch: BranchName; readonly why: string }[];
}

type Done = Extract<Restacked, { kind: "done" }>;

/** Refuses before anything moves. */
export async function planMoves(
  desk: Desk,
  { head, target }: GatheredRestack,
  { rows, tip, tree }: Done,
): Promise<Result<RestackMoves, CliProblem>> {
  const { head: where } = desk.place;
  if (where.kind !== "branch")
    return fail({
      message: "Cannot restack a detached HEAD: there is no branch to move",
      hint: "make a branch first: `git switch -c <topic>`, then run it again",
      exit: EXIT.refused,
    });
  const files = head.tree !== tree;
  if (files) {
    const clean = await desk.repository.isClean();
    if (!clean.ok) return fail(ofGit(clean.problem));
    if (!clean.value)
      return fail({
        message: `Cannot restack ${where.branch}: there are edits in your work tree that are not committed`,
        hint: "commit or `git stash` them first; nothing was changed",
        exit: EXIT.refused,
      });
  }
  const heads = parseRefPattern("refs/heads/");
  const refs = await desk.repository.refs(...(heads === undefined ? [] : [heads]));
  if (!refs.ok) return fail(ofGit(refs.problem));
  const elsewhere = await checkedOutElsewhere(desk.place);
  const became = new Map(rows.map(({ step, now }) => [step.at.commit, now]));
  const followers: Follower[] = [];
  const stay: { branch: BranchName; why: string }[] = [];
  for (const { name, sha } of refs.value) {
    const branch = branchOfRef(name);
    if (branch === undefined || branch === where.branch || branch === target || !became.has(sha)) continue;
    const now = became.get(sha);
    if (now === sha) continue;
    if (now === undefined) stay.push({ branch, why: "its commit is left out" });
    else if (elsewhere.has(branch)) stay.push({ branch, why: "it is checked out in another work tree" });
    else followers.push({ branch, from: sha, to: now });
  }
  return ok({ branch: where.branch, from: head.sha, to: tip, files, followers, stay });
}

export async function applyMoves(
  desk: Desk,
  { branch, from, to, files, followers }: RestackMoves,
): Promise<Result<void, CliProblem>> {
  if (files) {
    const reset = await desk.repository.resetKeep(to);
    if (!reset.ok) return fail(ofGit(reset.problem));
  }
  const own = files || from === to ? [] : [{ ref: branchRef(branch), from, to }];
  const moves = [...own, ...followers.map((one) => ({ ref: branchRef(one.branch), from: one.from, to: one.to }))];
  const moved = await desk.repository.updateRefs(moves, "git review restack");
  return moved.ok ? ok(undefined) : fail(ofGit(moved.problem));
}

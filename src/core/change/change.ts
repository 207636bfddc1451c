/**
 * A change: one commit that asks to be merged into one target branch, and the names it goes by on the server.
 * The head branch follows from the Change-Id and the target alone, so it is known before anybody is asked and
 * stays the same through every amend, retitle and reorder.
 */
import { parseBranchName, parseChangeId, type BranchName, type ChangeId, type Sha } from "../ids.ts";

export interface Change {
  readonly id: ChangeId;
  readonly commit: Sha;
  readonly tree: Sha;
  /** The commit below: the next change's in the stack, or one of the target's. */
  readonly parent: Sha;
  readonly subject: string;
  /** The message below the subject, as written, trailers included. */
  readonly body: string;
}

/** Changes above the target, oldest first: each is built on the one before. */
export type Stack = readonly Change[];

/** `review/<target>/<Change-Id>`; undefined when the target's name is too long for git or for us. */
export function headBranch(target: BranchName, id: ChangeId): BranchName | undefined {
  return parseBranchName(`review/${target}/${id}`);
}

/** The target and Change-Id that a head branch of ours speaks of. */
export function parseHeadBranch(
  branch: BranchName,
): { readonly target: BranchName; readonly id: ChangeId } | undefined {
  const slash = branch.lastIndexOf("/");
  if (!branch.startsWith("review/") || slash <= "review/".length) return undefined;
  const target = parseBranchName(branch.slice("review/".length, slash));
  const id = parseChangeId(branch.slice(slash + 1));
  return target === undefined || id === undefined ? undefined : { target, id };
}

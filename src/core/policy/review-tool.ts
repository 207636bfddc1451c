/** Whether a change was made with `git review`: words that tell people what to run must fit the tool they have. */
import type { ChangeFacts } from "./snapshot.ts";

/** An id alone could be anybody's paste, and a branch of ours alone is what GitHub's buttons leave of one. */
export function usesGitReview({ changeId, headBranch }: Pick<ChangeFacts, "changeId" | "headBranch">): boolean {
  return changeId !== undefined && headBranch.startsWith("review/");
}

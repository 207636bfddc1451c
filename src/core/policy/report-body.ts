/**
 * The one comment plustwo makes on a change, edited in place: why it left the gate, and what to do next. Words of others are made
 * harmless, so that they call nobody and command no other bot (threat T34).
 */
import type { DequeueReason } from "../gate/snapshot.ts";
import { code, prose } from "./markdown.ts";

export interface LeftGate {
  readonly owner: string;
  readonly target: string;
  readonly patchSet: number;
  /** It was made with `git review`, and its owner can run it. */
  readonly gitReview: boolean;
  readonly because: DequeueReason;
  /** One sentence without a full stop, in the gate's words. */
  readonly why: string;
}

export function reportBody(left: LeftGate): string {
  return [
    `**Not merged**: ${prose(left.why)}. ${code(left.target)} is untouched.`,
    `**Next:** ${stepAfterLeaving(left.because, left)}`,
    `<sub>Patch set ${left.patchSet}. This comment is edited in place; the check has the details.</sub>`,
  ].join("\n\n");
}

/** What to do about a change that left the gate, as the rest of a sentence. */
export function stepAfterLeaving(
  because: DequeueReason,
  { owner, target, gitReview }: Pick<LeftGate, "owner" | "target" | "gitReview">,
): string {
  const them = code(owner);
  switch (because) {
    case "own-fault":
      return `${them} ${gitReview ? "fixes it, `git commit --amend`, `git review`" : "pushes a fix to the branch"}. If it was not this change's fault, comment \`recheck\`.`;
    case "lost":
      return "nothing was found wrong with the change, and nothing was proven; comment `recheck` to let it in again.";
    case "with-others":
      return `it failed together with changes that were ahead of it; comment \`recheck\` when they have landed, or rebase onto ${code(target)} and see.`;
    case "conflict":
      return gitReview
        ? `${them} rebases onto ${code(target)} and runs \`git review\`; votes stay if the rebase is clean.`
        : `${them} merges ${code(target)} into the branch (Resolve conflicts) or rebases it; votes stay if that was clean.`;
    case "dependency":
      return "the change below it has to land first; this one enters the gate again by itself.";
    case "withdrawn":
      return "nothing, if that was meant; comment `recheck` to let it in again.";
    case "requirement":
      return "what is missing stands in the check; it enters the gate again by itself when everything is there.";
  }
}

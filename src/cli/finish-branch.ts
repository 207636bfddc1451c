/** `-f`: back to the target, and the topic branch deleted, once its commits are on the server. Local edits are kept or it refuses. */
import { branchRef, type BranchName, type Sha } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { type Workshop } from "./desk.ts";
import { EXIT, ofGit } from "./problems.ts";
import { type CliProblem } from "./say.ts";

export interface Finish {
  readonly target: BranchName;
  /** Where a local branch of the target is made, if there is none. */
  readonly targetTip: Sha;
  /** What was sent: a branch that stands elsewhere by now is not deleted. */
  readonly tip: Sha;
}

export async function finishBranch(
  { repository, place, say }: Workshop,
  { target, targetTip, tip }: Finish,
): Promise<Result<void, CliProblem>> {
  const { head } = place;
  if (head.kind !== "branch" || head.branch === target) {
    const where = head.kind === "branch" ? `on ${target}` : "on a detached HEAD";
    say.note(`Stayed ${where}: there is no topic branch to finish`);
    return ok(undefined);
  }
  const ref = branchRef(target);
  const local = await repository.refs(ref);
  if (!local.ok) return fail(ofGit(local.problem));
  const there = local.value.some(({ name }) => name === ref);
  const switched = await repository.switchTo(
    there ? { kind: "branch", branch: target } : { kind: "create", branch: target, at: targetTip },
  );
  if (!switched.ok) {
    const { message } = ofGit(switched.problem);
    return fail({
      message: `Cannot switch to ${target}, so ${head.branch} is not finished: ${message}`,
      hint: `what was to be sent is sent; commit or stash your edits, then \`git switch ${target} && git branch -D ${head.branch}\``,
      exit: EXIT.partlyDone,
    });
  }
  const gone = await repository.updateRef(branchRef(head.branch), { from: tip, to: undefined }, "git review -f");
  if (!gone.ok) {
    return fail({
      message: `Switched to ${target}, but did not delete ${head.branch}: it has moved meanwhile`,
      hint: `look at it with \`git log ${head.branch}\`, then send it or delete it`,
      exit: EXIT.partlyDone,
    });
  }
  say.note(`Switched to ${target} and deleted ${head.branch} (it was ${tip.slice(0, 7)})`);
  return ok(undefined);
}

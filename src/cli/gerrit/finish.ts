/** `-f`: back to the target, and the topic branch deleted. Its commits are on the server, or the branch stays. */
import { branchRef, type Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { EXIT, ofGit } from "../problems.ts";
import { type CliProblem } from "../say.ts";
import { type GerritDesk } from "./desk.ts";

/** `tip` is what was sent: a branch that is elsewhere by now is not deleted. */
export async function finishBranch(
  desk: GerritDesk,
  { tip, targetTip }: { readonly tip: Sha; readonly targetTip: Sha },
): Promise<Result<number, CliProblem>> {
  const { repository, place, location, say } = desk;
  const target = location.branch;
  if (place.head.kind !== "branch" || place.head.branch === target) {
    say.note(
      `Stayed on ${place.head.kind === "branch" ? target : "a detached HEAD"}: there is no topic branch to finish`,
    );
    return ok(EXIT.ok);
  }
  const topic = place.head.branch;
  const local = await repository.refs(branchRef(target));
  if (!local.ok) return fail(ofGit(local.problem));
  const there = local.value.some(({ name }) => name === branchRef(target));
  const to = there
    ? ({ kind: "branch", branch: target } as const)
    : ({ kind: "create", branch: target, at: targetTip } as const);
  const switched = await repository.switchTo(to);
  if (!switched.ok) return fail({ ...ofGit(switched.problem), exit: 67 });
  const deleted = await repository.updateRef(branchRef(topic), { from: tip, to: undefined }, "git review -f");
  if (!deleted.ok) return fail({ ...ofGit(deleted.problem), exit: 68 });
  say.note(`Switched to ${target} and deleted ${topic} (it was ${tip.slice(0, 7)})`);
  return ok(EXIT.ok);
}

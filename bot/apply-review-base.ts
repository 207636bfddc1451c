/**
 * Puts what is below a change from a fork under `review-base/…` in the project (ADR 0034): leased on what was seen there, so that
 * nothing of anybody else is pushed over. Written down first: a death between the two leaves a branch that is known to be ours.
 * A ref that the forge refuses is left out with a line in the log, and the pull request stays on the target.
 */
import { putBase, reviewBaseSlot } from "../src/core/gate/review-bases.ts";
import type { Action } from "../src/core/gate/snapshot.ts";
import { branchRef } from "../src/core/ids.ts";
import type { Applied, Applying } from "./applying.ts";
import { describeProblem, gitProblem } from "./problem.ts";
import { markPublished } from "./store/published.ts";

export async function putReviewBase(
  { service, gathered }: Applying,
  action: Extract<Action, { kind: "put-review-base" }>,
): Promise<Applied> {
  const { change, branch, from, to } = action;
  const { mirror, facts } = gathered;
  const written = { repository: facts.id, slot: reviewBaseSlot(change), digest: putBase(action) };
  await markPublished(service.store, written, service.clock.now());
  const pushed = await mirror.git.push(mirror.address, [{ ref: branchRef(branch), from, to }]);
  if (pushed.ok || pushed.problem.kind === "stale") return { kind: "changed" };
  if (pushed.problem.kind !== "rejected") return { kind: "problem", problem: gitProblem(pushed.problem) };
  const found = describeProblem(gitProblem(pushed.problem));
  service.log.info({ change, branch, found }, "the forge does not take a base for this change");
  return { kind: "nothing" };
}

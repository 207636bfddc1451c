/**
 * "Approve and run": the workflow runs of somebody who never contributed wait for a maintainer.
 * LIVE(actions-first-time-approval): of a public repository, `pull_request` runs for a fork's pull request end at once as
 * `action_required`, without jobs, while its author is neither a collaborator nor has had a pull request merged; every push waits again.
 */
import { completeRun } from "./actions-state.ts";
import { Refusal } from "./refusal.ts";
import { authorAssociation } from "./represent.ts";
import { type Account, type WorkflowRun, type World } from "./world.ts";

export function awaitsApproval(world: World, run: WorkflowRun, number: number): boolean {
  const { repository: repo } = run;
  const pull = repo.pulls.get(number);
  if (pull === undefined || pull.head.repository === repo || repo.private || pull.author.kind === "Bot") return false;
  return authorAssociation(world, repo, pull.author) === "NONE";
}

export function holdForApproval(world: World, run: WorkflowRun): void {
  completeRun(world, run, "action_required");
}

/** LIVE(actions-approve-attempt): an approved run goes on under its own id; here that is a new attempt. */
export function approveRun(world: World, run: WorkflowRun, sender: Account): void {
  if (run.conclusion !== "action_required") throw new Refusal(403, "This run is not waiting for approval");
  world.emit({ kind: "rerun", repo: run.repository, run, failedOnly: false, sender });
}

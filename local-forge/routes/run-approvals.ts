/** The "Approve and run" button over REST. */
import { demand, signedIn, WRITE_ACTIONS } from "../access.ts";
import { notFound } from "../refusal.ts";
import { created, numberParam, repositoryOf, route } from "../route.ts";
import { approveRun } from "../run-approvals.ts";

export const runApprovalRoutes = [
  route("POST /repos/:owner/:repo/actions/runs/:run_id/approve", (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, WRITE_ACTIONS);
    const run = repo.workflowRuns.find(({ id }) => id === numberParam(call, "run_id"));
    if (run === undefined) throw notFound();
    approveRun(call.world, run, signedIn(call.actor));
    return created({});
  }),
];

/** Workflow runs and jobs over REST. Running again and cancelling are asked of the runner by an event. */
import { demand, READ_ACTIONS, signedIn, WRITE_ACTIONS } from "../access.ts";
import { latestJobs } from "../actions-state.ts";
import { notFound, Refusal } from "../refusal.ts";
import { representJob, representWorkflowRun, repositoryUrl } from "../represent.ts";
import { json, list, numberParam, param, repositoryOf, route, type Call } from "../route.ts";
import { type Repository, type Workflow, type WorkflowRun } from "../world.ts";

const RUN = "/repos/:owner/:repo/actions/runs/:run_id";

export const actionRoutes = [
  route("GET /repos/:owner/:repo/actions/runs", (call) => runs(call, readable(call).workflowRuns)),
  route("GET /repos/:owner/:repo/actions/workflows", (call) => {
    const repo = readable(call);
    return list(repo.workflows, (workflow) => representWorkflow(call, repo, workflow), "workflows");
  }),
  route("GET /repos/:owner/:repo/actions/workflows/:workflow_id/runs", (call) => {
    const repo = readable(call);
    const wanted = param(call, "workflow_id");
    const byFile = (run: WorkflowRun) => String(run.workflow.id) === wanted || run.workflow.path.endsWith(`/${wanted}`);
    return runs(call, repo.workflowRuns.filter(byFile));
  }),
  route(`GET ${RUN}`, (call) => json(representWorkflowRun(call.world, runOf(call, readable(call))))),
  // LIVE(actions-jobs-latest): `filter=latest` (the default) shows the newest attempt of each job, `all` every attempt.
  route(`GET ${RUN}/jobs`, (call) => {
    const run = runOf(call, readable(call));
    const jobs = call.query.get("filter") === "all" ? run.jobs : latestJobs(run);
    return list(jobs, (job) => representJob(call.world, job), "jobs");
  }),
  route(`GET ${RUN}/attempts/:attempt/jobs`, (call) => {
    const run = runOf(call, readable(call));
    const jobs = run.jobs.filter((job) => job.attempt === numberParam(call, "attempt"));
    return list(jobs, (job) => representJob(call.world, job), "jobs");
  }),
  route("GET /repos/:owner/:repo/actions/jobs/:job_id", (call) => json(representJob(call.world, jobOf(call)))),
  route("GET /repos/:owner/:repo/actions/jobs/:job_id/logs", (call) => ({
    kind: "text",
    status: 200,
    text: Buffer.from(jobOf(call).log),
    type: "text/plain; charset=utf-8",
  })),
  route(`POST ${RUN}/rerun`, (call) => rerun(call, false)),
  route(`POST ${RUN}/rerun-failed-jobs`, (call) => rerun(call, true)),
  // LIVE(actions-cancel): a cancel is accepted (202) before the jobs have stopped; of a run that has ended it is refused (409).
  route(`POST ${RUN}/cancel`, (call) => {
    const repo = writable(call);
    const run = runOf(call, repo);
    if (run.status === "completed") throw new Refusal(409, "Cannot cancel a workflow run that is completed.");
    call.world.emit({ kind: "cancel", repo, run, sender: signedIn(call.actor) });
    return json({}, 202);
  }),
];

function readable(call: Call): Repository {
  const repo = repositoryOf(call);
  demand(call.world, call.actor, repo, READ_ACTIONS);
  return repo;
}

function writable(call: Call): Repository {
  const repo = repositoryOf(call);
  demand(call.world, call.actor, repo, WRITE_ACTIONS);
  return repo;
}

function rerun(call: Call, failedOnly: boolean) {
  const repo = writable(call);
  const run = runOf(call, repo);
  if (run.status !== "completed") throw new Refusal(403, "The workflow run containing this job is already running");
  call.world.emit({ kind: "rerun", repo, run, failedOnly, sender: signedIn(call.actor) });
  return json({}, 201);
}

function runOf(call: Call, repo: Repository): WorkflowRun {
  const run = repo.workflowRuns.find((candidate) => candidate.id === numberParam(call, "run_id"));
  if (run === undefined) throw notFound();
  return run;
}

function jobOf(call: Call) {
  const job = readable(call)
    .workflowRuns.flatMap((run) => run.jobs)
    .find((candidate) => candidate.id === numberParam(call, "job_id"));
  if (job === undefined) throw notFound();
  return job;
}

/** Newest first. `status` matches a status or a conclusion. */
function runs(call: Call, all: readonly WorkflowRun[]) {
  const { query } = call;
  const is = (name: string, value: string) => query.get(name) === null || query.get(name) === value;
  const wanted = all.filter(
    (run) =>
      is("head_sha", run.headSha) &&
      is("branch", run.headBranch) &&
      is("event", run.event) &&
      is("check_suite_id", String(run.suite.id)) &&
      is("actor", run.actor.login) &&
      (is("status", run.status) || query.get("status") === run.conclusion),
  );
  wanted.sort((one, other) => other.id - one.id);
  return list(wanted, (run) => representWorkflowRun(call.world, run), "workflow_runs");
}

function representWorkflow(call: Call, repo: Repository, workflow: Workflow) {
  const url = `${repositoryUrl(call.world, repo)}/actions/workflows/${workflow.id}`;
  return { id: workflow.id, name: workflow.name, path: workflow.path, state: "active", url, html_url: url };
}

/**
 * Workflow runs and jobs as the runner moves them. Each job is one check run of `github-actions`; each run has a suite.
 * The runner decides what runs and when; this room keeps the records and tells the world.
 */
import { createCheckRun, createSuite, suiteCompleted, updateCheckRun, worst } from "./checks.ts";
import {
  type Account,
  type CheckConclusion,
  type CheckStatus,
  type Commit,
  type Conclusion,
  type Repository,
  type Workflow,
  type WorkflowJob,
  type WorkflowRun,
  type WorkflowStep,
  type World,
} from "./world.ts";

export interface WorkflowRunSpec {
  readonly repo: Repository;
  readonly workflow: { readonly name: string; readonly path: string };
  /** `push`, `pull_request`, … */
  readonly event: string;
  readonly headBranch: string;
  /** The commit whose checks these are: of a pull request its head, not the test merge. */
  readonly headCommit: Commit;
  readonly headRepository: Repository;
  readonly actor: Account;
  readonly displayTitle: string;
  /** The jobs that are queued at once; more come with `addJob`. */
  readonly jobs: readonly string[];
}

export function startWorkflowRun(world: World, spec: WorkflowRunSpec): WorkflowRun {
  const { repo, headCommit } = spec;
  const workflow = ensureWorkflow(world, repo, spec.workflow);
  const suite = createSuite(world, repo, { app: world.actions, headCommit, headBranch: spec.headBranch });
  const run: WorkflowRun = {
    id: world.id(),
    repository: repo,
    workflow,
    suite,
    event: spec.event,
    headBranch: spec.headBranch,
    headSha: headCommit.sha,
    headRepository: spec.headRepository,
    headCommit,
    runNumber: repo.workflowRuns.filter((other) => other.workflow === workflow).length + 1,
    displayTitle: spec.displayTitle,
    actor: spec.actor,
    triggeringActor: spec.actor,
    attempt: 1,
    status: "queued",
    conclusion: null,
    createdAt: world.now(),
    updatedAt: world.now(),
    startedAt: world.now(),
    jobs: [],
  };
  repo.workflowRuns.push(run);
  world.emit({ kind: "workflow-run", action: "requested", repo, run, sender: spec.actor });
  for (const name of spec.jobs) addJob(world, run, name);
  return run;
}

/** LIVE(actions-attempts): a new attempt keeps the run's id and number, adds new jobs with new ids, and sets the run back to queued. */
export function startAttempt(world: World, run: WorkflowRun, by: Account): void {
  run.attempt += 1;
  run.triggeringActor = by;
  run.status = run.suite.status = "queued";
  run.conclusion = run.suite.conclusion = null;
  run.startedAt = run.updatedAt = world.now();
  world.emit({ kind: "workflow-run", action: "requested", repo: run.repository, run, sender: by });
}

export function addJob(world: World, run: WorkflowRun, name: string): WorkflowJob {
  const checkRun = createCheckRun(world, run.suite, name);
  const job: WorkflowJob = {
    id: checkRun.id,
    run,
    checkRun,
    attempt: run.attempt,
    name,
    status: "queued",
    conclusion: null,
    createdAt: world.now(),
    startedAt: null,
    completedAt: null,
    steps: [],
    log: "",
  };
  checkRun.detailsUrl = `${world.url}/${run.repository.owner.login}/${run.repository.name}/actions/runs/${run.id}/job/${job.id}`;
  run.jobs.push(job);
  world.emit({ kind: "workflow-job", action: "queued", repo: run.repository, job, sender: run.triggeringActor });
  return job;
}

export interface JobChange {
  readonly status?: CheckStatus;
  readonly conclusion?: CheckConclusion;
  readonly steps?: readonly WorkflowStep[];
  /** Added to the log. */
  readonly log?: string;
}

/** A conclusion completes the job. The run itself ends with `completeRun`, because only the runner knows what is still to come. */
export function updateJob(world: World, job: WorkflowJob, change: JobChange): void {
  const { run } = job;
  const before = job.status;
  job.status = change.conclusion === undefined ? (change.status ?? job.status) : "completed";
  job.conclusion = change.conclusion ?? job.conclusion;
  if (change.steps !== undefined) job.steps = [...change.steps];
  if (change.log !== undefined) job.log += change.log;
  if (job.status === before) return;
  if (job.status !== "queued") job.startedAt ??= world.now();
  if (job.status === "completed") job.completedAt = world.now();
  updateCheckRun(world, job.checkRun, {
    status: job.status,
    startedAt: job.startedAt ?? world.now(),
    ...(change.conclusion === undefined ? {} : { conclusion: change.conclusion }),
  });
  const sender = run.triggeringActor;
  if (job.status === "in_progress") {
    world.emit({ kind: "workflow-job", action: "in_progress", repo: run.repository, job, sender });
    if (run.status === "queued") runInProgress(world, run);
  }
  if (job.status === "completed")
    world.emit({ kind: "workflow-job", action: "completed", repo: run.repository, job, sender });
}

function runInProgress(world: World, run: WorkflowRun): void {
  run.status = run.suite.status = "in_progress";
  run.updatedAt = world.now();
  world.emit({ kind: "workflow-run", action: "in_progress", repo: run.repository, run, sender: run.triggeringActor });
}

/** Ends the run's attempt. Without `conclusion` it is the worst of the newest attempt of each job. */
export function completeRun(world: World, run: WorkflowRun, conclusion?: Conclusion): void {
  if (run.status === "completed") return;
  run.conclusion = run.suite.conclusion = conclusion ?? worst(latestJobs(run).map((job) => job.conclusion));
  run.status = run.suite.status = "completed";
  run.updatedAt = run.suite.updatedAt = world.now();
  world.emit({ kind: "workflow-run", action: "completed", repo: run.repository, run, sender: run.triggeringActor });
  suiteCompleted(world, run.suite);
}

/** The newest attempt of each job, in the order of first appearance. */
export function latestJobs(run: WorkflowRun): WorkflowJob[] {
  const latest = new Map<string, WorkflowJob>();
  for (const job of run.jobs) latest.set(job.name, job);
  return [...latest.values()];
}

export function ensureWorkflow(
  world: World,
  repo: Repository,
  spec: { readonly name: string; readonly path: string },
): Workflow {
  const known = repo.workflows.find((workflow) => workflow.path === spec.path && workflow.name === spec.name);
  if (known !== undefined) return known;
  const workflow: Workflow = { id: world.id(), name: spec.name, path: spec.path };
  repo.workflows.push(workflow);
  return workflow;
}

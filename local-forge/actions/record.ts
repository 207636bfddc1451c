// Writes what became of a job or a run into the world: steps, log, and the sentence that says what went wrong.
import { completeRun, updateJob } from "../actions-state.ts";
import { type CheckConclusion, type WorkflowJob, type WorkflowRun, type WorkflowStep, type World } from "../world.ts";
import { type StepResult } from "./execute.ts";

export interface JobOutcome {
  readonly conclusion: CheckConclusion;
  readonly steps: readonly StepResult[];
  readonly log: string;
  /** Becomes the check run's summary. */
  readonly reason?: string;
}

/** Why a run could not start; GitHub shows it on the run's page only. */
const problems = new WeakMap<WorkflowRun, string>();

export function startupProblem(run: WorkflowRun): string | undefined {
  return problems.get(run);
}

/** LIVE(actions-startup-failure): a workflow that cannot be read still makes a run, without jobs, that ends as `startup_failure`. */
export function failToStart(world: World, run: WorkflowRun, problem: string): void {
  problems.set(run, problem);
  completeRun(world, run, "startup_failure");
}

export function startJob(world: World, job: WorkflowJob, steps: readonly string[]): void {
  const now = world.now();
  const planned = steps.map((name, n): WorkflowStep => {
    const first = n === 0;
    const status = first ? "in_progress" : "queued";
    return { name, number: n + 1, status, conclusion: null, startedAt: first ? now : null, completedAt: null };
  });
  updateJob(world, job, { status: "in_progress", steps: planned });
}

export function finishJob(world: World, job: WorkflowJob, outcome: JobOutcome): void {
  const now = world.now();
  const steps = outcome.steps.map((step, n): WorkflowStep => {
    const { name, conclusion } = step;
    return { name, number: n + 1, status: "completed", conclusion, startedAt: job.startedAt ?? now, completedAt: now };
  });
  if (outcome.reason !== undefined) job.checkRun.output = { title: null, summary: outcome.reason, text: null };
  updateJob(world, job, { conclusion: outcome.conclusion, steps, log: outcome.log });
}

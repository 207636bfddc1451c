// Carries one attempt of a workflow run from its first job to its conclusion: order by `needs`, modes, execution.
import { addJob, completeRun } from "../actions-state.ts";
import { type CheckConclusion, type WorkflowJob, type WorkflowRun, type World, fullName } from "../world.ts";
import { checkOut } from "./bare.ts";
import { executeJob } from "./execute.ts";
import { type Context } from "./expressions.ts";
import { type Activity, type Slots } from "./latch.ts";
import { type JobAddress, type JobMode } from "./modes.ts";
import { finishJob, type JobOutcome, startJob } from "./record.ts";
import { type Condition, type JobPlan, type Workflow } from "./workflow.ts";

export interface LiveRun {
  readonly run: WorkflowRun;
  readonly workflow: Workflow;
  /** The commit that is checked out: the pushed one, or the pull request's test merge. */
  readonly tested: string;
  readonly ref: string;
  readonly pull?: { readonly number: number; readonly base: string };
  readonly stop: AbortController;
}

export interface Conductor {
  readonly world: World;
  readonly limitMs: number;
  readonly slots: Slots;
  readonly activity: Activity;
  mode(address: JobAddress): JobMode;
  /** Resolves at the next change of any mode. */
  modeChange(): Promise<void>;
}

/**
 * Runs the jobs of the current attempt, those that passed before (`done`, by name) excepted, and completes the run.
 * LIVE(actions-needs-late): a job with `needs` has no job and no check run until everything it needs has ended.
 */
export async function conduct(conductor: Conductor, live: LiveRun, done: ReadonlySet<string>): Promise<void> {
  const outcomes = new Map<JobPlan, Promise<CheckConclusion>>();
  const plans = live.workflow.jobs;
  const outcomeOf = (plan: JobPlan): Promise<CheckConclusion> => {
    const known = outcomes.get(plan) ?? outcome(plan);
    outcomes.set(plan, known);
    return known;
  };
  const outcome = async (plan: JobPlan): Promise<CheckConclusion> => {
    if (done.has(plan.name)) return "success";
    const needed = plans.filter((other) => plan.needs.includes(other.id));
    if (needed.length === 0) return runJob(conductor, live, { plan, ahead: [] });
    const ahead = await Promise.all(needed.map(outcomeOf));
    return runJob(conductor, live, { plan, ahead });
  };
  await Promise.all(plans.map(outcomeOf));
  completeRun(conductor.world, live.run);
}

async function runJob(
  conductor: Conductor,
  live: LiveRun,
  order: { plan: JobPlan; ahead: readonly CheckConclusion[] },
): Promise<CheckConclusion> {
  const { world, activity } = conductor;
  const { plan } = order;
  activity.begin();
  try {
    const job = addJob(world, live.run, plan.name);
    await Promise.resolve(); // every job that needs nothing is queued before the first one starts
    const stopped = live.stop.signal.aborted;
    const due = !stopped && isDue(plan.condition, order.ahead);
    const result: JobOutcome = due
      ? await decideJob(conductor, live, { plan, job })
      : { conclusion: stopped ? "cancelled" : "skipped", steps: [], log: "" };
    finishJob(world, job, result);
    return result.conclusion;
  } finally {
    activity.end();
  }
}

function isDue(condition: Condition, ahead: readonly CheckConclusion[]): boolean {
  switch (condition) {
    case "success":
      return ahead.every((conclusion) => conclusion === "success");
    case "failure":
      return ahead.includes("failure");
    case "always":
      return true;
    case "never":
      return false;
  }
}

interface JobInHand {
  readonly plan: JobPlan;
  readonly job: WorkflowJob;
}

/** Follows the job's mode; a held job is in progress and counts as settled until its mode or its run changes. */
async function decideJob(conductor: Conductor, live: LiveRun, hand: JobInHand): Promise<JobOutcome> {
  const { plan, job } = hand;
  const steps = plan.steps.map((step) => step.name);
  const as = (conclusion: "success" | "failure" | "skipped" | "cancelled", reason?: string): JobOutcome => ({
    conclusion,
    steps: conclusion === "skipped" ? [] : steps.map((name) => ({ name, conclusion })),
    log: "",
    ...(reason === undefined ? {} : { reason }),
  });
  const begin = (): void => {
    if (job.status === "queued") startJob(conductor.world, job, steps);
  };
  for (;;) {
    if (live.stop.signal.aborted) return as("cancelled");
    const changed = conductor.modeChange();
    const mode = conductor.mode(addressOf(live, plan));
    switch (mode) {
      case "auto":
        return execute(conductor, live, { hand, begin });
      case "pass":
        begin();
        return as("success");
      case "fail":
        begin();
        return as("failure", `"${plan.name}" was told to fail`);
      case "skip":
        return as("skipped");
      case "cancel":
        begin();
        return as("cancelled");
      case "lose":
        begin();
        return lost(plan);
      case "hold":
      case "queue":
      case "no-run":
        if (mode === "hold") begin();
        conductor.activity.end();
        await changedOrAborted(changed, live.stop.signal);
        conductor.activity.begin();
    }
  }
}

/** LIVE(actions-runner-lost): a job whose runner stops answering ends as `failure`, and no step of it has failed. */
function lost({ steps }: JobPlan): JobOutcome {
  return { conclusion: "failure", steps: steps.map(({ name }) => ({ name, conclusion: "cancelled" })), log: "" };
}

function addressOf(live: LiveRun, plan: JobPlan): JobAddress {
  const { run, pull } = live;
  return {
    repo: run.repository,
    jobId: plan.id,
    jobName: plan.name,
    branch: run.headBranch,
    sha: run.headSha,
    ...(pull === undefined ? {} : { pull: pull.number }),
  };
}

/** Leaves no listener behind: a job may be held, and its mode changed, any number of times. */
function changedOrAborted(changed: Promise<unknown>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => {
    const end = (): void => {
      signal.removeEventListener("abort", end);
      done();
    };
    signal.addEventListener("abort", end, { once: true });
    void changed.then(end);
  });
}

async function execute(
  conductor: Conductor,
  live: LiveRun,
  { hand, begin }: { hand: JobInHand; begin: () => void },
): Promise<JobOutcome> {
  const { plan } = hand;
  const give = await conductor.slots.take();
  try {
    if (live.stop.signal.aborted) return { conclusion: "cancelled", steps: [], log: "" };
    begin();
    const checkout = await checkOut(live.run.repository.dir, live.tested);
    try {
      const wanted = plan.timeoutMinutes === undefined ? conductor.limitMs : plan.timeoutMinutes * 60_000;
      return await executeJob(checkout, {
        steps: plan.steps,
        env: new Map([...environment(conductor.world, live, plan), ...live.workflow.env, ...plan.env]),
        context: contextOf(live, plan),
        limitMs: Math.min(wanted, conductor.limitMs),
        signal: live.stop.signal,
      });
    } finally {
      await checkout.remove();
    }
  } catch (error) {
    const reason = `The runner could not run "${plan.name}": ${error instanceof Error ? error.message : String(error)}`;
    return { conclusion: "failure", steps: [], log: `${reason}\n`, reason };
  } finally {
    give();
  }
}

function contextOf(live: LiveRun, plan: JobPlan): Context {
  const { run, pull } = live;
  const refName = live.ref.replace(/^refs\/(heads|pull)\//, "");
  const env = [...live.workflow.env, ...plan.env].map(([name, value]): [string, string] => [`env.${name}`, value]);
  const matrix = [...plan.matrix].map(([name, value]): [string, string] => [`matrix.${name}`, value]);
  return new Map([
    ...env,
    ...matrix,
    ["github.sha", live.tested],
    ["github.ref", live.ref],
    ["github.ref_name", refName],
    ["github.ref_type", "branch"],
    ["github.head_ref", pull === undefined ? "" : run.headBranch],
    ["github.base_ref", pull?.base ?? ""],
    ["github.event_name", run.event],
    ["github.repository", fullName(run.repository)],
    ["github.repository_owner", run.repository.owner.login],
    ["github.workflow", run.workflow.name],
    ["github.job", plan.id],
    ["github.run_id", String(run.id)],
    ["github.run_number", String(run.runNumber)],
    ["github.run_attempt", String(run.attempt)],
    ["github.actor", run.actor.login],
    ["github.event.pull_request.number", pull === undefined ? "" : String(pull.number)],
    ["github.event.pull_request.head.sha", pull === undefined ? "" : run.headSha],
    ["runner.os", "Linux"],
  ]);
}

function environment(world: World, live: LiveRun, plan: JobPlan): ReadonlyMap<string, string> {
  const names = [
    "sha",
    "ref",
    "ref_name",
    "ref_type",
    "head_ref",
    "base_ref",
    "event_name",
    "repository",
    "workflow",
    "job",
    "run_id",
  ];
  const context = contextOf(live, plan);
  const all = [...names, "run_number", "run_attempt", "actor", "repository_owner"];
  return new Map([
    ...all.map((name): [string, string] => [`GITHUB_${name.toUpperCase()}`, context.get(`github.${name}`) ?? ""]),
    ["GITHUB_SERVER_URL", world.url],
    ["GITHUB_API_URL", world.api],
  ]);
}

/**
 * What one build proves. The jobs decide, never a summary of them: a job that is missing has not passed. A failure is
 * provisional until the settle window is over, so that a rerun somebody has just pressed is not overtaken by a verdict.
 */
import type { JobName } from "../ids.ts";
import type { Instant } from "../time.ts";
import { judgeJob } from "./judge-job.ts";
import type { Build, GateSnapshot, JobState } from "./snapshot.ts";

export type Judgement =
  /** Nothing final yet; `until` is when waiting alone changes that. */
  | { readonly kind: "waiting"; readonly until?: Instant }
  | { readonly kind: "passed"; readonly proof: readonly string[] }
  | { readonly kind: "red"; readonly job: JobName; readonly why: string }
  | { readonly kind: "conflict"; readonly files: readonly string[] }
  /** Jobs whose run was lost, and the attempt to ask for. */
  | { readonly kind: "rerun"; readonly jobs: readonly JobName[]; readonly attempt: number }
  /** Runs that did not start or do not move: push the same commit once more. */
  | { readonly kind: "again"; readonly why: string }
  | { readonly kind: "lost"; readonly why: string }
  /** Cancelled: proves nothing, and may be built again. */
  | { readonly kind: "void" };

type Gate = Pick<GateSnapshot, "pipeline" | "memory">;

export function judge(build: Build, gate: Gate, now: Instant): Judgement {
  switch (build.state.kind) {
    case "conflict":
      return { kind: "conflict", files: build.state.files };
    case "cancelled":
      return { kind: "void" };
    case "lost":
      return { kind: "lost", why: build.state.why };
    case "open":
    case "passed":
    case "failed":
      return judgeJobs(build, gate, now);
  }
}

function judgeJobs(build: Build, gate: Gate, now: Instant): Judgement {
  const { jobs } = gate.pipeline;
  if (jobs.length === 0) return { kind: "lost", why: "the gate names no job, so nothing could be proven" };
  const newest = newestAttempts(build.jobs);
  const verdicts = jobs.map((job) => judgeJob(job, newest.get(job), { build, gate, now }));

  // A red job is final whatever the others do. Nothing else is while a result may still be overtaken.
  const red = verdicts.find((verdict) => verdict.kind === "red");
  if (red !== undefined) return red;
  const waiting = verdicts.filter((verdict) => verdict.kind === "waiting");
  if (waiting.some(({ settling }) => settling === true)) return waitFor(waiting);
  const lost = verdicts.find((verdict) => verdict.kind === "lost");
  if (lost !== undefined) return lost;
  const again = verdicts.find((verdict) => verdict.kind === "again");
  if (again !== undefined) return again;

  // A run is rerun only when all of it has ended: until then a lost job waits for the others.
  if (waiting.length > 0) return waitFor(waiting);
  const reruns = verdicts.filter((verdict) => verdict.kind === "rerun");
  if (reruns.length > 0) {
    // One attempt at a time: jobs on an older attempt follow in the next decision.
    const attempt = Math.max(...reruns.map((verdict) => verdict.attempt));
    return {
      kind: "rerun",
      jobs: reruns.filter((verdict) => verdict.attempt === attempt).flatMap((verdict) => verdict.jobs),
      attempt,
    };
  }
  const unproven = verdicts.find((verdict) => verdict.kind === "unproven");
  if (unproven !== undefined) return { kind: "lost", why: unproven.why };
  return { kind: "passed", proof: jobs.map((job) => `job:${job}#${newest.get(job)?.attempt ?? 0}`) };
}

function waitFor(waiting: readonly { readonly until?: Instant }[]): Judgement {
  const until = earliest(waiting.map((verdict) => verdict.until));
  return { kind: "waiting", ...(until === undefined ? {} : { until }) };
}

/** Several states of one job are several attempts; the newest counts, whatever order they come in. */
function newestAttempts(jobs: readonly JobState[]): ReadonlyMap<JobName, JobState> {
  const newest = new Map<JobName, JobState>();
  for (const state of jobs) {
    const known = newest.get(state.job);
    if (known === undefined || state.attempt > known.attempt) newest.set(state.job, state);
    // Two producers of one name and attempt: the worse one counts, so that nothing fails open.
    else if (state.attempt === known.attempt && known.state === "passed") newest.set(state.job, state);
  }
  return newest;
}

export function earliest(instants: readonly (Instant | undefined)[]): Instant | undefined {
  return instants.reduce(
    (least, at) => (at !== undefined && (least === undefined || at < least) ? at : least),
    undefined,
  );
}

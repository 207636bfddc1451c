/**
 * What one build proves. The jobs decide, never a summary of them: a job that is missing has not passed. A failure is
 * provisional until the settle window is over, so that a rerun somebody has just pressed is not overtaken by a verdict.
 */
import type { JobName } from "../ids.ts";
import { after, type Instant } from "../time.ts";
import type { Build, GateSnapshot, JobState } from "./snapshot.ts";

export type Judgement =
  /** Nothing final yet; `until` is when waiting alone changes that. */
  | { readonly kind: "waiting"; readonly until?: Instant }
  | { readonly kind: "passed"; readonly proof: readonly string[] }
  | { readonly kind: "red"; readonly job: JobName; readonly why: string }
  | { readonly kind: "conflict"; readonly files: readonly string[] }
  /** Jobs whose run was lost, and the attempt to ask for. */
  | { readonly kind: "rerun"; readonly jobs: readonly JobName[]; readonly attempt: number }
  | { readonly kind: "lost"; readonly why: string }
  /** Cancelled: proves nothing, and may be built again. */
  | { readonly kind: "void" };

type Pipeline = GateSnapshot["pipeline"];

export function judge(build: Build, pipeline: Pipeline, now: Instant): Judgement {
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
      return judgeJobs(build, pipeline, now);
  }
}

function judgeJobs(build: Build, pipeline: Pipeline, now: Instant): Judgement {
  if (pipeline.jobs.length === 0) return { kind: "lost", why: "the gate names no job, so nothing could be proven" };
  const newest = newestAttempts(build.jobs);
  const verdicts = pipeline.jobs.map((job) => judgeJob(job, newest.get(job), { build, pipeline, now }));

  // A red job is final whatever the others do; a lost verdict is too; only then is a rerun worth its minutes.
  const final = verdicts.find(({ kind }) => kind === "red") ?? verdicts.find(({ kind }) => kind === "lost");
  if (final?.kind === "red" || final?.kind === "lost") return final;

  // A run is rerun only when all of it has ended: until then a lost job waits for the others.
  const until = earliest(verdicts.map((verdict) => (verdict.kind === "waiting" ? verdict.until : undefined)));
  if (verdicts.some(({ kind }) => kind === "waiting"))
    return { kind: "waiting", ...(until === undefined ? {} : { until }) };

  const again = verdicts.filter((verdict) => verdict.kind === "rerun");
  if (again.length > 0) {
    // One attempt at a time: jobs on an older attempt follow in the next decision.
    const attempt = Math.max(...again.map((verdict) => verdict.attempt));
    return {
      kind: "rerun",
      jobs: again.filter((verdict) => verdict.attempt === attempt).map(({ job }) => job),
      attempt,
    };
  }
  return { kind: "passed", proof: pipeline.jobs.map((job) => `job:${job}#${newest.get(job)?.attempt ?? 0}`) };
}

type JobJudgement =
  | { readonly kind: "passed" }
  | { readonly kind: "waiting"; readonly until?: Instant }
  | { readonly kind: "rerun"; readonly job: JobName; readonly attempt: number }
  | { readonly kind: "red"; readonly job: JobName; readonly why: string }
  | { readonly kind: "lost"; readonly why: string };

interface Circumstances {
  readonly build: Build;
  readonly pipeline: Pipeline;
  readonly now: Instant;
}

function judgeJob(job: JobName, state: JobState | undefined, { build, pipeline, now }: Circumstances): JobJudgement {
  if (state === undefined) {
    const until = after(build.askedAt, pipeline.startMs);
    if (now < until) return { kind: "waiting", until };
    return {
      kind: "lost",
      why: `no run of ${job} started on the gate commit within ${formatSpan(pipeline.startMs)}`,
    };
  }
  switch (state.state) {
    case "passed":
      return { kind: "passed" };
    case "queued":
    case "running": {
      // A queued rerun has no start of its own yet: each attempt may take the whole time once more.
      const until = after(
        state.startedAt ?? build.askedAt,
        pipeline.totalMs * (state.startedAt === undefined ? state.attempt : 1),
      );
      if (now < until) return { kind: "waiting", until };
      const doing = state.state === "queued" ? "found no runner" : "did not finish";
      return {
        kind: "lost",
        why: `${job} ${doing} within ${formatSpan(pipeline.totalMs)} (attempt ${state.attempt})`,
      };
    }
    case "failed": {
      const until = after(state.endedAt ?? state.startedAt ?? build.askedAt, pipeline.settleMs);
      if (now < until) return { kind: "waiting", until };
      return { kind: "red", job, why: state.why ?? `${job} failed` };
    }
    case "lost":
      if (state.attempt <= pipeline.retries) return { kind: "rerun", job, attempt: state.attempt + 1 };
      return {
        kind: "lost",
        why: `${job} was lost ${count(state.attempt, "time")} without a verdict${state.why === undefined ? "" : `: ${state.why}`}`,
      };
  }
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

function formatSpan(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  return minutes >= 1 ? `${minutes} min` : `${Math.round(milliseconds / 1000)} s`;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}

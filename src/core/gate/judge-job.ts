/**
 * What one required job of a build says, under the gate's watchdogs. Three clocks run: nothing started (`startMs`), nothing
 * moved (`progressMs`), not ended (`totalMs`); the last two are never shorter than the job's own history. Only a job that
 * ran and failed is red. Everything else that is no pass is no verdict either: it is tried again, and never blamed.
 */
import type { JobName } from "../ids.ts";
import { after, type Instant } from "../time.ts";
import type { Build, GateSnapshot, JobState } from "./snapshot.ts";
import type { RunState } from "./watch.ts";

export type JobJudgement =
  | { readonly kind: "passed" }
  /** `settling`: red or without a result, and still to be overtaken by a newer attempt. */
  | { readonly kind: "waiting"; readonly until?: Instant; readonly settling?: true }
  /** Its run was lost: the attempt to ask for. */
  | { readonly kind: "rerun"; readonly jobs: readonly JobName[]; readonly attempt: number }
  /** Its run did not start, or does not move: the same commit is pushed once more. */
  | { readonly kind: "again"; readonly why: string }
  | { readonly kind: "red"; readonly job: JobName; readonly why: string }
  /** It ended without a result, and another attempt would end the same. Final once every other job has ended. */
  | { readonly kind: "unproven"; readonly why: string }
  | { readonly kind: "lost"; readonly why: string };

export interface Circumstances {
  readonly build: Build;
  readonly gate: Pick<GateSnapshot, "pipeline" | "memory">;
  readonly now: Instant;
}

/** Beyond this many pushes of one commit it is not luck that its runs do not start. */
const MOST_PUSHES = 2;
const LONGEST_SETTLE_MS = 300_000;
/** What may come a moment after it could be read. */
const SOON_MS = 15_000;

export function judgeJob(job: JobName, state: JobState | undefined, at: Circumstances): JobJudgement {
  const run = newestRun(job, at.build);
  if (state === undefined) return judgeAbsent(job, run, at);
  switch (state.state) {
    case "passed":
      return { kind: "passed" };
    case "queued":
    case "running":
      return judgeUnfinished(state, at);
    case "failed": {
      const followed = newerAttempt(state, run, at);
      if (followed !== undefined) return followed;
      const until = after(state.endedAt ?? state.startedAt ?? at.build.askedAt, settleMsOf(at.gate));
      if (at.now < until) return { kind: "waiting", until, settling: true };
      return { kind: "red", job, why: state.why ?? `${job} failed` };
    }
    case "lost":
      return newerAttempt(state, run, at) ?? judgeLost(state, at);
  }
}

function newestRun(job: JobName, { runs = [] }: Build): RunState | undefined {
  return runs
    .filter(({ jobs }) => jobs.includes(job))
    .reduce<RunState | undefined>(
      (newest, run) => (newest === undefined || run.at > newest.at ? run : newest),
      undefined,
    );
}

function judgeAbsent(job: JobName, run: RunState | undefined, at: Circumstances): JobJudgement {
  const { build, gate, now } = at;
  if (run === undefined) {
    const { startMs } = gate.pipeline;
    const until = after(build.askedAt, startMs);
    if (now < until) return { kind: "waiting", until };
    return startOver(`no run of ${job} started on the gate commit within ${formatSpan(startMs)}`, build);
  }
  if (run.status !== "completed") return stillGoing(job, run, at);
  switch (run.conclusion ?? "") {
    case "startup_failure":
      return startOver(
        `GitHub could not start ${run.workflow}: its file cannot be read there, or GitHub is in trouble`,
        build,
      );
    case "action_required":
      return { kind: "lost", why: `${run.workflow} waits for a maintainer to approve its run` };
    case "cancelled":
    case "stale":
    case "timed_out":
      return startOver(`the run of ${run.workflow} was stopped (${run.conclusion}) before ${job} began`, build);
  }
  if (run.lacks.includes(job)) return { kind: "lost", why: `${run.workflow} ran and has no job ${job}` };
  return { kind: "waiting", until: after(now, SOON_MS) };
}

/** The run is there and the job is not yet: it needs others that are still at work. */
function stillGoing(job: JobName, run: RunState, at: Circumstances): JobJudgement {
  const stalled = noProgress(at);
  if (stalled !== undefined && at.now >= stalled.at) return startOver(stalled.why, at.build);
  const total = totalMsOf(job, at.gate);
  const until = after(at.build.askedAt, total * run.attempt);
  if (at.now >= until) {
    return { kind: "lost", why: `${job} did not begin within ${formatSpan(total)} (attempt ${run.attempt})` };
  }
  return { kind: "waiting", until: sooner(until, stalled?.at) };
}

function judgeUnfinished(state: JobState, at: Circumstances): JobJudgement {
  const { build, gate, now } = at;
  const total = totalMsOf(state.job, gate);
  // A queued rerun has no start of its own yet: each attempt may take the whole time once more.
  const until = after(state.startedAt ?? build.askedAt, total * (state.startedAt === undefined ? state.attempt : 1));
  if (now >= until) {
    const doing = state.state === "queued" ? "found no runner" : "did not finish";
    return { kind: "lost", why: `${state.job} ${doing} within ${formatSpan(total)} (attempt ${state.attempt})` };
  }
  const stalled = noProgress(at);
  if (stalled !== undefined && now >= stalled.at) return startOver(stalled.why, build);
  const wakeAt = state.wakeAt !== undefined && state.wakeAt > now ? state.wakeAt : undefined;
  return { kind: "waiting", until: sooner(sooner(until, stalled?.at), wakeAt) };
}

/** Somebody asked for a newer attempt than this result is of; it is not there yet. */
function newerAttempt(state: JobState, run: RunState | undefined, at: Circumstances): JobJudgement | undefined {
  if (run === undefined || run.attempt <= state.attempt) return undefined;
  if (run.status === "completed") {
    // The jobs were read a moment before the run was: the newest attempt shows in the next look.
    return run.at <= after(at.now, -SOON_MS)
      ? undefined
      : { kind: "waiting", until: after(at.now, SOON_MS), settling: true };
  }
  const total = totalMsOf(state.job, at.gate);
  const until = after(run.at, total);
  if (at.now < until) return { kind: "waiting", until, settling: true };
  return { kind: "lost", why: `attempt ${run.attempt} of ${state.job} did not end within ${formatSpan(total)}` };
}

function judgeLost(state: JobState, { build, gate, now }: Circumstances): JobJudgement {
  const { job, attempt, conclusion, why, legs = [job] } = state;
  const because = why === undefined ? "" : `: ${why}`;
  switch (conclusion ?? "") {
    case "skipped":
      return {
        kind: "unproven",
        why: `${job} was skipped on the gate commit, and a skipped job proves nothing${because}`,
      };
    case "neutral":
      return { kind: "unproven", why: `${job} ended as neutral on the gate commit, which is not a pass${because}` };
    case "action_required":
      return { kind: "unproven", why: `${job} waits for a maintainer to approve its run${because}` };
  }
  if (attempt > gate.pipeline.retries) {
    return { kind: "lost", why: `${job} was lost ${count(attempt, "time")} without a verdict${because}` };
  }
  const asked = build.rerun;
  if (asked === undefined || asked.attempt <= attempt) return { kind: "rerun", jobs: legs, attempt: attempt + 1 };
  if (asked.refused !== undefined) {
    return startOver(`${job} was lost and could not be run again: ${asked.refused}`, build);
  }
  const until = after(asked.at, gate.pipeline.startMs);
  if (now < until) return { kind: "waiting", until, settling: true };
  return startOver(
    `attempt ${asked.attempt} of ${job} was asked for and did not start within ${formatSpan(gate.pipeline.startMs)}`,
    build,
  );
}

/** When nothing will have moved for too long, and what to say then. */
function noProgress({ build, gate }: Circumstances): { readonly at: Instant; readonly why: string } | undefined {
  const { progressMs } = gate.pipeline;
  if (progressMs === undefined) return undefined;
  const moved = [
    build.askedAt,
    ...build.jobs.flatMap(({ startedAt, endedAt, changedAt }) => [startedAt, endedAt, changedAt]).filter(isKnown),
    ...(build.runs ?? []).map(({ at }) => at),
    ...(build.rerun === undefined ? [] : [build.rerun.at]),
  ];
  const going = build.jobs.filter(({ state }) => state === "queued" || state === "running");
  const longest = Math.max(progressMs, ...going.map(({ job }) => historyMs(job, gate)));
  const names = going.map(({ job, state }) => `${job} ${state}`).join(", ");
  return {
    at: after(
      moved.reduce((newest, at) => (at > newest ? at : newest)),
      longest,
    ),
    why: `no job changed its state for ${formatSpan(longest)}${names === "" ? "" : ` (${names})`}`,
  };
}

function isKnown(at: Instant | undefined): at is Instant {
  return at !== undefined;
}

function startOver(why: string, { pushes = 1 }: Build): JobJudgement {
  if (pushes < MOST_PUSHES) return { kind: "again", why };
  return { kind: "lost", why: `${why}, though the commit was pushed ${pushes} times` };
}

/** Never shorter than the policy says; longer where reruns are known to come later. `0s` means at once. */
function settleMsOf({ pipeline, memory }: Circumstances["gate"]): number {
  if (pipeline.settleMs === 0) return 0;
  return Math.max(pipeline.settleMs, Math.min((memory.rerunMs ?? 0) * 1.5, LONGEST_SETTLE_MS));
}

function totalMsOf(job: JobName, gate: Circumstances["gate"]): number {
  return Math.max(gate.pipeline.totalMs, historyMs(job, gate));
}

function historyMs(job: JobName, { memory }: Circumstances["gate"]): number {
  return Math.round((memory.jobs[job]?.p99Ms ?? 0) * 1.5);
}

function sooner(one: Instant, other: Instant | undefined): Instant {
  return other === undefined || one < other ? one : other;
}

function formatSpan(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  return minutes >= 1 ? `${minutes} min` : `${Math.round(milliseconds / 1000)} s`;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}

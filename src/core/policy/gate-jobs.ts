/**
 * What the checks of a policy say of a gate commit: one state for each check, that of its worst job, with a sentence that names
 * the job. Believed are only jobs of the pinned workflow on a push of exactly the gate branch and commit (ruling 7), and pinned
 * apps and accounts on that commit.
 *
 * A check is left out while nothing says that a required job of it will come; the gate's start watchdog runs then. A job that
 * may be absent keeps the check queued until it is settled that none comes (`check-entries.ts`), and `wakeAt` says when.
 */
import { jobName, type BranchName, type JobName, type Sha } from "../ids.ts";
import type { JobState } from "../gate/snapshot.ts";
import type { Instant } from "../time.ts";
import { describeProducer, standingOfEntry, type AskedCommit, type EntryStanding } from "./check-entries.ts";
import type { CheckEntry, CheckSource } from "./policy.ts";
import type { Check } from "./snapshot.ts";

export interface GateCommit {
  readonly sha: Sha;
  /** The gate branch; undefined = not pushed, and no job counts. */
  readonly branch: BranchName | undefined;
  readonly askedAt: Instant;
}

export function gateJobs(
  sources: readonly CheckSource[],
  commit: GateCommit,
  { checks, now }: { readonly checks: readonly Check[]; readonly now: Instant },
): readonly JobState[] {
  const asked: AskedCommit = {
    results: checks.filter(({ sha }) => sha === commit.sha),
    counts: ({ event, headBranch }) => event === "push" && headBranch !== undefined && headBranch === commit.branch,
    since: commit.askedAt,
    sources,
    now,
  };
  return sources.flatMap((source) => jobOf(source, asked) ?? []);
}

interface Leg {
  readonly name: string;
  readonly state: JobState["state"] | "missing";
  readonly why?: string;
  readonly check?: Check;
  readonly wakeAt?: Instant;
}

/** Worst first: red is final, what runs may still become red, what was lost may be asked for again. */
const WORST = ["failed", "running", "queued", "lost", "missing", "passed"] as const;

function jobOf(source: CheckSource, asked: AskedCommit): JobState | undefined {
  const legs = source.entries.flatMap((entry) => legsOf(standingOfEntry(entry, asked)));
  const worst = WORST.find((state) => legs.some((leg) => leg.state === state)) ?? "missing";
  if (worst === "missing") return undefined;
  const those = legs.filter(({ state }) => state === worst).sort(byWhatCounts);
  const [told] = those;
  const name = jobName(source.name);
  return {
    job: name,
    state: worst,
    attempt: attemptOf(worst, those),
    ...timesOf(worst, those),
    ...sayLegs(name, those, legs.length),
    ...(told?.check?.url === undefined ? {} : { url: told.check.url }),
    ...(told?.check?.conclusion === undefined ? {} : { conclusion: told.check.conclusion }),
    ...changesOf(legs),
    ...(worst === "lost" ? { legs: oldest(those) } : {}),
  };
}

/** The one to name first: of several red ones the first to end, of several lost ones the oldest attempt. */
function byWhatCounts({ check: a }: Leg, { check: b }: Leg): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
  return a.status === "completed" && b.status === "completed"
    ? a.attempt - b.attempt || a.at - b.at
    : (a.startedAt ?? a.at) - (b.startedAt ?? b.at);
}

/** Of lost ones the oldest attempt is asked for first; of what passed the newest is the proof. */
function attemptOf(state: JobState["state"], legs: readonly Leg[]): number {
  const attempts = legs.map(({ check }) => check?.attempt ?? 1);
  return state === "lost" ? Math.min(...attempts) : Math.max(...attempts);
}

function oldest(lost: readonly Leg[]): readonly JobName[] {
  const attempt = attemptOf("lost", lost);
  return [
    ...new Set(lost.flatMap(({ check }) => (check !== undefined && check.attempt === attempt ? check.name : []))),
  ].map(jobName);
}

/** While it runs, since its oldest job began; ended when the first red one was, or the last of the others. */
function timesOf(state: JobState["state"], legs: readonly Leg[]): Pick<JobState, "startedAt" | "endedAt"> {
  const starts = legs.flatMap(({ check }) => check?.startedAt ?? []);
  const ends = legs.flatMap(({ check }) => (check?.status === "completed" ? check.at : []));
  const end = state === "failed" ? Math.min : Math.max;
  const endedAt = ends.find((at) => at === end(...ends));
  const startedAt = starts.find((at) => at === Math.min(...starts));
  return {
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined || state === "running" || state === "queued" ? {} : { endedAt }),
  };
}

function sayLegs(job: JobName, those: readonly Leg[], all: number): Pick<JobState, "why"> {
  const told = those.filter(({ why }) => why !== undefined);
  const [first] = told;
  if (first?.why === undefined) {
    const name = those[0]?.name ?? job;
    return all === 1 || those.length === all ? {} : { why: `${name}, 1 of ${all} jobs` };
  }
  const more = those.length > 1 && first.state !== "passed" ? `, and ${those.length - 1} more` : "";
  return { why: `${first.name === job ? "" : `${first.name}: `}${first.why}${more}` };
}

function changesOf(legs: readonly Leg[]): Pick<JobState, "changedAt" | "wakeAt"> {
  const changes = legs.flatMap(({ check }) => (check === undefined ? [] : [check.at, check.startedAt ?? check.at]));
  const wakes = legs.flatMap(({ wakeAt }) => wakeAt ?? []);
  const changedAt = changes.find((at) => at === Math.max(...changes));
  const wakeAt = wakes.find((at) => at === Math.min(...wakes));
  return { ...(changedAt === undefined ? {} : { changedAt }), ...(wakeAt === undefined ? {} : { wakeAt }) };
}

function legsOf({ entry, legs, absence }: EntryStanding): readonly Leg[] {
  if (legs.length > 0) return legs.map((check) => ({ name: check.name, check, ...sayOf(check, entry) }));
  const name = entry.pattern;
  const optional = entry.required === "if-present";
  switch (absence.kind) {
    case "settled":
      return [{ name, state: "passed", why: "not needed, nothing of that name ran for this commit" }];
    case "awaited": {
      const why = optional ? "it need not run; waiting to see whether it does" : "waiting for other jobs before it";
      return [{ name, state: "queued", why, ...(absence.until === undefined ? {} : { wakeAt: absence.until }) }];
    }
    case "there":
    case "silent":
      return optional
        ? [{ name, state: "queued", why: `it need not run; nothing of ${describeProducer(entry.producer)} counts yet` }]
        : [{ name, state: "missing" }];
  }
}

/** Only success and what the policy allows pass, only a failure is red. Whatever else there is says nothing about the code: lost. */
function sayOf(check: Check, { allow }: CheckEntry): Pick<Leg, "state" | "why"> {
  const why = check.summary === undefined ? {} : { why: check.summary };
  if (check.status === "queued") return { state: "queued", ...why };
  if (check.status === "in_progress") return { state: "running", ...why };
  const { conclusion = "" } = check;
  switch (conclusion) {
    case "success":
      return { state: "passed" };
    case "skipped":
    case "neutral":
      return allow.includes(conclusion)
        ? { state: "passed", why: `${conclusion}, which the policy allows` }
        : { state: "lost", ...why };
    case "failure":
      return { state: "failed", ...why };
    default:
      return { state: "lost", ...why };
  }
}

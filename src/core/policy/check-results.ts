/**
 * What the pinned producers of a check say of the head commit (rulings 7, 23, 47). For GitHub Actions those are the jobs of the named
 * workflow, read from its runs: a check run alone can be forged by any job with the default token. A check of several entries or of
 * a matrix passes only when each entry does and everything that matches succeeded; other producers of its names are named, never
 * counted. This phase is advice: a `pull_request` job tests a merge of its own making, and the gate is the proof.
 */
import type { Instant } from "../time.ts";
import {
  describeProducer,
  foreignTo,
  standingOfEntry,
  type Absence,
  type AskedCommit,
  type EntryStanding,
} from "./check-entries.ts";
import type { CheckEntry, CheckSource } from "./policy.ts";
import { ALL_CHECKS, ANY_CHECK } from "./operators.ts";
import type { Check, PolicySnapshot } from "./snapshot.ts";
import type { CheckResult } from "./verdict.ts";

export interface CheckStanding {
  readonly result: CheckResult;
  readonly evidence: readonly string[];
  /** Newest per job and event; undefined where one has not finished. */
  readonly conclusions: readonly (string | undefined)[];
  /** Waiting alone changes it then. */
  readonly wakeAt?: Instant;
}

/** Runs by hand, by schedule or with the base's rights do not test the change. */
const EVENTS = ["pull_request", "push"];
const FAILURES = ["failure", "timed_out", "startup_failure"];

/** By name, in the policy's order. */
export function checkStandings(
  sources: readonly CheckSource[],
  snapshot: PolicySnapshot,
  now: Instant,
): ReadonlyMap<string, CheckStanding> {
  const asked = askedOfHead(sources, snapshot, now);
  return new Map(sources.map((source) => [source.name, standingOf(source, asked)]));
}

/** The results on the head, each once and in an order of its own: whatever order they were listed in. */
export function askedOfHead(sources: readonly CheckSource[], snapshot: PolicySnapshot, now: Instant): AskedCommit {
  const { head, headBranch, patchSets } = snapshot.change;
  const onHead = new Map(snapshot.checks.filter(({ sha }) => sha === head).map((check) => [keyOf(check), check]));
  return {
    results: [...onHead].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, check]) => check),
    counts: (job) =>
      job.event !== undefined &&
      EVENTS.includes(job.event) &&
      (job.headBranch === undefined || job.headBranch === headBranch),
    since: patchSets.findLast(({ sha }) => sha === head)?.at,
    sources,
    now,
  };
}

/** Two jobs of one name in one run differ at least in their pages; two results that differ in nothing are one. */
function keyOf(check: Check): string {
  const { kind, name, app, creator, workflow, event, run, headBranch, status, conclusion, at, startedAt, attempt } =
    check;
  const who = [kind, name, app?.id, creator?.id, workflow, event, headBranch];
  return [...who, run, attempt, at, startedAt, status, conclusion, check.summary, check.url].join("\n");
}

/** Success is everyone's word, what the policy allows included; any other conclusion is anyone's. */
export function concludes(
  standings: ReadonlyMap<string, CheckStanding>,
  test: { readonly check: string; readonly conclusion: string },
): boolean {
  const one = ({ result, conclusions }: CheckStanding) =>
    test.conclusion === "success" ? result.state === "passed" : conclusions.includes(test.conclusion);
  const all = [...standings.values()];
  if (test.check === ALL_CHECKS) return all.length > 0 && all.every(one);
  if (test.check === ANY_CHECK) return all.some(one);
  const standing = standings.get(test.check);
  return standing !== undefined && one(standing);
}

function standingOf(source: CheckSource, asked: AskedCommit): CheckStanding {
  const entries = source.entries.map((entry) => standingOfEntry(entry, asked));
  const legs = entries.flatMap((entry) => entry.legs);
  const words = entries.flatMap((entry) => wordsOf(entry, asked));
  const producer = [...new Set(source.entries.map((entry) => describeProducer(entry.producer)))].join("; ");
  const wakes = entries.flatMap(({ absence }) =>
    absence.kind === "awaited" && absence.until !== undefined ? [absence.until] : [],
  );
  return {
    result: { name: source.name, producer, ...together(source.name, words) },
    evidence: legs.map(
      (check) => `check:${check.kind}:${check.name}:${check.event ?? check.app?.slug ?? ""}:${check.attempt}`,
    ),
    conclusions: legs.map((check) => (check.status === "completed" ? (check.conclusion ?? "") : undefined)),
    ...(wakes.length === 0 ? {} : { wakeAt: wakes.reduce((least, at) => (at < least ? at : least)) }),
  };
}

type Standing = Pick<CheckResult, "state" | "why" | "says" | "awaits" | "remedy" | "startedAt" | "endedAt" | "url">;
/** What one job, or one entry without any, adds to the check. */
type Word = Standing & { readonly leg: string };

/** Worst first. */
const WORST: readonly Standing["state"][] = ["failed", "not-counted", "running", "missing", "passed"];

/** The worst decides. A leg is named where it is not the check itself: "test (20) failed: …; 2 of 3 passed". */
function together(name: string, words: readonly Word[]): Standing {
  const state = WORST.find((worst) => words.some((word) => word.state === worst)) ?? "missing";
  const those = words.filter((word) => word.state === state);
  const [first] = those;
  const passed = words.filter((word) => word.state === "passed");
  if (first === undefined) return { state, why: "it names no job" };
  if (words.length === 1) return { ...withoutLeg(first), why: nameLeg(name, first) };
  if (state === "passed") return { ...spanOf(words), state, why: passedTogether(words) };
  const more = those.length > 1 ? `, and ${those.length - 1} more` : "";
  return {
    ...withoutLeg(first),
    why: `${first.leg === name ? "" : `${first.leg}: `}${first.why}${more}; ${passed.length} of ${words.length} passed`,
  };
}

function nameLeg(name: string, { leg, why, state }: Word): string {
  return leg === name || state === "passed" || state === "missing" ? why : `${leg}: ${why}`;
}

function passedTogether(words: readonly Word[]): string {
  const odd = words.filter(({ why }) => why !== PASSED);
  const count = words.length - odd.length;
  const rest = odd.slice(0, 3).map(({ leg, why }) => `${leg}: ${why}`);
  const more = odd.length > 3 ? [`${odd.length - 3} more`] : [];
  return [`${count === 1 ? "1 job" : `${count} jobs`} passed on this commit`, ...rest, ...more].join("; ");
}

/** From the first start to the last end. */
function spanOf(words: readonly Word[]): Pick<Standing, "startedAt" | "endedAt" | "url"> {
  const starts = words.flatMap(({ startedAt }) => startedAt ?? []);
  const ends = words.flatMap(({ endedAt }) => endedAt ?? []);
  const url = words.find((word) => word.url !== undefined)?.url;
  return {
    ...(starts.length === 0 ? {} : { startedAt: starts.reduce((least, at) => (at < least ? at : least)) }),
    ...(ends.length === 0 ? {} : { endedAt: ends.reduce((most, at) => (at > most ? at : most)) }),
    ...(url === undefined ? {} : { url }),
  };
}

function withoutLeg({ leg: _, ...standing }: Word): Standing {
  return standing;
}

/** One job, nothing more to say. */
export const PASSED = "passed on this commit";

function wordsOf({ entry, legs, absence, unapproved }: EntryStanding, asked: AskedCommit): readonly Word[] {
  if (legs.length > 0) return legs.map((check) => ({ leg: check.name, ...wordOf(check, entry), ...timesOf(check) }));
  const leg = entry.pattern;
  if (unapproved !== undefined) return [{ leg, ...wordOf(unapproved, entry), ...timesOf(unapproved) }];
  if (absence.kind === "settled")
    return [{ leg, state: "passed", why: "not needed, nothing of that name ran for this commit" }];
  // Of a job that need not run, one of the same name elsewhere says nothing; a status could be hidden by it.
  const telling = entry.required === "always" || entry.producer.kind === "status";
  const foreign = telling ? [...new Set(foreignTo(entry, asked).map(producerOf))].sort() : [];
  const from = describeProducer(entry.producer);
  const without = absence.kind === "silent" && absence.without === true ? withoutJob(entry) : undefined;
  if (foreign.length > 0) {
    const why = `found only from ${foreign.join("; ")}: it must come from ${from}`;
    const remedy = without?.remedy ?? { by: "nobody", action: `wait for ${leg} (it must come from ${from})` };
    return [{ leg, state: "not-counted", why, remedy }];
  }
  return [{ leg, state: "missing", why: waitingBecause(entry, absence), ...without }];
}

/** Everything else of its producer has ended on this commit: waiting alone brings nothing. */
function withoutJob({ pattern, producer }: CheckEntry): Pick<Standing, "why" | "says" | "remedy"> | undefined {
  if (producer.kind !== "actions") return undefined;
  return {
    why: `${producer.workflow} ran on this commit and has no job ${pattern}`,
    says: "is not in its workflow",
    remedy: { by: "owner", action: `push ${producer.workflow} with the job ${pattern} in it, as the policy asks` },
  };
}

function waitingBecause({ required, producer }: CheckEntry, absence: Absence): string {
  const from = describeProducer(producer);
  if (required === "always") return `no result on this commit yet from ${from}`;
  return absence.kind === "awaited" && absence.until === undefined
    ? `it need not run; ${from} is still at work on this commit`
    : "it need not run; waiting a little to see whether it does";
}

function wordOf(check: Check, { allow }: CheckEntry): Pick<Standing, "state" | "why" | "says" | "awaits"> {
  if (check.status !== "completed")
    return { state: "running", why: check.status === "queued" ? "waiting for a runner" : "running" };
  const conclusion = check.conclusion ?? "";
  if (conclusion === "success") return { state: "passed", why: PASSED };
  if (FAILURES.includes(conclusion))
    return {
      state: "failed",
      why: check.summary ?? (conclusion === "timed_out" ? "it ran out of time" : "it failed"),
    };
  if (allow.some((allowed) => allowed === conclusion))
    return { state: "passed", why: `${conclusion}, which the policy allows` };
  if (conclusion === "action_required")
    return {
      state: "not-counted",
      why: "waiting for a maintainer to approve the run; not your fault",
      says: "waits for a maintainer",
      awaits: "maintainer",
    };
  if (conclusion === "runner_lost")
    return { state: "not-counted", why: "its runner was lost; not your fault", says: "lost its runner" };
  const said = SAID.find((known) => known === conclusion);
  return {
    state: "not-counted",
    why: `${conclusion === "" ? "unknown" : conclusion}; only success counts`,
    ...(said === undefined ? {} : { says: said }),
    ...(conclusion === "skipped" || conclusion === "neutral"
      ? {
          remedy: {
            by: "nobody",
            action: `wait for ${check.name} to run (or a policy that lets ${conclusion} count)`,
          },
        }
      : {}),
  };
}

/** Conclusions that are words people know. */
const SAID = ["skipped", "cancelled", "neutral", "stale"];

function producerOf(check: Check): string {
  const by = check.app?.slug ?? check.creator?.login ?? "an unknown producer";
  switch (check.kind) {
    case "job":
      return `${by}, ${check.workflow ?? "no workflow"}${check.event === undefined ? "" : ` on ${check.event}`}`;
    case "check-run":
      return `a check run by ${by}`;
    case "status":
      return `a status by ${by}`;
  }
}

function timesOf(check: Check): Pick<CheckResult, "startedAt" | "endedAt" | "url"> {
  return {
    ...(check.startedAt === undefined ? {} : { startedAt: check.startedAt }),
    ...(check.status === "completed" ? { endedAt: check.at } : {}),
    ...(check.url === undefined ? {} : { url: check.url }),
  };
}

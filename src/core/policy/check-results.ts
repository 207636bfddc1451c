/**
 * What the one pinned producer of a check says of the head commit (rulings 7, 47). For GitHub Actions that is the job of the
 * named workflow, read from its run: a check run alone can be forged by any job with the default token. Elsewhere it is the app, by
 * id. The newest attempt per event counts, and all of them must agree; other producers of the same name are named, never counted.
 */
import type { CheckSource } from "./policy.ts";
import { GITHUB_ACTIONS } from "./policy.ts";
import type { Check, PolicySnapshot } from "./snapshot.ts";
import type { CheckResult } from "./verdict.ts";

export interface CheckStanding {
  readonly result: CheckResult;
  readonly evidence: readonly string[];
  /** Newest per event; undefined where one has not finished. */
  readonly conclusions: readonly (string | undefined)[];
}

/** Runs by hand, by schedule or with the base's rights do not test the change. */
const EVENTS = ["pull_request", "push"];
const FAILURES = ["failure", "timed_out", "startup_failure"];

export function standingOf(source: CheckSource, snapshot: PolicySnapshot): CheckStanding {
  const onHead = snapshot.checks.filter((check) => check.sha === snapshot.change.head && check.name === source.job);
  const ours = newestPerEvent(onHead.filter((check) => isFrom(check, source, snapshot)));
  const producer = source.workflow === undefined ? source.app.slug : `${source.app.slug}, ${source.workflow}`;
  return {
    result: { name: source.name, producer, ...stateOf(ours, onHead, producer) },
    evidence: ours.map(
      (check) => `check:${check.kind}:${check.name}:${check.event ?? check.app?.slug ?? ""}:${check.attempt}`,
    ),
    conclusions: ours.map((check) => (check.status === "completed" ? (check.conclusion ?? "") : undefined)),
  };
}

/** Success is everyone's word; any other conclusion is anyone's. */
export function concludes({ conclusions }: CheckStanding, asked: string): boolean {
  return asked === "success"
    ? conclusions.length > 0 && conclusions.every((conclusion) => conclusion === "success")
    : conclusions.includes(asked);
}

function isFrom(check: Check, source: CheckSource, snapshot: PolicySnapshot): boolean {
  if (check.app?.id !== source.app.id) return false;
  if (source.app.id !== GITHUB_ACTIONS.id) return check.kind === "check-run";
  return (
    check.kind === "job" &&
    check.workflow === source.workflow &&
    check.event !== undefined &&
    EVENTS.includes(check.event) &&
    (check.headBranch === undefined || check.headBranch === snapshot.change.headBranch)
  );
}

function newestPerEvent(checks: readonly Check[]): readonly Check[] {
  const newest = new Map<string, Check>();
  const ordered = [...checks].sort((a, b) => a.at - b.at || a.attempt - b.attempt || rank(a) - rank(b));
  for (const check of ordered) newest.set(check.event ?? "", check);
  return [...newest.values()].sort((a, b) => ((a.event ?? "") < (b.event ?? "") ? -1 : 1));
}

/** Of two that cannot be told apart by time, the one that closes wins. */
function rank(check: Check): number {
  return check.status !== "completed" ? 1 : check.conclusion === "success" ? 0 : 2;
}

type Standing = Pick<CheckResult, "state" | "why" | "startedAt" | "endedAt" | "url">;

function stateOf(ours: readonly Check[], onHead: readonly Check[], producer: string): Standing {
  const failed = ours.find((check) => check.status === "completed" && FAILURES.includes(check.conclusion ?? ""));
  if (failed !== undefined)
    return {
      state: "failed",
      why: failed.summary ?? (failed.conclusion === "timed_out" ? "it ran out of time" : "it failed"),
      ...timesOf(failed),
    };
  const uncounted = ours.find((check) => check.status === "completed" && check.conclusion !== "success");
  if (uncounted !== undefined)
    return { state: "not-counted", why: uncountedBecause(uncounted.conclusion ?? "unknown"), ...timesOf(uncounted) };
  const running = ours.find((check) => check.status !== "completed");
  if (running !== undefined)
    return {
      state: "running",
      why: running.status === "queued" ? "waiting for a runner" : "running",
      ...timesOf(running),
    };
  const [passed] = ours;
  if (passed !== undefined) return { state: "passed", why: "passed on this commit", ...timesOf(passed) };
  const foreign = [...new Set(onHead.map(producerOf))].sort();
  return foreign.length === 0
    ? { state: "missing", why: `no result on this commit yet from ${producer}` }
    : { state: "not-counted", why: `found only from ${foreign.join("; ")}: it must come from ${producer}` };
}

function uncountedBecause(conclusion: string): string {
  return conclusion === "action_required"
    ? "waiting for a maintainer to approve the run; not your fault"
    : `${conclusion}; only success counts`;
}

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

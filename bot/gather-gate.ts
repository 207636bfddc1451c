/**
 * The gate of one target: queue, builds and what landed from the store, the jobs of its builds from the forge. A job is
 * believed only as a run of the expected workflow, on a push, of exactly the gate ref and commit (RULINGS 7).
 */
import { tipOf } from "../src/core/gate/identity.ts";
import type { Build, GateSnapshot, Item, JobState } from "../src/core/gate/snapshot.ts";
import { chooseStrategy, type MergeMethods } from "../src/core/gate/strategy.ts";
import { branchOfRef, type BranchName, type ItemId, type RepoId } from "../src/core/ids.ts";
import { gateJobs } from "../src/core/policy/gate-jobs.ts";
import type { Check } from "../src/core/policy/snapshot.ts";
import type { Instant } from "../src/core/time.ts";
import { pauseHolds, type Paused } from "./pause.ts";
import { describeProblem, type ServiceProblem } from "./problem.ts";
import type { TargetPolicy } from "./gather-policy.ts";
import type { Service, Settings } from "./service.ts";
import { landedOn, refusedOn } from "./store/queue.ts";

const DEFAULT_PROGRESS_MS = 3_600_000;

export interface GateOf {
  readonly repository: RepoId;
  readonly policy: TargetPolicy;
  /** What the repository's settings allow. */
  readonly mergeMethods: MergeMethods;
  readonly paused: readonly Paused[];
  readonly items: readonly Item[];
  readonly builds: readonly Build[];
  /** Of the builds' commits, or why they could not be read. */
  readonly checks: readonly Check[] | ServiceProblem;
}

export async function gatherGate(service: Service, of: GateOf): Promise<GateSnapshot> {
  const { policy, target, tip } = of.policy;
  const { settings, store } = service;
  const now = service.clock.now();
  return {
    pipeline: {
      jobs: policy.ok ? policy.value.gate.jobs : [],
      ...timesOf(of.policy, settings),
      retries: settings.retries,
      landing: "exact",
      ...strategyOf(of),
      bypass: false,
    },
    target: { repo: of.repository, branch: target, tip },
    ready: [],
    items: of.items,
    builds: of.builds.map((build) => withJobs(build, of, now)),
    landed: await landedOn(store, of.repository, target),
    refused: await refusedOn(store, of.repository, target),
    holds: holdsOf(of),
    capacity: { unit: "build", slots: 1 },
    memory: { window: 1, jobs: {} },
  };
}

/** The policy's times, and the service's where it names none. */
function timesOf(
  { policy }: TargetPolicy,
  settings: Settings,
): Pick<GateSnapshot["pipeline"], "settleMs" | "startMs" | "totalMs" | "progressMs"> {
  if (!policy.ok) return { settleMs: 0, startMs: settings.startMs, totalMs: settings.totalMs };
  const { settleMs, startMs, totalMs, progressMs } = policy.value.gate;
  return {
    settleMs,
    startMs: startMs ?? settings.startMs,
    totalMs: totalMs ?? settings.totalMs,
    progressMs: progressMs ?? DEFAULT_PROGRESS_MS,
  };
}

/** What is not known must not be taken for "did not run": the gate waits. */
function holdsOf({ checks, policy: { policy, target }, mergeMethods, paused }: GateOf): GateSnapshot["holds"] {
  const unknown = isProblem(checks) ? [{ scope: "target", why: describeProblem(checks), passing: true } as const] : [];
  const strategy = policy.ok ? chooseStrategy(policy.value.gate.strategy, mergeMethods) : undefined;
  const forbidden = strategy?.ok === false ? [{ scope: "target", why: strategy.problem } as const] : [];
  return [...pauseHolds(paused, target), ...unknown, ...forbidden];
}

/** Also the one that is forbidden, so that nothing leaves the queue for as long as that holds. */
function strategyOf({ policy: { policy }, mergeMethods }: GateOf): Pick<GateSnapshot["pipeline"], "strategy"> {
  if (!policy.ok) return {};
  const asked = policy.value.gate.strategy;
  const chosen = chooseStrategy(asked, mergeMethods);
  const strategy = chosen.ok ? chosen.value : asked;
  return strategy === "auto" ? {} : { strategy };
}

function withJobs(build: Build, of: GateOf, now: Instant): Build {
  const { checks } = of;
  if (isProblem(checks)) return { ...build, jobs: build.jobs.map(unfinished) };
  const sha = tipOf(build);
  if (sha === undefined) return { ...build, jobs: [] };
  const branch = build.ref === undefined ? undefined : branchOfRef(build.ref);
  const sources = of.policy.policy.ok ? of.policy.policy.value.checks : [];
  return { ...build, jobs: gateJobs(sources, { sha, branch, askedAt: build.askedAt }, { checks, now }) };
}

/** While the forge cannot be asked, an old answer must not land anything. */
function unfinished(job: JobState): JobState {
  return job.state === "queued" ? job : { job: job.job, attempt: job.attempt, state: "running" };
}

function isProblem(checks: GateOf["checks"]): checks is ServiceProblem {
  return "kind" in checks;
}

export function gateTargets(
  queued: readonly { readonly target: BranchName; readonly item: { readonly id: ItemId } }[],
): readonly BranchName[] {
  return [...new Set(queued.map(({ target }) => target))];
}

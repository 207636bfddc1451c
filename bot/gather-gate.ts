/**
 * The gate of one target: queue, builds and what landed from the store, the jobs of its builds from the forge. A job is
 * believed only as a run of the expected workflow, on a push, of exactly the gate ref and commit (RULINGS 7).
 */
import { tipOf } from "../src/core/gate/identity.ts";
import type { Build, GateSnapshot, Item, JobState } from "../src/core/gate/snapshot.ts";
import { chooseStrategy, type MergeMethods } from "../src/core/gate/strategy.ts";
import { branchOfRef, jobName, type BranchName, type ItemId, type JobName, type RepoId } from "../src/core/ids.ts";
import { GITHUB_ACTIONS, type CheckSource } from "../src/core/policy/policy.ts";
import type { Check } from "../src/core/policy/snapshot.ts";
import { describeProblem, type ServiceProblem } from "./problem.ts";
import type { TargetPolicy } from "./gather-policy.ts";
import type { Service } from "./service.ts";
import { landedOn, refusedOn } from "./store/queue.ts";

export interface GateOf {
  readonly repository: RepoId;
  readonly policy: TargetPolicy;
  /** What the repository's settings allow. */
  readonly mergeMethods: MergeMethods;
  readonly items: readonly Item[];
  readonly builds: readonly Build[];
  /** Of the builds' commits, or why they could not be read. */
  readonly checks: readonly Check[] | ServiceProblem;
}

export async function gatherGate(service: Service, of: GateOf): Promise<GateSnapshot> {
  const { policy, target, tip } = of.policy;
  const { settings, store } = service;
  const sources = policy.ok ? policy.value.checks : [];
  return {
    pipeline: {
      jobs: policy.ok ? policy.value.gate.jobs : [],
      settleMs: policy.ok ? policy.value.gate.settleMs : 0,
      retries: settings.retries,
      startMs: settings.startMs,
      totalMs: settings.totalMs,
      landing: "exact",
      ...strategyOf(of),
      bypass: false,
    },
    target: { repo: of.repository, branch: target, tip },
    ready: [],
    items: of.items,
    builds: of.builds.map((build) => withJobs(build, sources, of.checks)),
    landed: await landedOn(store, of.repository, target),
    refused: await refusedOn(store, of.repository, target),
    holds: holdsOf(of),
    capacity: { unit: "build", slots: 1 },
    memory: { window: 1, jobs: {} },
  };
}

/** What is not known must not be taken for "did not run": the gate waits. */
function holdsOf({ checks, policy: { policy }, mergeMethods }: GateOf): GateSnapshot["holds"] {
  const unknown = isProblem(checks) ? [describeProblem(checks)] : [];
  const strategy = policy.ok ? chooseStrategy(policy.value.gate.strategy, mergeMethods) : undefined;
  const forbidden = strategy?.ok === false ? [strategy.problem] : [];
  return [...unknown, ...forbidden].map((why) => ({ scope: "target", why }));
}

/** Also the one that is forbidden, so that nothing leaves the queue for as long as that holds. */
function strategyOf({ policy: { policy }, mergeMethods }: GateOf): Pick<GateSnapshot["pipeline"], "strategy"> {
  if (!policy.ok) return {};
  const asked = policy.value.gate.strategy;
  const chosen = chooseStrategy(asked, mergeMethods);
  const strategy = chosen.ok ? chosen.value : asked;
  return strategy === "auto" ? {} : { strategy };
}

function withJobs(build: Build, sources: readonly CheckSource[], checks: GateOf["checks"]): Build {
  if (isProblem(checks)) return { ...build, jobs: build.jobs.map(unfinished) };
  return { ...build, jobs: sources.flatMap((source) => jobsOf(build, source, checks)) };
}

/** While the forge cannot be asked, an old answer must not land anything. */
function unfinished(job: JobState): JobState {
  return job.state === "queued" ? job : { job: job.job, attempt: job.attempt, state: "running" };
}

function isProblem(checks: GateOf["checks"]): checks is ServiceProblem {
  return "kind" in checks;
}

function jobsOf(build: Build, source: CheckSource, checks: readonly Check[]): readonly JobState[] {
  const sha = tipOf(build);
  const branch = build.ref === undefined ? undefined : branchOfRef(build.ref);
  return checks
    .filter((check) => check.sha === sha && check.name === source.job && isFrom(check, source, branch))
    .map((check) => jobState(jobName(source.name), check));
}

function isFrom(check: Check, source: CheckSource, branch: BranchName | undefined): boolean {
  if (check.app?.id !== source.app.id) return false;
  if (source.app.id !== GITHUB_ACTIONS.id) return check.kind === "check-run";
  return (
    check.kind === "job" &&
    check.event === "push" &&
    branch !== undefined &&
    check.headBranch === branch &&
    check.workflow === source.workflow
  );
}

function jobState(job: JobName, check: Check): JobState {
  return {
    job,
    state: stateOf(check),
    attempt: check.attempt,
    ...(check.startedAt === undefined ? {} : { startedAt: check.startedAt }),
    ...(check.status === "completed" ? { endedAt: check.at } : {}),
    ...(check.summary === undefined ? {} : { why: check.summary }),
    ...(check.url === undefined ? {} : { url: check.url }),
  };
}

/** Only success passes. What says nothing about the code (cancelled, runner lost, out of time) is lost, not red. */
function stateOf({ status, conclusion }: Check): JobState["state"] {
  if (status === "queued") return "queued";
  if (status === "in_progress") return "running";
  switch (conclusion) {
    case "success":
      return "passed";
    case "cancelled":
    case "startup_failure":
    case "stale":
    case "timed_out":
    case undefined:
      return "lost";
    default:
      return "failed";
  }
}

export function gateTargets(
  queued: readonly { readonly target: BranchName; readonly item: { readonly id: ItemId } }[],
): readonly BranchName[] {
  return [...new Set(queued.map(({ target }) => target))];
}

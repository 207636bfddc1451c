/** Check suites, check runs and commit statuses: made, changed and summed up, with the events that follow. */
import {
  type Account,
  type App,
  type CheckConclusion,
  type CheckRun,
  type CheckStatus,
  type CheckSuite,
  type Commit,
  type CommitStatus,
  type Conclusion,
  type Repository,
  type World,
} from "./world.ts";

export interface SuiteSpec {
  readonly app: App;
  readonly headCommit: Commit;
  readonly headBranch: string | null;
}

/** LIVE(checks-suites): an app has one check suite per commit, except `github-actions`, which has one per workflow run. */
export function ensureSuite(world: World, repo: Repository, spec: SuiteSpec): CheckSuite {
  const known = repo.checkSuites.find((suite) => suite.app === spec.app && suite.headSha === spec.headCommit.sha);
  return known ?? createSuite(world, repo, spec);
}

export function createSuite(world: World, repo: Repository, spec: SuiteSpec): CheckSuite {
  const suite: CheckSuite = {
    id: world.id(),
    repository: repo,
    app: spec.app,
    headSha: spec.headCommit.sha,
    headBranch: spec.headBranch,
    headCommit: spec.headCommit,
    status: "queued",
    conclusion: null,
    createdAt: world.now(),
    updatedAt: world.now(),
  };
  repo.checkSuites.push(suite);
  return suite;
}

export interface CheckRunChange {
  readonly status?: CheckStatus;
  readonly conclusion?: CheckConclusion | null;
  readonly startedAt?: number;
  readonly completedAt?: number | null;
  readonly externalId?: string;
  readonly detailsUrl?: string;
  readonly output?: { readonly title: string | null; readonly summary: string | null; readonly text: string | null };
  readonly actions?: CheckRun["actions"];
}

export function createCheckRun(world: World, suite: CheckSuite, name: string, change: CheckRunChange = {}): CheckRun {
  const run: CheckRun = {
    id: world.id(),
    suite,
    name,
    status: "queued",
    conclusion: null,
    startedAt: world.now(),
    completedAt: null,
    externalId: null,
    detailsUrl: null,
    output: { title: null, summary: null, text: null },
    actions: [],
  };
  suite.repository.checkRuns.push(run);
  applyChange(world, run, change);
  world.emit({ kind: "check-run", action: "created", repo: suite.repository, checkRun: run, sender: suite.app.bot });
  if (run.status === "completed") completed(world, run);
  else refreshSuite(world, suite);
  return run;
}

/** LIVE(checks-conclusion-completes): setting a conclusion completes the run; leaving `completed` again clears the conclusion. */
export function updateCheckRun(world: World, run: CheckRun, change: CheckRunChange): CheckRun {
  const before = run.status;
  applyChange(world, run, change);
  if (run.status === "completed" && (before !== "completed" || change.conclusion !== undefined)) completed(world, run);
  else refreshSuite(world, run.suite);
  return run;
}

function applyChange(world: World, run: CheckRun, change: CheckRunChange): void {
  if (change.status !== undefined) run.status = change.status;
  if (change.conclusion !== undefined && change.conclusion !== null) {
    run.status = "completed";
    run.conclusion = change.conclusion;
  }
  if (run.status === "completed") run.completedAt = change.completedAt ?? run.completedAt ?? world.now();
  else {
    run.conclusion = null;
    run.completedAt = null;
  }
  if (change.startedAt !== undefined) run.startedAt = change.startedAt;
  if (change.externalId !== undefined) run.externalId = change.externalId;
  if (change.detailsUrl !== undefined) run.detailsUrl = change.detailsUrl;
  if (change.output !== undefined) run.output = { ...change.output };
  if (change.actions !== undefined) run.actions = change.actions;
}

function completed(world: World, run: CheckRun): void {
  const repo = run.suite.repository;
  world.emit({ kind: "check-run", action: "completed", repo, checkRun: run, sender: run.suite.app.bot });
  refreshSuite(world, run.suite);
}

/** The newest run of each name in a suite, or of all suites of an app. */
export function latestRuns(runs: readonly CheckRun[]): CheckRun[] {
  const latest = new Map<string, CheckRun>();
  for (const run of runs) latest.set(`${run.suite.app.id} ${run.name}`, run);
  return [...latest.values()];
}

/** LIVE(checks-suite-complete): a suite is complete when its newest runs are; its conclusion is the worst of theirs. */
export function refreshSuite(world: World, suite: CheckSuite): void {
  // The suite of a workflow run ends with the run: see actions-state.
  if (suite.app === world.actions) return;
  const runs = latestRuns(suite.repository.checkRuns.filter((run) => run.suite === suite));
  const before = suite.status;
  suite.updatedAt = world.now();
  suite.status = runs.every((run) => run.status === "completed")
    ? "completed"
    : runs.some((run) => run.status !== "queued")
      ? "in_progress"
      : "queued";
  suite.conclusion = suite.status === "completed" ? worst(runs.map((run) => run.conclusion)) : null;
  if (suite.status === "completed" && before !== "completed") suiteCompleted(world, suite);
}

export function suiteCompleted(world: World, suite: CheckSuite): void {
  world.emit({ kind: "check-suite", action: "completed", repo: suite.repository, suite, sender: suite.app.bot });
}

const BY_WEIGHT = ["failure", "timed_out", "cancelled", "action_required", "success", "neutral"] as const;

/** Skipped only when everything was skipped. */
export function worst(conclusions: readonly (CheckConclusion | null)[]): Conclusion {
  return BY_WEIGHT.find((conclusion) => conclusions.includes(conclusion)) ?? "skipped";
}

export interface StatusSpec {
  readonly commit: Commit;
  readonly state: CommitStatus["state"];
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: Account;
  readonly app: App | null;
}

export function createStatus(world: World, repo: Repository, spec: StatusSpec): CommitStatus {
  const { commit, ...rest } = spec;
  const status: CommitStatus = { id: world.id(), repository: repo, sha: commit.sha, createdAt: world.now(), ...rest };
  repo.statuses.push(status);
  world.emit({ kind: "status", repo, status, commit, sender: spec.creator });
  return status;
}

/** The newest status of each context, newest first. */
export function latestStatuses(repo: Repository, sha: string): CommitStatus[] {
  const latest = new Map<string, CommitStatus>();
  for (const status of repo.statuses) if (status.sha === sha) latest.set(status.context, status);
  return [...latest.values()].sort((one, other) => other.id - one.id);
}

/** LIVE(statuses-combined): combined is failure when any context failed or errs, pending without contexts or with a pending one, else success. */
export function combinedState(statuses: readonly CommitStatus[]): "failure" | "pending" | "success" {
  if (statuses.some((status) => status.state === "failure" || status.state === "error")) return "failure";
  return statuses.length === 0 || statuses.some((status) => status.state === "pending") ? "pending" : "success";
}

// The runner: starts the workflows an event asks for, runs or decides their jobs, and writes the truth into the world.
// Properties: a job's files are its own; at most `concurrency` jobs execute at once; `settled` resolves when nothing moves
// except jobs that are held. Known race: a mode set while a job executes does not touch it; `cancel` does.
import { latestJobs, startAttempt, startWorkflowRun } from "../actions-state.ts";
import { readCommit } from "../git.ts";
import { awaitsApproval, holdForApproval } from "../run-approvals.ts";
import { type Account, type Commit, type ForgeEvent, type Repository, type World } from "../world.ts";
import { changedPaths, testMerge, workflowFiles } from "./bare.ts";
import { conduct, type Conductor, type LiveRun } from "./conduct.ts";
import { interpolate } from "./expressions.ts";
import { activityCount, latch, slots } from "./latch.ts";
import { type JobMode, modeFor, type ModeSetting, startsNothing } from "./modes.ts";
import { parseWorkflow } from "./parse-workflow.ts";
import { failToStart, startupProblem } from "./record.ts";
import { asksToSkip, type Occasion, startedBy } from "./triggers.ts";
import { type ParsedWorkflow } from "./workflow.ts";

export interface Runner {
  /** Resolves when nothing is planned, queued or executing; held jobs do not count. */
  settled(): Promise<void>;
  setMode(setting: ModeSetting): void;
  /** What this forge itself did wrong, one sentence each; a test should fail on any. */
  readonly faults: readonly string[];
  /** A new attempt of a finished run. Throws a sentence if the run is unknown or still going. */
  rerun(runId: number, options?: { readonly failedOnly?: boolean; readonly sender?: Account }): void;
  /** Stops a run's jobs; they end as `cancelled`. Does nothing to a finished run. */
  cancel(runId: number): void;
  /** Cancels everything, waits for it, and removes what it left on disk. */
  close(): Promise<void>;
}

export interface RunnerOptions {
  /** Jobs executing at the same time, over all repositories. Default 2. */
  readonly concurrency?: number;
  /** The longest a job may take, in milliseconds. Default 60 000. */
  readonly limitMs?: number;
}

/** What an event says to start, read at the moment of the event. */
interface Impulse {
  readonly repo: Repository;
  readonly event: "push" | "pull_request";
  readonly headBranch: string;
  readonly headSha: string;
  readonly headRepository: Repository;
  readonly actor: Account;
  readonly before: string;
  readonly ref: string;
  readonly pull?: {
    readonly number: number;
    readonly title: string;
    readonly action: string;
    readonly base: string;
    readonly baseSha: string;
  };
}

export function startRunner(world: World, options: RunnerOptions = {}): Runner {
  const settings: ModeSetting[] = [];
  const live = new Map<number, LiveRun>();
  const working = new Set<Promise<void>>();
  let modeChanged = latch();
  const faults: string[] = [];
  let planning: Promise<void> = Promise.resolve();
  let closed = false;
  const conductor: Conductor = {
    world,
    limitMs: options.limitMs ?? 60_000,
    slots: slots(options.concurrency ?? 2),
    activity: activityCount(),
    mode: (address): JobMode => modeFor(settings, address),
    modeChange: () => modeChanged.opened,
  };

  const work = (task: Promise<void>): void => {
    working.add(task);
    void task.finally(() => working.delete(task));
  };

  const plan = (impulse: Impulse): void => {
    conductor.activity.begin();
    planning = planning
      .then(() => (closed ? undefined : begin(impulse)))
      .catch((error: unknown) => {
        faults.push(`The runner could not start the workflows of ${impulse.headSha}: ${String(error)}`);
      })
      .finally(() => conductor.activity.end());
  };

  // LIVE(actions-same-commit-again): a commit pushed to a second branch starts the workflows anew, with that branch as head_branch.
  const begin = async (impulse: Impulse): Promise<void> => {
    const { repo, pull } = impulse;
    const tested =
      pull === undefined
        ? impulse.headSha
        : await testMerge(repo.dir, { number: pull.number, base: pull.baseSha, head: impulse.headSha });
    // LIVE(actions-conflict-no-run): a pull request that conflicts with its base gets no pull_request runs.
    if (tested === undefined) return;
    const headCommit = await readCommit(repo.dir, impulse.headSha);
    if (headCommit === undefined) throw new Error("the commit is not in the repository");
    if (asksToSkip(headCommit.message)) return;
    if (startsNothing(settings, { repo, branch: impulse.headBranch, sha: impulse.headSha, ...numberOf(pull) })) return;
    const range =
      pull === undefined
        ? { from: impulse.before, to: impulse.headSha, trunk: `refs/heads/${repo.defaultBranch}` }
        : { from: pull.baseSha, to: tested, trunk: `refs/heads/${pull.base}` };
    const parsed = (await workflowFiles(repo.dir, tested)).map((file) => parseWorkflow(file.path, file.text));
    const paths = parsed.some(looksAtPaths) ? await changedPaths(repo.dir, range) : [];
    for (const workflow of parsed) {
      if (!wants(workflow, impulse, paths)) continue;
      open(impulse, workflow, { headCommit, tested });
    }
  };

  const open = (
    impulse: Impulse,
    parsed: ParsedWorkflow,
    commits: { readonly headCommit: Commit; readonly tested: string },
  ): void => {
    const { pull, repo, event, headBranch, headRepository, actor } = impulse;
    const { headCommit } = commits;
    const run = startWorkflowRun(world, {
      repo,
      workflow: parsed.ok ? parsed.workflow : parsed,
      event,
      headBranch,
      headCommit,
      headRepository,
      actor,
      displayTitle: pull?.title ?? headCommit.message.split("\n")[0] ?? "",
      jobs: [],
    });
    if (!parsed.ok) {
      failToStart(world, run, parsed.problem);
      return;
    }
    const one: LiveRun = {
      run,
      workflow: parsed.workflow,
      tested: commits.tested,
      ref: impulse.ref,
      ...(pull === undefined ? {} : { pull }),
      stop: new AbortController(),
    };
    const group = concurrencyGroup(one);
    if (group !== undefined && parsed.workflow.concurrency?.cancelInProgress === true) {
      for (const other of live.values()) {
        if (
          other.run.repository === run.repository &&
          other.run.status !== "completed" &&
          concurrencyGroup(other) === group
        )
          other.stop.abort();
      }
    }
    live.set(run.id, one);
    if (pull !== undefined && awaitsApproval(world, run, pull.number)) return holdForApproval(world, run);
    work(conduct(conductor, one, new Set()));
  };

  const rerun: Runner["rerun"] = (runId, { failedOnly = false, sender } = {}) => {
    const run = [...world.repositories.values()]
      .flatMap((repo) => repo.workflowRuns)
      .find((other) => other.id === runId);
    if (run === undefined) throw new Error(`Cannot run workflow run ${runId} again: this forge has no such run`);
    if (run.status !== "completed")
      throw new Error(`Cannot run workflow run ${runId} again: it is still ${run.status}`);
    const one = live.get(runId);
    if (one === undefined) {
      startAttempt(world, run, sender ?? run.triggeringActor);
      failToStart(world, run, startupProblem(run) ?? "The workflow could not be read");
      return;
    }
    const done = failedOnly ? latestJobs(run).filter((job) => job.conclusion === "success") : [];
    startAttempt(world, run, sender ?? run.triggeringActor);
    const again = { ...one, stop: new AbortController() };
    live.set(runId, again);
    work(conduct(conductor, again, new Set(done.map((job) => job.name))));
  };

  world.on((event: ForgeEvent) => {
    if (closed) return;
    if (event.kind === "rerun" && event.run.status === "completed")
      return rerun(event.run.id, { failedOnly: event.failedOnly, sender: event.sender });
    if (event.kind === "cancel") return live.get(event.run.id)?.stop.abort();
    const impulse = impulseOf(event);
    // LIVE(actions-token-no-trigger): what GITHUB_TOKEN pushes or opens starts no workflow; an App's installation token does.
    if (impulse !== undefined && impulse.actor !== world.actions.bot) plan(impulse);
  });

  return {
    faults,
    settled: () => conductor.activity.quiet(),
    rerun,
    cancel: (runId) => live.get(runId)?.stop.abort(),
    setMode(setting) {
      settings.push(setting);
      const before = modeChanged;
      modeChanged = latch();
      before.open();
    },
    async close() {
      closed = true;
      await planning;
      for (const one of live.values()) one.stop.abort();
      await Promise.all(working);
    },
  };
}

function numberOf(pull: Impulse["pull"]): { readonly pull?: number } {
  return pull === undefined ? {} : { pull: pull.number };
}

function impulseOf(event: ForgeEvent): Impulse | undefined {
  if (event.kind === "push") {
    // LIVE(actions-off-in-forks): a push to a fork starts nothing there; Actions is off in a fork until its owner turns it on.
    if (event.deleted || !event.ref.startsWith("refs/heads/") || event.repo.parent !== null) return undefined;
    return {
      repo: event.repo,
      event: "push",
      headBranch: event.ref.slice("refs/heads/".length),
      headSha: event.after,
      headRepository: event.repo,
      actor: event.pusher,
      before: event.before,
      ref: event.ref,
    };
  }
  if (event.kind !== "pull-request") return undefined;
  const { pull, action } = event;
  const { head, base, number, title } = pull;
  return {
    repo: event.repo,
    event: "pull_request",
    headBranch: head.ref,
    headSha: event.after ?? head.sha,
    headRepository: head.repository ?? event.repo,
    actor: event.sender,
    before: event.before ?? base.sha,
    ref: `refs/pull/${number}/merge`,
    pull: { number, title, action, base: base.ref, baseSha: event.repo.refs.get(`refs/heads/${base.ref}`) ?? base.sha },
  };
}

function looksAtPaths(parsed: ParsedWorkflow): boolean {
  const on = parsed.ok ? parsed.workflow.on : parsed.on;
  return [on?.push, on?.pullRequest].some((one) => one?.paths !== undefined || one?.pathsIgnore !== undefined);
}

/** A file too broken to say when it wants to run fails on every push, as on GitHub. */
function wants(parsed: ParsedWorkflow, impulse: Impulse, paths: readonly string[]): boolean {
  const on = parsed.ok ? parsed.workflow.on : parsed.on;
  if (on === undefined) return impulse.event === "push";
  const { pull } = impulse;
  const occasion: Occasion =
    pull === undefined
      ? { kind: "push", branch: impulse.headBranch, paths: () => paths }
      : { kind: "pull_request", action: pull.action, base: pull.base, paths: () => paths };
  return startedBy(on, occasion);
}

function concurrencyGroup(one: LiveRun): string | undefined {
  const group = one.workflow.concurrency?.group;
  if (group === undefined) return undefined;
  const { run } = one;
  return interpolate(
    group,
    new Map([
      ["github.workflow", run.workflow.name],
      ["github.ref", one.ref],
      ["github.ref_name", one.ref.replace(/^refs\/(heads|pull)\//, "")],
      ["github.head_ref", one.pull === undefined ? "" : run.headBranch],
      ["github.event_name", run.event],
      ["github.run_id", String(run.id)],
      ["github.sha", one.tested],
      ["github.event.pull_request.number", one.pull === undefined ? "" : String(one.pull.number)],
    ]),
  );
}

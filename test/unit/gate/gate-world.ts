/** A tiny pure world around `plan`: changes become ready, builds run as told, and every action is applied as the service would. */
import { tipOf } from "../../../src/core/gate/identity.ts";
import { plan } from "../../../src/core/gate/plan.ts";
import { refusesHead } from "../../../src/core/gate/queue.ts";
import type {
  Action,
  Build,
  Decision,
  DequeueReason,
  GateSnapshot,
  Item,
  JobState,
  ReadyChange,
} from "../../../src/core/gate/snapshot.ts";
import type { RunState } from "../../../src/core/gate/watch.ts";
import {
  type BranchName,
  type ItemId,
  type JobName,
  jobName,
  type RefName,
  repoId,
  type Sha,
} from "../../../src/core/ids.ts";
import { type Instant, instant } from "../../../src/core/time.ts";

export const JOBS = ["style", "unit", "integration"].map(jobName);
export const MAIN = "main" as BranchName;
export const SETTLE_MS = 30_000;
export const START_MS = 300_000;
export const TOTAL_MS = 3_600_000;
export const CI = ".github/workflows/ci.yml";

/** 40 hex digits that tell themselves apart: `sha("12.2")`. */
export function sha(text: string): Sha {
  let digits = "";
  for (const letter of text) digits += letter.charCodeAt(0).toString(16).padStart(2, "0");
  return digits.padEnd(40, "0").slice(0, 40) as Sha;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class GateWorld {
  now: Instant = instant(1_000_000);
  tip: Sha = sha("tip0");
  ready: ReadyChange[] = [];
  unknown: { change: number; head: Sha }[] = [];
  items: Item[] = [];
  builds: Mutable<Build>[] = [];
  landed: { item: ItemId; change: number; sha: Sha }[] = [];
  refused: { change: number; head: Sha; because: DequeueReason; why: string }[] = [];
  holds: { scope: "target" | ItemId; why: string }[] = [];
  slots = 1;
  retries = 2;
  jobs: readonly JobName[] = JOBS;
  settleMs = SETTLE_MS;
  progressMs: number | undefined = undefined;
  history: GateSnapshot["memory"]["jobs"] = {};
  rerunMs: number | undefined = undefined;
  /** Head → files in which its merge conflicts. */
  conflicts = new Map<Sha, readonly string[]>();
  /** What happened, in people's words. */
  readonly log: string[] = [];
  #pushes = 0;

  snapshot(): GateSnapshot {
    return structuredClone({
      pipeline: {
        jobs: this.jobs,
        settleMs: this.settleMs,
        retries: this.retries,
        startMs: START_MS,
        totalMs: TOTAL_MS,
        ...(this.progressMs === undefined ? {} : { progressMs: this.progressMs }),
        landing: "exact",
        bypass: false,
      },
      target: { repo: repoId(1), branch: MAIN, tip: this.tip },
      ready: this.ready,
      unknown: this.unknown,
      items: this.items,
      builds: this.builds,
      landed: this.landed,
      refused: this.refused,
      holds: this.holds,
      capacity: { unit: "build", slots: this.slots },
      memory: {
        window: 1,
        jobs: this.history,
        ...(this.rerunMs === undefined ? {} : { rerunMs: this.rerunMs }),
      },
    } satisfies GateSnapshot);
  }

  decide(): Decision {
    return plan(this.snapshot(), this.now);
  }

  /** As a person or the policy would: this head of this change may land. */
  becomesReady(change: number, patchSet = 1, more: Partial<ReadyChange> = {}): this {
    this.ready = this.ready.filter((ready) => ready.change !== change);
    if (this.landed.some((landing) => landing.change === change)) return this;
    this.ready.push({
      change,
      head: sha(`${change}.${patchSet}`),
      certificate: `sha256:${change}.${patchSet}`,
      after: [],
      priority: 0,
      areas: [],
      readyAt: this.now,
      message: `Merge change #${change}: work\n`,
      ...more,
    });
    return this;
  }

  isNoLongerReady(change: number): this {
    this.ready = this.ready.filter((ready) => ready.change !== change);
    return this;
  }

  /** Asks and applies until nothing is left to do; more than 20 rounds is a plan that never rests. */
  settles(): this {
    for (let round = 0; round < 20; round += 1) {
      const { actions } = this.decide();
      if (actions.length === 0) return this;
      for (const action of actions) this.apply(action);
    }
    throw new Error(`plan never rests: ${JSON.stringify(this.decide().actions)}`);
  }

  /** The newest open build of a change. */
  building(change: number): Mutable<Build> | undefined {
    const open = this.builds.filter((build) => build.state.kind === "open");
    return open.find((build) => this.changeOf(build.stack.at(-1)) === change);
  }

  job(change: number, job: string, state: JobState["state"], more: Partial<JobState> = {}): this {
    const build = this.building(change);
    if (build === undefined) throw new Error(`#${change} has no open build`);
    const known = build.jobs.find((candidate) => candidate.job === job);
    const ended = state === "passed" || state === "failed" || state === "lost" ? { endedAt: this.now } : {};
    const started = state === "queued" ? {} : { startedAt: known?.startedAt ?? this.now };
    const next: JobState = { job: jobName(job), state, attempt: known?.attempt ?? 1, ...started, ...ended, ...more };
    build.jobs = [...build.jobs.filter((candidate) => candidate.job !== job), next];
    return this;
  }

  passes(change: number): this {
    for (const job of JOBS) this.job(change, job, "passed");
    return this;
  }

  waits(milliseconds: number): this {
    this.now = instant(this.now + milliseconds);
    return this;
  }

  /** Somebody moved the target past the gate. */
  somebodyPushes(): this {
    this.#pushes += 1;
    this.tip = sha(`hand${this.#pushes}`);
    return this;
  }

  private changeOf(item: ItemId | undefined): number | undefined {
    return this.items.find(({ id }) => id === item)?.members[0]?.change;
  }

  apply(action: Action): void {
    switch (action.kind) {
      case "enqueue":
        this.items.push(action.item);
        this.log.push(`#${action.item.members[0]?.change} enters`);
        return;
      case "dequeue": {
        const item = this.items.find(({ id }) => id === action.item);
        if (item === undefined) throw new Error(`dequeues ${action.item}, which is not in the queue`);
        this.items = this.items.filter((candidate) => candidate !== item);
        for (const { change, head } of item.members) {
          this.log.push(`#${change} leaves (${action.because}): ${action.why}`);
          if (refusesHead(action.because))
            this.refused.push({ change, head, because: action.because, why: action.why });
        }
        return;
      }
      case "build": {
        if (action.again !== undefined) return this.pushAgain(action.build, action.ref, action.again);
        const item = this.items.find(({ id }) => id === action.stack.at(-1));
        if (item === undefined) throw new Error("builds an item that is not in the queue");
        const head = item.members[0]?.head as Sha;
        const files = this.conflicts.get(head);
        this.builds = this.builds.filter(({ id }) => id !== action.build);
        this.builds.push({
          id: action.build,
          stack: action.stack,
          onto: action.onto,
          commits: files === undefined ? [sha(`m${action.build.slice(0, 18)}`)] : [],
          ref: action.ref,
          jobs: [],
          askedAt: this.now,
          state: files === undefined ? { kind: "open" } : { kind: "conflict", files },
        });
        this.log.push(`#${item.members[0]?.change} is built`);
        return;
      }
      case "cancel": {
        const build = this.builds.find(({ id }) => id === action.build);
        if (build === undefined) throw new Error("cancels a build that is not there");
        build.state = { kind: "cancelled" };
        this.log.push("a build is cancelled");
        return;
      }
      case "rerun": {
        const build = this.builds.find(({ id }) => id === action.build);
        if (build === undefined) throw new Error("reruns a build that is not there");
        build.jobs = build.jobs.map((job) =>
          action.jobs.includes(job.job) ? { job: job.job, state: "queued", attempt: action.attempt } : job,
        );
        this.log.push(`${action.jobs.join(", ")} is rerun (attempt ${action.attempt})`);
        return;
      }
      case "land": {
        if (this.tip !== action.from && this.tip !== action.to) throw new Error("lands from a tip that is gone");
        this.tip = action.to;
        for (const id of action.items) this.recordLanding(id);
        return;
      }
      case "keep-patch-sets":
      case "archive-patch-sets":
      case "put-review-base":
      case "release":
      case "settle-releases":
      case "backport":
      case "settle-backport":
      case "publish-check":
      case "compose":
      case "retarget":
      case "delete-branch":
      case "close":
      case "undo-hand-merge":
      case "report":
        throw new Error(`plan does not answer ${action.kind}`);
    }
  }

  private pushAgain(id: Build["id"], ref: RefName, { from, push, why }: { from: RefName; push: number; why: string }) {
    const build = this.builds.find((candidate) => candidate.id === id);
    if (build?.ref !== from) throw new Error("pushes a build again from a slot where it is not");
    if (push !== (build.pushes ?? 1) + 1) throw new Error("leaves out a push");
    Object.assign(build, { ref, pushes: push, pushedFor: why, askedAt: this.now, jobs: [], runs: [] });
    delete build.rerun;
    this.log.push(`a build is pushed again to ${ref.replace("refs/heads/", "")}: ${why}`);
  }

  /** A workflow's run on the newest open build of a change. */
  run(change: number, run: Partial<RunState> = {}): this {
    const build = this.building(change);
    if (build === undefined) throw new Error(`#${change} has no open build`);
    const seen = { workflow: CI, jobs: JOBS, status: "running" as const, attempt: 1, at: this.now, lacks: [], ...run };
    build.runs = [...(build.runs ?? []).filter(({ workflow }) => workflow !== seen.workflow), seen];
    return this;
  }

  /** The target says no to the commit of this build, as often as it is asked. */
  refuses(change: number, why: string, forMs: number): this {
    const build = this.building(change);
    if (build === undefined) throw new Error(`#${change} has no open build`);
    const { since = this.now, times = 0 } = build.refusal ?? {};
    build.refusal = { kind: "refused", since, times: times + 1, next: instant(this.now + forMs), why };
    return this;
  }

  private recordLanding(id: ItemId): void {
    const item = this.items.find((candidate) => candidate.id === id);
    if (item === undefined) throw new Error("lands an item that is not in the queue");
    this.items = this.items.filter((candidate) => candidate !== item);
    for (const { change } of item.members) {
      this.landed.push({ item: id, change, sha: this.tip });
      this.isNoLongerReady(change);
      this.log.push(`#${change} lands`);
    }
  }

  /** Present heads of what is on the target, as the world knows it. */
  landedChanges(): readonly number[] {
    return this.landed.map(({ change }) => change);
  }
}

export function commitOf(build: Build): Sha | undefined {
  return tipOf(build);
}

/**
 * What the gate sees of one target branch, and what it may do about it. All of it plain data, so that the bot,
 * the simulator and the benchmark ask the same `plan(gate, now)`.
 */
import type { BranchName, BuildId, ItemId, JobName, RefName, RepoId, Sha } from "../ids.ts";
import type { Person, PolicySnapshot } from "../policy/snapshot.ts";
import type { Instant } from "../time.ts";
import type { Asked } from "../release/backport/asked.ts";
import type { MadeMark } from "../release/release/made.ts";
import type { MergedReleases } from "../release/release/merged.ts";
import type { ReleaseStep } from "../release/release/steps.ts";
import type { BackportFacts } from "./backport-merged.ts";
import type { ReviewBaseFacts } from "./branch-safety.ts";
import type { Strategy } from "./strategy.ts";
import type { MergedFacts } from "./unattested.ts";
import type { AskedRerun, PushRefusal, RunState } from "./watch.ts";

/** A part of the tree that changes can conflict in; "*" conflicts with everything. */
export type Area = string;

/** Frozen when the item is enqueued: the same inputs give the same commit whatever votes come later (ruling 11). */
export interface Seal {
  readonly at: Instant;
  readonly message: string;
  /** Absent: merge-if-necessary. */
  readonly strategy?: Strategy;
  /** Whose a squash is; absent: the head commit's. */
  readonly author?: { readonly name: string; readonly email: string };
}

export interface Item {
  readonly id: ItemId;
  readonly members: readonly { readonly change: number; readonly head: Sha }[];
  readonly seal: Seal;
  readonly priority: number;
  readonly areas: readonly Area[];
  /** Items that must land first. */
  readonly after: readonly ItemId[];
  readonly rebuilt: number;
  /** Probability of success alone, where something is known. */
  readonly prior?: number;
}

export interface JobState {
  readonly job: JobName;
  readonly state: "queued" | "running" | "passed" | "failed" | "lost";
  readonly attempt: number;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  /** One line of what went wrong, where the producer says so. */
  readonly why?: string;
  readonly url?: string;
  /** The producer's own word for how it ended. */
  readonly conclusion?: string;
  /** What the producer calls the jobs to ask for again; absent = as `job`. */
  readonly legs?: readonly JobName[];
  /** The newest change of any of the jobs behind it. */
  readonly changedAt?: Instant;
  /** Waiting alone changes it then: a job that need not be there is taken as absent. */
  readonly wakeAt?: Instant;
}

export type BuildState =
  | { readonly kind: "conflict"; readonly files: readonly string[]; readonly with?: ItemId }
  | { readonly kind: "open" }
  | { readonly kind: "passed" }
  | { readonly kind: "failed"; readonly job: JobName }
  | { readonly kind: "lost"; readonly job?: JobName; readonly why: string }
  | { readonly kind: "cancelled" };

export interface Build {
  readonly id: BuildId;
  /** What it was built on, front first, its own item last. */
  readonly stack: readonly ItemId[];
  readonly onto: Sha;
  /** One per stack member: the chain that would land. */
  readonly commits: readonly Sha[];
  readonly tree?: Sha;
  readonly ref?: RefName;
  readonly jobs: readonly JobState[];
  readonly askedAt: Instant;
  readonly state: BuildState;
  /** Gathered where a job is missing, failed or lost; absent = not looked at. */
  readonly runs?: readonly RunState[];
  /** How often this commit was pushed for its runs to start; absent = once. `askedAt` is the last time. */
  readonly pushes?: number;
  readonly pushedFor?: string;
  readonly rerun?: AskedRerun;
  readonly refusal?: PushRefusal;
  /** Head branches moved, or about to be, from what was reviewed to what lands: no patch set of anybody (bot/own-heads.ts). */
  readonly moved?: readonly { readonly change: number; readonly from: Sha; readonly to: Sha }[];
}

export interface ReadyChange {
  readonly change: number;
  readonly head: Sha;
  /** Digest of the verdict that says it may land. */
  readonly certificate: string;
  /** Changes that must land first (lower in the stack, Depends-On). */
  readonly after: readonly number[];
  /** Higher goes first; 0 is usual. */
  readonly priority: number;
  readonly areas: readonly Area[];
  readonly readyAt: Instant;
  /** The message its merge commit or squash would carry, composed from the votes of now. */
  readonly message: string;
  readonly strategy?: Strategy;
  readonly author?: Seal["author"];
}

export interface GateSnapshot {
  readonly pipeline: {
    readonly jobs: readonly JobName[];
    readonly settleMs: number;
    readonly retries: number;
    readonly startMs: number;
    readonly totalMs: number;
    /** How long no job may change its state; absent = as long as it takes. */
    readonly progressMs?: number;
    readonly landing: "exact" | "tree" | "lanes";
    /** Absent: merge-if-necessary. */
    readonly strategy?: Strategy;
    readonly bypass: boolean;
  };
  readonly target: { readonly repo: RepoId; readonly branch: BranchName; readonly tip: Sha };
  readonly ready: readonly ReadyChange[];
  /** Changes of which something could not be read: nobody knows whether they are ready. `decide` fills this in too. */
  readonly unknown?: readonly { readonly change: number; readonly head: Sha }[];
  /** Front first. */
  readonly items: readonly Item[];
  /** Also finished and refuted ones of items still here: they are evidence. */
  readonly builds: readonly Build[];
  /** Recent: tells a valid build from a refuted one. */
  readonly landed: readonly { readonly item: ItemId; readonly change: number; readonly sha: Sha }[];
  /** Items that left red with exactly this head: not let in again before a new patch set or a recheck. */
  readonly refused: readonly {
    readonly change: number;
    readonly head: Sha;
    readonly because: DequeueReason;
    readonly why: string;
  }[];
  /** A `passing` one goes by itself and is not told on checks. */
  readonly holds: readonly { readonly scope: "target" | ItemId; readonly why: string; readonly passing?: true }[];
  readonly capacity: { readonly unit: "job" | "build"; readonly slots: number; readonly jobMinutes?: number };
  readonly memory: {
    readonly window: number;
    readonly jobs: Readonly<
      Record<
        JobName,
        {
          readonly medianMs: number;
          readonly p95Ms: number;
          readonly p99Ms?: number;
          readonly failRate: number;
          readonly flakeRate: number;
        }
      >
    >;
    /** How long after a red job people (or their robots) have pressed rerun, 95 of 100 times. */
    readonly rerunMs?: number;
  };
}

/** A pull request as the forge chains it. Open ones, and merged ones that an open one is based on or whose branch is left. */
export interface PullFacts {
  readonly change: number;
  readonly state: "open" | "merged" | "closed";
  readonly head: Sha;
  readonly headBranch: BranchName;
  readonly base: BranchName;
  /** The tip of the head branch in this repository; absent = it lives in a fork, or is gone. */
  readonly branchTip?: Sha;
}

export interface RepositorySnapshot {
  /** `decide` fills in `ready` from the verdicts; what stands there is not read. */
  readonly gates: readonly GateSnapshot[];
  readonly changes: readonly PolicySnapshot[];
  readonly pulls?: readonly PullFacts[];
  /** Since the last look. */
  readonly merged?: readonly MergedFacts[];
  /** Merged or closed, and when that was seen; those that ended lately may be left out. */
  readonly ended?: readonly { readonly change: number; readonly at: Instant }[];
  /** Release files that were merged since they were last settled; absent: no file asks for releases here. */
  readonly releases?: MergedReleases;
  /** Of merged changes, as far as something is left to do; absent: none. */
  readonly backports?: readonly BackportFacts[];
  /** Absent: no policy here lets a change from a fork be a base, and no such branch is left. */
  readonly reviewBases?: ReviewBaseFacts;
  /** Slot → digest last written, so that nothing is written twice. */
  readonly published: Readonly<Record<string, string>>;
}

/** `lost`: no verdict could be had (runner lost, no run started, gate ref refused); nobody's fault, and never silent. */
export type DequeueReason =
  "own-fault" | "with-others" | "conflict" | "lost" | "dependency" | "withdrawn" | "requirement";

export type CheckVerdict = "success" | "failure" | "pending" | "neutral";

export interface KeptPatchSet {
  readonly change: number;
  readonly n: number;
  readonly sha: Sha;
}

export type Action =
  /** Of one change in order, oldest first. */
  | { readonly kind: "keep-patch-sets"; readonly sets: readonly KeptPatchSet[] }
  /** `day`: a refusal is remembered for it. */
  | { readonly kind: "archive-patch-sets"; readonly changes: readonly number[]; readonly day: string }
  | {
      readonly kind: "publish-check";
      readonly change: number;
      readonly head: Sha;
      readonly patchSet: number;
      readonly verdict: CheckVerdict;
      /** What the pull-request list shows. */
      readonly title: string;
      /** Markdown. */
      readonly summary: string;
      readonly digest: string;
    }
  | { readonly kind: "enqueue"; readonly target: BranchName; readonly item: Item }
  | { readonly kind: "dequeue"; readonly item: ItemId; readonly because: DequeueReason; readonly why: string }
  | {
      readonly kind: "build";
      readonly target: BranchName;
      readonly build: BuildId;
      readonly onto: Sha;
      readonly stack: readonly ItemId[];
      readonly jobs: readonly JobName[];
      readonly ref: RefName;
      /** Its commit is there already and is pushed once more, because its runs did not start or move. */
      readonly again?: { readonly from: RefName; readonly push: number; readonly why: string };
    }
  | { readonly kind: "compose"; readonly items: readonly ItemId[]; readonly onto: Sha }
  | { readonly kind: "cancel"; readonly build: BuildId; readonly ref: RefName }
  | {
      readonly kind: "rerun";
      readonly build: BuildId;
      readonly jobs: readonly JobName[];
      /** The attempt asked for, so that asking twice for the same one is one effect. */
      readonly attempt: number;
    }
  | {
      readonly kind: "land";
      readonly target: BranchName;
      readonly items: readonly ItemId[];
      readonly from: Sha;
      readonly to: Sha;
      readonly proof: readonly string[];
    }
  | {
      readonly kind: "retarget";
      readonly change: number;
      readonly from: BranchName;
      readonly to: BranchName;
    }
  /** What `change`, which lives in a fork, is to be based on, as a branch of the project; `from` absent: it is not there yet. */
  | {
      readonly kind: "put-review-base";
      readonly change: number;
      readonly branch: BranchName;
      readonly from?: Sha;
      readonly to: Sha;
    }
  /** `change` was merged by hand into the branch of `lower`, below it in its stack, instead of the target (ruling 10). */
  | { readonly kind: "undo-hand-merge"; readonly change: number; readonly lower: number }
  | { readonly kind: "delete-branch"; readonly ref: RefName; readonly was: Sha }
  /** One step of a release that a merged file asks for: never twice, and nothing is moved. */
  | { readonly kind: "release"; readonly step: ReleaseStep; readonly change?: number }
  /** All that was merged up to `at` is released or told; `after`: only once these are published. */
  | {
      readonly kind: "settle-releases";
      readonly at: Sha;
      readonly after: readonly { readonly slot: string; readonly digest: string }[];
      readonly made: readonly MadeMark[];
    }
  /** What was merged is picked onto one branch, and a pull request opened for whoever asked. */
  | { readonly kind: "backport"; readonly asked: Asked; readonly branch: BranchName; readonly by: Person }
  /** Nothing is left to do for this record; `after`: only once it is published. */
  | {
      readonly kind: "settle-backport";
      readonly change: number;
      readonly digest: string;
      readonly after: { readonly slot: string; readonly digest: string };
    }
  /** It landed as another commit, and the forge cannot see that by itself. */
  | { readonly kind: "close"; readonly change: number; readonly target: BranchName; readonly sha: Sha }
  | {
      readonly kind: "report";
      readonly change: number;
      readonly slot: string;
      readonly body: string;
      readonly digest: string;
      /** Said before anything else is done. */
      readonly first?: true;
    };

export interface Decision {
  readonly actions: readonly Action[];
  /** Ask again then, even if nothing happens: a settle window, a watchdog, a freeze's edge. */
  readonly wakeAt?: Instant;
}

/**
 * The tables of the service as Kysely sees them. Instants are `bigint` milliseconds; JSON columns hold the shapes of
 * core, written by this service alone. `repository` is the forge's numeric id, so that a rename keeps its memory.
 */
import type { ColumnType, JSONColumnType } from "kysely";
import type { Judged } from "../../src/core/gate/attention.ts";
import type { Build, DequeueReason, Item } from "../../src/core/gate/snapshot.ts";
import type { BranchName, BuildId, ItemId, RepoId, Sha } from "../../src/core/ids.ts";
import type { PatchSet, Person, Vote } from "../../src/core/policy/snapshot.ts";
import type { OverrideWord } from "../../src/core/review/override-line.ts";
import type { Instant } from "../../src/core/time.ts";

/** The driver of every pool is told to read `bigint` as a number (`database.ts`). */
type When = ColumnType<Instant, Instant, Instant>;
type MaybeWhen = ColumnType<Instant | null, Instant | null | undefined, Instant | null>;

/** A repository somebody asked to look at, by `owner/name` in lower case; its durable wake. */
export interface RepositoryTable {
  full_name: string;
  owner: string;
  name: string;
  /** Known after the first look. */
  id: RepoId | null;
  /** Look again then; null = nothing to do. */
  wake_at: MaybeWhen;
  /** Grows with every wake: a tick clears only the wake it has seen. */
  wake_seq: ColumnType<number, number | undefined, number>;
  swept_at: MaybeWhen;
  /** Failures in a row; 0 after a success. */
  failures: ColumnType<number, number | undefined, number>;
  problem: string | null;
}

export interface DeliveryTable {
  id: string;
  event: string;
  /** Names of the repositories to look at. */
  repositories: JSONColumnType<string[]>;
  sha256: string;
  /** Emptied once the delivery is done. */
  payload: string | null;
  received_at: When;
  done_at: MaybeWhen;
  attempts: ColumnType<number, number | undefined, number>;
  problem: string | null;
}

/** A pull request as it was last seen: says what a branch carried after its pull request has left the open list. */
export interface PullTable {
  repository: RepoId;
  change: number;
  state: "open" | "merged" | "closed";
  head: Sha;
  head_branch: BranchName;
  /** The head branch lives in this repository. */
  local: boolean;
  base: BranchName;
  seen_at: When;
}

export interface PatchSetTable {
  repository: RepoId;
  change: number;
  n: number;
  sha: Sha;
  /** The effective target at that time: another one makes the next patch set a rework. */
  target: BranchName;
  /** Everything that was known when it was first seen. */
  record: JSONColumnType<PatchSet>;
  seen_at: When;
  source: "seen" | "pushes" | "record";
}

export interface VoteTable {
  repository: RepoId;
  change: number;
  /** Review id and label. */
  id: string;
  record: JSONColumnType<Vote>;
  seen_at: When;
  changed_at: When;
}

export interface ItemTable {
  repository: RepoId;
  id: ItemId;
  target: BranchName;
  record: JSONColumnType<Item>;
  /** Order of the queue, front first. */
  position: ColumnType<number, number | undefined, never>;
  enqueued_at: When;
  ended_at: MaybeWhen;
  because: DequeueReason | "landed" | null;
  why: string | null;
  landed_sha: Sha | null;
  /** A recheck lets the same head in again. */
  lifted_at: MaybeWhen;
}

export interface BuildTable {
  repository: RepoId;
  id: BuildId;
  target: BranchName;
  record: JSONColumnType<Build>;
  asked_at: When;
  /** The gate ref it was pushed to is gone or belongs to a later build. */
  released_at: MaybeWhen;
}

export interface EffectTable {
  repository: RepoId;
  key: string;
  action: string;
  fence: number;
  state: "begun" | "done" | "refused";
  detail: string | null;
  at: When;
}

export interface LeaseTable {
  name: string;
  holder: string;
  fence: number;
  until: When;
}

export interface PublishedTable {
  repository: RepoId;
  slot: string;
  digest: string;
  at: When;
}

export interface VerdictTable {
  repository: RepoId;
  change: number;
  sha: Sha;
  at: When;
  digest: string;
  result: string;
}

/** What the last look left behind of an open change, so that the next one may leave it alone. */
export interface JudgedTable {
  repository: RepoId;
  change: number;
  record: JSONColumnType<Judged>;
  head: Sha;
  /** The state in which the forge counts our own check on that head. */
  said: string | null;
  at: When;
}

/** What webhooks named since the last look that ended well: `change 12`, `commit <sha>`. */
export interface StirredTable {
  seq: ColumnType<number, never, never>;
  full_name: string;
  what: string;
}

/** What was asked back from the forge since the store is new to a repository (`remembered.ts`). */
export interface RememberedTable {
  repository: RepoId;
  what: string;
  value: number;
}

/** For whom the service itself opened a pull request. */
export interface RequesterTable {
  repository: RepoId;
  change: number;
  person: JSONColumnType<Person>;
}

/** One attempt of a required job on a gate commit, ended. */
export interface JobRunTable {
  repository: RepoId;
  job: string;
  sha: Sha;
  attempt: number;
  result: "passed" | "failed" | "lost";
  started_at: Instant;
  ended_at: Instant;
}

/** A word that asks for an override or takes one back, as it was first seen; only its state moves on. */
export interface OverrideWordTable {
  repository: RepoId;
  change: number;
  /** Review id and name. */
  id: string;
  record: JSONColumnType<OverrideWord>;
  seen_at: When;
  changed_at: When;
}

/** How a pull request that was merged came into its target; each is asked about once. */
export interface MergeAuditTable {
  repository: RepoId;
  change: number;
  target: BranchName;
  /** `before`: merged when nobody asked yet. `paused`: the account of the pause tells it. */
  found: "certified" | "uncertified" | "paused" | "not-enforced" | "before";
  /** The commit that is in the target. */
  landed: Sha | null;
  merged_by: string | null;
  merged_at: MaybeWhen;
  /** What was missing: a sentence. */
  missing: string | null;
  at: When;
}

export interface Tables {
  repository: RepositoryTable;
  delivery: DeliveryTable;
  pull: PullTable;
  patch_set: PatchSetTable;
  vote: VoteTable;
  item: ItemTable;
  build: BuildTable;
  effect: EffectTable;
  lease: LeaseTable;
  published: PublishedTable;
  verdict: VerdictTable;
  judged: JudgedTable;
  stirred: StirredTable;
  remembered: RememberedTable;
  requester: RequesterTable;
  job_run: JobRunTable;
  override_word: OverrideWordTable;
  merge_audit: MergeAuditTable;
}

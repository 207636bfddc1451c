/**
 * The forge port: what plustwo asks of GitHub (later of Gerrit), in our own words. The CLI and the service share it;
 * adapters translate. Everything a forge can refuse is a value, never an exception.
 */
import type { BranchName, ChangeId, JobName, RefName, RepoId, Sha, UserId } from "../core/ids.ts";
import type { PlannedWrite } from "../core/change/upload.ts";
import type { Named, Reviewer, Wish } from "../core/change/wishes.ts";
import type { Check, Person } from "../core/policy/snapshot.ts";
import type { CheckVerdict } from "../core/gate/snapshot.ts";
import type { Result } from "../core/result.ts";
import type { Instant } from "../core/time.ts";

export interface RepositoryRef {
  readonly owner: string;
  readonly name: string;
}

/** `tried` completes "Cannot …": "read pull request 12 of acme/api". Exit codes: ruling 31. */
export type ForgeProblem =
  | { readonly kind: "unreachable"; readonly tried: string; readonly found: string }
  | { readonly kind: "server-error"; readonly tried: string; readonly status: number; readonly found: string }
  | { readonly kind: "no-token"; readonly tried: string }
  | { readonly kind: "bad-token"; readonly tried: string; readonly found: string }
  | { readonly kind: "forbidden"; readonly tried: string; readonly found: string }
  | { readonly kind: "not-found"; readonly tried: string }
  | { readonly kind: "refused"; readonly tried: string; readonly found: string }
  | { readonly kind: "rate-limited"; readonly tried: string; readonly retryAt?: Instant }
  /** The answer was cut short or not of the promised shape; nothing is concluded from it. */
  | { readonly kind: "unreadable"; readonly tried: string; readonly found: string };

export type Answer<T> = Promise<Result<T, ForgeProblem>>;

export interface RepositoryFacts {
  readonly id: RepoId;
  readonly ref: RepositoryRef;
  readonly defaultBranch: BranchName;
  readonly private: boolean;
  readonly archived: boolean;
  /** The caller's permission. */
  readonly permission: "none" | "read" | "triage" | "write" | "maintain" | "admin";
  readonly viewer: Person;
  readonly mergeMethods: { readonly merge: boolean; readonly squash: boolean; readonly rebase: boolean };
}

export type ChangeState = "open" | "merged" | "closed";

/** A pull request as a list shows it. */
export interface ChangeHeadline {
  readonly number: number;
  readonly nodeId: string;
  readonly url: string;
  readonly title: string;
  readonly state: ChangeState;
  readonly draft: boolean;
  readonly author: Person;
  readonly head: Sha;
  readonly headBranch: BranchName;
  /** `owner/name` the head branch lives in; undefined = deleted. */
  readonly headRepository?: string;
  readonly base: BranchName;
  readonly updatedAt: Instant;
  /** As `git review -t` wrote it into the text. */
  readonly topic?: string;
}

/** What the service sees of an open change before it reads it. */
export interface WatchedHeadline extends ChangeHeadline {
  /** How many checks of the head are in which state, in the forge's words; says that something moved, never what is true. */
  readonly checkCounts: Readonly<Record<string, number>>;
}

export interface ReviewRead {
  readonly id: string;
  readonly by: Person;
  readonly state: "approved" | "changes-requested" | "commented" | "dismissed" | "pending";
  readonly body: string;
  /** The commit that was shown. */
  readonly sha: Sha;
  readonly at: Instant;
  /** Somebody edited the body after it was submitted. */
  readonly editedAt?: Instant;
}

export interface CommentRead {
  readonly by: Person;
  readonly body: string;
  readonly at: Instant;
  readonly edited: boolean;
}

export interface ChangeRead extends ChangeHeadline {
  readonly body: string;
  readonly openedAt: Instant;
  readonly mergeCommit?: Sha;
  /** Who merged it; absent where it is not merged or the forge does not say. */
  readonly mergedBy?: Person;
  readonly labels: readonly string[];
  readonly requestedReviewers: readonly Person[];
  /** Oldest first, complete or the whole answer is `unreadable`. */
  readonly reviews: readonly ReviewRead[];
  readonly unresolvedThreads: number;
  /** The newest 50, oldest first. Only ever a reason to look again: a comment lost here leaves things as they are. */
  readonly comments: readonly CommentRead[];
  /** Pushes to the head branch as the forge remembers them, oldest first. */
  readonly pushes: readonly {
    readonly by?: Person;
    readonly before?: Sha;
    readonly after: Sha;
    readonly at?: Instant;
    /** A pull request was merged into the branch by a button of the forge, or by its API. */
    readonly merge?: true;
  }[];
  /** Who the forge knows by the emails of its commits (authors, committers, co-authors); lower-case email → person. */
  readonly people: Readonly<Record<string, Person>>;
}

/** For the CLI: everything about a stack's pull requests in one request. */
export interface StackRead {
  readonly repository: RepositoryFacts;
  /** By head branch: the open pull request, else the newest closed or merged one. */
  readonly changes: Readonly<Record<string, StackChange>>;
  /**
   * By head branch, where the caller has none: somebody else's from a fork of theirs, the open one with the lowest number, else the
   * newest that was merged. A name is no proof of anything: whoever builds on it must have had its commit.
   */
  readonly others: Readonly<Record<string, StackChange>>;
  /** The caller's own fork, where there is one. */
  readonly fork?: RepositoryRef;
}

export interface StackChange extends ChangeHeadline {
  readonly body: string;
  /** Patch sets as the service counted them, where known. */
  readonly patchSet?: number;
  /** Ids of whom a review is asked of, and of its tag labels; only where `wishes` were to be read. */
  readonly requested?: readonly string[];
  readonly labels?: readonly string[];
}

/** What is wished for a pull request that is there. */
export interface WishWrite {
  readonly kind: "wish";
  readonly number: number;
  readonly nodeId: string;
  readonly wish: Wish;
}

export interface StackWrites {
  /** GraphQL id of the repository comes with readStack's facts. */
  readonly writes: readonly (PlannedWrite | WishWrite)[];
}

export interface WrittenChange {
  readonly number: number;
  readonly nodeId: string;
  readonly url: string;
}

/** One per write, in order. */
export type WriteOutcome = Result<WrittenChange, ForgeProblem>;

/** Names as people type them. */
export interface Names {
  /** `login`, or `organization/team`. */
  readonly people: readonly string[];
  /** Of tag labels. */
  readonly labels: readonly string[];
}

/** What the forge has of these names; a name that is missing is not there, or hidden from the caller. */
export interface FoundNames {
  readonly people: Readonly<Record<string, Reviewer>>;
  readonly labels: Readonly<Record<string, Named>>;
}

export interface CheckWrite {
  /** `plustwo`, `plustwo/gate`. */
  readonly name: string;
  readonly head: Sha;
  /** `change/patch set`: only our App can edit it (ruling 4). */
  readonly externalId: string;
  readonly verdict: CheckVerdict;
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
  /** Markdown under the fold, with the machine-readable part. */
  readonly text?: string;
}

/** A check run of our own App, read back. */
export interface OwnCheck {
  readonly name: string;
  readonly head: Sha;
  readonly externalId: string;
  readonly verdict: CheckVerdict;
  readonly title: string;
  readonly summary: string;
  readonly text?: string;
  readonly app: { readonly id: number; readonly slug: string };
}

export interface ReviewWrite {
  /** The head that was shown to the voter. */
  readonly sha: Sha;
  readonly event: "APPROVE" | "REQUEST_CHANGES" | "COMMENT";
  readonly body: string;
}

export interface NewChange {
  readonly head: BranchName;
  readonly base: BranchName;
  readonly title: string;
  readonly body: string;
  readonly draft?: boolean;
}

/** What the CLI shows of one open change. */
export interface ChangeStatus extends ChangeHeadline {
  readonly changeId?: ChangeId;
  readonly checks: readonly Check[];
  /** The verdict's check run, where a service posted one. */
  readonly verdict?: OwnCheck;
}

/** A run of a workflow, also one without jobs. */
export interface RunRead {
  readonly id: number;
  /** Path of its file. */
  readonly workflow: string;
  readonly event: string;
  readonly headBranch?: BranchName;
  readonly status: "queued" | "in_progress" | "completed";
  readonly conclusion?: string;
  readonly attempt: number;
  /** When it last moved. */
  readonly at: Instant;
  /** Names of its jobs, read after it had completed; absent while it has not. */
  readonly jobs?: readonly string[];
}

export interface CommitAuthor {
  readonly email: string;
  /** Absent: the email is no account's. */
  readonly user?: Person;
}

export interface Forge {
  /** All repositories of the App's installations; for the sweep and after total loss. */
  repositories(): Answer<readonly RepositoryRef[]>;
  repository(repository: RepositoryRef): Answer<RepositoryFacts>;
  /** One request per 10 heads (ruling 15). */
  readStack(
    repository: RepositoryRef,
    heads: readonly BranchName[],
    options?: { readonly wishes?: boolean },
  ): Answer<StackRead>;
  /** Forks it for the caller; the fork that is there already is answered too. Its objects may come later. */
  fork(repository: RepositoryRef): Answer<RepositoryRef>;
  /** One request per 10 names (ruling 15). */
  lookUp(repository: RepositoryRef, names: Names): Answer<FoundNames>;
  /** One request per 5 writes; later writes are still tried when one is refused. */
  writeStack(repository: RepositoryRef, writes: StackWrites): Answer<readonly WriteOutcome[]>;
  /** Open pull requests, newest first, complete. */
  openChanges(repository: RepositoryRef): Answer<readonly ChangeHeadline[]>;
  /** The same, one request per 50, with the counts that tell which of them have moved. */
  watchedChanges(repository: RepositoryRef): Answer<readonly WatchedHeadline[]>;
  readChange(repository: RepositoryRef, number: number): Answer<ChangeRead>;
  /** Open changes with checks and verdicts, for `git review status`; heads given = only those. */
  statuses(repository: RepositoryRef, heads?: readonly BranchName[]): Answer<readonly ChangeStatus[]>;
  /** Jobs of Actions runs (as `job`, with workflow, event, head branch), check runs and statuses of these commits; newest attempt each. */
  readChecks(repository: RepositoryRef, shas: readonly Sha[]): Answer<readonly Check[]>;
  /** Check runs of our own App on these commits, oldest first; another app cannot write there. One request per 10 commits. */
  ownChecks(repository: RepositoryRef, shas: readonly Sha[]): Answer<readonly OwnCheck[]>;
  /** The highest number of a pull request in any state; 0 = none yet. */
  newestNumber(repository: RepositoryRef): Answer<number>;
  /** Members by `org/slug`; a team that cannot be read is a problem, never an empty list. */
  members(teams: readonly string[]): Answer<Readonly<Record<string, readonly Person[]>>>;
  /** The text of a file at a commit or branch; undefined = there is none. */
  file(repository: RepositoryRef, at: Sha | BranchName, path: string): Answer<string | undefined>;
  /** Of another repository of the same owner, on its default branch; undefined = none, or none that we may see. */
  siblingFile(repository: RepositoryRef, sibling: string, path: string): Answer<string | undefined>;
  /** Who has this id now, asked as one who may look at the repository; undefined = nobody any more. */
  account(repository: RepositoryRef, id: UserId): Answer<Person | undefined>;
  /** Whose the author's email of each commit is now; a commit that the forge does not know is missing. One request per 10. */
  commitAuthors(repository: RepositoryRef, shas: readonly Sha[]): Answer<ReadonlyMap<Sha, CommitAuthor>>;
  /** Upsert by (head, name, externalId). */
  publishCheck(repository: RepositoryRef, check: CheckWrite): Answer<void>;
  /** One comment per slot, found by its marker and its author, edited in place. */
  comment(repository: RepositoryRef, number: number, slot: string, body: string): Answer<void>;
  review(repository: RepositoryRef, number: number, review: ReviewWrite): Answer<{ readonly url: string }>;
  /** Opens a pull request as ourselves; `head` is a branch of this repository. */
  openChange(repository: RepositoryRef, change: NewChange): Answer<{ readonly number: number; readonly url: string }>;
  retarget(repository: RepositoryRef, number: number, base: BranchName): Answer<void>;
  /** Without merging it; one that is closed already stays as it is. */
  close(repository: RepositoryRef, number: number): Answer<void>;
  rerun(repository: RepositoryRef, sha: Sha, jobs: readonly JobName[]): Answer<void>;
  /** Workflow runs on this commit, of pushes to this branch. */
  runs(repository: RepositoryRef, sha: Sha, ref: RefName): Answer<readonly RunRead[]>;
  /** Stops the unfinished ones of them; answers how many. */
  cancel(repository: RepositoryRef, sha: Sha, ref: RefName): Answer<number>;
}

/**
 * One merge as the forge remembers it: the facts that `findings.ts` judges. What the forge cannot give back is absent or
 * marked as cut short, so that nothing is concluded from it.
 */
import type { BranchName, Sha } from "../ids.ts";
import type { Person, Signature } from "../policy/snapshot.ts";
import type { Instant } from "../time.ts";

export interface MergeFacts {
  readonly number: number;
  readonly title: string;
  readonly url: string;
  readonly body: string;
  readonly author: Person;
  readonly openedAt: Instant;
  readonly base: BranchName;
  readonly headBranch: BranchName;
  /** `owner/name`; absent = deleted. */
  readonly headRepository?: string;
  readonly mergedAt: Instant;
  readonly mergedBy?: Person;
  readonly head: { readonly sha: Sha; readonly tree?: Sha };
  /** The commit that the forge says it landed as; absent = it does not say. */
  readonly landed?: LandedCommit;
  /** Its commits, oldest first. */
  readonly commits: Listed<MergeCommit>;
  readonly reviews: Listed<MergeReview>;
  readonly forcePushes: Listed<{
    readonly by: Person;
    readonly before?: Sha;
    readonly after?: Sha;
    readonly at: Instant;
  }>;
  /** Conversations in its code, as they stand today: the forge does not say when one was resolved. */
  readonly threads?: { readonly resolved: number; readonly unresolved: number; readonly cut: boolean };
  /** What its checks say now, on the head and on the landed commit. */
  readonly checks: Listed<MergeCheck>;
}

/** A list that may have been longer than what was read of it. */
export interface Listed<T> {
  readonly read: readonly T[];
  /** "300 commits, of which 100 were read"; absent = all of them. */
  readonly cut?: string;
}

export interface LandedCommit {
  readonly sha: Sha;
  readonly tree: Sha;
  readonly parents: readonly Sha[];
}

export interface MergeCommit {
  readonly sha: Sha;
  readonly message: string;
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  /** Its author, then its co-authors. */
  readonly authors: readonly Signature[];
  readonly committer?: Signature;
}

export interface MergeReview {
  readonly id: string;
  readonly by: Person;
  /** As it is now. */
  readonly state: "approved" | "changes-requested" | "commented" | "dismissed" | "pending";
  readonly body: string;
  readonly at: Instant;
  readonly editedAt?: Instant;
  /** The commit that was shown; absent = the forge has forgotten it. */
  readonly commit?: { readonly sha: Sha; readonly tree: Sha };
  /** Its author may push to the repository today. */
  readonly mayPush?: boolean;
  readonly dismissal?: { readonly at: Instant; readonly was: "approved" | "changes-requested" };
}

/** The newest result of one name and producer on one commit. */
export interface MergeCheck {
  readonly sha: Sha;
  readonly name: string;
  readonly kind: "job" | "check-run" | "status";
  /** Slug of the app, or login of whoever set the status. */
  readonly by: string;
  readonly appId?: number;
  /** Of a status. */
  readonly creator?: Person;
  /** Of the workflow run, for a job. */
  readonly event?: string;
  readonly workflow?: string;
  readonly headBranch?: BranchName;
  readonly conclusion?: string;
  readonly startedAt?: Instant;
  /** Absent = it has not ended. */
  readonly endedAt?: Instant;
  /** When its run was asked for: what a job of a pull request tests is made then, also in later attempts. */
  readonly askedAt?: Instant;
  readonly url?: string;
}

/** One step of the target branch, from the forge's own log. */
export interface TargetStep {
  readonly from: Sha;
  readonly to: Sha;
  readonly at: Instant;
  readonly by?: string;
}

/** What a pull request's own range was at two of its commits: how `update.ts` tells an update from a change. */
export type Update =
  | {
      readonly known: true;
      readonly before: readonly OwnFile[];
      readonly after: readonly OwnFile[];
      /** Paths that the target changed in between. */
      readonly moved: readonly string[];
    }
  | { readonly known: false; readonly why: string };

/** A file of the own range, as it is at the commit. */
export interface OwnFile {
  readonly path: string;
  readonly previousPath?: string;
  readonly status: string;
  readonly blob: string;
}

export function shortSha(sha: string): string {
  return sha.slice(0, 7);
}

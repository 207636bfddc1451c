/**
 * The policy snapshot: every fact that the verdict on one change may depend on, gathered before the question is asked.
 * Its JSON is a public interface (`policies/snapshot.schema.json`); instants are ISO-8601 with Z there, milliseconds here.
 */
import type { BranchName, ChangeId, Sha, UserId } from "../ids.ts";
import type { Instant } from "../time.ts";

export interface Person {
  readonly id: UserId;
  readonly login: string;
  readonly type: "User" | "Bot";
}

/** A name and email as git has it; without `user` the forge knows nobody of that email. */
export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly user?: Person;
  /** Came in by GitHub's "Commit suggestion". */
  readonly via?: "suggestion";
  /** All its commits were in the patch set before too, where they were counted, or came by a proven rebase or merge of the target. */
  readonly carried?: true;
}

/** How a patch set differs from the one before, on the change's own range. Source: Gerrit, ChangeKind; TARGET_MERGE is ours. */
export type ChangeKind =
  | "NO_CHANGE"
  | "NO_CODE_CHANGE"
  | "TRIVIAL_REBASE"
  | "TRIVIAL_REBASE_WITH_MESSAGE_UPDATE"
  | "MERGE_FIRST_PARENT_UPDATE"
  | "TARGET_MERGE"
  | "REWORK";

export interface PatchSet {
  /** Counts from 1. */
  readonly n: number;
  readonly sha: Sha;
  /** The commit below the change's own range (the effective base). */
  readonly parent: Sha;
  readonly tree: Sha;
  /** Against n−1; patch set 1 is REWORK. */
  readonly kind: ChangeKind;
  /** Who pushed it; absent = unknown, which is an unknown contributor. */
  readonly pusher?: Person;
  readonly authors: readonly Signature[];
  readonly committers: readonly Signature[];
  readonly coauthors: readonly Signature[];
  /** When the service received it; absent = timers restart. */
  readonly at?: Instant;
  /** Reviews that were there before it, where the forge gives it no time of its own: none of them votes on it. */
  readonly earlierReviews?: readonly string[];
  /** A merge by hand into the branch that the gate has put back exactly: nothing of it is left, and it makes nobody a contributor. */
  readonly undone?: true;
}

export interface Vote {
  readonly user: Person;
  readonly label: string;
  readonly value: number;
  /** The patch set it was given on; 0 = on a commit that is no known patch set. */
  readonly patchSet: number;
  readonly sha: Sha;
  readonly at: Instant;
  readonly endedAt?: Instant;
  readonly source: { readonly kind: "review"; readonly id: string };
  /** The range its author was permitted when it was first seen (ruling 44). */
  readonly permitted?: { readonly min: number; readonly max: number };
  readonly state: "current" | "superseded" | "retracted" | "dismissed" | "edited" | "deleted";
}

export interface Check {
  readonly kind: "job" | "check-run" | "status";
  readonly name: string;
  readonly app?: { readonly id: number; readonly slug: string };
  readonly creator?: Person;
  /** Path of the workflow file, for a job. */
  readonly workflow?: string;
  readonly event?: string;
  /** Id of the run a job belongs to; grows with time. Two jobs of one name in one run both count. */
  readonly run?: number;
  readonly headBranch?: BranchName;
  readonly sha: Sha;
  readonly status: "queued" | "in_progress" | "completed";
  readonly conclusion?: string;
  readonly at: Instant;
  readonly startedAt?: Instant;
  readonly attempt: number;
  /** One line of what went wrong, where the producer says so. */
  readonly summary?: string;
  readonly url?: string;
}

export interface ChangedFile {
  readonly path: string;
  readonly previousPath?: string;
  readonly mode: string;
  /** What it was before, where that is another kind of entry: `160000` for a submodule that was taken out. */
  readonly previousMode?: string;
  /** git counts no lines of it: it is larger than any number of lines. */
  readonly binary?: true;
  readonly additions: number;
  readonly deletions: number;
  readonly status: "added" | "modified" | "removed" | "renamed";
}

/** A change below this one in its stack, nearest first. */
export interface LowerChange {
  readonly number: number;
  /** The head of the lower change that this one is built on. */
  readonly builtOn: Sha;
  readonly currentHead: Sha;
  /** Their patch set numbers, where known: sentences name them. */
  readonly builtOnPatchSet?: number;
  readonly currentPatchSet?: number;
  readonly state: "open" | "merged" | "closed";
  readonly target: BranchName;
  /** Its own requirements hold. */
  readonly ready: boolean;
}

export interface PolicyLayer {
  readonly from: "preset" | "org" | "repo";
  readonly path: string;
  readonly sha: Sha;
  readonly text: string;
}

export interface ChangeFacts {
  readonly number: number;
  /** `owner/name`. */
  readonly repository?: string;
  readonly owner: Person;
  /** The human a bot acted for; a contributor. */
  readonly requester?: Person;
  /** The target: the branch at the bottom of the base chain. */
  readonly branch: BranchName;
  /** The target's tip. */
  readonly base: Sha;
  readonly head: Sha;
  readonly headBranch: BranchName;
  readonly draft: boolean;
  readonly title: string;
  readonly body: string;
  readonly changeId?: ChangeId;
  /** An earlier open change of somebody else's to the same target has the same Change-Id, and keeps it (ruling 12). */
  readonly sameId?: { readonly number: number; readonly owner: string };
  readonly topic?: string;
  readonly hashtags: readonly string[];
  readonly openedAt: Instant;
  readonly below: readonly LowerChange[];
  /** In target..head, in no known change: `Parents` fails. */
  readonly foreignCommits: readonly Sha[];
  /** `path:line` where a conflict that git wrote is left in what it adds; absent = none. */
  readonly conflicts?: readonly string[];
  /** The change's own range, oldest first. */
  readonly commits: readonly { readonly sha: Sha; readonly message: string; readonly parents?: number }[];
  readonly reviewers: readonly Person[];
  /** Oldest first; the last is the head. */
  readonly patchSets: readonly PatchSet[];
  readonly files: readonly ChangedFile[];
  /** It edits the policy file: the layers there would be with its own one, for information alone (threat T8). No `repo` among them: it takes the file away. */
  readonly brings?: readonly PolicyLayer[];
}

/** A freeze that the release cycle opens and closes: for every change to its branches, unless it says less. Patterns: `*` stands for any characters. */
export interface CycleFreeze {
  readonly name: string;
  /** `feature`, as `freeze:feature` asks for it; absent: not known, so whatever is asked for may be it. */
  readonly kind?: string;
  readonly branches: readonly string[];
  readonly from: Instant;
  /** The first moment after it. */
  readonly to: Instant;
  /** Only for a change that touches such a path or has such a tag label. */
  readonly applies?: { readonly paths: readonly string[]; readonly tagLabels: readonly string[] };
  /** Not for a change that touches such paths and no other. */
  readonly exemptPaths?: readonly string[];
  /** The change is let through by a reviewed record, until a moment. */
  readonly exception?: { readonly until: Instant; readonly record: string };
}

export interface PolicySnapshot {
  readonly version: 1;
  /** Layers, weakest first; a string is the text of one repository file. */
  readonly policy: string | readonly PolicyLayer[];
  readonly change: ChangeFacts;
  readonly votes: readonly Vote[];
  readonly checks: readonly Check[];
  /** Keyed by the policy's group name. */
  readonly groups: Readonly<Record<string, readonly { readonly id: UserId; readonly login: string }[]>>;
  /** Of the release cycle. */
  readonly freezes: readonly CycleFreeze[];
  /** As their reviews say, with the commit that was shown; whether they count is the policy's to say. */
  readonly overrides: readonly {
    readonly name: string;
    readonly by: Person;
    readonly reason: string;
    readonly at: Instant;
    readonly sha?: Sha;
    readonly source?: { readonly kind: "review"; readonly id: string };
    readonly state?: "current" | "edited" | "dismissed" | "deleted";
  }[];
  readonly facts: {
    readonly unresolved: number;
    readonly bidi: readonly string[];
    /** The policy in force did not ask, so nobody looked: another policy must not take them for absent. */
    readonly notGathered?: readonly ("bidi" | "backport" | "owners" | "topic" | "hashtag")[];
    readonly backportOf?: { readonly sha: Sha; readonly branch: BranchName; readonly kind: ChangeKind };
    /**
     * Newer maintained branches, the newest first, and whether what it brings is there; `open`: a change that brings it; `reverted`: the
     * commit there that took it back. Absent: nobody looked.
     */
    readonly newer?: readonly {
      readonly branch: BranchName;
      readonly has: boolean;
      readonly open?: number;
      readonly reverted?: Sha;
    }[];
    /** CODEOWNERS and OWNERS files at the target's tip that could speak for a touched path. */
    readonly owners: readonly { readonly path: string; readonly text: string }[];
    /** Who the forge says the logins and emails in them are: `@login` or an email, in lower case. Whoever is missing is found among the people gathered, or nobody. */
    readonly ownerPeople?: readonly { readonly owner: string; readonly id: UserId; readonly login: string }[];
  };
  /** Not empty: the gate is closed, and these sentences say why. */
  readonly incomplete: readonly { readonly what: string; readonly why: string }[];
  readonly now: Instant;
}

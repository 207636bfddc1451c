/** The forge port as a person who reads uses it: what waits, what was said beside the lines, and whether anything has moved. */
import type { Sha } from "../core/ids.ts";
import type { Person } from "../core/policy/snapshot.ts";
import type { Instant } from "../core/time.ts";
import type { Answer, ChangeHeadline, OwnCheck, RepositoryRef } from "./forge.ts";

export interface ReviewerForge {
  /** One request per 50 open changes, and one more where a team was asked for a review. */
  inbox(repository: RepositoryRef): Answer<InboxRead>;
  /** One request per 100 threads. */
  threads(repository: RepositoryRef, number: number): Answer<ThreadsRead>;
  /**
   * Whether anything may have moved since `marks` were made: one conditional request for all pull requests and two per head, which
   * cost nothing of the rate limit while they say no. Without marks, and where GitHub gives none, it says yes.
   */
  moved(repository: RepositoryRef, heads: readonly Sha[], marks?: Marks): Answer<Moved>;
}

export interface InboxRead {
  readonly viewer: Person;
  /** Of the repository's owner, as `organization/team`; absent = none was asked, or the forge does not tell. */
  readonly teams?: readonly string[];
  readonly changes: readonly InboxChange[];
}

export interface InboxChange extends ChangeHeadline {
  readonly openedAt: Instant;
  readonly asked: { readonly people: readonly string[]; readonly teams: readonly string[] };
  /** Threads nobody has resolved; of the first 100. */
  readonly unresolved: number;
  /** Those of them whose last word is not the viewer's. */
  readonly unanswered: number;
  readonly failing: number;
  readonly vetoes: readonly string[];
  readonly reviewed?: Sha;
  /** The verdict's check run on the head, where a service posted one. */
  readonly verdict?: OwnCheck;
}

export interface ThreadsRead {
  readonly change: ChangeHeadline;
  readonly threads: readonly ThreadRead[];
}

/** A conversation beside a line of the diff, or beside a whole file. */
export interface ThreadRead {
  readonly path: string;
  /** `base`: beside a line that the change takes away, counted in the file before it. */
  readonly side: "head" | "base";
  /** In the newest head (or its base); absent = the line was changed since, or the whole file is meant. */
  readonly line?: number;
  /** As it was said. */
  readonly originalLine?: number;
  readonly wholeFile: boolean;
  readonly resolved: boolean;
  readonly outdated: boolean;
  /** The commit that was commented on. */
  readonly commit?: Sha;
  /** Oldest first; the first 50. */
  readonly comments: readonly ThreadComment[];
  /** How many there are. */
  readonly count: number;
}

export interface ThreadComment {
  readonly by: Person;
  readonly body: string;
  readonly at: Instant;
  readonly url: string;
}

/** By question; to be handed back as they are. */
export type Marks = ReadonlyMap<string, string>;

export interface Moved {
  readonly moved: boolean;
  readonly marks: Marks;
}

/** What the policy says of one change: plain data, the same for the check run, the CLI, the log and the gate. */
import type { BranchName, Sha } from "../ids.ts";
import type { Instant } from "../time.ts";
import type { Lift } from "./override.ts";
import type { Person } from "./snapshot.ts";

/** Source: Gerrit, "Submit Requirements". */
export type RequirementStatus = "SATISFIED" | "UNSATISFIED" | "OVERRIDDEN" | "NOT_APPLICABLE" | "ERROR";

export interface Atom {
  /** As written, without its negation. */
  readonly text: string;
  readonly value: boolean;
  /** Ids of what made it so: `vote:…`, `check:…`, `change:…`. */
  readonly evidence: readonly string[];
}

export interface CountedVote {
  readonly by: Person;
  readonly label: string;
  readonly value: number;
  /** The patch set it was given on; older than the head = copied. */
  readonly patchSet: number;
  /** "kept: patch set 3→4 is pure rebase"; empty when given on the head. */
  readonly why: string;
  readonly id: string;
}

export type NotCountedReason =
  | "contributor"
  | "owner"
  | "not-in-group"
  | "outdated"
  | "void-range"
  | "edited"
  | "dismissed"
  | "bot"
  | "same-person"
  | "unreadable";

export interface VoteNotCounted {
  readonly by: Person;
  readonly label: string;
  readonly value: number;
  readonly patchSet: number;
  readonly reason: NotCountedReason;
  /** A sentence for people: "co-author of 3f2a91c; contributors cannot approve". */
  readonly why: string;
}

/** One thing that people do, or that comes by itself. */
export interface Action {
  readonly kind: "vote" | "retract" | "push" | "check" | "wait" | "resolve" | "override" | "other";
  /** Logins, sorted: those who may. Empty: nobody has to, it comes by itself. */
  readonly who: readonly string[];
  /** How many of them have to; 0 where nobody has to. */
  readonly need: number;
  /** "vote Code-Review+2", "lift Code-Review-2", "push a fix for unit", "wait for unit", "resolve 2 comments". */
  readonly do: string;
  /** Waiting ends then. */
  readonly until?: Instant;
  /** The group that `who` are of, where one was asked for. */
  readonly group?: string;
}

/**
 * What, done whole, makes the requirement pass; tried by simulation, and nothing less of it does. Each `who` of it are people with the
 * same effect, so any `need` of them do; nobody stands in two votes on one label.
 */
export interface Way {
  /** What comes first stands first. */
  readonly actions: readonly Action[];
}

export interface RequirementResult {
  readonly name: string;
  readonly description: string;
  readonly status: RequirementStatus;
  readonly expression: string;
  readonly atoms: readonly Atom[];
  /** People's words: "1 of 2 votes +2 by core non-contributors". */
  readonly unmetBecause: readonly string[];
  readonly counted: readonly CountedVote[];
  readonly notCounted: readonly VoteNotCounted[];
  /** Alternatives: those of fewest people first, then the soonest; at most five. None: nobody can bring it about now. */
  readonly ways: readonly Way[];
  /** There are more alternatives than were looked for. */
  readonly moreWays?: true;
  /** Waiting alone satisfies it then, if nothing else happens. */
  readonly earliest?: Instant;
  /** Several people lifted it, with a reason, for a while. */
  readonly lift?: Lift;
  /** Blocks by a veto or a failure, rather than awaiting something. */
  readonly blocked: boolean;
  /** What people call it, in the singular: "core approval". */
  readonly noun?: string;
  /** How many of the votes it counts are there, and how many it needs. */
  readonly have?: number;
  readonly need?: number;
  /** The checks it looks at, by name. */
  readonly checks?: readonly string[];
}

/** What the pinned producer says of one required check on the head. */
export interface CheckResult {
  readonly name: string;
  readonly state: "passed" | "failed" | "running" | "missing" | "not-counted";
  /** "skipped; only success counts", "unit failed: expected 3, got 2". */
  readonly why: string;
  /** Two or three words after its name, where they say more than the state: "skipped", "waits for a maintainer". */
  readonly says?: string;
  /** Nothing its author can do: whoever may approve runs of newcomers has to. */
  readonly awaits?: "maintainer";
  /** What helps where another run of it would not. `nobody`: "wait for …". */
  readonly remedy?: { readonly by: "owner" | "nobody"; readonly action: string };
  /** Where it must come from: "github-actions, .github/workflows/ci.yml". */
  readonly producer: string;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly url?: string;
}

export type Mode = "observe" | "advise" | "enforce";

export interface Verdict {
  /** May enter the gate (and, re-checked, land). */
  readonly submittable: boolean;
  readonly mode: Mode;
  readonly evaluatedAt: Instant;
  readonly change: number;
  readonly target: BranchName;
  readonly head: Sha;
  readonly patchSet: number;
  readonly requirements: readonly RequirementResult[];
  readonly checks?: readonly CheckResult[];
  /** The files the policy was read from, weakest first. */
  readonly sources?: readonly { readonly path: string; readonly sha: Sha }[];
  /** Sentences that close the gate whatever the votes say: broken policy, incomplete facts, draft. */
  readonly problems: readonly string[];
  /** counts: whoever reads what is published learns how many could act, and no names of those who have not. */
  readonly people?: "names" | "counts";
  /** Logins whose turn it is. */
  readonly nextUsers: readonly string[];
  /** Waiting alone may change the verdict then: a job that need not run is taken as absent. */
  readonly wakeAt?: Instant;
  /** `sha256:…` over everything the verdict rests on. */
  readonly certificate: string;
}

/**
 * What a stable branch asks of each commit, as rules with names. Sources: OpenStack project team guide, "Stable branches"; nova's check
 * of cherry-picks: a hash that a message names has to be on the default branch, a stable or unmaintained one or under a tag that ends a
 * series; a message that names none has to say that only stable branches need it.
 */
import type { BranchName, Sha } from "../../ids.ts";
import { subjectOf } from "../../commit-message/message.ts";
import { matchesParts, type PathPattern } from "../../owners/pattern.ts";
import { idOf, isStableOnly } from "./fix.ts";

export type Rule =
  /** It names no commit that it was picked from, and is not marked as stable-only. */
  | "origin"
  /** A commit that it names is on no branch that counts. */
  | "origin-merged"
  /** It is missing on a newer maintained branch. */
  | "order"
  /** It touches what a stable branch does not change. */
  | "forbidden-path"
  /** A conflict is left in a file. */
  | "markers"
  /** Its Change-Id is not that of the commit it was picked from, or it has none. */
  | "change-id";

export interface Finding {
  readonly rule: Rule;
  readonly level: "error" | "warning";
  readonly message: string;
  readonly hint: string;
}

export interface CommitFacts {
  readonly sha: Sha;
  readonly message: string;
  readonly parents: number;
  /** Paths that it touches. */
  readonly files: readonly string[];
  /** `path:line` of conflicts that it adds. */
  readonly conflicts: readonly string[];
  /** Commits that it names, in its order; `on`: a branch or a tag that has it, absent where none does. */
  readonly picks: readonly { readonly sha: string; readonly on?: string; readonly message?: string }[];
  /** Newer maintained branches without this fix, newest first. */
  readonly missingOn: readonly BranchName[];
}

export interface StableRules {
  // As in CODEOWNERS: `/nova/db/**/versions/`, `*.sql`.
  readonly forbiddenPaths: readonly PathPattern[];
}

/** Merges and what is not on its way to a stable branch are not asked about. Ordered as the rules are listed. */
export function checkStable(commit: CommitFacts, { forbiddenPaths }: StableRules): readonly Finding[] {
  if (commit.parents > 1) return [];
  return [
    ...originOf(commit),
    ...orderOf(commit),
    ...forbidden(commit, forbiddenPaths),
    ...markersOf(commit),
    ...changeIdOf(commit),
  ];
}

function originOf({ message, picks }: CommitFacts): readonly Finding[] {
  if (picks.length === 0 && !isStableOnly(message)) {
    return [
      {
        rule: "origin",
        level: "error",
        message: "it names no commit that it was picked from, and is not marked [stable-only]",
        hint: "pick it with `git cherry-pick -x`, or write [stable-only] into its message and say why",
      },
    ];
  }
  const isKnown = picks.some(({ on }) => on !== undefined);
  return picks.flatMap(({ sha, on }): readonly Finding[] => {
    if (on !== undefined) return [];
    return [
      {
        rule: "origin-merged",
        // A series in between that has ended took its commits with it.
        level: isKnown ? "warning" : "error",
        message: `it was picked from ${sha.slice(0, 10)}, which is on no newer branch that is here`,
        hint: "name the commit that was merged, not the one of a pull request",
      },
    ];
  });
}

function orderOf({ message, missingOn }: CommitFacts): readonly Finding[] {
  const [newest, ...others] = missingOn;
  if (newest === undefined || isStableOnly(message)) return [];
  return [
    {
      rule: "order",
      level: "error",
      message: `it is not on ${[newest, ...others].join(", ")} yet`,
      hint: `bring it to ${newest} first`,
    },
  ];
}

function forbidden({ files }: CommitFacts, patterns: readonly PathPattern[]): readonly Finding[] {
  const found = files.filter((file) => patterns.some((pattern) => matchesParts(pattern.parts, file.split("/"))));
  if (found.length === 0) return [];
  return [
    {
      rule: "forbidden-path",
      level: "error",
      message: `it touches ${found.join(", ")}, which a stable branch does not change`,
      hint: "leave it out, or mend the branch without it",
    },
  ];
}

function markersOf({ conflicts }: CommitFacts): readonly Finding[] {
  if (conflicts.length === 0) return [];
  return [
    {
      rule: "markers",
      level: "error",
      message: `a conflict is left in ${conflicts.join(", ")}`,
      hint: "solve it, and amend the commit",
    },
  ];
}

function changeIdOf({ message, picks }: CommitFacts): readonly Finding[] {
  const own = idOf(message);
  const picked = picks.flatMap(({ message: there }) => (there === undefined ? [] : [there]));
  const theirs = picked.map(idOf).find((id) => id !== undefined);
  if (theirs === undefined || own === theirs) return [];
  const found = own === undefined ? "it has no Change-Id" : `its Change-Id is ${own.slice(0, 9)}`;
  return [
    {
      rule: "change-id",
      level: "warning",
      message: `${found}, and the commit it was picked from has ${theirs.slice(0, 9)}`,
      hint: "keep the Change-Id of the original: by it the fix is found on every branch",
    },
  ];
}

/** For people: `abc1234 "Fix the parser"`. */
export function nameOf({ sha, message }: Pick<CommitFacts, "sha" | "message">): string {
  return `${sha.slice(0, 10)} "${subjectOf(message)}"`;
}

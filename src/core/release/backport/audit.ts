/**
 * Which fixes an older branch has and a newer one lacks: what an upgrade would lose. One that is there by nothing but what it does (its
 * patch; its Change-Id and the line of `-x` are lost) is not missing, and is told: only a person can say that it is the same.
 */
import type { BranchName } from "../../ids.ts";
import { isStableOnly, type BranchFixes, type Fix } from "./fix.ts";
import { mustBeOn, type Ladder } from "./ladder.ts";
import { withoutUndone } from "./standing.ts";

export interface AuditedBranch {
  readonly branch: BranchName;
  /** Commits of its own, which the default branch does not have; newest first, without merges. */
  readonly own: readonly Fix[];
  /** Everything on it that an older branch may ask for. */
  readonly fixes: BranchFixes;
}

export interface Lost {
  readonly fix: Fix;
  readonly on: BranchName;
  /** Newest first. */
  readonly missingOn: readonly BranchName[];
}

/** There by its patch alone. */
export interface Nameless {
  readonly fix: Fix;
  readonly on: BranchName;
  /** Where it is, newest branch first, and as which commit. */
  readonly twins: readonly { readonly branch: BranchName; readonly as: Fix }[];
}

export interface AuditRow {
  readonly branch: BranchName;
  readonly commits: number;
  /** Marked so, and not on every newer branch. */
  readonly stableOnly: number;
  readonly lost: readonly Lost[];
  readonly nameless: readonly Nameless[];
}

/** Newest branch first; of a fix that several branches have and one lacks, each of them tells. */
export function auditBranches(ladder: Ladder, branches: readonly AuditedBranch[]): readonly AuditRow[] {
  const known = new Map(branches.map((one) => [one.branch, one]));
  return ladder.flatMap(({ branch }): readonly AuditRow[] => {
    const here = known.get(branch);
    if (here === undefined) return [];
    const newer = mustBeOn(ladder, branch).flatMap((name) => known.get(name) ?? []);
    // A fix that was taken back on its own branch is no loss, and neither is what took it back.
    const own = withoutUndone(here.own);
    const missing = own.flatMap((fix): readonly Lost[] => {
      const missingOn = newer.flatMap(({ branch: name, fixes }) => (fixes.has(fix) === undefined ? [name] : []));
      return missingOn.length === 0 ? [] : [{ fix, on: branch, missingOn }];
    });
    const lost = missing.filter(({ fix }) => !isStableOnly(fix.message));
    const nameless = own.flatMap((fix): readonly Nameless[] => {
      const twins = newer.flatMap(({ branch: name, fixes }) => {
        const twin = fixes.find(fix);
        return twin?.by === "its patch" ? [{ branch: name, as: twin.as }] : [];
      });
      return twins.length === 0 ? [] : [{ fix, on: branch, twins }];
    });
    return [{ branch, commits: here.own.length, stableOnly: missing.length - lost.length, lost, nameless }];
  });
}

/**
 * The live branches that a fix goes down, newest first: the default branch, then its series. Which series is newer says
 * `series_status.yaml` where there is one (its order is the order of the series), else the branches' names.
 */
import type { BranchName } from "../../ids.ts";
import { compareSeries, familyOf, isUnmaintained, seriesOf } from "../../policy/backport.ts";

/** Of one series, as `series_status.yaml` has it. */
export interface KnownSeries {
  readonly name: string;
  /** `2026.1`; series before 2023 have none. */
  readonly releaseId?: string;
  readonly status: string;
}

export interface Rung {
  readonly branch: BranchName;
  /** A fix has to be here before it may go to an older branch. */
  readonly maintained: boolean;
}

/** Newest first, the default branch at index 0; all of one family, that of `near`. */
export type Ladder = readonly Rung[];

export interface LadderOf {
  readonly branches: readonly BranchName[];
  readonly defaultBranch: BranchName;
  /** A branch of the family that is asked about. */
  readonly near: BranchName;
  /** Newest first. Absent: by name. */
  readonly series?: readonly KnownSeries[];
}

const OVER = "end of life";
const LOOKED_AFTER = ["development", "maintained", "extended maintenance"];

export function ladderOf({ branches, defaultBranch, near, series = [] }: LadderOf): Ladder {
  const family = familyOf(near);
  const known = new Map(
    series.flatMap((one, at) => [one.name, one.releaseId ?? one.name].map((word) => [word, { ...one, at }] as const)),
  );
  const live = [...new Set([...branches, near])].filter(
    (branch) => branch !== defaultBranch && familyOf(branch) === family && known.get(seriesOf(branch))?.status !== OVER,
  );
  const newestFirst = (one: BranchName, other: BranchName): number => {
    const [here, there] = [known.get(seriesOf(one))?.at, known.get(seriesOf(other))?.at];
    return here !== undefined && there !== undefined ? here - there : compareSeries(other, one);
  };
  const isMaintained = (branch: BranchName): boolean => {
    const status = known.get(seriesOf(branch))?.status;
    return !isUnmaintained(branch) && (status === undefined || LOOKED_AFTER.includes(status));
  };
  return [
    { branch: defaultBranch, maintained: true },
    ...live.sort(newestFirst).map((branch) => ({ branch, maintained: isMaintained(branch) })),
  ];
}

/** Where a fix has to be before it goes to `target`, the newest first. None for a branch that is not on the ladder. */
export function mustBeOn(ladder: Ladder, target: BranchName): readonly BranchName[] {
  const at = ladder.findIndex(({ branch }) => branch === target);
  return ladder.slice(0, Math.max(at, 0)).flatMap(({ branch, maintained }) => (maintained ? [branch] : []));
}

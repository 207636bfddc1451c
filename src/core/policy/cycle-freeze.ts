/**
 * The release cycle's freezes as one change meets them: whether a freeze concerns it at all, by branch, paths and tag labels, and
 * what a reviewed record takes of it away. What is not known of the change is read as the freeze.
 */
import type { Instant } from "../time.ts";
import type { StandingFreeze } from "./freeze.ts";
import { matchesGlob } from "./glob.ts";
import { touchedPaths } from "./judge-paths.ts";
import type { CycleFreeze, PolicySnapshot } from "./snapshot.ts";

/** What of a change decides which freezes concern it. */
export interface FreezeTarget {
  readonly branch: string;
  /** Both names of a rename. Empty: not known, so it may touch anything. */
  readonly paths: readonly string[];
  /** `undefined`: nobody has looked, so it may have any. */
  readonly tagLabels: readonly string[] | undefined;
}

export function targetOf({ change, facts }: Pick<PolicySnapshot, "change" | "facts">): FreezeTarget {
  const looked = facts.notGathered?.includes("hashtag") !== true;
  return {
    branch: change.branch,
    paths: touchedPaths(change.files),
    tagLabels: looked ? change.hashtags : undefined,
  };
}

/** Not over yet. With an exception it stands from the moment that ends, and not at all where that is no earlier than its own end. */
export function standingFor(
  freezes: readonly CycleFreeze[],
  target: FreezeTarget,
  now: Instant,
): readonly StandingFreeze[] {
  return freezes.flatMap((freeze): readonly StandingFreeze[] => {
    const { name, kind, from, to, exception } = freeze;
    const since = exception === undefined || exception.until < from ? from : exception.until;
    if (now >= to || since >= to || !concerns(freeze, target)) return [];
    return [{ name, ofCycle: true, ...(kind === undefined ? {} : { kind }), from: since, to }];
  });
}

export interface LetThrough {
  readonly name: string;
  readonly kind?: string;
  readonly until: Instant;
  readonly record: string;
}

/** Freezes that would hold now, were there no record. */
export function letThrough(freezes: readonly CycleFreeze[], target: FreezeTarget, now: Instant): readonly LetThrough[] {
  return freezes.flatMap((freeze): readonly LetThrough[] => {
    const { name, kind, from, to, exception } = freeze;
    if (exception === undefined || now < from || now >= to || now >= exception.until) return [];
    return concerns(freeze, target) ? [{ name, ...(kind === undefined ? {} : { kind }), ...exception }] : [];
  });
}

function concerns(
  { branches, applies, exemptPaths = [] }: CycleFreeze,
  { branch, paths, tagLabels }: FreezeTarget,
): boolean {
  if (!matchesAny(branches, branch)) return false;
  if (paths.length > 0 && paths.every((path) => matchesAny(exemptPaths, path))) return false;
  if (applies === undefined) return true;
  if (applies.tagLabels.length > 0 && tagLabels === undefined) return true;
  return (
    // A change whose files are not known may touch anything.
    (applies.paths.length > 0 && paths.length === 0) ||
    paths.some((path) => matchesAny(applies.paths, path)) ||
    (tagLabels ?? []).some((tag) => matchesAny(applies.tagLabels, tag))
  );
}

function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matchesGlob(pattern, name));
}

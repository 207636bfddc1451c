/**
 * The release cycle's freezes as one change meets them: whether a freeze concerns it at all, by branch, paths and tag labels, and
 * what a reviewed record takes of it away. What is not known of the change is read as the freeze.
 */
import type { Instant } from "../time.ts";
import type { StandingFreeze } from "./freeze.ts";
import { matchesGlob } from "./glob.ts";
import { touchedPaths } from "./judge-paths.ts";
import type { CycleFreeze, PolicySnapshot } from "./snapshot.ts";

/** Not over yet. With an exception it stands from the moment that ends, and not at all where that is no earlier than its own end. */
export function standingFor(snapshot: PolicySnapshot, now: Instant): readonly StandingFreeze[] {
  return snapshot.freezes.flatMap((freeze): readonly StandingFreeze[] => {
    const { name, from, to, exception } = freeze;
    const since = exception === undefined || exception.until < from ? from : exception.until;
    return now < to && since < to && concerns(freeze, snapshot) ? [{ name, from: since, to }] : [];
  });
}

export interface LetThrough {
  readonly name: string;
  readonly until: Instant;
  readonly record: string;
}

/** Freezes that would hold now, were there no record. */
export function letThrough(snapshot: PolicySnapshot, now: Instant): readonly LetThrough[] {
  return snapshot.freezes.flatMap((freeze): readonly LetThrough[] => {
    const { name, from, to, exception } = freeze;
    if (exception === undefined || now < from || now >= to || now >= exception.until) return [];
    return concerns(freeze, snapshot) ? [{ name, ...exception }] : [];
  });
}

function concerns({ branches, applies, exemptPaths = [] }: CycleFreeze, { change, facts }: PolicySnapshot): boolean {
  if (!matchesAny(branches, change.branch)) return false;
  const paths = touchedPaths(change.files);
  if (paths.length > 0 && paths.every((path) => matchesAny(exemptPaths, path))) return false;
  if (applies === undefined) return true;
  if (applies.tagLabels.length > 0 && facts.notGathered?.includes("hashtag") === true) return true;
  return (
    // A change whose files are not known may touch anything.
    (applies.paths.length > 0 && paths.length === 0) ||
    paths.some((path) => matchesAny(applies.paths, path)) ||
    change.hashtags.some((tag) => matchesAny(applies.tagLabels, tag))
  );
}

function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matchesGlob(pattern, name));
}

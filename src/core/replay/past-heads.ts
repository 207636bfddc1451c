/**
 * The heads that a merged pull request had, by the forge's log of pushes to its branch. The log counts only where it is whole: from the
 * push that the pull request was opened with to the head that was merged, each on the one before, each by somebody. Otherwise nobody
 * knows who had pushed what when, and nothing is made up in its place.
 */
import { unrecorded } from "../change/push-history.ts";
import type { Sha } from "../ids.ts";
import type { Person } from "../policy/snapshot.ts";
import { fail, ok, type Result } from "../result.ts";
import type { Instant } from "../time.ts";
import { shortSha, type MergeFacts } from "./merge.ts";

export interface PastPush {
  readonly by?: Person;
  /** Absent = the branch was new. */
  readonly before?: Sha;
  readonly after: Sha;
  readonly at?: Instant;
}

export interface PastHead {
  readonly sha: Sha;
  readonly at: Instant;
  readonly by: Person;
}

/** Oldest first; the last is the head that was merged. A head that came back is there twice (threat T19). `pushes`: oldest first. */
export function headsOf(merge: MergeFacts, pushes: readonly PastPush[]): Result<readonly PastHead[], string> {
  const { head, mergedAt, openedAt, base, headBranch } = merge;
  const log = pushes.filter(({ at }) => at === undefined || at <= mergedAt);
  const last = log.findLastIndex(({ after }) => after === head.sha);
  if (last < 0) return fail(`GitHub's log of ${headBranch} does not say who pushed ${shortSha(head.sha)}`);
  const whole = log.slice(firstOf(log, openedAt), last + 1);
  const gap = whole.find(
    ({ before }, index) => index > 0 && before !== undefined && before !== whole[index - 1]?.after,
  );
  if (gap !== undefined) return fail(`GitHub's log of ${headBranch} has a gap before ${shortSha(gap.after)}`);
  const unlogged = merge.forcePushes.read.find(
    ({ after, at }) =>
      after !== undefined && at > openedAt && at <= mergedAt && !whole.some((push) => push.after === after),
  );
  if (unlogged?.after !== undefined)
    return fail(`GitHub's log of ${headBranch} does not have the forced push of ${shortSha(unlogged.after)}`);
  const heads: PastHead[] = [];
  for (const { sha, by, at } of unrecorded([], { head: head.sha, openedAt, pushes: whole }, base)) {
    if (by === undefined || at === undefined) return fail(`GitHub does not say who pushed ${shortSha(sha)}`);
    heads.push({ sha, by, at });
  }
  return ok(heads);
}

/** The push it was opened with. */
function firstOf(log: readonly PastPush[], openedAt: Instant): number {
  return Math.max(
    0,
    log.findLastIndex(({ at }) => at !== undefined && at <= openedAt),
  );
}

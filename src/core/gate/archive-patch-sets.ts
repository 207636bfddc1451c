/**
 * Which changes ended so long ago that their patch sets are folded into an archive (ruling 16): every ref costs whoever pushes
 * to the repository a line. Those whose thirty days were full on the same day are folded together, so that a thousand changes
 * make some dozens of archive commits and not a thousand.
 */
import { instant, type Instant } from "../time.ts";
import { patchSetSlot } from "./keep-patch-sets.ts";
import type { Action, RepositorySnapshot } from "./snapshot.ts";

const DAY_MS = 86_400_000;
const KEPT_DAYS = 30;
/** In one look: a service that is new to an old repository takes several. */
const MOST_AT_ONCE = 200;

/** Key in `published`: the day on which the forge refused to take the archive. It is asked again on the next one. */
export const REFUSED_SLOT = "archive:refused";

export function dayOf(now: Instant): string {
  return String(Math.floor(now / DAY_MS));
}

/** After it a change that ended then is folded: midnight in UTC after its thirty days. */
export function foldedAfter(ended: Instant): Instant {
  return instant((Math.floor(ended / DAY_MS) + KEPT_DAYS + 1) * DAY_MS);
}

/** Changes that ended later than this are left alone. */
export function foldedUpTo(now: Instant): Instant {
  return instant((Math.floor(now / DAY_MS) - KEPT_DAYS) * DAY_MS - 1);
}

export function archivePatchSets(
  { ended = [], published }: Pick<RepositorySnapshot, "ended" | "published">,
  now: Instant,
): readonly Action[] {
  if (published[REFUSED_SLOT] === dayOf(now)) return [];
  const due = ended.filter(({ change, at }) => published[patchSetSlot(change)] !== undefined && at <= foldedUpTo(now));
  const changes = due
    .map(({ change }) => change)
    .sort((one, other) => one - other)
    .slice(0, MOST_AT_ONCE);
  return changes.length === 0 ? [] : [{ kind: "archive-patch-sets", changes, day: dayOf(now) }];
}

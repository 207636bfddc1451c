/** Who stood where when it was merged: the newest opinion of each person, by reviews and their dismissals. */
import type { Person } from "../policy/snapshot.ts";
import type { MergeFacts, MergeReview } from "./merge.ts";

export interface Opinions {
  /** People's approvals that stood, oldest first, one for each person. */
  readonly approvals: readonly MergeReview[];
  /** Requests for changes that stood. */
  readonly vetoes: readonly MergeReview[];
  /** Apps that approved: nobody's word. */
  readonly bots: readonly Person[];
}

/** A dismissed review leaves its author without an opinion; nothing older revives (threat T17). A comment changes nothing. */
export function opinionsAtMerge({ reviews, mergedAt, author }: MergeFacts): Opinions {
  const newest = new Map<number, { readonly review: MergeReview; readonly state: MergeReview["state"] }>();
  for (const review of reviews.read.filter(({ at }) => at <= mergedAt).toSorted((a, b) => a.at - b.at)) {
    const state = stateAt(review, mergedAt);
    if (state === "commented" || state === "pending" || review.by.id === author.id) continue;
    newest.set(review.by.id, { review, state });
  }
  const standing = (wanted: MergeReview["state"]) =>
    [...newest.values()].filter(({ state }) => state === wanted).map(({ review }) => review);
  const approved = standing("approved");
  return {
    approvals: approved.filter(({ by }) => by.type === "User").toSorted((a, b) => a.at - b.at),
    vetoes: standing("changes-requested").toSorted((a, b) => a.at - b.at),
    bots: approved.filter(({ by }) => by.type === "Bot").map(({ by }) => by),
  };
}

/** Dismissed after the merge: it stood. */
function stateAt({ state, dismissal }: MergeReview, mergedAt: number): MergeReview["state"] {
  return state === "dismissed" && dismissal !== undefined && dismissal.at > mergedAt ? dismissal.was : state;
}

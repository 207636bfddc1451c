/**
 * Squash and rebase land another commit than the reviewed head, and the forge shows Merged only when the head is in its
 * base. So the gate moves the head branch just before the target. Should it die in between, the next look must not take
 * its own push for a patch set of somebody: wherever the forge says the moved head, this says the reviewed one. Only a
 * commit that the gate wrote down for exactly this change is told back; it holds nothing but what was reviewed.
 */
import type { RepoId, Sha } from "../src/core/ids.ts";
import type { ChangeHeadline, ChangeRead } from "../src/forge/forge.ts";
import type { Store } from "./store/database.ts";
import { movedHeads, type MovedHead } from "./store/moved-heads.ts";

export interface OwnHeads {
  readonly moved: readonly MovedHead[];
  /** The head that was reviewed where `sha` is our own move of this change's head, else `sha`. */
  reviewed(change: number, sha: Sha): Sha;
  headline<T extends ChangeHeadline>(change: T): T;
  /** Also without our own pushes, and with reviews of the moved head as reviews of the one that was reviewed. */
  read(change: ChangeRead): ChangeRead;
}

export async function ownHeads(store: Store, repository: RepoId): Promise<OwnHeads> {
  return ownHeadsOf(await movedHeads(store, repository));
}

function ownHeadsOf(moved: readonly MovedHead[]): OwnHeads {
  const byCommit = new Map(moved.map(({ change, from, to }) => [`${change} ${to}`, from]));
  const reviewed = (change: number, sha: Sha): Sha => byCommit.get(`${change} ${sha}`) ?? sha;
  const headline = <T extends ChangeHeadline>(change: T): T => {
    const head = reviewed(change.number, change.head);
    return head === change.head ? change : { ...change, head };
  };
  return {
    moved,
    reviewed,
    headline,
    read(change) {
      const told = (sha: Sha): Sha => reviewed(change.number, sha);
      const pushes = change.pushes.flatMap((push): ChangeRead["pushes"] => {
        // There and back again: neither is a push of what people see.
        if (told(push.after) !== push.after) return [];
        if (push.before === undefined) return [push];
        const before = told(push.before);
        if (before !== push.before && before === push.after) return [];
        return [{ ...push, before }];
      });
      const reviews = change.reviews.map((review) => ({ ...review, sha: told(review.sha) }));
      return { ...headline(change), pushes, reviews };
    },
  };
}

/**
 * Two open changes of different people with one Change-Id and one target: the later number is refused (ruling 12). The id is a
 * convenience, the number is the identity; but an upload that names the id could mean either. Told apart from a stack of one
 * person's, from backports (another target), and from what its owner uploaded once more.
 */
import type { BranchName, ChangeId, UserId } from "../ids.ts";
import type { PolicySnapshot } from "./snapshot.ts";

/** An open change that has an id. */
export interface Claim {
  readonly number: number;
  readonly owner: { readonly id: UserId; readonly login: string };
  readonly branch: BranchName;
  readonly changeId: ChangeId;
}

/** `resting`: of open changes that were not read now, as they were when they were. */
export function refuseTwins(
  snapshots: readonly PolicySnapshot[],
  resting: readonly Claim[],
): readonly PolicySnapshot[] {
  const claims = [...snapshots.flatMap(({ change }) => claimOf(change) ?? []), ...resting];
  const byId = new Map<ChangeId, Claim[]>();
  for (const claim of claims.sort((a, b) => a.number - b.number))
    byId.set(claim.changeId, [...(byId.get(claim.changeId) ?? []), claim]);
  return snapshots.map((snapshot) => {
    const { change } = snapshot;
    const earlier = (change.changeId === undefined ? [] : (byId.get(change.changeId) ?? [])).find(
      ({ number, owner, branch }) => number < change.number && owner.id !== change.owner.id && branch === change.branch,
    );
    if (earlier === undefined) return snapshot;
    return { ...snapshot, change: { ...change, sameId: { number: earlier.number, owner: earlier.owner.login } } };
  });
}

function claimOf({ number, owner, branch, changeId }: PolicySnapshot["change"]): Claim | undefined {
  return changeId === undefined ? undefined : { number, owner, branch, changeId };
}

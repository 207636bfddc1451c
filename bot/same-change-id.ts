/**
 * Two open changes of different people with one Change-Id and one target: the later number is refused (ruling 12). The id is a
 * convenience, the number is the identity; but an upload that names the id could mean either. Told apart from a stack of one
 * person's, from backports (another target), and from what its owner uploaded once more.
 */
import type { BranchName, ChangeId, UserId } from "../src/core/ids.ts";
import type { PolicySnapshot } from "../src/core/policy/snapshot.ts";
import type { OpenChange } from "./gather-ground.ts";
import type { JudgedRow } from "./store/judged.ts";

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

/** What is remembered of the open changes that `read` says nothing of. */
export function restingClaims(
  open: readonly OpenChange[],
  judged: ReadonlyMap<number, JudgedRow>,
  read: readonly PolicySnapshot[],
): readonly Claim[] {
  const known = new Set(read.filter(({ incomplete }) => incomplete.length === 0).map(({ change }) => change.number));
  return open.flatMap(({ headline: { number, author: owner }, chain }): readonly Claim[] => {
    const changeId = judged.get(number)?.judged.changeId;
    if (changeId === undefined || !chain.ok || known.has(number)) return [];
    return [{ number, owner, branch: chain.value.target, changeId }];
  });
}

function claimOf({ number, owner, branch, changeId }: PolicySnapshot["change"]): Claim | undefined {
  return changeId === undefined ? undefined : { number, owner, branch, changeId };
}

/**
 * Which patch sets still have to be put where everybody can fetch them. Those that were pushed over too: a reviewer compares
 * them long after the forge has let go of them. The newest one that was put there is remembered; they only ever grow.
 */
import type { PolicySnapshot } from "../policy/snapshot.ts";
import type { Action, KeptPatchSet, RepositorySnapshot } from "./snapshot.ts";

/** Every key of `patchSetSlot` begins so. */
export const PATCH_SET_SLOTS = "patch-sets:";

/** Key in `published`; its value is `keptUpTo` of the newest one that is kept. */
export function patchSetSlot(change: number): string {
  return `${PATCH_SET_SLOTS}${change}`;
}

export function keptUpTo({ n, sha }: Pick<KeptPatchSet, "n" | "sha">): string {
  return `${n} ${sha}`;
}

/** For the changes given, which are those whose policy enforces: the other modes write a check and nothing else. */
export function keepPatchSets(
  changes: readonly PolicySnapshot[],
  { published }: Pick<RepositorySnapshot, "published">,
): readonly Action[] {
  const sets = changes.flatMap(({ change: { number, patchSets } }) => {
    const kept = patchSets.findLastIndex((one) => published[patchSetSlot(number)] === keptUpTo(one));
    return patchSets.slice(kept + 1).map(({ n, sha }) => ({ change: number, n, sha }));
  });
  return sets.length === 0 ? [] : [{ kind: "keep-patch-sets", sets }];
}

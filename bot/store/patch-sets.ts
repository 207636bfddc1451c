/**
 * Patch sets as they were first seen: a head that was pushed over is nowhere else to be found. A recorded one is never
 * rewritten, except that who pushed it and when may be learned later.
 */
import { type BranchName, type RepoId, type Sha } from "../../src/core/ids.ts";
import { type PatchSet } from "../../src/core/policy/snapshot.ts";
import { type Instant } from "../../src/core/time.ts";
import { type Store } from "./database.ts";

export interface RecordedPatchSet {
  readonly change: number;
  readonly target: BranchName;
  readonly patchSet: PatchSet;
}

/** Does nothing where patch set `n` is known already: the first record stands. */
export async function recordPatchSet(
  store: Store,
  repository: RepoId,
  recorded: RecordedPatchSet & { readonly source: "seen" | "pushes" | "record" },
  now: Instant,
): Promise<void> {
  await store.db
    .insertInto("patch_set")
    .values({
      repository,
      change: recorded.change,
      n: recorded.patchSet.n,
      sha: recorded.patchSet.sha,
      target: recorded.target,
      record: JSON.stringify(recorded.patchSet),
      seen_at: now,
      source: recorded.source,
    })
    .onConflict((conflict) => conflict.columns(["repository", "change", "n"]).doNothing())
    .execute();
}

/** Writes what was learned about a recorded patch set; number and commit must be those of the record. */
export async function completePatchSet(
  store: Store,
  repository: RepoId,
  change: number,
  patchSet: PatchSet,
): Promise<void> {
  await store.db
    .updateTable("patch_set")
    .set({ record: JSON.stringify(patchSet) })
    .where("repository", "=", repository)
    .where("change", "=", change)
    .where("n", "=", patchSet.n)
    .where("sha", "=", patchSet.sha)
    .execute();
}

/** Oldest first. */
export async function patchSetsOf(
  store: Store,
  repository: RepoId,
  change: number,
): Promise<readonly RecordedPatchSet[]> {
  const rows = await store.db
    .selectFrom("patch_set")
    .select(["change", "target", "record"])
    .where("repository", "=", repository)
    .where("change", "=", change)
    .orderBy("n")
    .execute();
  return rows.map((row) => ({ change: row.change, target: row.target, patchSet: row.record }));
}

/** Every head that was ever a patch set of these changes, newest first: `sha → change`. */
export async function knownHeads(store: Store, repository: RepoId): Promise<ReadonlyMap<Sha, readonly number[]>> {
  const rows = await store.db
    .selectFrom("patch_set")
    .select(["sha", "change"])
    .where("repository", "=", repository)
    .orderBy("seen_at", "desc")
    .execute();
  const found = new Map<Sha, number[]>();
  for (const row of rows) found.set(row.sha, [...(found.get(row.sha) ?? []), row.change]);
  return found;
}

/** What was last written where (`slot → digest`), so that nothing is written twice, and every verdict ever published. */
import { type RepoId, type Sha } from "../../src/core/ids.ts";
import { type Instant } from "../../src/core/time.ts";
import { type Store } from "./database.ts";

export async function publishedDigests(store: Store, repository: RepoId): Promise<Readonly<Record<string, string>>> {
  const rows = await store.db
    .selectFrom("published")
    .select(["slot", "digest"])
    .where("repository", "=", repository)
    .execute();
  return Object.fromEntries(rows.map((row) => [row.slot, row.digest]));
}

export async function publishedDigest(store: Store, repository: RepoId, slot: string): Promise<string | undefined> {
  const row = await store.db
    .selectFrom("published")
    .select("digest")
    .where("repository", "=", repository)
    .where("slot", "=", slot)
    .executeTakeFirst();
  return row?.digest;
}

export async function markPublished(
  store: Store,
  published: { readonly repository: RepoId; readonly slot: string; readonly digest: string },
  now: Instant,
): Promise<void> {
  await store.db
    .insertInto("published")
    .values({ ...published, at: now })
    .onConflict((conflict) =>
      conflict.columns(["repository", "slot"]).doUpdateSet({ digest: published.digest, at: now }),
    )
    .execute();
}

export async function forgetPublished(store: Store, repository: RepoId, slots: readonly string[]): Promise<void> {
  if (slots.length === 0) return;
  await store.db
    .deleteFrom("published")
    .where("repository", "=", repository)
    .where("slot", "in", [...slots])
    .execute();
}

export async function recordVerdict(
  store: Store,
  verdict: {
    readonly repository: RepoId;
    readonly change: number;
    readonly sha: Sha;
    readonly digest: string;
    readonly result: string;
  },
  now: Instant,
): Promise<void> {
  await store.db
    .insertInto("verdict")
    .values({ ...verdict, at: now })
    .onConflict((conflict) => conflict.columns(["repository", "change", "sha", "digest"]).doNothing())
    .execute();
}

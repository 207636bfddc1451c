/**
 * What was asked back from the forge since this store is new to a repository, so that it is asked once: `up to` (the
 * newest number of a pull request then: later ones cannot have been forgotten), `change 12`, `base topic`.
 */
import type { RepoId } from "../../src/core/ids.ts";
import type { Person } from "../../src/core/policy/snapshot.ts";
import type { Store } from "./database.ts";

/** By what it is about. For a change: 1 = its head was asked, 2 = all of it. */
export async function rememberedIn(store: Store, repository: RepoId): Promise<ReadonlyMap<string, number>> {
  const rows = await store.db
    .selectFrom("remembered")
    .select(["what", "value"])
    .where("repository", "=", repository)
    .execute();
  return new Map(rows.map(({ what, value }) => [what, value]));
}

export async function remember(
  store: Store,
  repository: RepoId,
  { what, value }: { readonly what: string; readonly value: number },
): Promise<void> {
  await store.db
    .insertInto("remembered")
    .values({ repository, what, value })
    .onConflict((conflict) => conflict.columns(["repository", "what"]).doUpdateSet({ value }))
    .execute();
}

export async function saveRequester(
  store: Store,
  repository: RepoId,
  { change, requester }: { readonly change: number; readonly requester: Person },
): Promise<void> {
  await store.db
    .insertInto("requester")
    .values({ repository, change, person: JSON.stringify(requester) })
    .onConflict((conflict) => conflict.columns(["repository", "change"]).doNothing())
    .execute();
}

/** For whom we opened this pull request. */
export async function requesterOf(store: Store, repository: RepoId, change: number): Promise<Person | undefined> {
  const row = await store.db
    .selectFrom("requester")
    .select("person")
    .where("repository", "=", repository)
    .where("change", "=", change)
    .executeTakeFirst();
  return row?.person;
}

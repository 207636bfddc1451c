/**
 * One holder at a time: a repository's tick runs in one place. The fence grows with every new holder, so that the trace
 * of a holder that was thought dead can be told from its successor's.
 */
import { sql } from "kysely";
import { after, type Instant } from "../../src/core/time.ts";
import { type Store } from "./database.ts";

export interface Lease {
  readonly name: string;
  readonly holder: string;
  readonly fence: number;
}

/** Undefined: somebody else holds it. Held for `ms` unless renewed. */
export async function takeLease(
  store: Store,
  wanted: { readonly name: string; readonly holder: string; readonly ms: number },
  now: Instant,
): Promise<Lease | undefined> {
  const row = await store.db
    .insertInto("lease")
    .values({ name: wanted.name, holder: wanted.holder, fence: 1, until: after(now, wanted.ms) })
    .onConflict((conflict) =>
      conflict
        .column("name")
        .doUpdateSet({
          holder: wanted.holder,
          fence: sql<number>`lease.fence + 1`,
          until: after(now, wanted.ms),
        })
        .where((where) => where.or([where("lease.until", "<=", now), where("lease.holder", "=", wanted.holder)])),
    )
    .returning("fence")
    .executeTakeFirst();
  return row === undefined ? undefined : { name: wanted.name, holder: wanted.holder, fence: row.fence };
}

/** False: it was lost, and whatever is being done must stop. */
export async function renewLease(store: Store, lease: Lease, until: Instant): Promise<boolean> {
  const result = await store.db
    .updateTable("lease")
    .set({ until })
    .where("name", "=", lease.name)
    .where("holder", "=", lease.holder)
    .where("fence", "=", lease.fence)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** For a database that one process has alone: whoever held a lease before is dead. */
export async function breakLeases(store: Store, now: Instant): Promise<void> {
  await store.db.updateTable("lease").set({ until: now }).where("until", ">", now).execute();
}

export async function giveLease(store: Store, lease: Lease, now: Instant): Promise<void> {
  await store.db
    .updateTable("lease")
    .set({ until: now })
    .where("name", "=", lease.name)
    .where("holder", "=", lease.holder)
    .where("fence", "=", lease.fence)
    .execute();
}

/**
 * The inbox: webhooks that were acknowledged and are not done yet. A delivery is stored before it is answered, so an
 * acknowledged one survives a crash; the payload is forgotten as soon as the delivery is done.
 */
import { sql } from "kysely";
import { after, type Instant } from "../../src/core/time.ts";
import { type Store } from "./database.ts";
import { stirredBy } from "./judged.ts";

export interface Delivery {
  readonly id: string;
  readonly event: string;
  /** `owner/name` of what to look at; `*` = everything. */
  readonly repositories: readonly string[];
  readonly sha256: string;
  readonly payload: string;
}

/** True when it is new; the same id twice is one delivery. */
export async function storeDelivery(store: Store, delivery: Delivery, now: Instant): Promise<boolean> {
  const result = await store.db
    .insertInto("delivery")
    .values({
      id: delivery.id,
      event: delivery.event,
      repositories: JSON.stringify(delivery.repositories),
      sha256: delivery.sha256,
      payload: delivery.payload,
      received_at: now,
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export async function openDeliveries(store: Store): Promise<number> {
  const row = await store.db
    .selectFrom("delivery")
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("done_at", "is", null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/**
 * Turns open deliveries into wakes, in one transaction each batch, at most 100 at a time; answers how many were done.
 * Several processes may drain at once: each row is taken by one of them.
 */
export async function drainDeliveries(store: Store, now: Instant): Promise<number> {
  return store.db.transaction().execute(async (tx) => {
    const rows = await tx
      .selectFrom("delivery")
      .select(["id", "repositories", "payload"])
      .where("done_at", "is", null)
      .orderBy("received_at")
      .limit(100)
      .forUpdate()
      .skipLocked()
      .execute();
    const names = new Set(rows.flatMap((row) => row.repositories));
    if (names.has("*")) {
      await tx
        .updateTable("repository")
        .set({ wake_at: now, wake_seq: sql<number>`wake_seq + 1` })
        .execute();
    }
    for (const name of names) if (name !== "*") await wakeIn(tx, name, now);
    const stirred = rows.flatMap(({ repositories, payload }) =>
      stirredBy(payload).flatMap((what) => repositories.map((name) => ({ full_name: name.toLowerCase(), what }))),
    );
    const once = new Map(stirred.map((row) => [`${row.full_name} ${row.what}`, row]));
    if (once.size > 0)
      await tx
        .insertInto("stirred")
        .values([...once.values()])
        .execute();
    if (rows.length > 0) {
      await tx
        .updateTable("delivery")
        .set({ done_at: now, payload: null })
        .where(
          "id",
          "in",
          rows.map((row) => row.id),
        )
        .execute();
    }
    return rows.length;
  });
}

/** Makes the wake durable: the earlier of the known one and `at`. */
export async function wakeIn(db: Store["db"], fullName: string, at: Instant): Promise<void> {
  const [owner = "", name = ""] = fullName.split("/");
  await db
    .insertInto("repository")
    .values({ full_name: fullName.toLowerCase(), owner, name, id: null, problem: null, wake_at: at, wake_seq: 1 })
    .onConflict((conflict) =>
      conflict.column("full_name").doUpdateSet({
        wake_at: sql<Instant>`least(coalesce(repository.wake_at, excluded.wake_at), excluded.wake_at)`,
        wake_seq: sql<number>`repository.wake_seq + 1`,
      }),
    )
    .execute();
}

/** Done deliveries are kept a week, to tell a doubled one from a new one. */
export async function forgetDeliveries(store: Store, now: Instant): Promise<void> {
  await store.db
    .deleteFrom("delivery")
    .where("done_at", "<", after(now, -7 * 86_400_000))
    .execute();
}

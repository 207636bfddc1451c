/**
 * Which repositories to look at, and when. A wake is durable: it is cleared only by a tick that has seen it and ended
 * well (`wake_seq`), so a crash in the middle of a tick leaves it due.
 */
import { sql } from "kysely";
import { type RepoId } from "../../src/core/ids.ts";
import { type Instant } from "../../src/core/time.ts";
import { type Store } from "./database.ts";
import { wakeIn } from "./deliveries.ts";

export interface Watched {
  readonly fullName: string;
  readonly owner: string;
  readonly name: string;
  readonly id?: RepoId;
  readonly wakeAt?: Instant;
  readonly wakeSeq: number;
  readonly failures: number;
}

export async function wake(store: Store, fullName: string, at: Instant): Promise<void> {
  await wakeIn(store.db, fullName, at);
}

export async function watched(store: Store): Promise<readonly Watched[]> {
  const rows = await store.db.selectFrom("repository").selectAll().orderBy("full_name").execute();
  return rows.map((row) => ({
    fullName: row.full_name,
    owner: row.owner,
    name: row.name,
    ...(row.id === null ? {} : { id: row.id }),
    ...(row.wake_at === null ? {} : { wakeAt: row.wake_at }),
    wakeSeq: row.wake_seq,
    failures: row.failures,
  }));
}

/** How often this repository was woken, by webhooks and sweeps; undefined: it is not watched. */
export async function wakesOf(store: Store, fullName: string): Promise<number | undefined> {
  const row = await store.db
    .selectFrom("repository")
    .select("wake_seq")
    .where("full_name", "=", fullName)
    .executeTakeFirst();
  return row?.wake_seq;
}

/** Ends a tick: the next wake replaces the one that was seen; a wake that came in between stays as it is. */
export async function endTick(
  store: Store,
  tick: {
    readonly fullName: string;
    readonly seen: number;
    readonly wakeAt: Instant | undefined;
    readonly failures: number;
    readonly problem: string | undefined;
  },
): Promise<void> {
  await store.db
    .updateTable("repository")
    .set({
      wake_at: sql<Instant | null>`case when wake_seq = ${tick.seen} then ${tick.wakeAt ?? null}::bigint else wake_at end`,
      failures: tick.failures,
      problem: tick.problem ?? null,
    })
    .where("full_name", "=", tick.fullName)
    .execute();
}

export async function rememberRepository(store: Store, fullName: string, id: RepoId): Promise<void> {
  await store.db.updateTable("repository").set({ id }).where("full_name", "=", fullName).execute();
}

/** The forge knows it by another name or not at all: nothing is looked at under this one any more. */
export async function forgetRepository(store: Store, fullName: string): Promise<void> {
  await store.db.deleteFrom("repository").where("full_name", "=", fullName).execute();
}

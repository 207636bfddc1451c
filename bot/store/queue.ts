/**
 * The gate's memory: items in the order they came, their builds, and how each ended. An ended item is kept: it says
 * what landed and which head was refused.
 */
import { sql } from "kysely";
import { refusesHead } from "../../src/core/gate/queue.ts";
import type { Build, DequeueReason, GateSnapshot, Item } from "../../src/core/gate/snapshot.ts";
import type { BranchName, BuildId, ItemId, RepoId, Sha } from "../../src/core/ids.ts";
import type { Instant } from "../../src/core/time.ts";
import { type Store } from "./database.ts";

export interface QueuedItem {
  readonly target: BranchName;
  readonly item: Item;
}

/** Keeps an item that is there already: enqueueing twice is once. An ended one is opened anew at the end of the queue. */
export async function saveItem(store: Store, repository: RepoId, queued: QueuedItem, now: Instant): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    await tx
      .deleteFrom("item")
      .where("repository", "=", repository)
      .where("id", "=", queued.item.id)
      .where("ended_at", "is not", null)
      .where("landed_sha", "is", null)
      .execute();
    await tx
      .insertInto("item")
      .values({
        repository,
        id: queued.item.id,
        target: queued.target,
        record: JSON.stringify(queued.item),
        enqueued_at: now,
        because: null,
        why: null,
        landed_sha: null,
      })
      .onConflict((conflict) => conflict.columns(["repository", "id"]).doNothing())
      .execute();
  });
}

/** Front first, of every target. */
export async function openItems(store: Store, repository: RepoId): Promise<readonly QueuedItem[]> {
  const rows = await store.db
    .selectFrom("item")
    .select(["target", "record"])
    .where("repository", "=", repository)
    .where("ended_at", "is", null)
    .orderBy("position")
    .execute();
  return rows.map((row) => ({ target: row.target, item: row.record }));
}

export async function endItem(
  store: Store,
  at: { readonly repository: RepoId; readonly item: ItemId },
  end: { readonly because: DequeueReason | "landed"; readonly why: string; readonly landed?: Sha },
  now: Instant,
): Promise<void> {
  await store.db
    .updateTable("item")
    .set({ ended_at: now, because: end.because, why: end.why, landed_sha: end.landed ?? null })
    .where("repository", "=", at.repository)
    .where("id", "=", at.item)
    .where("ended_at", "is", null)
    .execute();
}

/** The newest 200 that landed on a target, oldest first. */
export async function landedOn(store: Store, repository: RepoId, target: BranchName): Promise<GateSnapshot["landed"]> {
  const rows = await store.db
    .selectFrom("item")
    .select(["id", "record", "landed_sha"])
    .where("repository", "=", repository)
    .where("target", "=", target)
    .where("because", "=", "landed")
    .orderBy("ended_at", "desc")
    .limit(200)
    .execute();
  return rows.reverse().flatMap((row) =>
    row.landed_sha === null
      ? []
      : row.record.members.map((member) => ({
          item: row.id,
          change: member.change,
          sha: row.landed_sha ?? member.head,
        })),
  );
}

/** Heads that left the gate by a fault of their own and were not lifted by a recheck. */
export async function refusedOn(
  store: Store,
  repository: RepoId,
  target: BranchName,
): Promise<GateSnapshot["refused"]> {
  const rows = await store.db
    .selectFrom("item")
    .select(["record", "because", "why"])
    .where("repository", "=", repository)
    .where("target", "=", target)
    .where("because", "is not", null)
    .where("because", "!=", "landed")
    .where("lifted_at", "is", null)
    .orderBy("ended_at")
    .execute();
  return rows.flatMap(({ record, because, why }) =>
    because === null || because === "landed" || !refusesHead(because)
      ? []
      : record.members.map(({ change, head }) => ({ change, head, because, why: why ?? "" })),
  );
}

/** Writes a build as it now is; the first write sets when it was asked for. */
export async function saveBuild(
  store: Store,
  repository: RepoId,
  built: { readonly target: BranchName; readonly build: Build },
): Promise<void> {
  const record = JSON.stringify(built.build);
  await store.db
    .insertInto("build")
    .values({ repository, id: built.build.id, target: built.target, record, asked_at: built.build.askedAt })
    .onConflict((conflict) => conflict.columns(["repository", "id"]).doUpdateSet({ record, released_at: null }))
    .execute();
}

/** Builds whose last item is still in the queue, oldest first. */
export async function buildsOf(
  store: Store,
  repository: RepoId,
  items: readonly ItemId[],
): Promise<readonly { readonly target: BranchName; readonly build: Build }[]> {
  const rows = await store.db
    .selectFrom("build")
    .select(["target", "record"])
    .where("repository", "=", repository)
    .orderBy("asked_at")
    .execute();
  const here = new Set(items);
  return rows
    .map((row) => ({ target: row.target, build: row.record }))
    .filter(({ build }) => build.stack.some((item) => here.has(item)));
}

export async function buildById(
  store: Store,
  repository: RepoId,
  id: BuildId,
): Promise<{ readonly target: BranchName; readonly build: Build } | undefined> {
  const row = await store.db
    .selectFrom("build")
    .select(["target", "record"])
    .where("repository", "=", repository)
    .where("id", "=", id)
    .executeTakeFirst();
  return row === undefined ? undefined : { target: row.target, build: row.record };
}

/** Was this commit tested by another build? Its runs would be taken for the new one's. */
export async function wasBuilt(
  store: Store,
  repository: RepoId,
  { sha, not }: { readonly sha: Sha; readonly not: BuildId },
): Promise<boolean> {
  const row = await store.db
    .selectFrom("build")
    .select("id")
    .where("repository", "=", repository)
    .where("id", "!=", not)
    .where(sql<boolean>`record -> 'commits' @> ${JSON.stringify([sha])}::jsonb`)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Builds that still hold a gate ref although none of their items is in the queue: their refs can go. */
export async function staleBuilds(
  store: Store,
  repository: RepoId,
  items: readonly ItemId[],
): Promise<readonly Build[]> {
  const rows = await store.db
    .selectFrom("build")
    .select("record")
    .where("repository", "=", repository)
    .where("released_at", "is", null)
    .execute();
  const here = new Set(items);
  return rows.map((row) => row.record).filter((build) => !build.stack.some((item) => here.has(item)));
}

export async function releaseBuild(store: Store, repository: RepoId, id: BuildId, now: Instant): Promise<void> {
  await store.db
    .updateTable("build")
    .set({ released_at: now })
    .where("repository", "=", repository)
    .where("id", "=", id)
    .execute();
}

/** A recheck by a person: heads of this change that were refused may come in again, and what the forge refused is tried now. */
export async function liftRefusals(store: Store, repository: RepoId, change: number, now: Instant): Promise<void> {
  await retryNow(store, repository, change, now);
  const rows = await store.db
    .selectFrom("item")
    .select(["id", "record"])
    .where("repository", "=", repository)
    .where("ended_at", "is not", null)
    .where("lifted_at", "is", null)
    .execute();
  const ids = rows.filter((row) => row.record.members.some((member) => member.change === change)).map((row) => row.id);
  if (ids.length === 0) return;
  await store.db
    .updateTable("item")
    .set({ lifted_at: now })
    .where("repository", "=", repository)
    .where("id", "in", ids)
    .execute();
}

async function retryNow(store: Store, repository: RepoId, change: number, now: Instant): Promise<void> {
  const items = (await openItems(store, repository)).filter(({ item }) =>
    item.members.some((member) => member.change === change),
  );
  const ids = items.map(({ item }) => item.id);
  for (const { target, build } of await buildsOf(store, repository, ids)) {
    if (build.refusal === undefined) continue;
    await saveBuild(store, repository, { target, build: { ...build, refusal: { ...build.refusal, next: now } } });
  }
}

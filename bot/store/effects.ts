/**
 * What was begun and what is done, by the action's key: a crash between two steps is resumed, not repeated blindly.
 * Every action is safe to repeat in itself; this table is the trace of what was done, for people.
 */
import { sql } from "kysely";
import { type RepoId } from "../../src/core/ids.ts";
import { type Instant } from "../../src/core/time.ts";
import { type Store } from "./database.ts";

export type EffectState = "begun" | "done" | "refused";

export async function beginEffect(
  store: Store,
  effect: { readonly repository: RepoId; readonly key: string; readonly action: string; readonly fence: number },
  now: Instant,
): Promise<void> {
  await store.db
    .insertInto("effect")
    .values({ ...effect, state: "begun", detail: null, at: now })
    .onConflict((conflict) =>
      conflict
        .columns(["repository", "key"])
        .doUpdateSet({ state: "begun", fence: effect.fence, at: now, detail: null }),
    )
    .execute();
}

export async function endEffect(
  store: Store,
  effect: { readonly repository: RepoId; readonly key: string },
  end: { readonly state: EffectState; readonly detail?: string },
  now: Instant,
): Promise<void> {
  await store.db
    .updateTable("effect")
    .set({ state: end.state, detail: end.detail ?? null, at: now })
    .where("repository", "=", effect.repository)
    .where("key", "=", effect.key)
    .execute();
}

/** Begun and never ended: the process died there. Oldest first. */
export async function openEffects(
  store: Store,
  repository: RepoId,
): Promise<readonly { readonly key: string; readonly action: string }[]> {
  return store.db
    .selectFrom("effect")
    .select(["key", "action"])
    .where("repository", "=", repository)
    .where("state", "=", "begun")
    .orderBy("at")
    .execute();
}

/** Ended ones are kept for a month. */
export async function forgetEffects(store: Store, now: Instant): Promise<void> {
  await store.db
    .deleteFrom("effect")
    .where("state", "!=", "begun")
    .where("at", "<", sql<Instant>`${now}::bigint - 2592000000`)
    .execute();
}

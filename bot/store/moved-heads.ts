/** Head branches that the gate itself moved, or was about to: written down with the build before the push. */
import { sql } from "kysely";
import type { Build } from "../../src/core/gate/snapshot.ts";
import type { RepoId } from "../../src/core/ids.ts";
import type { Store } from "./database.ts";

export type MovedHead = NonNullable<Build["moved"]>[number];

/** Oldest first. */
export async function movedHeads(store: Store, repository: RepoId): Promise<readonly MovedHead[]> {
  const rows = await store.db
    .selectFrom("build")
    .select("record")
    .where("repository", "=", repository)
    .where(sql<boolean>`jsonb_exists(record, 'moved')`)
    .orderBy("asked_at")
    .execute();
  return rows.flatMap(({ record }) => record.moved ?? []);
}

/**
 * Votes as they were seen. GitHub forgets what a review said before it was edited or dismissed; a veto must not be
 * forgotten with it, so what was once seen stays and only its state moves on.
 */
import { sql } from "kysely";
import { type RepoId } from "../../src/core/ids.ts";
import { type Vote } from "../../src/core/policy/snapshot.ts";
import { type Instant } from "../../src/core/time.ts";
import { type Store } from "./database.ts";

/** Upsert by review and label. A recorded value and the range permitted then are never lost to a later edit. */
export async function recordVotes(
  store: Store,
  at: { readonly repository: RepoId; readonly change: number },
  votes: readonly Vote[],
  now: Instant,
): Promise<void> {
  for (const vote of votes) {
    await store.db
      .insertInto("vote")
      .values({
        repository: at.repository,
        change: at.change,
        id: voteKey(vote),
        record: JSON.stringify(vote),
        seen_at: now,
        changed_at: now,
      })
      .onConflict((conflict) =>
        conflict
          .columns(["repository", "change", "id"])
          .doUpdateSet({ record: JSON.stringify(vote), changed_at: now })
          .where(sql<boolean>`vote.record <> excluded.record`),
      )
      .execute();
  }
}

/** In the order they were first seen. */
export async function votesOf(store: Store, repository: RepoId, change: number): Promise<readonly Vote[]> {
  const rows = await store.db
    .selectFrom("vote")
    .select("record")
    .where("repository", "=", repository)
    .where("change", "=", change)
    .orderBy("seen_at")
    .orderBy("id")
    .execute();
  return rows.map((row) => row.record);
}

function voteKey(vote: Vote): string {
  return `${vote.source.id} ${vote.label}`;
}

/** Words for overrides as they were seen: an edit, a dismissal or a deletion ends one, and nothing brings it back. */
import { sql } from "kysely";
import { type RepoId } from "../../src/core/ids.ts";
import { type OverrideWord } from "../../src/core/review/override-line.ts";
import { type Instant } from "../../src/core/time.ts";
import { type Store } from "./database.ts";

interface WordsOf {
  readonly repository: RepoId;
  readonly change: number;
}

/** Upsert by review and name; one that says the same is not written again. */
export async function recordWords(
  store: Store,
  { repository, change }: WordsOf,
  words: readonly OverrideWord[],
  now: Instant,
): Promise<void> {
  for (const word of words) {
    const record = JSON.stringify(word);
    await store.db
      .insertInto("override_word")
      .values({ repository, change, id: wordKey(word), record, seen_at: now, changed_at: now })
      .onConflict((conflict) =>
        conflict
          .columns(["repository", "change", "id"])
          .doUpdateSet({ record, changed_at: now })
          .where(sql<boolean>`override_word.record <> excluded.record`),
      )
      .execute();
  }
}

/** Oldest first. */
export async function wordsOf(store: Store, { repository, change }: WordsOf): Promise<readonly OverrideWord[]> {
  const rows = await store.db
    .selectFrom("override_word")
    .select("record")
    .where("repository", "=", repository)
    .where("change", "=", change)
    .orderBy("seen_at")
    .orderBy("id")
    .execute();
  return rows.map((row) => row.record);
}

/** A review says each name once. */
export function wordKey({ source, name }: OverrideWord): string {
  return `${source?.id ?? ""} ${name.toLowerCase()}`;
}

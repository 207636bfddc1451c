/**
 * How each pull request came into its target, asked once (threat T38). Merged and not in this table: nobody has answered yet, whatever
 * became of the look that saw it.
 */
import type { BranchName, RepoId, Sha } from "../../src/core/ids.ts";
import type { Instant } from "../../src/core/time.ts";
import type { Store } from "./database.ts";
import type { MergeAuditTable } from "./tables.ts";

export interface MergeAudit {
  readonly change: number;
  readonly target: BranchName;
  readonly found: MergeAuditTable["found"];
  readonly landed?: Sha;
  readonly by?: string;
  /** What was missing: a sentence. */
  readonly missing?: string;
}

/** Merges that one look asks about; the next look goes on. */
const MOST_MERGES = 20;

/** Numbers of merged pull requests that nobody has answered for, oldest first. */
export async function unauditedMerges(store: Store, repository: RepoId): Promise<readonly number[]> {
  const rows = await store.db
    .selectFrom("pull")
    .leftJoin("merge_audit", (join) =>
      join.onRef("merge_audit.repository", "=", "pull.repository").onRef("merge_audit.change", "=", "pull.change"),
    )
    .select("pull.change")
    .where("pull.repository", "=", repository)
    .where("pull.state", "=", "merged")
    .where("merge_audit.change", "is", null)
    .orderBy("pull.change")
    .limit(MOST_MERGES)
    .execute();
  return rows.map(({ change }) => change);
}

/** The first answer stands. */
export async function saveMergeAudits(
  store: Store,
  repository: RepoId,
  audits: readonly MergeAudit[],
  now: Instant,
): Promise<void> {
  if (audits.length === 0) return;
  const rows = audits.map(({ change, target, found, landed, by, missing }) => ({
    ...{ repository, change, target, found, at: now },
    ...{ landed: landed ?? null, merged_by: by ?? null, merged_at: null, missing: missing ?? null },
  }));
  await store.db
    .insertInto("merge_audit")
    .values(rows)
    .onConflict((conflict) => conflict.columns(["repository", "change"]).doNothing())
    .execute();
}

/** Of those that are merged when they are first heard of, nobody asks: the service has not seen them open. */
export async function passOver(
  store: Store,
  repository: RepoId,
  pulls: readonly { readonly change: number; readonly state: string; readonly base: BranchName }[],
  now: Instant,
): Promise<void> {
  const merged = pulls.filter(({ state }) => state === "merged");
  if (merged.length === 0) return;
  const rows = await store.db
    .selectFrom("pull")
    .select("change")
    .where("repository", "=", repository)
    .where(
      "change",
      "in",
      merged.map(({ change }) => change),
    )
    .execute();
  const seen = new Set(rows.map(({ change }) => change));
  const before = merged
    .filter(({ change }) => !seen.has(change))
    .map(({ change, base }) => ({ change, target: base, found: "before" as const }));
  await saveMergeAudits(store, repository, before, now);
}

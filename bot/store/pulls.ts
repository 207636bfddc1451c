/** Pull requests as they were last seen. The open list forgets one that was merged or closed; a stack above it must not. */
import { sql } from "kysely";
import { type BranchName, type RepoId, type Sha } from "../../src/core/ids.ts";
import { type Instant } from "../../src/core/time.ts";
import { type Store } from "./database.ts";
import { passOver } from "./merge-audits.ts";

export interface KnownPull {
  readonly change: number;
  readonly state: "open" | "merged" | "closed";
  readonly head: Sha;
  readonly headBranch: BranchName;
  /** The head branch lives in this repository, not in a fork. */
  readonly local: boolean;
  readonly base: BranchName;
}

export async function savePulls(
  store: Store,
  repository: RepoId,
  pulls: readonly KnownPull[],
  now: Instant,
): Promise<void> {
  if (pulls.length === 0) return;
  await passOver(store, repository, pulls, now);
  const rows = pulls.map(({ headBranch, ...pull }) => ({
    repository,
    ...pull,
    head_branch: headBranch,
    seen_at: now,
  }));
  await store.db
    .insertInto("pull")
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(["repository", "change"]).doUpdateSet((excluded) => ({
        state: excluded.ref("excluded.state"),
        head: excluded.ref("excluded.head"),
        head_branch: excluded.ref("excluded.head_branch"),
        local: excluded.ref("excluded.local"),
        base: excluded.ref("excluded.base"),
        seen_at: excluded.ref("excluded.seen_at"),
      })),
    )
    .execute();
}

/** Newest number first. */
export async function knownPulls(store: Store, repository: RepoId): Promise<readonly KnownPull[]> {
  const rows = await store.db
    .selectFrom("pull")
    .select(["change", "state", "head", "head_branch", "local", "base"])
    .where("repository", "=", repository)
    .orderBy("change", "desc")
    .execute();
  return rows.map(({ head_branch: headBranch, ...pull }) => ({ ...pull, headBranch }));
}

/** Merged or closed not later than this, as far as was seen, with something in `published` under `<slots><number>`. */
export async function endedPulls(
  store: Store,
  repository: RepoId,
  { upTo, slots }: { readonly upTo: Instant; readonly slots: string },
): Promise<readonly { readonly change: number; readonly at: Instant }[]> {
  const rows = await store.db
    .selectFrom("pull")
    .innerJoin("published", (join) =>
      join
        .onRef("published.repository", "=", "pull.repository")
        .on("published.slot", "=", sql<string>`${slots}::text || pull.change`),
    )
    .select(["pull.change", "pull.seen_at"])
    .where("pull.repository", "=", repository)
    .where("pull.state", "<>", "open")
    .where("pull.seen_at", "<=", upTo)
    .execute();
  return rows.map(({ change, seen_at: at }) => ({ change, at }));
}

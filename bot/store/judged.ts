/** What looks leave behind: which changes were judged on which facts, and what webhooks have named since. */
import type { Judged } from "../../src/core/gate/attention.ts";
import { type BranchName, type RepoId, type Sha } from "../../src/core/ids.ts";
import { type Store } from "./database.ts";

export interface JudgedRow {
  readonly judged: Judged;
  readonly head: Sha;
  /** The state in which the forge counts our own check on that head. */
  readonly said?: string;
}

export async function judgedChanges(store: Store, repository: RepoId): Promise<ReadonlyMap<number, JudgedRow>> {
  const rows = await store.db
    .selectFrom("judged")
    .select(["change", "record", "head", "said"])
    .where("repository", "=", repository)
    .execute();
  return new Map(
    rows.map(({ change, record, head, said }) => [
      change,
      { judged: record, head, ...(said === null ? {} : { said }) },
    ]),
  );
}

export async function saveJudged(store: Store, repository: RepoId, rows: readonly JudgedRow[]): Promise<void> {
  if (rows.length === 0) return;
  await store.db
    .insertInto("judged")
    .values(
      rows.map(({ judged, head, said }) => ({
        repository,
        change: judged.change,
        record: JSON.stringify(judged),
        head,
        said: said ?? null,
        at: judged.at,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(["repository", "change"]).doUpdateSet((excluded) => ({
        record: excluded.ref("excluded.record"),
        head: excluded.ref("excluded.head"),
        said: excluded.ref("excluded.said"),
        at: excluded.ref("excluded.at"),
      })),
    )
    .execute();
}

/** Of changes that are not open any more. */
export async function forgetJudged(store: Store, repository: RepoId, open: readonly number[]): Promise<void> {
  const rows = store.db.deleteFrom("judged").where("repository", "=", repository);
  await (open.length === 0 ? rows : rows.where("change", "not in", open)).execute();
}

export interface Stirred {
  readonly changes: ReadonlySet<number>;
  readonly commits: ReadonlySet<string>;
  /** The newest of them, to be forgotten once the look has ended well. */
  readonly upTo: number;
}

export async function stirredIn(store: Store, fullName: string): Promise<Stirred> {
  const rows = await store.db
    .selectFrom("stirred")
    .select(["seq", "what"])
    .where("full_name", "=", fullName.toLowerCase())
    .execute();
  const named = (kind: string): string[] =>
    rows.flatMap(({ what }) => (what.startsWith(`${kind} `) ? [what.slice(kind.length + 1)] : []));
  return {
    changes: new Set(named("change").map(Number)),
    commits: new Set(named("commit")),
    upTo: Math.max(0, ...rows.map(({ seq }) => seq)),
  };
}

export async function forgetStirred(store: Store, fullName: string, upTo: number): Promise<void> {
  if (upTo === 0) return;
  await store.db
    .deleteFrom("stirred")
    .where("full_name", "=", fullName.toLowerCase())
    .where("seq", "<=", upTo)
    .execute();
}

/** What a payload names of its repository. Only ever a reason to read it; absent or forged, nothing is decided by it. */
export function stirredBy(payload: string | null): readonly string[] {
  if (payload === null) return [];
  let read: unknown;
  try {
    read = JSON.parse(payload);
  } catch {
    return [];
  }
  const issue = property(read, "issue");
  // A comment on a pull request names it as an issue; what is an issue alone is nothing that we read.
  const about = [property(read, "pull_request"), property(issue, "pull_request") === undefined ? undefined : issue];
  const changes = about.map((one) => property(one, "number"));
  const checks = ["check_run", "check_suite", "workflow_run", "workflow_job"];
  const commits = [...checks.map((key) => property(property(read, key), "head_sha")), property(read, "sha")];
  return [
    ...changes.flatMap((number) => (typeof number === "number" ? [`change ${number}`] : [])),
    ...commits.flatMap((sha) => (typeof sha === "string" && /^[0-9a-f]{40,64}$/.test(sha) ? [`commit ${sha}`] : [])),
  ];
}

function property(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

/** The target that each change's newest recorded patch set was for. */
export async function recordedTargets(store: Store, repository: RepoId): Promise<ReadonlyMap<number, BranchName>> {
  const rows = await store.db
    .selectFrom("patch_set")
    .select(["change", "target"])
    .where("repository", "=", repository)
    .orderBy("n")
    .execute();
  return new Map(rows.map(({ change, target }) => [change, target]));
}

/**
 * How the gate's jobs have gone: one row for each attempt that ended, by its commit. From them come how long a job takes,
 * how often it fails, how often the same commit got both answers, and how soon after a red one somebody presses rerun.
 */
import { sql } from "kysely";
import { tipOf } from "../../src/core/gate/identity.ts";
import type { Build, GateSnapshot } from "../../src/core/gate/snapshot.ts";
import { jobName, type RepoId } from "../../src/core/ids.ts";
import { after, type Instant } from "../../src/core/time.ts";
import type { Store } from "./database.ts";
import type { JobRunTable } from "./tables.ts";

const KEPT_MS = 30 * 86_400_000;
/** Fewer say nothing about the longest of a hundred. */
const ENOUGH = 5;

/** What this process has written already; only saves asking the database again. */
const written = new WeakMap<Store, Set<string>>();

export async function rememberJobs(
  store: Store,
  repository: RepoId,
  builds: readonly Build[],
  now: Instant,
): Promise<void> {
  const known = written.get(store) ?? new Set<string>();
  written.set(store, known);
  if (known.size > 10_000) known.clear();
  const rows = builds.flatMap((build) => rowsOf(repository, build)).filter((row) => !known.has(keyOf(row)));
  if (rows.length === 0) return;
  await store.db
    .insertInto("job_run")
    .values(rows)
    .onConflict((conflict) => conflict.columns(["repository", "job", "sha", "attempt"]).doNothing())
    .execute();
  await store.db.deleteFrom("job_run").where("ended_at", "<", after(now, -KEPT_MS)).execute();
  for (const row of rows) known.add(keyOf(row));
}

function rowsOf(repository: RepoId, build: Build): readonly JobRunTable[] {
  const sha = tipOf(build);
  if (sha === undefined) return [];
  return build.jobs.flatMap(({ job, state, attempt, startedAt, endedAt }) =>
    (state === "passed" || state === "failed" || state === "lost") && startedAt !== undefined && endedAt !== undefined
      ? [{ repository, job, sha, attempt, result: state, started_at: startedAt, ended_at: endedAt }]
      : [],
  );
}

function keyOf({ repository, job, sha, attempt }: JobRunTable): string {
  return `${repository} ${sha} ${attempt} ${job}`;
}

/** Of the last 30 days. A job that ended fewer than five times has no history yet. */
export async function jobMemory(
  store: Store,
  repository: RepoId,
): Promise<Pick<GateSnapshot["memory"], "jobs" | "rerunMs">> {
  const times = await store.db
    .selectFrom("job_run")
    .select([
      "job",
      sql<number[] | null>`percentile_cont(array[0.5, 0.95, 0.99]) within group (order by ended_at - started_at)
        filter (where result = 'passed')`.as("spans"),
      sql<number>`count(*) filter (where result = 'passed')::int`.as("passed"),
      sql<number>`count(*) filter (where result = 'failed')::int`.as("failed"),
      sql<number>`count(distinct sha)::int`.as("commits"),
    ])
    .where("repository", "=", repository)
    .groupBy("job")
    .execute();
  if (times.length === 0) return { jobs: {} };
  const flakes = await store.db
    .selectFrom(
      store.db
        .selectFrom("job_run")
        .select(["job", "sha"])
        .where("repository", "=", repository)
        .groupBy(["job", "sha"])
        .having(sql<boolean>`bool_or(result = 'passed') and bool_or(result = 'failed')`)
        .as("both"),
    )
    .select(["job", sql<number>`count(*)::int`.as("commits")])
    .groupBy("job")
    .execute();
  const flaky = new Map(flakes.map(({ job, commits }) => [job, commits]));
  const jobs = times.flatMap(({ job, spans, passed, failed, commits }) => {
    const [medianMs, p95Ms, p99Ms] = spans ?? [];
    if (passed < ENOUGH || medianMs === undefined || p95Ms === undefined || p99Ms === undefined) return [];
    const failRate = failed / (passed + failed);
    return [[jobName(job), { medianMs, p95Ms, p99Ms, failRate, flakeRate: (flaky.get(job) ?? 0) / commits }] as const];
  });
  const rerunMs = await rerunLatency(store, repository);
  return { jobs: Object.fromEntries(jobs), ...(rerunMs === undefined ? {} : { rerunMs }) };
}

/** The gate itself never reruns a red job: whoever does is a person, or a robot of theirs. */
async function rerunLatency(store: Store, repository: RepoId): Promise<number | undefined> {
  const row = await store.db
    .selectFrom("job_run as red")
    .innerJoin("job_run as next", (join) =>
      join
        .onRef("next.repository", "=", "red.repository")
        .onRef("next.job", "=", "red.job")
        .onRef("next.sha", "=", "red.sha")
        .on(sql<boolean>`next.attempt = red.attempt + 1`),
    )
    .select(
      sql<number | null>`percentile_cont(0.95) within group (order by next.started_at - red.ended_at)`.as("latency"),
    )
    .where("red.repository", "=", repository)
    .where("red.result", "=", "failed")
    .executeTakeFirst();
  const latency = row?.latency ?? undefined;
  return latency === undefined ? undefined : Math.max(0, latency);
}

/**
 * The tables, one step at a time, in SQL that PostgreSQL 15 understands (the embedded database is 18).
 * Steps are never edited once released; a new one is added below. `$schema` stands for the quoted schema name.
 */
import { sql, type Kysely } from "kysely";

const STEPS: readonly (readonly string[])[] = [
  [
    `create table $schema.repository (
       full_name text primary key, owner text not null, name text not null, id bigint,
       wake_at bigint, wake_seq bigint not null default 0, swept_at bigint,
       failures integer not null default 0, problem text)`,
    `create index repository_wake on $schema.repository (wake_at) where wake_at is not null`,
    `create table $schema.delivery (
       id text primary key, event text not null, repositories jsonb not null, sha256 text not null, payload text,
       received_at bigint not null, done_at bigint, attempts integer not null default 0, problem text)`,
    `create index delivery_open on $schema.delivery (received_at) where done_at is null`,
    `create table $schema.pull (
       repository bigint not null, change integer not null, state text not null, head text not null,
       head_branch text not null, local boolean not null, base text not null, seen_at bigint not null,
       primary key (repository, change))`,
    `create table $schema.patch_set (
       repository bigint not null, change integer not null, n integer not null, sha text not null, target text not null,
       record jsonb not null, seen_at bigint not null, source text not null,
       primary key (repository, change, n))`,
    `create table $schema.vote (
       repository bigint not null, change integer not null, id text not null, record jsonb not null,
       seen_at bigint not null, changed_at bigint not null,
       primary key (repository, change, id))`,
    `create table $schema.item (
       repository bigint not null, id text not null, target text not null, record jsonb not null,
       position bigint generated always as identity, enqueued_at bigint not null, ended_at bigint, because text, why text,
       landed_sha text, lifted_at bigint,
       primary key (repository, id))`,
    `create index item_open on $schema.item (repository, target, position) where ended_at is null`,
    `create table $schema.build (
       repository bigint not null, id text not null, target text not null, record jsonb not null,
       asked_at bigint not null, released_at bigint,
       primary key (repository, id))`,
    `create table $schema.effect (
       repository bigint not null, key text not null, action text not null, fence bigint not null, state text not null,
       detail text, at bigint not null,
       primary key (repository, key))`,
    `create table $schema.lease (name text primary key, holder text not null, fence bigint not null, until bigint not null)`,
    `create table $schema.published (
       repository bigint not null, slot text not null, digest text not null, at bigint not null,
       primary key (repository, slot))`,
    `create table $schema.verdict (
       repository bigint not null, change integer not null, sha text not null, at bigint not null, digest text not null,
       result text not null,
       primary key (repository, change, sha, digest))`,
  ],
  [
    `create table $schema.judged (
       repository bigint not null, change integer not null, record jsonb not null, head text not null, said text,
       at bigint not null, primary key (repository, change))`,
    `create table $schema.stirred (
       seq bigint generated always as identity primary key, full_name text not null, what text not null)`,
    `create index stirred_of on $schema.stirred (full_name)`,
  ],
  [
    `create table $schema.remembered (
       repository bigint not null, what text not null, value integer not null, primary key (repository, what))`,
    `create table $schema.requester (
       repository bigint not null, change integer not null, person jsonb not null, primary key (repository, change))`,
  ],
  [
    `create table $schema.job_run (
       repository bigint not null, job text not null, sha text not null, attempt integer not null, result text not null,
       started_at bigint not null, ended_at bigint not null,
       primary key (repository, job, sha, attempt))`,
  ],
  [
    `create table $schema.override_word (
       repository bigint not null, change integer not null, id text not null, record jsonb not null,
       seen_at bigint not null, changed_at bigint not null,
       primary key (repository, change, id))`,
    `create table $schema.merge_audit (
       repository bigint not null, change integer not null, target text not null, found text not null, landed text,
       merged_by text, merged_at bigint, missing text, at bigint not null,
       primary key (repository, change))`,
    // What was merged before anybody asked is not asked about.
    `insert into $schema.merge_audit (repository, change, target, found, at)
       select repository, change, base, 'before', seen_at from $schema.pull where state = 'merged'`,
  ],
];

/** Brings a schema to the newest step; many processes may call it at once, one of them does the work. */
export async function migrate<T>(database: Kysely<T>, schema: string): Promise<void> {
  const name = quoted(schema);
  await database.transaction().execute(async (tx) => {
    // One number for all of plustwo: migrations of different schemas may as well wait for each other.
    await sql`select pg_advisory_xact_lock(7285612)`.execute(tx);
    await sql.raw(`create schema if not exists ${name}`).execute(tx);
    await sql.raw(`create table if not exists ${name}.migration (step integer primary key)`).execute(tx);
    const { rows } = await sql<{ step: number }>`select step from ${sql.id(schema, "migration")}`.execute(tx);
    const done = new Set(rows.map((row) => row.step));
    const newest = Math.max(0, ...done);
    if (newest > STEPS.length) {
      throw new Error(
        `The database is at step ${newest}, this version of plustwo knows ${STEPS.length}: start the newer version.`,
      );
    }
    for (const [index, statements] of STEPS.entries()) {
      if (done.has(index + 1)) continue;
      for (const statement of statements) await sql.raw(statement.replaceAll("$schema", name)).execute(tx);
      await sql`insert into ${sql.id(schema, "migration")} (step) values (${index + 1})`.execute(tx);
    }
  });
}

function quoted(schema: string): string {
  if (!/^[a-z][a-z0-9_]{0,50}$/.test(schema)) throw new Error(`A schema is a lower-case word, not "${schema}".`);
  return `"${schema}"`;
}

/**
 * Opens the database: PostgreSQL where an address is given, else one embedded in a directory.
 * Both are reached through the same `pg` driver and nothing else: two ways into one PGlite crash it.
 * A pool on the embedded database has one connection, so the outer handle must not be used inside a transaction.
 */
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { fail, ok, type Result } from "../../src/core/result.ts";
import { lockDirectory, type LockProblem } from "./lock.ts";
import { forgetKept, makeDatabase, type NotMade } from "./make-database.ts";
import { migrate } from "./migrations.ts";
import { type Tables } from "./tables.ts";

export type DatabaseAt =
  | { readonly kind: "postgresql"; readonly url: string }
  /** `keptIn`: a folder where an empty one is kept between runs, to be copied; one that cannot be used is ignored. */
  | { readonly kind: "directory"; readonly path: string; readonly keptIn?: string };

export interface Database {
  readonly kysely: Kysely<Tables>;
  close(): Promise<void>;
}

/** One schema of a database: what the service remembers. */
export interface Store {
  readonly db: Kysely<Tables>;
  readonly schema: string;
}

export type DatabaseProblem = LockProblem | { readonly kind: "no-database"; readonly found: string } | NotMade;

export async function openDatabase(at: DatabaseAt): Promise<Result<Database, DatabaseProblem>> {
  switch (at.kind) {
    case "postgresql":
      return openServer(at.url);
    case "directory":
      return openDirectory(at.path, at.keptIn);
  }
}

/** Makes or upgrades the tables of `schema`. Tests give every scenario a schema of its own. */
export async function openStore(database: Database, schema = "plustwo"): Promise<Store> {
  await migrate(database.kysely, schema);
  return { db: database.kysely.withSchema(schema), schema };
}

export function describeDatabaseProblem(problem: DatabaseProblem): string {
  switch (problem.kind) {
    case "database-in-use":
      return (
        `Cannot open the database in "${problem.directory}": another plustwo process is using it. ` +
        `Stop that process, or choose another directory with PLUSTWO_DATA; for several processes set DATABASE_URL.`
      );
    case "not-made":
      return (
        `Cannot make a database in "${problem.directory}": ${problem.found}. ` +
        `See that the directory can be written and has 100 MB free, then start again.`
      );
    case "no-database":
      return `Cannot reach the database of DATABASE_URL: ${problem.found}. Check its address, then start again.`;
  }
}

async function openServer(url: string): Promise<Result<Database, DatabaseProblem>> {
  const pool = new pg.Pool({ connectionString: url, max: 10, types: numbersFirst });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on("error", () => undefined);
  try {
    await pool.query("select 1");
  } catch (error) {
    await pool.end();
    return fail({ kind: "no-database", found: error instanceof Error ? error.message : String(error) });
  }
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return ok({ kysely, close: () => kysely.destroy() });
}

async function openDirectory(path: string, keptIn?: string): Promise<Result<Database, DatabaseProblem>> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const lock = await lockDirectory(path);
  if (!lock.ok) return lock;
  const directory = join(path, "database");
  const made = existsSync(directory) ? ok("there") : await makeDatabase(directory, keptIn);
  if (!made.ok) {
    await lock.value();
    return made;
  }
  let database: Database;
  try {
    database = await embedded(directory);
  } catch (error) {
    if (made.value !== "copied" || keptIn === undefined) throw error;
    // What was kept is damaged, and nothing is in the copy. It is kept anew next time.
    await forgetKept(keptIn);
    await rm(directory, { recursive: true, force: true });
    await lock.value();
    return openDirectory(path);
  }
  return ok({
    kysely: database.kysely,
    close: async () => {
      await database.close();
      await lock.value();
    },
  });
}

async function embedded(directory: string): Promise<Database> {
  const { PGlite } = await import("@electric-sql/pglite");
  const { createPgConfig } = await import("@electric-sql/pglite/node-postgres");
  const pglite = new PGlite(directory);
  await pglite.waitReady;
  const pool = new pg.Pool({ ...createPgConfig(pglite), max: 1, types: numbersFirst });
  pool.on("error", () => undefined);
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    kysely,
    close: async () => {
      await kysely.destroy();
      await pglite.close();
    },
  };
}

/** Reads `bigint` as a number: ids and milliseconds are far below 2^53, and anything above is refused, not rounded. */
const numbersFirst: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: "text" | "binary") {
    if (oid === pg.types.builtins.INT8) return bigint;
    return format === undefined ? pg.types.getTypeParser(oid) : pg.types.getTypeParser(oid, format);
  },
};

function bigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`The database holds ${text}, which is no safe integer.`);
  return value;
}

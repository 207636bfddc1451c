// An embedded database for a test worker. Making one takes seconds and hundreds of megabytes that slow every child process down;
// so a fresh one is made once, in a process of its own, kept beside the installed packages, and copied.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Database, openDatabase } from "../../bot/store/database.ts";
import { makeDatabase } from "../../bot/store/make-database.ts";
import { root } from "./tools.ts";

/** As the user's own folder is for `plustwo policy fetch`. */
export const CACHE = join(root, "node_modules", ".cache");

/** `folder` is the worker's own; the database lives in it until the worker ends. */
export async function embeddedDatabase(folder: string): Promise<Database> {
  const path = join(folder, "data");
  await copyDatabase(path);
  const opened = await openDatabase({ kind: "directory", path });
  if (opened.ok) return opened.value;
  throw new Error(`Cannot open an embedded database in ${path}: ${opened.problem.kind}`);
}

/** An empty database in the data directory `path`, for whoever opens it there. */
export async function copyDatabase(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  const made = await makeDatabase(join(path, "database"), join(CACHE, "plustwo"));
  if (!made.ok) throw new Error(`Cannot make an embedded database in ${path}: ${made.problem.found}`);
}

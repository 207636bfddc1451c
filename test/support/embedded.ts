// An embedded database for a test worker. Making one takes seconds and hundreds of megabytes that slow every child process down;
// so a fresh one is made once, in a process of its own, kept beside the installed packages, and copied.
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Database, openDatabase } from "../../bot/store/database.ts";
import { mustRun } from "./shell.ts";
import { root } from "./tools.ts";

interface Installed {
  /** Pinned exactly. */
  readonly dependencies: { readonly "@electric-sql/pglite": string };
}

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
  await cp(await fresh(), join(path, "database"), { recursive: true });
}

/** Known race: two workers may make it at once; the first to rename wins, and both are alike. */
async function fresh(): Promise<string> {
  const { dependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as Installed;
  const cache = join(root, "node_modules", ".cache", "plustwo");
  const kept = join(cache, `database-${dependencies["@electric-sql/pglite"]}`);
  if (existsSync(kept)) return kept;
  await mkdir(cache, { recursive: true });
  const making = await mkdtemp(join(cache, "making-"));
  const made = join(making, "database");
  const program = `
    import { PGlite } from "@electric-sql/pglite";
    const database = new PGlite(process.argv[1]);
    await database.waitReady;
    await database.close();
  `;
  const env = { PATH: process.env["PATH"] ?? "" };
  await mustRun(process.execPath, ["--input-type=module", "-e", program, made], { cwd: root, env, limitMs: 120_000 });
  await rename(made, kept).catch((error: unknown) => {
    if (!existsSync(kept)) throw error;
  });
  await rm(making, { recursive: true, force: true });
  return kept;
}

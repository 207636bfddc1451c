/**
 * Makes an empty database, which takes seconds of a processor; so whoever has a folder for it keeps an empty one there and copies it.
 * What is kept is never opened, only copied. One whose owner is somebody else, or into which others may write, is not believed: what
 * stands in a database decides.
 *
 * Known races: two may make it at once: each makes its own aside, the first to rename wins, and both are alike. One may be killed while
 * it copies: what it leaves aside is never taken for a database, and goes when the next one is kept after a day.
 */
import { constants } from "node:fs";
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { systemClock } from "../../src/clock.ts";
import { fail, ok, type Result } from "../../src/core/result.ts";

export interface NotMade {
  readonly kind: "not-made";
  readonly directory: string;
  readonly found: string;
}

/** Its files are of the one version of PGlite that is installed. */
const NAME = `database-${packageJson.dependencies["@electric-sql/pglite"]}`;
const ASIDE = "aside-";
const DAY_MS = 86_400_000;

/** `keptIn` is made where it is missing, and is ignored where it cannot be used. */
export async function makeDatabase(directory: string, keptIn?: string): Promise<Result<"made" | "copied", NotMade>> {
  if (keptIn !== undefined && (await isOurs(keptIn)) && (await isOurs(join(keptIn, NAME))))
    if (await copied(join(keptIn, NAME), directory)) return ok("copied");
  const made = await makeNew(directory);
  if (!made.ok) return made;
  if (keptIn !== undefined) await keep(directory, keptIn);
  return ok("made");
}

/** For a copy that could not be opened: the next one is made anew. */
export async function forgetKept(keptIn: string): Promise<void> {
  await rm(join(keptIn, NAME), { recursive: true, force: true }).catch(() => undefined);
}

async function isOurs(path: string): Promise<boolean> {
  try {
    const found = await lstat(path);
    if (!found.isDirectory()) return false;
    // Windows has no such ids; a person's folders are closed to others there.
    return process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o022) === 0);
  } catch {
    return false;
  }
}

async function copied(from: string, to: string): Promise<boolean> {
  const aside = `${to}-${ASIDE}copy`;
  try {
    await cp(from, aside, { recursive: true, mode: constants.COPYFILE_FICLONE });
    await rename(aside, to);
    return true;
  } catch {
    await rm(aside, { recursive: true, force: true }).catch(() => undefined);
    return false;
  }
}

/** Before anything is in it. A folder that is full or closed is no reason to fail: there is a database. */
async function keep(directory: string, keptIn: string): Promise<void> {
  let aside: string | undefined;
  try {
    await mkdir(keptIn, { recursive: true, mode: 0o700 });
    if (!(await isOurs(keptIn))) return;
    await sweep(keptIn);
    aside = await mkdtemp(join(keptIn, ASIDE));
    const copy = join(aside, NAME);
    await cp(directory, copy, { recursive: true, mode: constants.COPYFILE_FICLONE });
    await chmod(copy, 0o700);
    await rename(copy, join(keptIn, NAME));
  } catch {
    // There may be one by now, by another process.
  }
  if (aside !== undefined) await rm(aside, { recursive: true, force: true }).catch(() => undefined);
}

async function sweep(keptIn: string): Promise<void> {
  for (const name of await readdir(keptIn)) {
    if (!name.startsWith(ASIDE)) continue;
    const { mtimeMs } = await lstat(join(keptIn, name));
    if (systemClock.now() - mtimeMs > DAY_MS) await rm(join(keptIn, name), { recursive: true, force: true });
  }
}

/**
 * In a process of its own: making takes 440 MB that are never given back, and each git process the service starts would copy their
 * page tables. Made aside and renamed, so that a half-made one is never opened.
 */
async function makeNew(directory: string): Promise<Result<void, NotMade>> {
  const aside = await mkdtemp(`${directory}-new-`);
  const made = join(aside, "database");
  const { execa } = await import("execa");
  const { exitCode, stderr } = await execa(
    process.execPath,
    ["--input-type=module", "--eval", MAKE, import.meta.resolve("@electric-sql/pglite"), made],
    { reject: false, timeout: 120_000 },
  );
  if (exitCode === 0) await rename(made, directory);
  await rm(aside, { recursive: true, force: true });
  if (exitCode === 0) return ok(undefined);
  const found = stderr.split("\n").find((line) => line.trim() !== "") ?? "no word";
  return fail({ kind: "not-made", directory, found });
}

const MAKE = `
  const [, packageUrl, directory] = process.argv;
  const { PGlite } = await import(packageUrl);
  const database = new PGlite(directory);
  await database.waitReady;
  await database.close();
`;

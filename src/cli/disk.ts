/**
 * The user's files on disk. This is the one place where an error of the file system becomes a sentence: which path, why not, and the way
 * out. `shown` is the path as messages say it. What cannot be read ends with 3, and so does what cannot be written; a file that is in the
 * way ends with 1.
 */
import { lstat, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fail, ok, type Result } from "../core/result.ts";
import { EXIT } from "./exit.ts";
import type { CliProblem } from "./say.ts";

/** A file that has to be there. */
export async function readText(path: string, shown = path): Promise<Result<string, CliProblem>> {
  const text = await readTextIfThere(path, shown);
  if (!text.ok || text.value !== undefined) return text.ok ? ok(text.value ?? "") : text;
  return fail({
    message: `Cannot read ${shown}: there is no such file`,
    hint: "name a file that can be read",
    exit: EXIT.malformed,
  });
}

/** `undefined`: there is none. What is there and cannot be read is a problem. */
export async function readTextIfThere(path: string, shown = path): Promise<Result<string | undefined, CliProblem>> {
  const bytes = await readBytesIfThere(path, shown);
  return bytes.ok ? ok(bytes.value?.toString("utf8")) : bytes;
}

export async function readBytesIfThere(path: string, shown = path): Promise<Result<Buffer | undefined, CliProblem>> {
  return ifThere(() => readFile(path), { tried: `read ${shown}`, hint: "see that it is a file you may read" });
}

/** Paths of files below the folder, with `/`, in alphabetical order; links are not followed, and named. `undefined`: there is no folder. */
export async function filesBelow(
  path: string,
  shown = path,
): Promise<Result<readonly { readonly inside: string; readonly isLink: boolean }[] | undefined, CliProblem>> {
  const list = async () => {
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => ({
        inside: join(entry.parentPath, entry.name).slice(join(path, "/").length).replaceAll("\\", "/"),
        isLink: !entry.isFile(),
      }))
      .sort((a, b) => (a.inside < b.inside ? -1 : 1));
  };
  return ifThere(list, { tried: `read the files in ${shown}`, hint: FOLDER, file: "it is no folder" });
}

/** Names in the folder, in alphabetical order. */
export async function namesIn(path: string, shown = path): Promise<Result<readonly string[] | undefined, CliProblem>> {
  const tried = `read the files in ${shown}`;
  return ifThere(async () => (await readdir(path)).sort(), { tried, hint: FOLDER, file: "it is no folder" });
}

/** `undefined`: nothing is there. */
export async function kindOf(path: string, shown = path): Promise<Result<"file" | "folder" | undefined, CliProblem>> {
  const look = async () => ((await stat(path)).isDirectory() ? ("folder" as const) : ("file" as const));
  return ifThere(look, { tried: `read ${shown}`, hint: "see that it is something you may read" });
}

/** Itself, whatever it leads to. */
export async function isLink(path: string, shown = path): Promise<Result<boolean, CliProblem>> {
  const hint = "see that it is something you may read";
  const found = await ifThere(async () => (await lstat(path)).isSymbolicLink(), { tried: `read ${shown}`, hint });
  return found.ok ? ok(found.value === true) : found;
}

/** Over what is there, in a folder that is there; it may be a terminal or a pipe. */
export async function writeText(path: string, shown: string, text: string): Promise<Result<void, CliProblem>> {
  return writing(shown, () => writeFile(path, text));
}

/** A new file, and its folder. `false`: something is there, and stays. */
export async function makeText(path: string, shown: string, text: string): Promise<Result<boolean, CliProblem>> {
  return writing(shown, async () => {
    await mkdir(dirname(path), { recursive: true });
    try {
      await writeFile(path, text, { flag: "wx" });
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      throw error;
    }
  });
}

export interface NewFile {
  readonly path: string;
  readonly shown: string;
  readonly text: string;
}

/** Several new files, all of them or none. Folders that were made stay. */
export async function makeAll(files: readonly NewFile[]): Promise<Result<void, CliProblem>> {
  const made: string[] = [];
  for (const { path, shown, text } of files) {
    const done = await makeText(path, shown, text);
    if (done.ok && done.value) {
      made.push(path);
      continue;
    }
    for (const one of made) await rm(one, { force: true });
    return done.ok ? fail(isThere(shown)) : done;
  }
  return ok(undefined);
}

function isThere(shown: string): CliProblem {
  return {
    message: `Cannot make ${shown}: it is there already`,
    hint: "remove it first, or take another name",
    exit: EXIT.refused,
  };
}

/** Over what is there, whole or not at all: written beside it, then renamed. Its folder is made. */
export async function replaceText(path: string, shown: string, text: string): Promise<Result<void, CliProblem>> {
  const beside = `${path}.plustwo-${process.pid}`;
  return writing(shown, async () => {
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(beside, text, { flag: "wx" });
      await rename(beside, path);
    } finally {
      await rm(beside, { force: true });
    }
  });
}

/** `work` writes what is `shown`. An error that is none of the file system is thrown on. */
export async function writing<T>(shown: string, work: () => Promise<T>): Promise<Result<T, CliProblem>> {
  try {
    return ok(await work());
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return fail({
      message: `Cannot write ${shown}: ${code === "ENOENT" ? "there is no such folder" : reasonOf(code)}`,
      hint: wayOut(code),
      exit: code === "EEXIST" ? EXIT.refused : EXIT.malformed,
    });
  }
}

function wayOut(code: string): string {
  if (code === "ENOENT") return "name a file in a folder that is there";
  if (["EEXIST", "EISDIR", "ENOTDIR", "ELOOP", "ENAMETOOLONG"].includes(code))
    return "move it away, or take another name";
  return "see that you may write there and that there is room, and run it again";
}

const FOLDER = "see that it is a folder you may read";

/** `file`: what a file in its place is called; absent: then nothing is there. */
async function ifThere<T>(
  work: () => Promise<T>,
  { tried, hint, file }: { readonly tried: string; readonly hint: string; readonly file?: string },
): Promise<Result<T | undefined, CliProblem>> {
  try {
    return ok(await work());
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    if (code === "ENOENT" || (code === "ENOTDIR" && file === undefined)) return ok(undefined);
    const why = code === "ENOTDIR" ? file : undefined;
    return fail({ message: `Cannot ${tried}: ${why ?? reasonOf(code)}`, hint, exit: EXIT.malformed });
  }
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error && "code" in error && "syscall" in error)) return undefined;
  // What is in the way of a folder is a file: a folder would do.
  return error.code === "EEXIST" && error.syscall === "mkdir" ? "ENOTDIR" : String(error.code);
}

/** Of an error of the file system: why it could not be done, in words. Others are thrown on. */
export function whyNot(error: unknown): string {
  const code = codeOf(error);
  if (code === undefined) throw error;
  return reasonOf(code);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EEXIST: "something of that name is there already",
  EISDIR: "it is a folder",
  ENOTDIR: "there is a file where a folder should be",
  ELOOP: "it is a link that leads to itself",
  ENAMETOOLONG: "its name is too long",
  ENOSPC: "the disk is full",
  EDQUOT: "your part of the disk is full",
  EROFS: "the disk can only be read",
  EMFILE: "too many files are open",
};

function reasonOf(code: string): string {
  return REASONS[code] ?? code;
}

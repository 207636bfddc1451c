/**
 * One process per embedded database. PGlite itself opens the same directory twice and loses acknowledged rows, so the
 * second process must be turned away. On Linux an abstract socket named after the directory dies with its holder;
 * elsewhere a pid file, taken over when its process is gone.
 * Known limit: an abstract socket is seen within one network namespace only; two containers must not share a directory.
 */
import { createHash } from "node:crypto";
import { readFile, realpath, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fail, ok, type Result } from "../../src/core/result.ts";

export interface LockProblem {
  readonly kind: "database-in-use";
  readonly directory: string;
}

export type Release = () => Promise<void>;

/** `directory` must exist. The answer gives the lock back; a crash gives it back too. */
export async function lockDirectory(directory: string): Promise<Result<Release, LockProblem>> {
  const real = await realpath(directory);
  return process.platform === "linux" ? lockBySocket(real) : lockByPidFile(real, join(real, "plustwo.pid"), 1);
}

async function lockBySocket(directory: string): Promise<Result<Release, LockProblem>> {
  const name = `\0plustwo-${createHash("sha256").update(directory).digest("hex")}`;
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(fail({ kind: "database-in-use", directory }));
      else reject(error);
    });
    server.listen(name, () => {
      server.unref();
      resolve(ok(() => new Promise<void>((done) => server.close(() => done()))));
    });
  });
}

async function lockByPidFile(directory: string, file: string, retries: number): Promise<Result<Release, LockProblem>> {
  try {
    await writeFile(file, String(process.pid), { flag: "wx" });
    return ok(() => rm(file, { force: true }));
  } catch {
    const holder = Number(await readFile(file, "utf8").catch(() => ""));
    if (retries === 0 || (Number.isSafeInteger(holder) && holder > 0 && isAlive(holder))) {
      return fail({ kind: "database-in-use", directory });
    }
    await rm(file, { force: true });
    return lockByPidFile(directory, file, retries - 1);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

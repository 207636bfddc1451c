/** Real repositories in a temporary folder, driven by the git command, for tests of the git door. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { parseSha, type Sha } from "../../../src/core/ids.ts";

const ENV = {
  PATH: process.env["PATH"] ?? "",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "Nina",
  GIT_AUTHOR_EMAIL: "nina@example.com",
  GIT_COMMITTER_NAME: "Nina",
  GIT_COMMITTER_EMAIL: "nina@example.com",
  GIT_EDITOR: "true",
  LC_ALL: "C",
};

/** The environment for `openRepository` in tests: nothing of the machine's own git settings. */
export const testEnvironment: Readonly<Record<string, string>> = ENV;

/** Folders of the test file that imports this, removed at its end; a hook asked for inside a running test is not kept. */
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "plustwo-git-")));
  folders.push(folder);
  return folder;
}

export interface Sandbox {
  readonly dir: string;
  git(...args: readonly string[]): string;
  /** Writes the files, commits everything, answers the SHA. `null` deletes a file. */
  commit(message: string, files?: Readonly<Record<string, string | null>>): Sha;
  head(): Sha;
  sha(revision: string): Sha;
  write(file: string, text: string): void;
}

export function sandbox(dir: string): Sandbox {
  mkdirSync(dir, { recursive: true });
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, { cwd: dir, env: ENV, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trimEnd();
  const sha = (revision: string): Sha => {
    const found = parseSha(git("rev-parse", "--verify", revision));
    if (found === undefined) throw new Error(`no ${revision}`);
    return found;
  };
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
    writeFileSync(path.join(dir, file), text);
  };
  git("init", "-q", "-b", "main");
  return {
    dir,
    git,
    sha,
    write,
    head: () => sha("HEAD"),
    commit(message, files = {}) {
      for (const [file, text] of Object.entries(files)) {
        if (text === null) rmSync(path.join(dir, file));
        else write(file, text);
      }
      git("add", "-A");
      git("commit", "-q", "--allow-empty", "-m", message);
      return sha("HEAD");
    },
  };
}

export function inTemporaryFolder(): Sandbox {
  return sandbox(temporaryFolder());
}

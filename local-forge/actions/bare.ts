// Reads and checks out commits of a bare repository for the runner, with git and nothing of the user's configuration.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const NOBODY = "0".repeat(40);

export interface WorkflowFile {
  readonly path: string;
  readonly text: string;
}
/** A fresh work tree of one commit, with its own `.git`; shared with nobody. */
export interface Checkout {
  readonly root: string;
  readonly workspace: string;
  readonly home: string;
  remove(): Promise<void>;
}

/** The `.github/workflows/*.yml` and `*.yaml` of a commit, in name order; none if the folder is not there. */
export async function workflowFiles(bare: string, sha: string): Promise<readonly WorkflowFile[]> {
  const listed = await git(bare, ["ls-tree", "-z", "--name-only", sha, ".github/workflows/"]);
  const paths = listed.split("\0").filter((path) => /\.ya?ml$/.test(path));
  return Promise.all(
    paths.map(async (path) => ({ path, text: await git(bare, ["cat-file", "blob", `${sha}:${path}`]) })),
  );
}

export async function commitMessage(bare: string, sha: string): Promise<string> {
  return git(bare, ["log", "-1", "--format=%B", sha]);
}

/** Paths that differ between two commits; a new branch (`from` all zeros) is compared with its fork point from `trunk`. */
export async function changedPaths(
  bare: string,
  range: { from: string; to: string; trunk: string },
): Promise<readonly string[]> {
  const from = range.from === NOBODY ? await forkPoint(bare, range.to, range.trunk) : range.from;
  const listed =
    from === undefined
      ? await git(bare, ["ls-tree", "-r", "-z", "--name-only", range.to])
      : await git(bare, ["diff", "--name-only", "-z", "--no-renames", from, range.to]);
  return listed.split("\0").filter((path) => path !== "");
}

async function forkPoint(bare: string, sha: string, trunk: string): Promise<string | undefined> {
  const found = await git(bare, ["merge-base", sha, trunk]).catch(() => "");
  return found.trim() === "" || found.trim() === sha ? undefined : found.trim();
}

/** Checks `sha` out into a new folder. The objects stay in the bare repository, read through an alternate. */
export async function checkOut(bare: string, sha: string): Promise<Checkout> {
  const root = await mkdtemp(join(tmpdir(), "forge-job-"));
  const [workspace, home] = [join(root, "work"), join(root, "home")];
  const remove = (): Promise<void> => rm(root, { recursive: true, force: true, maxRetries: 3 });
  try {
    await git(root, ["init", "-q", "--template=", "work"]);
    await mkdir(home);
    await mkdir(join(workspace, ".git", "objects", "info"), { recursive: true });
    await writeFile(join(workspace, ".git", "objects", "info", "alternates"), `${join(bare, "objects")}\n`);
    await git(workspace, ["checkout", "-q", "--detach", sha]);
    return { root, workspace, home, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function git(cwd: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run("git", [...args], { cwd, env: gitEnvironment(), maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

function gitEnvironment(): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    LC_ALL: "C",
  };
}

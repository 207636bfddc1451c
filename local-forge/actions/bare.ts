// Reads and checks out commits of a bare repository for the runner, with git and nothing of the user's configuration.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { git, mergeBase, mergeTrees, readCommit, writeCommit } from "../git.ts";
import { ZERO_SHA } from "../world.ts";

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
  const listed = await read(bare, ["ls-tree", "-z", "--name-only", sha, ".github/workflows/"]);
  const paths = listed.split("\0").filter((path) => /\.ya?ml$/.test(path));
  return Promise.all(
    paths.map(async (path) => ({ path, text: await read(bare, ["cat-file", "blob", `${sha}:${path}`]) })),
  );
}

/**
 * The commit a pull request's jobs test: its head merged into its base. Undefined on a conflict. The tip of
 * `refs/pull/N/merge` is taken if it joins these two; otherwise the same merge is made here and no ref is moved.
 */
export async function testMerge(
  bare: string,
  sides: { number: number; base: string; head: string },
): Promise<string | undefined> {
  const { number, base, head } = sides;
  const ref = `refs/pull/${number}/merge`;
  const known = (
    await git(bare, ["rev-parse", "-q", `${ref}^1`, `${ref}^2`, ref], { codes: [1, 128] })
  ).stdout.toString();
  const [first, second, tip] = known.split("\n");
  if (first === base && second === head && tip !== undefined) return tip;
  const merged = await mergeTrees(bare, base, head);
  if (!("tree" in merged)) return undefined;
  const at = (await readCommit(bare, head))?.committer.at ?? 0;
  const author = { name: "GitHub", email: "noreply@github.com", at };
  const message = `Merge ${head} into ${base}`;
  return writeCommit(bare, { tree: merged.tree, parents: [base, head], message, author, committer: author });
}

/** Paths that differ between two commits; a new branch (`from` all zeros) is compared with its fork point from `trunk`. */
export async function changedPaths(
  bare: string,
  range: { from: string; to: string; trunk: string },
): Promise<readonly string[]> {
  const fork = range.from === ZERO_SHA ? await mergeBase(bare, range.to, range.trunk) : range.from;
  const listed =
    fork === undefined || fork === range.to
      ? await read(bare, ["ls-tree", "-r", "-z", "--name-only", range.to])
      : await read(bare, ["diff", "--name-only", "-z", "--no-renames", fork, range.to]);
  return listed.split("\0").filter((path) => path !== "");
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

async function read(dir: string, args: readonly string[]): Promise<string> {
  return (await git(dir, args)).stdout.toString();
}

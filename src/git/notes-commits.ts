/**
 * Which commits have other notes than their parents had. A commit's notes are known by the name of their folder's tree, so that git
 * compares files only where there is something to find. Two processes.
 */
import type { Sha } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { COMMIT_LINE, isSameName, readCommitTable, type CommitTable } from "./commit-table.ts";
import type { GitProblem } from "./problem.ts";
import type { GitProcess } from "./process.ts";
import { isTreePath } from "./slots.ts";

/** All commits that the tips lead to. */
export async function readCommits(git: GitProcess, tips: readonly Sha[]): Promise<Result<CommitTable, GitProblem>> {
  const listed = await git.run("rev-list", {
    lean: true,
    options: ["--no-commit-header", COMMIT_LINE, "--stdin"],
    stdin: `${tips.join("\n")}\n`,
  });
  if (!listed.ok) return listed;
  const table = readCommitTable(listed.value.stdout);
  if (table !== undefined) return ok(table);
  return fail({ kind: "failed", command: "git rev-list", exitCode: 0, detail: "its list of commits cannot be read" });
}

interface Asked {
  /** 1 for each commit to look at; with a commit its parents. */
  readonly inside: Uint8Array;
  readonly path: string;
}

/** Numbers of the commits whose folder is another than that of every parent; of a first commit, those that have one. */
export async function findTouching(
  git: GitProcess,
  { graph, bytes, width, treeAt }: CommitTable,
  { inside, path }: Asked,
): Promise<Result<readonly number[], GitProblem>> {
  if (!isTreePath(path) || path.includes("\n")) return fail({ kind: "unsafe-name", what: "path", text: path });
  const stdin = questions({ bytes, width, treeAt }, inside, Buffer.from(`:${path}\0`));
  const options = ["--batch-check=%(objectname)", "-z", "--buffer"] as const;
  const told = await git.run("cat-file", { lean: true, options, stdin });
  if (!told.ok) return told;
  const { stdout } = told.value;
  const folderAt = answers(stdout, inside, width);
  if (folderAt === undefined)
    return fail({ kind: "missing-object", what: path, detail: "git did not answer for all commits" });
  const isSame = (one: number, other: number): boolean => {
    const [a, b] = [folderAt[one] ?? ABSENT, folderAt[other] ?? ABSENT];
    return a === ABSENT || b === ABSENT ? a === b : isSameName(stdout, a, { text: stdout, at: b, width });
  };
  const touching: number[] = [];
  for (let commit = 0; commit < inside.length; commit += 1) {
    const parents = graph.parents[commit];
    if (inside[commit] !== 1 || parents === undefined) continue;
    const isOther =
      parents.length === 0 ? folderAt[commit] !== ABSENT : !parents.some((parent) => isSame(commit, parent));
    if (isOther) touching.push(commit);
  }
  return ok(touching);
}

/** `<tree>:<path>` for each commit, in bytes: texts of that many would cost more than the answers. */
function questions(
  { bytes, width, treeAt }: Pick<CommitTable, "bytes" | "width" | "treeAt">,
  inside: Uint8Array,
  behind: Buffer,
): Buffer {
  const asked = Buffer.allocUnsafe(inside.length * (width + behind.length));
  let end = 0;
  for (let commit = 0; commit < inside.length; commit += 1) {
    if (inside[commit] !== 1) continue;
    const start = treeAt[commit] ?? 0;
    for (let digit = 0; digit < width; digit += 1) asked[end + digit] = bytes[start + digit] ?? 0;
    end += width;
    for (let byte = 0; byte < behind.length; byte += 1) asked[end + byte] = behind[byte] ?? 0;
    end += behind.length;
  }
  return asked.subarray(0, end);
}

/** Where the name of each commit's folder begins; a tree without it is told as missing, in a longer line. */
function answers(told: Buffer, inside: Uint8Array, width: number): Int32Array | undefined {
  const folderAt = new Int32Array(inside.length).fill(ABSENT);
  let at = 0;
  for (let commit = 0; commit < inside.length; commit += 1) {
    if (inside[commit] !== 1) continue;
    const isThere = told[at + width] === NEWLINE;
    const end = isThere ? at + width : told.indexOf(NEWLINE, at);
    if (end < 0) return undefined;
    if (isThere) folderAt[commit] = at;
    at = end + 1;
  }
  return folderAt;
}

const NEWLINE = 10;
const ABSENT = -1;

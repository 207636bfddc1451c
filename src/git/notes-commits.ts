/**
 * All commits with their parents and times, and which of them have other notes than their parents had. Two processes. A commit's
 * notes are known by the name of their folder's tree, so that git compares files only where there is something to find.
 */
import { parseSha, type Sha } from "../core/ids.ts";
import type { CommitGraph } from "../core/release/notes/shapes.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { GitProblem } from "./problem.ts";
import type { GitProcess } from "./process.ts";
import { isTreePath } from "./slots.ts";

export interface Commits {
  readonly graph: CommitGraph;
  /** The name of each commit's tree. */
  readonly trees: readonly string[];
}

const NONE: readonly number[] = [];

/** In the order of git: the newest first, wherever dates allow. */
export async function readCommits(git: GitProcess, tips: readonly Sha[]): Promise<Result<Commits, GitProblem>> {
  const listed = await git.run("rev-list", {
    lean: true,
    options: ["--no-commit-header", "--format=%H %ct %T %P", "--stdin"],
    stdin: `${tips.join("\n")}\n`,
  });
  if (!listed.ok) return listed;
  const text = listed.value.stdout.toString("latin1");
  const width = text.indexOf(" ");
  const numbers = new Map<string, number>();
  const shas: Sha[] = [];
  const times: number[] = [];
  const trees: string[] = [];
  const behind: number[] = [];
  for (let at = 0, end = 0; at < text.length; at = end + 1) {
    end = text.indexOf("\n", at);
    const sha = parseSha(text.slice(at, at + width));
    const tree = text.indexOf(" ", at + width + 1) + 1;
    if (sha === undefined || end < 0 || tree === 0) break;
    numbers.set(sha, shas.length);
    shas.push(sha);
    times.push(Number(text.slice(at + width + 1, tree - 1)));
    trees.push(text.slice(tree, tree + width));
    behind.push(tree + width + 1);
  }
  const parents = behind.map((start) => {
    if (text.charCodeAt(start) === NEWLINE) return NONE;
    const found: number[] = [];
    for (let at = start; ; at += width + 1) {
      const parent = numbers.get(text.slice(at, at + width));
      if (parent !== undefined) found.push(parent);
      if (text.charCodeAt(at + width) !== SPACE) return found;
    }
  });
  return ok({ graph: { shas, times, parents }, trees });
}

const NEWLINE = 10;
const SPACE = 32;

/** Numbers of the commits of `inside` whose folder differs from that of every parent; of a first commit, those that have one. */
export async function findTouching(
  git: GitProcess,
  { graph, trees }: Commits,
  { inside, path }: { readonly inside: Uint8Array; readonly path: string },
): Promise<Result<readonly number[], GitProblem>> {
  if (!isTreePath(path) || path.includes("\n")) return fail({ kind: "unsafe-name", what: "path", text: path });
  const asked = [...new Set(trees.filter((_, commit) => inside[commit] === 1))];
  const told = await git.run("cat-file", {
    lean: true,
    options: ["--batch-check=%(objectname)", "-z", "--buffer"],
    stdin: asked.map((tree) => `${tree}:${path}\0`).join(""),
  });
  if (!told.ok) return told;
  const lines = told.value.stdout.toString("latin1").split("\n");
  const names = new Map<string, number>();
  const folders = new Map<string, number>();
  for (const [index, tree] of asked.entries()) {
    const line = lines[index];
    if (line === undefined || line === "") return fail({ kind: "missing-object", what: tree, detail: "no answer" });
    // A tree without the folder is told as missing.
    const name = line.includes(" ") ? "" : line;
    const known = names.get(name) ?? names.size;
    names.set(name, known);
    folders.set(tree, name === "" ? ABSENT : known);
  }
  const folderOf = trees.map((tree) => folders.get(tree) ?? ABSENT);
  const touching: number[] = [];
  for (const [commit, parents] of graph.parents.entries()) {
    if (inside[commit] !== 1) continue;
    const own = folderOf[commit];
    const isOther = parents.length === 0 ? own !== ABSENT : parents.every((parent) => folderOf[parent] !== own);
    if (isOther) touching.push(commit);
  }
  return ok(touching);
}

const ABSENT = -1;

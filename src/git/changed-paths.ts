/** Which paths two commits differ in, from the trees themselves: both names of a rename, raw modes, and lines counted. */
import { parseSha, type Sha } from "../core/ids.ts";
import { ok, type Result } from "../core/result.ts";
import type { GitProblem } from "./problem.ts";
import type { GitProcess } from "./process.ts";
import { missing } from "./read.ts";
import { oid } from "./slots.ts";

export interface ChangedPath {
  readonly path: string;
  /** Only for `renamed`. */
  readonly previousPath?: string;
  readonly status: "added" | "modified" | "removed" | "renamed";
  /** Octal: `100644` file, `100755` executable, `120000` symbolic link, `160000` submodule, `000000` none. */
  readonly mode: string;
  readonly previousMode: string;
  readonly blob: Sha | undefined;
  /** Lines; 0 and 0 for a binary file, see `binary`. */
  readonly additions: number;
  readonly deletions: number;
  readonly binary: boolean;
}

/** In git's path order. `renames: false` shows a rename as a removal and an addition. */
export async function readChangedPaths(
  git: GitProcess,
  from: Sha,
  to: Sha,
  { renames = true }: { renames?: boolean } = {},
): Promise<Result<readonly ChangedPath[], GitProblem>> {
  // A change may bring `ignore = all` in .gitmodules: a moved submodule is shown all the same.
  const compared = await git.run("diff-tree", {
    options: [
      "-r",
      "-z",
      "--raw",
      "--numstat",
      "--full-index",
      "--no-ext-diff",
      "--no-textconv",
      "--ignore-submodules=none",
      ...renameOptions(renames),
    ],
    slots: [oid(from), oid(to)],
  });
  if (!compared.ok) return missing(compared.problem, `${from} or ${to}`);
  return ok(parseRawAndNumstat(compared.value.stdout.toString("utf8")));
}

/** Paths where a line that begins a conflict, as git writes it, comes or goes: those that may have one. Both names of what was renamed. */
export async function readPathsWithMarkers(
  git: GitProcess,
  from: Sha,
  to: Sha,
): Promise<Result<readonly string[], GitProblem>> {
  const compared = await git.run("diff-tree", {
    options: ["-r", "-z", "--name-only", "--no-renames", "--no-ext-diff", "--no-textconv", "-G^<<<<<<<"],
    slots: [oid(from), oid(to)],
  });
  if (!compared.ok) return missing(compared.problem, `${from} or ${to}`);
  return ok(
    compared.value.stdout
      .toString("utf8")
      .split("\0")
      .filter((path) => path !== ""),
  );
}

function renameOptions(renames: boolean): readonly ("-M" | "-l1000" | "--no-renames")[] {
  return renames ? ["-M", "-l1000"] : ["--no-renames"];
}

/** First all raw records (`:modes blobs status NUL path NUL [path NUL]`), then all counts (`+ TAB - TAB path NUL`). */
export function parseRawAndNumstat(output: string): readonly ChangedPath[] {
  const fields = output.split("\0");
  const raws: Omit<ChangedPath, "additions" | "deletions" | "binary">[] = [];
  let at = 0;
  for (; fields[at]?.startsWith(":") === true;) {
    const [previousMode = "", mode = "", , blob = "", letter = ""] = (fields[at] ?? "").slice(1).split(" ");
    const twoNames = letter.startsWith("R") || letter.startsWith("C");
    const first = fields[at + 1] ?? "";
    const path = twoNames ? (fields[at + 2] ?? "") : first;
    at += twoNames ? 3 : 2;
    const sha = /^0+$/.test(blob) ? undefined : parseSha(blob);
    const renamed = letter.startsWith("R");
    raws.push({
      path,
      ...(renamed ? { previousPath: first } : {}),
      status: statusOf(letter),
      mode,
      previousMode,
      blob: sha,
    });
  }
  const counts = parseCounts(fields.slice(at));
  return raws.map((raw) => ({ ...raw, ...(counts.get(raw.path) ?? { additions: 0, deletions: 0, binary: false }) }));
}

type Counts = Pick<ChangedPath, "additions" | "deletions" | "binary">;

function parseCounts(fields: readonly string[]): ReadonlyMap<string, Counts> {
  const counts = new Map<string, Counts>();
  for (let at = 0; at < fields.length; at += 1) {
    const found = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(fields[at] ?? "");
    if (found === null) continue;
    const [, plus = "0", minus = "0", name = ""] = found;
    // For a rename the name is empty and the two names follow.
    const path = name === "" ? (fields[at + 2] ?? "") : name;
    if (name === "") at += 2;
    counts.set(path, { additions: Number(plus) || 0, deletions: Number(minus) || 0, binary: plus === "-" });
  }
  return counts;
}

function statusOf(letter: string): ChangedPath["status"] {
  if (letter.startsWith("A") || letter.startsWith("C")) return "added";
  if (letter.startsWith("D")) return "removed";
  return letter.startsWith("R") ? "renamed" : "modified";
}

/** Differences between two commits, as GitHub lists files. */
import type { components } from "@octokit/openapi-types";
import { git } from "./git.ts";
import { repositoryPage, repositoryUrl } from "./represent.ts";
import { type Repository, type World } from "./world.ts";

export type DiffEntry = components["schemas"]["diff-entry"];

export interface DiffRange {
  /** Null compares with nothing: a root commit. */
  readonly from: string | null;
  readonly to: string;
}

const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
const STATUS = { A: "added", D: "removed", M: "modified", R: "renamed", C: "copied", T: "changed" } as const;

/** LIVE(diff-renames): renames are found at git's default of 50 %; `patch` is missing for binary files. */
export async function diffEntries(world: World, repo: Repository, { from, to }: DiffRange): Promise<DiffEntry[]> {
  const range = [from ?? EMPTY_TREE, to];
  const shared = ["diff", "-M", "--no-ext-diff", "--no-textconv", "--full-index"];
  const raw = (await git(repo.dir, [...shared, "--raw", "-z", ...range, "--"])).stdout.toString();
  const numbers = (await git(repo.dir, [...shared, "--numstat", "-z", ...range, "--"])).stdout.toString();
  const patches = (await git(repo.dir, [...shared, "-p", ...range, "--"])).stdout
    .toString()
    .split(/^diff --git /m)
    .slice(1);
  const counts = parseNumbers(numbers);
  return parseRaw(raw).map((row, at) => {
    const [additions, deletions] = counts[at] ?? [0, 0];
    const patch = patches[at]?.match(/^@@ [\s\S]*/m)?.[0].replace(/\n$/, "");
    const url = `${repositoryUrl(world, repo)}/contents/${encodeURI(row.path)}?ref=${to}`;
    const page = repositoryPage(world, repo);
    return {
      sha: /^0+$/.test(row.after) ? row.before : row.after,
      filename: row.path,
      status: row.status,
      additions,
      deletions,
      changes: additions + deletions,
      blob_url: `${page}/blob/${to}/${encodeURI(row.path)}`,
      raw_url: `${page}/raw/${to}/${encodeURI(row.path)}`,
      contents_url: url,
      ...(patch === undefined ? {} : { patch }),
      ...(row.previous === undefined ? {} : { previous_filename: row.previous }),
    };
  });
}

interface Row {
  readonly status: (typeof STATUS)[keyof typeof STATUS];
  readonly before: string;
  readonly after: string;
  readonly path: string;
  readonly previous?: string;
}

function parseRaw(text: string): Row[] {
  const cells = text.split("\0");
  const rows: Row[] = [];
  for (let at = 0; cells[at]?.startsWith(":") === true;) {
    const [, , before = "", after = "", letter = ""] = (cells[at] ?? "").split(" ");
    const key = letter[0];
    const status = key === "A" || key === "D" || key === "R" || key === "C" || key === "T" ? STATUS[key] : STATUS.M;
    const first = cells[at + 1] ?? "";
    const renamed = key === "R" || key === "C";
    rows.push(
      renamed
        ? { status, before, after, path: cells[at + 2] ?? "", previous: first }
        : { status, before, after, path: first },
    );
    at += renamed ? 3 : 2;
  }
  return rows;
}

function parseNumbers(text: string): (readonly [number, number])[] {
  // A renamed file has an empty third column and its two names as cells of their own.
  return text
    .split("\0")
    .filter((cell) => /^(\d+|-)\t(\d+|-)\t/.test(cell))
    .map((cell) => cell.split("\t"))
    .map(([added, removed]) => [Number(added) || 0, Number(removed) || 0] as const);
}

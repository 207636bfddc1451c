/**
 * What many commits change, each against its parent, in a process or two for all of them: paths, and patch ids. Merges are passed over.
 * Source: git-diff-tree, `--stdin`; git-patch-id.
 */
import { parseSha, type Sha } from "../core/ids.ts";
import { ok, type Result } from "../core/result.ts";
import type { GitProblem } from "./problem.ts";
import { missing } from "./read.ts";
import type { Repository } from "./repository.ts";

/** So many patches are read at once: 256 MiB of them are a problem. */
const PATCHES_AT_ONCE = 500;

/**
 * Paths that each commit touches, both names of what was renamed; `marked`: only where a line that begins a conflict comes or goes.
 * A commit that touches nothing is not in the map.
 */
export async function pathsOfCommits(
  { git }: Repository,
  commits: readonly Sha[],
  { marked = false }: { readonly marked?: boolean } = {},
): Promise<Result<ReadonlyMap<Sha, readonly string[]>, GitProblem>> {
  const found = new Map<Sha, string[]>();
  if (commits.length === 0) return ok(found);
  const compared = await git.run("diff-tree", {
    options: [
      "-r",
      "-z",
      "--name-only",
      "--no-renames",
      "--no-ext-diff",
      "--no-textconv",
      "--ignore-submodules=none",
      ...(marked ? (["-G^<<<<<<<"] as const) : []),
      "--stdin",
    ],
    stdin: `${commits.join("\n")}\n`,
  });
  if (!compared.ok) return missing(compared.problem, `one of ${commits.length} commits`);
  const asked = new Set<string>(commits);
  let paths: string[] = [];
  for (const field of compared.value.stdout.toString("utf8").split("\0")) {
    const sha = asked.has(field) ? parseSha(field) : undefined;
    if (sha !== undefined) found.set(sha, (paths = []));
    else if (field !== "") paths.push(field);
  }
  return ok(found);
}

/** The stable patch id of each commit: the same work has the same one wherever it stands. A commit that changes no text has none. */
export async function patchIdsOf(
  { git }: Repository,
  commits: readonly Sha[],
): Promise<Result<ReadonlyMap<Sha, string>, GitProblem>> {
  const found = new Map<Sha, string>();
  for (let at = 0; at < commits.length; at += PATCHES_AT_ONCE) {
    const some = commits.slice(at, at + PATCHES_AT_ONCE);
    const patches = await git.run("diff-tree", {
      options: [
        "-r",
        "-p",
        "--full-index",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        "--ignore-submodules=none",
        "--stdin",
      ],
      stdin: `${some.join("\n")}\n`,
    });
    if (!patches.ok) return missing(patches.problem, `one of ${some.length} commits`);
    if (patches.value.stdout.length === 0) continue;
    const ids = await git.run("patch-id", { options: ["--stable"], stdin: patches.value.stdout });
    if (!ids.ok) return ids;
    for (const line of ids.value.stdout.toString("latin1").split("\n")) {
      const [id = "", commit = ""] = line.split(" ");
      const sha = parseSha(commit);
      if (sha !== undefined) found.set(sha, id);
    }
  }
  return ok(found);
}

/** Commits of a range, without merges, newest first; with `paths` those that touch one of them, taken as they are. */
export async function listCommits(
  { git }: Repository,
  range: { readonly from: readonly Sha[]; readonly notReachableFrom: readonly Sha[] },
  paths: readonly string[] = [],
): Promise<Result<readonly Sha[], GitProblem>> {
  if (range.from.length === 0) return ok([]);
  // A path with a line end cannot be said this way; then all that the range has is answered.
  const limited = paths.some((path) => path.includes("\n")) ? [] : paths;
  const listed = await git.run("rev-list", {
    options: ["--no-merges", "--stdin"],
    stdin: [...range.from, ...range.notReachableFrom.map((sha) => `^${sha}`), "--", ...limited, ""].join("\n"),
  });
  if (!listed.ok) return missing(listed.problem, `the commits of ${range.from.join(", ")}`);
  return ok(
    listed.value.stdout
      .toString("latin1")
      .split("\n")
      .flatMap((line) => parseSha(line) ?? []),
  );
}

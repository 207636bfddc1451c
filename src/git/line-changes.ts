/** Which lines two commits differ in, file by file: where something that was said about a line is now. */
import type { Sha } from "../core/ids.ts";
import { ok, type Result } from "../core/result.ts";
import { parseHunk, type FileHunks, type Hunk } from "../core/review/line-map.ts";
import { parseRawAndNumstat } from "./changed-paths.ts";
import type { GitProblem } from "./problem.ts";
import type { GitProcess } from "./process.ts";
import { missing } from "./read.ts";
import { oid } from "./slots.ts";

/** Every file that differs, in git's path order; a renamed one under both names. One process. */
export async function readLineChanges(
  git: GitProcess,
  from: Sha,
  to: Sha,
): Promise<Result<readonly FileHunks[], GitProblem>> {
  const compared = await git.run("diff-tree", {
    options: [
      "-r",
      "-z",
      "--raw",
      "-p",
      "-U0",
      "-M",
      "-l1000",
      "--full-index",
      "--no-ext-diff",
      "--no-textconv",
      "--ignore-submodules=none",
    ],
    slots: [oid(from), oid(to)],
  });
  return compared.ok
    ? ok(parseRawAndPatch(compared.value.stdout.toString("utf8")))
    : missing(compared.problem, `${from} or ${to}`);
}

/** Raw records, an empty one, and the patch. In the patch names may be quoted, so files are told apart by their order. */
export function parseRawAndPatch(output: string): readonly FileHunks[] {
  const border = output.indexOf("\0\0");
  if (border < 0) return [];
  const sections = sectionsOf(output.slice(border + 2));
  const files = parseRawAndNumstat(output.slice(0, border + 1));
  let at = 0;
  return files.map(({ path, previousPath = path, status }) => {
    const section = sections[at];
    at += 1;
    // What becomes another kind of thing (a file a symbolic link) is shown as removed and added.
    const other = status === "modified" && section?.removed === true ? sections[at] : undefined;
    if (other !== undefined) at += 1;
    const removed = status === "removed" || other !== undefined;
    return { path, previousPath, removed, hunks: section?.hunks ?? [] };
  });
}

interface Section {
  readonly removed: boolean;
  readonly hunks: readonly Hunk[];
}

/** Lines of files begin with `+`, `-` or `\`, so a header is never one of them. */
function sectionsOf(patch: string): readonly Section[] {
  const sections: { removed: boolean; hunks: Hunk[] }[] = [];
  for (const line of patch.split("\n")) {
    if (line.startsWith("diff --git ")) sections.push({ removed: false, hunks: [] });
    const section = sections.at(-1);
    const hunk = line.startsWith("@@ ") ? parseHunk(line) : undefined;
    if (hunk !== undefined) section?.hunks.push(hunk);
    else if (line.startsWith("deleted file mode ") && section !== undefined) section.removed = true;
  }
  return sections;
}

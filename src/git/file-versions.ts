/** Every state that the files of a folder had on a branch: after each commit of its first-parent line, oldest first. One process. */
import { parseSha, type Sha } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { GitProblem } from "./problem.ts";
import type { GitProcess } from "./process.ts";
import { isTreePath } from "./slots.ts";

export interface FileVersion {
  /** After this commit. */
  readonly commit: Sha;
  readonly path: string;
  /** `false`: the commit took the file away. */
  readonly there: boolean;
}

/**
 * `paths` are folders or files, from the root. `since`: only after what this commit has. A shallow clone begins where its history does.
 */
export async function readFileVersions(
  git: GitProcess,
  tip: Sha,
  { paths, since }: { readonly paths: readonly string[]; readonly since?: Sha },
): Promise<Result<readonly FileVersion[], GitProblem>> {
  const strange = paths.find((path) => !isTreePath(path) || path.includes("\n"));
  if (strange !== undefined) return fail({ kind: "unsafe-name", what: "path", text: strange });
  const listed = await git.run("log", {
    options: [
      "--first-parent",
      "-m",
      "--raw",
      "-z",
      "--no-abbrev",
      "--no-renames",
      "--reverse",
      "--format=%H",
      "--stdin",
    ],
    // Only there a path is told from a revision also where no such file stands in a work tree.
    stdin: [tip, ...(since === undefined ? [] : [`^${since}`]), "--", ...paths].join("\n") + "\n",
    timeoutMs: 600_000,
  });
  if (!listed.ok) return listed;
  const versions: FileVersion[] = [];
  let commit: Sha | undefined;
  const tokens = listed.value.stdout.toString("utf8").split("\0");
  for (let index = 0; index < tokens.length; index += 1) {
    const token = (tokens[index] ?? "").replace(/^\n+/, "");
    const status = /^:\d{6} \d{6} [0-9a-f]+ [0-9a-f]+ ([A-Z])$/.exec(token)?.[1];
    if (status === undefined) {
      commit = parseSha(token) ?? commit;
      continue;
    }
    index += 1;
    const path = tokens[index];
    if (commit !== undefined && path !== undefined) versions.push({ commit, path, there: status !== "D" });
  }
  return ok(versions);
}

/** What files a commit or tree has in a folder, without reading them. One process. */
import { parseSha, type Sha } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { GitProblem } from "./problem.ts";
import type { GitProcess } from "./process.ts";
import { isTreePath, oid, pathSlot } from "./slots.ts";

export interface TreeFile {
  /** From the root. */
  readonly path: string;
  /** As git writes it: `100644`; `120000` is a link, `160000` a submodule. */
  readonly mode: string;
  readonly sha: Sha;
}

const LINE = /^(\d{6}) (?:blob|commit) ([0-9a-f]{40,64})\t(.+)$/s;

/** Of the folder and below, in the order of git; `undefined`: all of it. Empty where there is no such folder. */
export async function listTree(
  git: GitProcess,
  at: Sha,
  folder: string | undefined,
): Promise<Result<readonly TreeFile[], GitProblem>> {
  if (folder !== undefined && !isTreePath(folder)) return fail({ kind: "unsafe-name", what: "path", text: folder });
  const listed = await git.run("ls-tree", {
    options: ["-r", "-z", "--full-tree"],
    slots: [oid(at), ...(folder === undefined ? [] : [pathSlot(`${folder}/`)])],
  });
  if (!listed.ok) return listed;
  const lines = listed.value.stdout.toString("utf8").split("\0");
  return ok(
    lines.flatMap((line): readonly TreeFile[] => {
      const [, mode, object, path] = LINE.exec(line) ?? [];
      const sha = parseSha(object ?? "");
      return mode === undefined || path === undefined || sha === undefined ? [] : [{ path, mode, sha }];
    }),
  );
}

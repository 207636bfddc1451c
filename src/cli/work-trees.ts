/** Which branches are checked out in the work trees of a clone. Source: gitrepository-layout, `worktrees/`. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { branchOfRef, parseRefName, type BranchName } from "../core/ids.ts";
import { type Place } from "../git/read.ts";

/** In other work trees than this one. A branch that is moved under its work tree would make all of it look edited. */
export async function checkedOutElsewhere({ gitDir, commonDir }: Place): Promise<ReadonlySet<BranchName>> {
  const folder = path.join(commonDir, "worktrees");
  const linked = await readdir(folder).catch(() => []);
  const all = [commonDir, ...linked.map((name) => path.join(folder, name))];
  const found = new Set<BranchName>();
  for (const dir of all) {
    if (path.resolve(dir) === path.resolve(gitDir)) continue;
    const head = await readFile(path.join(dir, "HEAD"), "utf8").catch(() => "");
    const ref = parseRefName(/^ref: (\S+)$/m.exec(head)?.[1] ?? "");
    const branch = ref === undefined ? undefined : branchOfRef(ref);
    if (branch !== undefined) found.add(branch);
  }
  return found;
}

/** Which commits many names stand for: tags, annotated or not, and SHAs that may be absent. One process for all. */
import { parseSha, type RefName, type Sha } from "../core/ids.ts";
import { ok, type Result } from "../core/result.ts";
import type { GitProblem } from "./problem.ts";
import type { GitProcess } from "./process.ts";

/** In the order asked; `undefined` where there is no such commit. */
export async function peelCommits(
  git: GitProcess,
  names: readonly (RefName | Sha)[],
): Promise<Result<readonly (Sha | undefined)[], GitProblem>> {
  if (names.length === 0) return ok([]);
  const stdin = names.map((name) => `${name}^{commit}\0`).join("");
  const read = await git.run("cat-file", { options: ["--batch", "-z"], stdin });
  if (!read.ok) return read;
  const { stdout } = read.value;
  const found: (Sha | undefined)[] = [];
  let at = 0;
  while (found.length < names.length) {
    const end = stdout.indexOf(10, at);
    const [, sha, size] = /^([0-9a-f]{40,64}) commit (\d+)$/.exec(stdout.toString("latin1", at, end)) ?? [];
    found.push(sha === undefined ? undefined : parseSha(sha));
    at = end + 1 + (size === undefined ? 0 : Number(size) + 1);
    if (end < 0) break;
  }
  return ok(found);
}

/** Where a conflict is left in what comes between two commits or trees: `path:line` of each. */
import type { Sha } from "../../core/ids.ts";
import { newConflicts } from "../../core/policy/conflict-markers.ts";
import { ok, type Result } from "../../core/result.ts";
import type { GitProblem } from "../../git/problem.ts";
import type { Repository } from "../../git/repository.ts";

export interface Between {
  readonly from: Sha;
  readonly to: Sha;
  /** Paths that may have one, where somebody has looked already. */
  readonly suspects?: readonly string[];
}

export async function conflictsLeft(
  repository: Repository,
  { from, to, suspects }: Between,
): Promise<Result<readonly string[], GitProblem>> {
  const paths = suspects === undefined ? await repository.pathsWithMarkers(from, to) : ok(suspects);
  if (!paths.ok || paths.value.length === 0) return paths;
  const blobs = await repository.blobs(paths.value.flatMap((path) => [from, to].map((at) => ({ at, path }))));
  if (!blobs.ok) return blobs;
  const text = (at: number): string => Buffer.from(blobs.value[at] ?? []).toString("utf8");
  return ok(
    paths.value.flatMap((path, at) => newConflicts(text(2 * at), text(2 * at + 1)).map((line) => `${path}:${line}`)),
  );
}

/** The steps of a restack carried out in memory, bottom first: new commits as objects, each with its own people and times. No ref moves. */
import { type RestackStep } from "../../core/change/restack.ts";
import { type Sha } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import { type Commit } from "../../git/commit.ts";
import { type GitProblem } from "../../git/problem.ts";
import { type Repository } from "../../git/repository.ts";

/** `now` absent: left out. `under`: what the next one stands on. */
export interface Replayed {
  readonly step: RestackStep;
  readonly now?: Sha;
}

export type Restacked =
  | { readonly kind: "done"; readonly rows: readonly Replayed[]; readonly tip: Sha; readonly tree: Sha }
  | { readonly kind: "conflict"; readonly step: RestackStep; readonly onto: Sha; readonly files: readonly string[] };

/** `commits`: those of the stack and those that are taken over, by SHA. */
export async function replaySteps(
  repository: Repository,
  steps: readonly RestackStep[],
  { target, commits }: { readonly target: Commit; readonly commits: ReadonlyMap<Sha, Commit> },
): Promise<Result<Restacked, GitProblem>> {
  const rows: Replayed[] = [];
  let [tip, tree] = [target.sha, target.tree];
  for (const step of steps) {
    if (step.kind === "drop") {
      rows.push({ step });
      continue;
    }
    const sha = step.kind === "take" || step.kind === "as-sent" ? step.head : step.at.commit;
    const commit = commits.get(sha);
    if (commit === undefined) throw new Error(`Not gathered: ${sha}`);
    // Whatever lies below the lowest of somebody else's comes along with it.
    if (commit.parents[0] === tip || (step.kind === "as-sent" && rows.length === 0)) {
      [tip, tree] = [commit.sha, commit.tree];
      rows.push({ step, now: tip });
      continue;
    }
    const replayed = await repository.replay(commit, { tree });
    if (!replayed.ok) return replayed;
    if (replayed.value.kind === "conflict")
      return ok({ kind: "conflict", step, onto: tip, files: replayed.value.files });
    if (replayed.value.tree === tree) {
      rows.push({ step });
      continue;
    }
    tree = replayed.value.tree;
    const written = await repository.commitTree({ ...commit, tree, parents: [tip] });
    if (!written.ok) return written;
    tip = written.value;
    rows.push({ step, now: tip });
  }
  return ok({ kind: "done", rows, tip, tree });
}

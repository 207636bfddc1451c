/** `-F`: the commits replayed onto the target's tip as objects, each with its own people and times. No ref moves here. */
import { subjectOf } from "../core/commit-message/message.ts";
import { type Sha } from "../core/ids.ts";
import { ok, type Result } from "../core/result.ts";
import { type Commit } from "../git/commit.ts";
import { type GitProblem } from "../git/problem.ts";
import { type Repository } from "../git/repository.ts";

export type Rebased =
  | {
      readonly kind: "rebased";
      /** Oldest first. */
      readonly commits: readonly Commit[];
      readonly tip: Sha;
      /** From the SHA before to the one after. */
      readonly became: ReadonlyMap<Sha, Sha>;
      /** What the target has already, by another commit. */
      readonly dropped: readonly Commit[];
    }
  | { readonly kind: "conflict"; readonly commit: Sha; readonly subject: string; readonly files: readonly string[] };

/** `line`: one line of commits, oldest first. One that has become empty is left out, as `git rebase` does it. */
export async function rebaseOnto(
  repository: Repository,
  targetTip: Sha,
  line: readonly Commit[],
): Promise<Result<Rebased, GitProblem>> {
  const [first] = line;
  if (first === undefined || first.parents[0] === targetTip) return ok(unmoved(line, targetTip));
  const start = await repository.treeOf(targetTip);
  if (!start.ok) return start;
  let [tree, tip] = [start.value, targetTip];
  const commits: Commit[] = [];
  const dropped: Commit[] = [];
  const became = new Map<Sha, Sha>();
  for (const commit of line) {
    const replayed = await repository.replay(commit, { tree });
    if (!replayed.ok) return replayed;
    if (replayed.value.kind === "conflict") {
      const { files } = replayed.value;
      return ok({ kind: "conflict", commit: commit.sha, subject: subjectOf(commit.message), files });
    }
    if (replayed.value.tree === tree) {
      dropped.push(commit);
      continue;
    }
    tree = replayed.value.tree;
    const written = await repository.commitTree({ ...commit, tree, parents: [tip] });
    if (!written.ok) return written;
    commits.push({ ...commit, sha: written.value, tree, parents: [tip] });
    became.set(commit.sha, written.value);
    tip = written.value;
  }
  return ok({ kind: "rebased", commits, tip, became, dropped });
}

function unmoved(line: readonly Commit[], targetTip: Sha): Rebased {
  return { kind: "rebased", commits: line, tip: line.at(-1)?.sha ?? targetTip, became: new Map(), dropped: [] };
}

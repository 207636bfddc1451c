/**
 * What is left to do around a landed change: the changes above it are based on the target instead of its branch, and
 * then, never before, its own branch goes. Deleting first would close them for good (a closed pull request's base
 * cannot be edited).
 */
import { branchRef, type BranchName } from "../ids.ts";
import { handMerges } from "./hand-merge.ts";
import type { Action, PullFacts, RepositorySnapshot } from "./snapshot.ts";

/** Only what is ours by name may be deleted; people's own branches stay. */
const OURS = "review/";

/** `enforced`: open changes whose policy lets the gate act. A branch goes only after the gate itself has landed it. */
export function tidyUp(
  repository: Pick<RepositorySnapshot, "gates" | "pulls" | "published">,
  enforced: ReadonlySet<number>,
): readonly Action[] {
  const { gates, pulls = [] } = repository;
  const targets = new Set(gates.map(({ target }) => target.branch));
  const landed = new Set(gates.flatMap((gate) => gate.landed.map(({ change }) => change)));
  const open = pulls.filter(({ state }) => state === "open");
  const merged = pulls.filter(({ state }) => state === "merged");

  const retargets = open.flatMap((pull): readonly Action[] => {
    if (!enforced.has(pull.change)) return [];
    // The branch carries an open change again: what landed from it earlier is another story.
    if (open.some(({ headBranch }) => headBranch === pull.base)) return [];
    const to = landedOn(pull.base, merged, targets);
    return to === undefined || to === pull.base ? [] : [{ kind: "retarget", change: pull.change, from: pull.base, to }];
  });
  const deletions = merged.flatMap((pull): readonly Action[] => {
    if (!landed.has(pull.change) || !pull.headBranch.startsWith(OURS)) return [];
    if (landedOn(pull.headBranch, merged, targets) === undefined) return [];
    // More was pushed after it landed, or another change still builds on it or lives in it: the branch is in use.
    if (pull.branchTip !== pull.head) return [];
    const used = open.some(({ base, headBranch }) => base === pull.headBranch || headBranch === pull.headBranch);
    return used ? [] : [{ kind: "delete-branch", ref: branchRef(pull.headBranch), was: pull.head }];
  });
  return [...handMerges(repository, enforced), ...retargets, ...deletions];
}

/**
 * The target that this branch's work has landed on, through as many merged pull requests as it takes. `undefined` when
 * the way ends elsewhere: a pull request merged by hand into a branch of a stack has not landed (ruling 10).
 */
function landedOn(
  branch: BranchName,
  merged: readonly PullFacts[],
  targets: ReadonlySet<BranchName>,
): BranchName | undefined {
  const seen = new Set<BranchName>();
  for (let at = branch; ;) {
    if (targets.has(at)) return at;
    if (seen.has(at)) return undefined;
    seen.add(at);
    const next = merged.find(({ headBranch }) => headBranch === at);
    if (next === undefined) return undefined;
    at = next.base;
  }
}

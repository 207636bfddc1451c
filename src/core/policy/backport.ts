/** What makes a change a backport: each of its commits names the one it was picked from, and that one is in a newer branch. */
import { parseSha, type BranchName, type Sha } from "../ids.ts";
import { kindMatches } from "./copy-operators.ts";
import type { ChangeKind } from "./snapshot.ts";

/** As `git cherry-pick -x` writes it, on a line of its own. */
const PICKED = /^\(cherry picked from commit ([0-9a-f]{40}(?:[0-9a-f]{24})?)\)\s*$/gm;

/** The last one named: picked on from branch to branch a message collects them, newest last. */
export function pickedFrom(message: string): Sha | undefined {
  return parseSha([...message.matchAll(PICKED)].at(-1)?.[1] ?? "");
}

export function claimsPick(message: string): boolean {
  return pickedFrom(message) !== undefined;
}

/** The content is the picked commit's, moved. */
export function isUnchanged(kind: ChangeKind): boolean {
  return kindMatches("TRIVIAL_REBASE_WITH_MESSAGE_UPDATE", kind);
}

/**
 * The branches that are newer than the target, the default branch first, then the nearest series. Only branches of one family
 * can be compared (`stable/2025.1` and `stable/2025.2`, `v1.9` and `v1.10`): anybody may push a branch of any other name, and
 * what is in it nobody has approved.
 */
export function newerBranches(
  branches: readonly BranchName[],
  { target, defaultBranch }: { readonly target: BranchName; readonly defaultBranch: BranchName },
): readonly BranchName[] {
  if (target === defaultBranch) return [];
  const family = familyOf(target);
  const series = branches.filter(
    (name) => name !== defaultBranch && familyOf(name) === family && compareSeries(name, target) > 0,
  );
  return [...branches.filter((name) => name === defaultBranch), ...series.sort(compareSeries)];
}

/** `stable/` of `stable/2025.1`, and of `unmaintained/2023.1`, which was called so before; `v#` of `v1.9`. */
export function familyOf(branch: BranchName): string {
  const slash = branch.lastIndexOf("/");
  if (isUnmaintained(branch)) return STABLE;
  if (slash >= 0) return branch.slice(0, slash + 1);
  return /\d/.test(branch) ? branch.replaceAll(/\d+(?:\.\d+)*/g, "#") : branch;
}

const STABLE = "stable/";
const UNMAINTAINED = "unmaintained/";

/** Nobody has to bring a fix to it before it goes to an older branch. */
export function isUnmaintained(branch: BranchName): boolean {
  return branch.startsWith(UNMAINTAINED);
}

/** `2025.1` of `stable/2025.1`. */
export function seriesOf(branch: BranchName): string {
  return branch.slice(branch.lastIndexOf("/") + 1);
}

/** Negative: `one` is the older. Numbers by value; names before numbers, as series had names before they had years. */
export function compareSeries(first: BranchName, second: BranchName): number {
  const [one, other] = [seriesOf(first), seriesOf(second)];
  const left = one.match(/\d+|\/|[^\d/]+/g) ?? [];
  const right = other.match(/\d+|\/|[^\d/]+/g) ?? [];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [a, b] = [left[at], right[at]];
    if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
    if (a === b) continue;
    const [aNumber, bNumber] = [/^\d/.test(a), /^\d/.test(b)];
    if (aNumber && bNumber && Number(a) !== Number(b)) return Number(a) - Number(b);
    if (aNumber !== bNumber) return aNumber ? 1 : -1;
    return a < b ? -1 : 1;
  }
  return 0;
}

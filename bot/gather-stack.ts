/**
 * Where a change goes and what it stands on. The target is the branch at the bottom of the base chain (RULINGS 3); what
 * it stands on is read from the commits themselves: a patch set of another change that is below the head (RULINGS 1, 2).
 */
import type { BranchName, Sha } from "../src/core/ids.ts";
import { fail, ok, type Result } from "../src/core/result.ts";
import type { Commit } from "../src/git/commit.ts";
import type { GitProblem } from "../src/git/problem.ts";
import { parseReviewBase } from "../src/core/change/review-base.ts";
import type { Mirror } from "./mirror.ts";
import type { KnownPull } from "./store/pulls.ts";

export interface Chain {
  readonly target: BranchName;
  /** Changes that the bases go through, nearest first. */
  readonly through: readonly KnownPull[];
}

export type ChainProblem = { readonly kind: "circle"; readonly at: BranchName };

const OURS = "review/";

/**
 * Follows bases down to a branch that carries no change. An open change's branch is always followed. A merged or closed
 * one only when the branch is known to have been part of a stack: by our naming, or because this change's target was
 * recorded further down before. Else `develop`, once merged into `main`, could not be a target itself.
 */
export function chainOf(
  start: { readonly change: number; readonly base: BranchName },
  pulls: readonly KnownPull[],
  recordedTarget: BranchName | undefined,
): Result<Chain, ChainProblem> {
  const through: KnownPull[] = [];
  const seen = new Set<BranchName>();
  // A base that the service made stands for the target; what is below is read from the commits, as for every fork.
  let at = parseReviewBase(start.base)?.target ?? start.base;
  for (;;) {
    if (seen.has(at)) return fail({ kind: "circle", at });
    seen.add(at);
    const carrying = pulls.filter(
      ({ change, headBranch, local }) => local && headBranch === at && change !== start.change,
    );
    const next =
      carrying.find(({ state }) => state === "open") ??
      (at === recordedTarget ? undefined : carrying.find(() => at.startsWith(OURS) || recordedTarget !== undefined));
    if (next === undefined) return ok({ target: at, through });
    through.push(next);
    at = next.base;
  }
}

export interface Footing {
  /** The commit below the change's own range. */
  readonly base: Sha;
  /** The own range, newest first. */
  readonly commits: readonly Commit[];
  /** Patch sets of other changes that are below and have not landed, nearest first. */
  readonly standsOn: readonly { readonly change: number; readonly sha: Sha }[];
}

export type FootingProblem =
  | GitProblem
  | { readonly kind: "unrelated" }
  | { readonly kind: "too-long" }
  /** The store is new to it, and what the forge keeps of it could not be read. */
  | { readonly kind: "not-remembered"; readonly why: string };

/** Commits above the target that one change may have; more is nothing a person has read. */
const LONGEST_RANGE = 1_000;

/** `isLower` says whether this commit is known as a patch set of a change that may be below. */
export async function footingOf(
  { known }: Mirror,
  ends: { readonly head: Sha; readonly tip: Sha },
  isLower: (sha: Sha) => number | undefined,
): Promise<Result<Footing, FootingProblem>> {
  const above = await known.commits({ from: ends.head, notReachableFrom: [ends.tip], max: LONGEST_RANGE + 1 });
  if (!above.ok) return above;
  if (above.value.length > LONGEST_RANGE) return fail({ kind: "too-long" });
  const standsOn = above.value.flatMap(({ sha }) => {
    const change = sha === ends.head ? undefined : isLower(sha);
    return change === undefined ? [] : [{ change, sha }];
  });
  const [nearest] = standsOn;
  if (nearest === undefined) {
    const base = await known.mergeBase(ends.tip, ends.head);
    if (!base.ok) return base;
    return base.value === undefined
      ? fail({ kind: "unrelated" })
      : ok({ base: base.value, commits: above.value, standsOn: [] });
  }
  const own = await known.commits({ from: ends.head, notReachableFrom: [ends.tip, nearest.sha] });
  if (!own.ok) return own;
  // Below one change its own older patch sets mean nothing: only the nearest of each counts.
  const once = standsOn.filter(({ change }, at) => standsOn.findIndex((one) => one.change === change) === at);
  return ok({ base: nearest.sha, commits: own.value, standsOn: once });
}

/**
 * What people asked of a change that was merged: to which branches it is to go, and what has become of that so far. Of each change one
 * record is kept; everything else about its backports is read from git and from the list of pull requests.
 */
import type { BranchName, Sha } from "../../ids.ts";
import type { Person } from "../../policy/snapshot.ts";
import { familyOf } from "../../policy/backport.ts";
import { fail, ok, type Result } from "../../result.ts";
import { ladderOf, type Ladder } from "./ladder.ts";
import { describePlanProblem, isOver, planBackport, type BackportPlan, type Found } from "./plan.ts";

export interface Ask {
  readonly branch: BranchName;
  /** For whom the pull request is opened. */
  readonly by: Person;
}

export interface Asked {
  readonly change: number;
  readonly title: string;
  /** The branch that it was merged to, its reviewed head, and the commit it was merged as. */
  readonly origin: BranchName;
  readonly head: Sha;
  readonly landed: Sha;
  /** Tells which comments and labels were heard. */
  readonly heard: string;
  readonly asks: readonly Ask[];
  /** What cannot be done, each a sentence in Markdown. */
  readonly refused: readonly string[];
  /** Branches on which it changes nothing. */
  readonly empty: readonly BranchName[];
}

export interface Branches {
  readonly branches: readonly BranchName[];
  readonly defaultBranch: BranchName;
}

/** Whether a change of `origin` can go to `branch` at all; the problem is a sentence. */
export function canGoTo(branch: BranchName, origin: BranchName, live: Branches): Result<void, string> {
  const all = ladderOf({ ...live, near: branch });
  const isLive = live.branches.includes(branch);
  const ladder = isLive ? all : all.filter((rung) => rung.branch !== branch);
  const isAbove = ladder.some((rung) => rung.branch === origin);
  if (isLive && !isAbove) {
    const { message, hint } = describePlanProblem({ kind: "not-older", branch, origin });
    return fail(`${message}; ${hint}.`);
  }
  const plan = planBackport({ ladder, origin, asked: [branch], found: () => ({ kind: "absent" }) });
  if (plan.ok) return ok(undefined);
  const { message, hint } = describePlanProblem(plan.problem);
  return fail(`${message}; ${hint}.`);
}

/** One plan for each family of branches (`stable/*`, `v1.9` and its like). A branch that is gone since is left out. */
export function plansFor(
  { asks, origin }: Pick<Asked, "asks" | "origin">,
  live: Branches,
  found: (branch: BranchName) => Found,
): readonly BackportPlan[] {
  return laddersFor({ asks, origin }, live).flatMap(({ ladder, asked }) => {
    const plan = planBackport({ ladder, origin, asked, found });
    return plan.ok ? [plan.value] : [];
  });
}

/** The branches that a plan looks at. */
export function branchesOnTheWay(asked: Pick<Asked, "asks" | "origin">, live: Branches): readonly BranchName[] {
  return plansFor(asked, live, () => ({ kind: "absent" })).flatMap(({ steps }) => steps.map(({ branch }) => branch));
}

function laddersFor(
  { asks, origin }: Pick<Asked, "asks" | "origin">,
  live: Branches,
): readonly { readonly ladder: Ladder; readonly asked: readonly BranchName[] }[] {
  const families = new Map<string, BranchName[]>();
  for (const { branch } of asks) {
    if (!canGoTo(branch, origin, live).ok) continue;
    families.set(familyOf(branch), [...(families.get(familyOf(branch)) ?? []), branch]);
  }
  return [...families.values()].flatMap((asked) => {
    const [near] = asked;
    return near === undefined ? [] : [{ ladder: ladderOf({ ...live, near }), asked }];
  });
}

export function allOver(plans: readonly BackportPlan[]): boolean {
  return plans.every(isOver);
}

/**
 * Where a fix has to go, newest branch first, and what is to be done on each branch now. A branch waits until the fix has landed on
 * every newer maintained one; one that was not asked for and lies in between is added.
 */
import type { BranchName } from "../../ids.ts";
import { fail, ok, type Result } from "../../result.ts";
import { mustBeOn, type Ladder } from "./ladder.ts";

export type Found =
  /** It landed there. */
  | { readonly kind: "there" }
  | { readonly kind: "open"; readonly change: number; readonly conflict?: true }
  /** Somebody closed its pull request: not tried again. */
  | { readonly kind: "closed"; readonly change: number }
  /** Everything it does is there already. */
  | { readonly kind: "empty" }
  | { readonly kind: "absent" };

export type StepState =
  | Exclude<Found, { kind: "absent" }>
  /** To be picked now. */
  | { readonly kind: "next" }
  /** Until it has landed on that branch. */
  | { readonly kind: "waits"; readonly behind: BranchName };

export interface Step {
  readonly branch: BranchName;
  /** Named by whoever asked; false: in between. */
  readonly asked: boolean;
  readonly state: StepState;
}

export interface BackportPlan {
  /** Newest first. */
  readonly steps: readonly Step[];
}

export type PlanProblem =
  | { readonly kind: "nothing-asked" }
  | { readonly kind: "unknown-branch"; readonly branch: string; readonly known: readonly BranchName[] }
  /** The fix came from there, or from an older one. */
  | { readonly kind: "not-older"; readonly branch: BranchName; readonly origin: BranchName };

export interface PlanOf {
  readonly ladder: Ladder;
  /** The branch that the fix landed on. */
  readonly origin: BranchName;
  readonly asked: readonly string[];
  readonly found: (branch: BranchName) => Found;
}

export function planBackport({ ladder, origin, asked, found }: PlanOf): Result<BackportPlan, PlanProblem> {
  const older = ladder.slice(ladder.findIndex(({ branch }) => branch === origin) + 1);
  const known = older.map(({ branch }) => branch);
  if (asked.length === 0) return fail({ kind: "nothing-asked" });
  for (const name of asked) {
    const branch = ladder.find((rung) => rung.branch === name)?.branch;
    if (branch === undefined) return fail({ kind: "unknown-branch", branch: name, known });
    if (!known.includes(branch)) return fail({ kind: "not-older", branch, origin });
  }
  const last = known.findLastIndex((branch) => asked.includes(branch));
  const steps: Step[] = [];
  for (const { branch, maintained } of older.slice(0, last + 1)) {
    const isAsked = asked.includes(branch);
    if (!isAsked && !maintained) continue;
    const here = found(branch);
    if (here.kind === "absent" || here.kind === "open" || here.kind === "closed" || isAsked) {
      const behind = firstMissing(ladder, { branch, steps });
      const state: StepState =
        here.kind !== "absent" ? here : behind === undefined ? { kind: "next" } : { kind: "waits", behind };
      steps.push({ branch, asked: isAsked, state });
    }
  }
  return ok({ steps });
}

/** Of those on the way, where it has not landed. */
function firstMissing(
  ladder: Ladder,
  { branch, steps }: { readonly branch: BranchName; readonly steps: readonly Step[] },
): BranchName | undefined {
  const newer = mustBeOn(ladder, branch);
  return steps.find(({ branch: other, state }) => newer.includes(other) && !isDone(state))?.branch;
}

export function isDone({ kind }: StepState): boolean {
  return kind === "there" || kind === "empty";
}

/** Nothing is left to do and nothing is waited for. */
export function isOver({ steps }: BackportPlan): boolean {
  return steps.every(({ state }) => isDone(state) || state.kind === "closed") || stoppedAt(steps) !== undefined;
}

/** The closed one that everything left waits for. */
export function stoppedAt(steps: readonly Step[]): Step | undefined {
  const left = steps.filter(({ state }) => !isDone(state));
  const [first] = left;
  if (first?.state.kind !== "closed") return undefined;
  return left.every(({ state }) => state.kind === "closed" || state.kind === "waits") ? first : undefined;
}

export function describePlanProblem(problem: PlanProblem): { readonly message: string; readonly hint: string } {
  switch (problem.kind) {
    case "nothing-asked":
      return {
        message: "Cannot plan a backport: no branch is named",
        hint: "name the branches, such as stable/2026.1",
      };
    case "unknown-branch": {
      const { branch, known } = problem;
      const there = known.length === 0 ? "no branch is older" : `older branches are ${known.join(", ")}`;
      return {
        message: `Cannot plan a backport: "${branch}" is no live branch; ${there}`,
        hint: "name one of them, or create the branch first",
      };
    }
    case "not-older":
      return {
        message: `Cannot plan a backport to "${problem.branch}": the fix landed on ${problem.origin}, which is not newer`,
        hint: "a fix goes from the newest branch down; put it on the newest one first",
      };
  }
}

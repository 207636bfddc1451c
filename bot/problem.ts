/** What can keep the service from looking at a repository, in one sentence each. With any of these nothing lands. */
import type { Instant } from "../src/core/time.ts";
import type { ForgeProblem } from "../src/forge/forge.ts";
import { describeForgeProblem } from "../src/forge/problem.ts";
import { describeGitProblem, type GitProblem } from "../src/git/problem.ts";

export type ServiceProblem =
  | { readonly kind: "forge"; readonly problem: ForgeProblem }
  | { readonly kind: "git"; readonly problem: GitProblem }
  /** The lease was lost or the service stops; whoever holds it now goes on. */
  | { readonly kind: "stopped" }
  /** Actions went on coming out after many rounds: looked at again later. */
  | { readonly kind: "restless"; readonly rounds: number }
  | { readonly kind: "some-actions"; readonly sentences: readonly string[] };

export function forgeProblem(problem: ForgeProblem): ServiceProblem {
  return { kind: "forge", problem };
}

export function gitProblem(problem: GitProblem): ServiceProblem {
  return { kind: "git", problem };
}

export function describeProblem(problem: ServiceProblem): string {
  switch (problem.kind) {
    case "forge":
      return describeForgeProblem(problem.problem).message;
    case "git":
      return describeGitProblem(problem.problem).message;
    case "stopped":
      return "Stopped before everything was done";
    case "restless":
      return `Still not at rest after ${problem.rounds} rounds; looking again later`;
    case "some-actions":
      return problem.sentences.join("; ");
  }
}

/** When trying again makes sense, where the other side said so. */
export function retryAt(problem: ServiceProblem): Instant | undefined {
  return problem.kind === "forge" && problem.problem.kind === "rate-limited" ? problem.problem.retryAt : undefined;
}

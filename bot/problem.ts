/** What can keep the service from looking at a repository, in one sentence each. With any of these nothing lands. */
import type { Instant } from "../src/core/time.ts";
import type { ForgeProblem } from "../src/forge/forge.ts";
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
      return describeForge(problem.problem);
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

function describeForge(problem: ForgeProblem): string {
  const cannot = `Cannot ${problem.tried}`;
  switch (problem.kind) {
    case "unreachable":
      return `${cannot}: the forge is unreachable (${problem.found})`;
    case "server-error":
      return `${cannot}: the forge answered ${problem.status} (${problem.found})`;
    case "no-token":
      return `${cannot}: there is no token; check the App's id and key`;
    case "bad-token":
      return `${cannot}: the forge refused the token (${problem.found}); check the App's key and installation`;
    case "forbidden":
      return `${cannot}: the App may not (${problem.found}); check its permissions`;
    case "not-found":
      return `${cannot}: the forge has no such thing, or hides it from the App`;
    case "refused":
      return `${cannot}: the forge refused (${problem.found})`;
    case "rate-limited":
      return `${cannot}: too many requests; waiting`;
    case "unreadable":
      return `${cannot}: the answer was cut short or is not of the promised shape (${problem.found})`;
  }
}

/** What is wrong with a policy: where, what was found, what to do. Any of these closes the gate. */
import type { Place } from "./yaml-text.ts";

export interface PolicyProblem extends Place {
  readonly kind:
    | "yaml"
    | "unknown-key"
    | "wrong-value"
    | "unknown-preset"
    | "locked"
    | "missing-group"
    | "missing-check"
    | "unknown-name"
    | "expression"
    | "no-requirements"
    | "lint";
  /** The file: `.github/plustwo.yml`, `preset:openstack`. */
  readonly path: string;
  /** Dotted: `groups.core.teams`. Empty for the whole file. */
  readonly key: string;
  /** A sentence without its end: "`labels` is not a key of a repository's policy". */
  readonly message: string;
  readonly hint: string;
}

/** One line: "Cannot use the policy .github/plustwo.yml:4:3: `labels` is not a key …". */
export function describePolicyProblem(problem: PolicyProblem): string {
  return `Cannot use the policy ${problem.path}:${problem.line}:${problem.column}: ${problem.message}`;
}

/** Both lines, as a terminal shows them. */
export function describePolicyProblems(problems: readonly PolicyProblem[]): string {
  return problems.map((problem) => `${describePolicyProblem(problem)}\nHint: ${problem.hint}`).join("\n");
}

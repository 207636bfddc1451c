/** What a policy wants to know that costs something to find out: what it never asks about is not looked for. */
import { atomsOf } from "./expression-tree.ts";
import type { RequirementTest } from "./operators.ts";
import type { Policy } from "./policy.ts";

export type AskedFact = "bidi" | "backport";

/** Every test of every condition. */
export function testsOf(policy: Pick<Policy, "requirements" | "freezes">): readonly RequirementTest[] {
  const conditions = policy.requirements.flatMap(({ applicableIf, submittableIf, overrideIf }) =>
    [applicableIf, submittableIf, overrideIf].flatMap((condition) => condition ?? []),
  );
  const exceptions = policy.freezes.flatMap(({ except }) => except ?? []);
  return [...conditions, ...exceptions].flatMap(({ expression }) => atomsOf(expression));
}

/** What is looked for together. */
function sourceOf(kind: string): string {
  return kind === "backport-order" ? "backport" : kind;
}

export function asksFor(policy: Pick<Policy, "requirements" | "freezes">, fact: AskedFact): boolean {
  return testsOf(policy).some((test) => test.kind === "change" && sourceOf(test.fact.kind) === fact);
}

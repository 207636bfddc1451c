/** A requirement that no policy can leave out: `Conflicts`. What git wrote where it could not merge is not what anybody wants to land. */
import type { Facts } from "./facts.ts";
import { owner, some } from "./judge-words.ts";
import type { RequirementResult } from "./verdict.ts";

/** Only where one is left. */
export function evaluateConflicts(facts: Facts): readonly RequirementResult[] {
  const { conflicts = [] } = facts.snapshot.change;
  if (conflicts.length === 0) return [];
  return [
    {
      name: "Conflicts",
      description: "No conflict is left in what it adds",
      expression: "no lines <<<<<<<, ======= and >>>>>>> that follow each other in what it adds",
      status: "UNSATISFIED",
      atoms: [{ text: "conflicts left", value: true, evidence: conflicts.map((place) => `line:${place}`) }],
      unmetBecause: [`a conflict is left in ${some(conflicts)}`],
      ways: [{ actions: [owner(facts, "push", "solve what conflicts and push it again")] }],
      noun: "solved conflicts",
      counted: [],
      notCounted: [],
      blocked: false,
    },
  ];
}

/** What the policy asks about and nobody has looked for: an absence that is not proven must not become a condition that holds. */
import { testsOf } from "./asks.ts";
import type { RequirementTest } from "./operators.ts";
import type { Policy } from "./policy.ts";
import type { PolicySnapshot } from "./snapshot.ts";

type Unseen = NonNullable<PolicySnapshot["facts"]["notGathered"]>[number];

/** Sentences that close the gate; none where everything asked about was looked for. */
export function missingFacts(policy: Policy, { change, facts }: PolicySnapshot): readonly string[] {
  const unseen = new Set(facts.notGathered ?? []);
  const missing = testsOf(policy).filter((test) => {
    const fact = factOf(test);
    if (fact === "project") return change.repository === undefined;
    if (fact === "merge") return change.commits.some(({ parents }) => parents === undefined);
    return fact !== undefined && unseen.has(fact);
  });
  return [...new Set(missing.map(({ text }) => `\`${text}\` is asked, and nobody has looked for what it is about`))];
}

/** The fact that has to be gathered on purpose for this test; undefined: what every snapshot holds is enough. */
function factOf(test: RequirementTest): Unseen | "project" | "merge" | undefined {
  if (test.kind === "owners") return "owners";
  if (test.kind !== "change") return undefined;
  const { kind } = test.fact;
  if (kind === "backport-order") return "backport";
  return kind === "bidi" ||
    kind === "backport" ||
    kind === "topic" ||
    kind === "hashtag" ||
    kind === "project" ||
    kind === "merge"
    ? kind
    : undefined;
}

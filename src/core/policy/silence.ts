/** Whether a policy takes silence for a yes, of a change to one path, and after how long. */
import { atomsOf, settles } from "./expression-tree.ts";
import { appliesTo } from "./load-cycle.ts";
import type { RequirementTest } from "./operators.ts";
import { relates } from "./relation.ts";
import type { Policy, Requirement } from "./policy.ts";

export type Silence =
  | { readonly kind: "agrees"; readonly ms: number; readonly requirement: string }
  /** No requirement is met by waiting. */
  | { readonly kind: "unasked" }
  /** This one needs somebody's vote all the same. */
  | { readonly kind: "vote"; readonly requirement: string };

/** What neither votes nor time say, such as checks, is taken to be as it should. */
export function silenceOf(policy: Pick<Policy, "requirements" | "labels">, path: string): Silence {
  const computed = new Set(policy.labels.flatMap((label) => (label.computed.length > 0 ? [label.name] : [])));
  const asked = policy.requirements.filter((one) => appliesTo(one, path) !== false);
  const quiet = asked.map((one) => ({ requirement: one.name, ms: enough(one, computed) }));
  const [longest] = quiet
    .flatMap(({ requirement, ms }) => (ms === undefined || ms === 0 ? [] : [{ requirement, ms }]))
    .toSorted((one, other) => other.ms - one.ms);
  const stuck = quiet.find(({ ms }) => ms === undefined);
  if (longest === undefined) return { kind: "unasked" };
  return stuck === undefined ? { kind: "agrees", ...longest } : { kind: "vote", requirement: stuck.requirement };
}

/** How long nobody has to vote until it holds: 0, it asks for no vote; `undefined`, however long. */
function enough({ submittableIf: { expression } }: Requirement, computed: ReadonlySet<string>): number | undefined {
  const waits = atomsOf(expression).flatMap((test) =>
    test.kind === "time" && "ms" in test.fact ? [test.fact.ms] : [],
  );
  return [0, ...waits.toSorted((one, other) => one - other)].find(
    (ms) => settles(expression, (test) => afterSilence(test, ms, computed)) !== false,
  );
}

function afterSilence(test: RequirementTest, ms: number, computed: ReadonlySet<string>): boolean | undefined {
  if (test.kind === "label")
    return computed.has(test.label) ? undefined : relates(0, test.count.relation, test.count.n);
  if (test.kind !== "time" || !("ms" in test.fact)) return undefined;
  // A moment later counts: `>7d` is told as seven days.
  const relation = test.fact.relation === ">" ? ">=" : test.fact.relation;
  return relates(ms, relation, test.fact.ms);
}

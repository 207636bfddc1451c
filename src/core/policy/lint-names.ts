/** Labels that decide nothing, and groups that nothing is asked of. */
import type { Placed } from "./lint-conditions.ts";
import { warning, type Finding, type Linting } from "./lint.ts";
import type { RequirementTest } from "./operators.ts";

/** Votes on such a label are shown, and change nothing: it may only be there to start a job. */
export function triggerLabels({ policy, entries }: Linting, conditions: readonly Placed[]): readonly Finding[] {
  const tests = conditions.flatMap(({ literals }) => literals.map(({ test }) => test));
  const owned = tests.some(({ kind }) => kind === "owners") && policy.owners !== undefined;
  const used = new Set([...tests.flatMap(labelsOf), ...(owned ? [policy.owners.vote.label] : [])]);
  return policy.labels.flatMap(({ name, computed }) => {
    const entry = entries.labels.get(name.toLowerCase());
    if (used.has(name) || entry === undefined) return [];
    return [
      warning(entry.layer, entry.path, {
        rule: "trigger-label",
        message:
          computed.length === 0
            ? `no requirement looks at the label \`${name}\`: it is a trigger, and votes on it decide nothing`
            : `no requirement looks at the label \`${name}\`, so what it is computed from decides nothing`,
        hint: `name it in a requirement, such as \`submittableIf: "label:${name}=MAX"\`, or remove it`,
      }),
    ];
  });
}

export function idleGroups({ policy, entries, defaults }: Linting, conditions: readonly Placed[]): readonly Finding[] {
  const named = [
    ...conditions.flatMap(({ literals }) => literals.flatMap(({ test }) => groupsIn(test))),
    ...policy.access.flatMap(({ grants }) => grants.map(({ to }) => to)),
    ...policy.overrides.map(({ group }) => group),
    ...(policy.owners?.allOf ?? []).flatMap(({ groups }) => groups),
  ].map((name) => name.toLowerCase());
  // A group that no file defines is another one, which is used then.
  const meant = named.flatMap((name) => (entries.groups.has(name) ? [] : [defaults.get(name)?.toLowerCase()]));
  const used = new Set<string | undefined>([...named, ...meant]);
  return [...entries.groups].flatMap(([key, { name, layer, path }]) =>
    used.has(key)
      ? []
      : [
          warning(layer, path, {
            rule: "idle-group",
            message: `nothing is asked of the group \`${name}\`, and it may vote on nothing`,
            hint: "name it in `access` or in a requirement, or remove it",
          }),
        ],
  );
}

function labelsOf(test: RequirementTest): readonly string[] {
  if (test.kind === "label") return [test.label];
  return test.kind === "change" && test.fact.kind === "distinct-voters" ? test.fact.labels : [];
}

function groupsIn(test: RequirementTest): readonly string[] {
  if (test.kind === "label") return test.group === undefined ? [] : [test.group];
  if (test.kind !== "change") return [];
  const { fact } = test;
  if (fact.kind === "in-group" || fact.kind === "contributors-in") return [fact.group];
  return fact.kind === "distinct-voters" && fact.group !== undefined ? [fact.group] : [];
}

/** Who may vote what, a little different: a grant one step narrower or wider, none, and exclusive lines that no longer are. */
import type { Layers } from "../policy/layers.ts";
import type { AccessRule, Policy } from "../policy/policy.ts";
import type { YamlPath } from "../policy/yaml-text.ts";
import type { Mutant } from "./mutants.ts";

export function mutantsOfRights(policy: Policy, layers: Layers): readonly Mutant[] {
  const paths = pathsOfRules(layers);
  return policy.access.flatMap((rule, at) => ofRule(policy, rule, { at, path: paths[at] ?? ["access"] }));
}

interface Place {
  readonly at: number;
  readonly path: YamlPath;
}

function ofRule(policy: Policy, rule: AccessRule, { at, path }: Place): readonly Mutant[] {
  const label = policy.labels.find(({ name }) => name === rule.label);
  const put = (changed: AccessRule): Mutant["change"] => {
    const access = policy.access.with(at, changed);
    return (before) => ({ ...before, access });
  };
  const where = `${rule.label} on \`${rule.branch}\``;
  const grants = rule.grants.flatMap((grant, index) => {
    const steps = [
      { ...grant, max: grant.max - 1 },
      { ...grant, max: grant.max + 1 },
      { ...grant, min: grant.min + 1 },
      { ...grant, min: grant.min - 1 },
    ].filter(({ min, max }) => min <= 0 && max >= 0 && label !== undefined && min >= label.min && max <= label.max);
    const to = [...path, grant.to];
    return [
      ...steps
        // A right to nothing but 0 is none: the same as the grant dropped.
        .filter(({ min, max }) => min < max)
        .map((changed) => ({
          path: to,
          what: `${grant.to} may ${rangeOf(changed)} in place of ${rangeOf(grant)} (${where})`,
          change: put({ ...rule, grants: rule.grants.with(index, changed) }),
          rebuild: true,
        })),
      {
        path: to,
        what: `${grant.to} may nothing (${where})`,
        change: put({ ...rule, grants: rule.grants.toSpliced(index, 1) }),
        rebuild: true,
      },
    ];
  });
  if (!rule.exclusive) return grants;
  const what = `it is not exclusive (${where})`;
  return [...grants, { path, what, change: put({ ...rule, exclusive: false }), rebuild: true }];
}

function rangeOf({ min, max }: { readonly min: number; readonly max: number }): string {
  return `${min}..${max > 0 ? "+" : ""}${max}`;
}

/** Where each rule of the policy stands in its layer: lines are added up in this order. */
function pathsOfRules({ all }: Layers): readonly YamlPath[] {
  return all.flatMap(({ keys: { access = [] } }) =>
    access.flatMap(({ branch: _, exclusive = [], ...grants }, index) => [
      ...Object.keys(grants).map((right): YamlPath => ["access", index, right]),
      ...exclusive.filter((right) => !Object.hasOwn(grants, right)).map((): YamlPath => ["access", index, "exclusive"]),
    ]),
  );
}

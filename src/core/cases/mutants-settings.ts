/** What a policy sets beside its rules, a little different: identity, shape, groups by default, freezes, overrides, owners. */
import type { Layers } from "../policy/layers.ts";
import type { OverrideRule, Policy } from "../policy/policy.ts";
import type { Mutant } from "./mutants.ts";
import { layerOf } from "./places.ts";

/** A setting that no layer names is not the policy's word. */
export function mutantsOfSettings(policy: Policy, layers: Layers): readonly Mutant[] {
  return [
    ...ofIdentity(policy),
    ...ofDefaults(layers),
    ...ofFreezes(policy, layers),
    ...ofOverrides(policy),
    ...ofOwners(policy),
  ].filter(({ path }) => layerOf(layers, path) !== undefined);
}

function ofIdentity({ identity, shape }: Policy): readonly Mutant[] {
  const unknownContributors = identity.unknownContributors === "block" ? ("warn" as const) : ("block" as const);
  const suggestionsMakeContributors = !identity.suggestionsMakeContributors;
  const other = shape === "any" ? ("one-commit" as const) : ("any" as const);
  return [
    {
      path: ["identity", "unknownContributors"],
      what: `it is ${unknownContributors}`,
      change: (before) => ({ ...before, identity: { ...before.identity, unknownContributors } }),
    },
    {
      path: ["identity", "suggestionsMakeContributors"],
      what: `it is ${suggestionsMakeContributors}`,
      change: (before) => ({ ...before, identity: { ...before.identity, suggestionsMakeContributors } }),
    },
    { path: ["shape"], what: `it is ${other}`, change: (before) => ({ ...before, shape: other }) },
  ];
}

/** In the cases whose file leaves the group out. */
function ofDefaults({ preset }: Layers): readonly Mutant[] {
  const { defaults = {}, groups = [] } = preset?.parsed.keys.expects ?? {};
  return Object.entries(defaults).flatMap(([name, meant]) => {
    const others = groups.filter((other) => other !== meant);
    const put =
      (other: string | undefined): Mutant["change"] =>
      (before) => {
        const inForce = before.groups[name]?.teams.join() === before.groups[meant]?.teams.join();
        const instead = other === undefined ? { teams: [], users: [] } : before.groups[other];
        return inForce && instead !== undefined ? { ...before, groups: { ...before.groups, [name]: instead } } : before;
      };
    const path = ["expects", "defaults", name];
    return [
      ...others.map((other) => ({ path, what: `it is ${other}`, change: put(other), rebuild: true })),
      { path, what: "it is nobody", change: put(undefined), rebuild: true },
    ];
  });
}

function ofFreezes({ freezes }: Policy, { all }: Layers): readonly Mutant[] {
  const paths = all.flatMap(({ keys }) => (keys.freezes ?? []).map((_, index) => ["freezes", index]));
  return freezes.flatMap((freeze, at) => {
    const { except, ...strict } = freeze;
    const path = paths[at] ?? ["freezes"];
    const without = freezes.toSpliced(at, 1);
    const plain = freezes.with(at, strict);
    return [
      {
        path,
        what: `the freeze ${freeze.name} is left out`,
        change: (before: Policy) => ({ ...before, freezes: without }),
      },
      ...(except === undefined
        ? []
        : [
            {
              path: [...path, "except"],
              what: "it excepts nothing",
              change: (before: Policy) => ({ ...before, freezes: plain }),
            },
          ]),
    ];
  });
}

function ofOverrides({ overrides }: Policy): readonly Mutant[] {
  return overrides.flatMap((rule, at): readonly Mutant[] => {
    const path = ["overrides", rule.name];
    const put = (changed: OverrideRule): Mutant["change"] => {
      const all = overrides.with(at, changed);
      return (before) => ({ ...before, overrides: all });
    };
    const people = [rule.people - 1, rule.people + 1].filter((n) => n >= 1);
    return [
      {
        path,
        what: "the override is left out",
        change: (before) => ({ ...before, overrides: overrides.toSpliced(at, 1) }),
      },
      ...people.map((n) => ({ path: [...path, "people"], what: `it is ${n}`, change: put({ ...rule, people: n }) })),
      ...rule.lifts.map((name) => ({
        path: [...path, "lifts"],
        what: `it does not lift ${name}`,
        change: put({ ...rule, lifts: rule.lifts.filter((one) => one !== name) }),
      })),
      {
        path: [...path, "requireReason"],
        what: `it is ${!rule.requireReason}`,
        change: put({ ...rule, requireReason: !rule.requireReason }),
      },
      {
        path: [...path, "overridesVeto"],
        what: `it is ${!rule.overridesVeto}`,
        change: put({ ...rule, overridesVeto: !rule.overridesVeto }),
      },
    ];
  });
}

function ofOwners({ owners }: Policy): readonly Mutant[] {
  if (owners === undefined) return [];
  const put =
    (changed: Partial<typeof owners>): Mutant["change"] =>
    (before) => ({ ...before, owners: { ...owners, ...changed } });
  const fallback = owners.fallback === "none" ? ("anyone" as const) : ("none" as const);
  const values = [owners.vote.value - 1, owners.vote.value + 1].filter((value) => value >= 1);
  return [
    { path: ["owners", "fallback"], what: `it is ${fallback}`, change: put({ fallback }) },
    ...values.map((value) => ({
      path: ["owners", "vote", "value"],
      what: `it is ${value}`,
      change: put({ vote: { ...owners.vote, value } }),
    })),
    ...owners.minApprovers.flatMap((one, at) =>
      [one.count - 1, one.count + 1]
        .filter((count) => count >= 1)
        .map((count) => ({
          path: ["owners", "minApprovers"],
          what: `${one.pattern} needs ${count}`,
          change: put({ minApprovers: owners.minApprovers.with(at, { ...one, count }) }),
        })),
    ),
    ...owners.allOf.map((one, at) => ({
      path: ["owners", "allOf"],
      what: `${one.pattern} needs none of ${one.groups.join(", ")}`,
      change: put({ allOf: owners.allOf.toSpliced(at, 1) }),
    })),
  ];
}

/** A policy with the members of its groups as they are today; the forge remembers no others. */
import { policyNeeds, type Policy } from "../policy/policy.ts";
import type { Person } from "../policy/snapshot.ts";
import type { PolicyToday } from "./past-worlds.ts";

/** `members`: by `org/slug`, of every team that the policy names. */
export function policyToday(policy: Policy, members: Readonly<Record<string, readonly Person[]>>): PolicyToday {
  const groups = Object.entries(policyNeeds(policy).groups).map(([name, { teams, users }]) => {
    const people = [...users, ...teams.flatMap((team) => members[team] ?? [])];
    const each = new Map(people.map(({ id, login }) => [id, { id, login }]));
    return [name, [...each.values()].sort((a, b) => a.id - b.id)] as const;
  });
  return { policy, groups: Object.fromEntries(groups) };
}

/** The people of a cases file, by the names it has for them, and who of them is in the groups of the policy asked. */
import { userId } from "../ids.ts";
import type { Policy } from "../policy/policy.ts";
import type { Person, PolicySnapshot } from "../policy/snapshot.ts";
import type { CasesKeys } from "./format.ts";

export interface Somebody {
  readonly person: Person;
  readonly groups: readonly string[];
}

/** By name. An app's login ends in `[bot]`, as the forge has it, whether the file says so or not. */
export type People = ReadonlyMap<string, Somebody>;

const FIRST_ID = 1_001;

/** `policy`: whoever it names with an id has that one. */
export function peopleOf({ people }: CasesKeys, { groups }: Pick<Policy, "groups">): People {
  const named = new Map(
    Object.values(groups).flatMap(({ users }) => users.map(({ login, id }) => [login.toLowerCase(), id] as const)),
  );
  return new Map(
    Object.entries(people).map(([name, one], index) => {
      const { bot = name.endsWith("[bot]"), id, groups: of = [] } = Array.isArray(one) ? { groups: one } : one;
      const login = bot && !name.endsWith("[bot]") ? `${name}[bot]` : name;
      const fixed = id === undefined ? named.get(login.toLowerCase()) : userId(id);
      const person: Person = { id: fixed ?? userId(FIRST_ID + index), login, type: bot ? "Bot" : "User" };
      return [name, { person, groups: of }];
    }),
  );
}

/**
 * Members by the policy's groups: whoever the file puts into one, or into another that means the same teams, and whoever the policy
 * names. With `teams` by their teams too, as owners' files have them.
 */
export function membersOf(
  people: People,
  policy: Policy,
  { without, teams }: { readonly without: readonly string[]; readonly teams: boolean },
): PolicySnapshot["groups"] {
  const groups = Object.entries(policy.groups).map(([name, group]) => {
    const ofTeams = (other: string) =>
      other !== name && (policy.groups[other]?.teams ?? []).some((team) => group.teams.includes(team));
    const members = [...people.values()].filter(
      ({ person, groups: own }) =>
        group.users.some(({ id }) => id === person.id) ||
        own.some((one) => (one === name ? !without.includes(name) : !without.includes(one) && ofTeams(one))),
    );
    return { name, group, members: members.map(({ person: { id, login } }) => ({ id, login })) };
  });
  return Object.fromEntries([
    ...groups.map(({ name, members }) => [name, members] as const),
    ...(teams ? groups.flatMap(({ group, members }) => group.teams.map((team) => [`@${team}`, members] as const)) : []),
  ]);
}

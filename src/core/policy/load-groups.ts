/** Who is in a policy's groups, those that a preset expects and those that mean another where no file defines them. */
import { userId } from "../ids.ts";
import type { Entries, Named, GroupKeys } from "./entries.ts";
import type { Layer, Layers } from "./layers.ts";
import { problemIn } from "./parse.ts";
import type { Group } from "./policy.ts";
import type { PolicyProblem } from "./problem.ts";

export function readGroups(
  { groups }: Entries,
  { preset, files }: Pick<Layers, "preset" | "files">,
  problems: PolicyProblem[],
): Record<string, Group> {
  const read: Record<string, Group> = {};
  for (const { name, keys, layer, path } of groups.values()) {
    if (["anyone", "owner"].includes(name.toLowerCase()))
      problems.push(
        problemIn(layer, path, {
          kind: "wrong-value",
          message: `\`${name}\` is not free as a group's name`,
          hint: "choose another",
        }),
      );
    const group = groupOf(keys);
    read[name] = group;
    if (group.teams.length + group.users.length === 0)
      problems.push(
        problemIn(layer, path, {
          kind: "missing-group",
          message: `the group \`${name}\` names nobody`,
          hint: "give it `teams: [org/slug]` or `users: [{login, id}]`",
        }),
      );
  }
  if (preset === undefined) return read;
  const { expects } = preset.parsed.keys;
  const defaults = Object.entries(expects.defaults ?? {});
  const last = files.at(-1);
  for (const name of expects.groups ?? [])
    if (!groups.has(name.toLowerCase()) && !Object.hasOwn(expects.defaults ?? {}, name) && last !== undefined)
      problems.push(
        problemIn(last, ["groups"], {
          kind: "missing-group",
          message: `preset:${preset.name} needs the group \`${name}\`, and no file says who is in it`,
          hint: `add \`groups: {${name}: {teams: [org/slug]}}\``,
        }),
      );
  for (const [name, other] of defaults) {
    const meant = groups.get(other.toLowerCase());
    if (!(expects.groups ?? []).includes(other))
      problems.push(
        problemIn(preset.parsed, ["expects", "defaults", name], {
          kind: "missing-group",
          message: `\`${name}\` means \`${other}\` where no file defines it, and no file has to define \`${other}\``,
          hint: "name one of `expects.groups`",
        }),
      );
    if (meant !== undefined && !groups.has(name.toLowerCase())) read[name] = groupOf(meant.keys);
  }
  return read;
}

/** Names that may be used, also of groups that are missing: one problem says so, not every use of them. */
export function groupNames(groups: Named<GroupKeys>, { preset }: Pick<Layers, "preset">): readonly string[] {
  const expects = preset?.parsed.keys.expects;
  return [
    ...new Set([
      ...[...groups.values()].map(({ name }) => name),
      ...(expects?.groups ?? []),
      ...Object.keys(expects?.defaults ?? {}),
    ]),
  ];
}

/** One login with two ids, or one id with two logins: somebody was renamed, or somebody mistyped (threat T14). */
export function peopleTwice(layers: readonly Layer[]): readonly PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const idOf = new Map<string, number>();
  const loginOf = new Map<number, string>();
  for (const layer of layers)
    for (const { login, id, path } of peopleOf(layer)) {
      const lower = login.toLowerCase();
      if ((idOf.get(lower) ?? id) !== id || (loginOf.get(id) ?? lower) !== lower)
        problems.push(
          problemIn(layer, path, {
            kind: "wrong-value",
            message: `\`${login}\` with id ${id} contradicts another entry of the policy`,
            hint: "one login has one id; look it up at /users/<login>",
          }),
        );
      idOf.set(lower, id);
      loginOf.set(id, lower);
    }
  return problems;
}

interface NamedPerson {
  readonly login: string;
  readonly id: number;
  readonly path: readonly (string | number)[];
}

function peopleOf({ keys }: Layer): readonly NamedPerson[] {
  const inGroups = Object.entries(keys.groups ?? {}).flatMap(([name, { users = [] }]) =>
    users.map((user, index) => ({ ...user, path: ["groups", name, "users", index] })),
  );
  const inIdentities = (keys.identities ?? []).flatMap((human, index) =>
    human.map((account, at) => ({ ...account, path: ["identities", index, at] })),
  );
  return [...inGroups, ...inIdentities];
}

function groupOf({ teams = [], users = [] }: GroupKeys): Group {
  return { teams, users: users.map(({ login, id }) => ({ login, id: userId(id) })) };
}

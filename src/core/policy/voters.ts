/** Who may vote what on one change: groups, rights and identities of everybody, looked up once each. */
import { userId, type UserId } from "../ids.ts";
import { identityOf } from "./contributors.ts";
import { permittedRange, type Policy, type Range } from "./policy.ts";
import type { Person, PolicySnapshot } from "./snapshot.ts";

export interface Voters {
  /** The policy's groups this person is in. */
  readonly groupsOf: (id: UserId) => readonly string[];
  /** undefined: nothing. */
  readonly rangeOf: (id: UserId, label: string) => Range | undefined;
  /** One number per human, whichever account it is. */
  readonly humanOf: (id: UserId) => UserId;
  /** Whom the snapshot names as somebody who could vote: members of groups, the owner, those who have voted; each once, by login. No bots. */
  readonly everybody: () => readonly Person[];
  /** Of `everybody`, or of those whom owners' files name. */
  readonly named: (login: string) => Person | undefined;
}

export function votersOf(
  policy: Policy,
  { change, groups, votes, facts }: Pick<PolicySnapshot, "change" | "groups" | "votes" | "facts">,
): Voters {
  const memberships = new Map<UserId, string[]>();
  for (const name of Object.keys(groups))
    for (const { id } of groups[name] ?? []) {
      const known = memberships.get(id);
      if (known === undefined) memberships.set(id, [name]);
      else if (!known.includes(name)) known.push(name);
    }
  const groupsOf = (id: UserId) => memberships.get(id) ?? [];
  const ranges = new Map<string, Map<UserId, Range | undefined>>();
  const rangeOf = (id: UserId, label: string) => {
    const known = ranges.get(label) ?? new Map<UserId, Range | undefined>();
    if (known.has(id)) return known.get(id);
    const range = permittedRange(policy, label, {
      id,
      owner: id === change.owner.id,
      branch: change.branch,
      groups: groupsOf(id),
    });
    ranges.set(label, known.set(id, range));
    return range;
  };
  const twins = new Map(policy.identities.flat().map((id) => [id, identityOf(policy.identities, id)]));
  let everybody: readonly Person[] | undefined;
  let byLogin: ReadonlyMap<string, Person> | undefined;
  const all = () => (everybody ??= peopleOf(change.owner, groups, votes));
  const named = () => {
    const owners = (facts.ownerPeople ?? []).map(({ id, login }): Person => ({ id, login, type: "User" }));
    return (byLogin ??= new Map([...owners, ...all()].map((one) => [one.login, one])));
  };
  return {
    groupsOf,
    rangeOf,
    humanOf: (id) => twins.get(id) ?? id,
    everybody: all,
    named: (login) => named().get(login),
  };
}

/** Somebody whom nobody gathered has an id that nobody else has: what they do can be supposed, and their rights are anybody's. */
export function personCalled(voters: Voters, login: string, index: number): Person {
  return voters.named(login) ?? { id: userId(NOBODYS_ID + index), login, type: "User" };
}

const NOBODYS_ID = 9e15;

function peopleOf(owner: Person, groups: PolicySnapshot["groups"], votes: PolicySnapshot["votes"]): readonly Person[] {
  const people = new Map<UserId, Person>();
  for (const members of Object.values(groups))
    for (const { id, login } of members) people.set(id, { id, login, type: login.endsWith("[bot]") ? "Bot" : "User" });
  for (const { user } of votes) people.set(user.id, user);
  people.set(owner.id, owner);
  return [...people.values()]
    .filter(({ type }) => type === "User")
    .sort((a, b) => (a.login < b.login ? -1 : a.login > b.login ? 1 : a.id - b.id));
}

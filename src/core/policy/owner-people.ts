/**
 * Who the owners named in files are, among the people of a snapshot. A login is the person whom the policy gives it with an id; else
 * whom the forge names; else the one person gathered under it, and nobody where two are (threat T14). An email is somebody only
 * where the forge knows whose it is. Whoever is nobody approves nothing.
 */
import type { UserId } from "../ids.ts";
import { EVERYBODY, isLogin, isTeam, type Owner } from "../owners/owner.ts";
import { identityOf } from "./contributors.ts";
import type { Facts } from "./facts.ts";
import { permittedRange } from "./policy.ts";
import type { Person } from "./snapshot.ts";

/** Somebody who could approve. Whose id nobody has gathered is known by the login alone. */
export interface Candidate {
  readonly login: string;
  readonly id?: UserId;
  /** One per human. */
  readonly human: string;
}

export interface OwnerPeople {
  /** The names under which this person owns. */
  namesOf(id: UserId): ReadonlySet<Owner>;
  /** Who may approve by this name, contributors and those without the right to vote left out. */
  candidatesOf(owner: Owner): readonly Candidate[];
  /** Everybody gathered who may approve. */
  anybody(): readonly Candidate[];
  /** Members of a group of the policy who may approve. */
  membersOf(group: string): readonly Candidate[];
  isIn(group: string, id: UserId): boolean;
  humanOf(id: UserId): string;
  /** "x@example.org is nobody the forge knows …: write the login", with what to write instead; undefined = somebody. */
  unknown(owner: Owner): string | undefined;
}

export function ownerPeople({ policy, snapshot, contributors }: Facts): OwnerPeople {
  const { change, groups, votes, facts } = snapshot;
  const { label, value } = policy.owners?.vote ?? { label: "", value: 1 };
  const idsOf = new Map<string, Set<UserId>>();
  const loginsOf = new Map<UserId, Set<string>>();
  const shown = new Map<UserId, string>();
  /** undefined: two accounts have had it, and it is nobody's. */
  const emails = new Map<string, UserId | undefined>();
  const groupsOf = new Map<UserId, string[]>();
  const noteEmail = (email: string, id: UserId) => {
    const key = email.toLowerCase();
    emails.set(key, emails.has(key) && emails.get(key) !== id ? undefined : id);
  };
  const note = ({ id, login }: Pick<Person, "id" | "login">) => {
    const name = login.toLowerCase();
    add(idsOf, name, id);
    add(loginsOf, id, name);
    shown.set(id, shown.get(id) ?? login);
  };
  for (const [name, members] of Object.entries(groups))
    for (const member of members) {
      note(member);
      groupsOf.set(member.id, [...(groupsOf.get(member.id) ?? []), name]);
    }
  for (const person of [
    change.owner,
    ...change.reviewers,
    ...(change.requester === undefined ? [] : [change.requester]),
  ])
    note(person);
  for (const { user } of votes) note(user);
  for (const { pusher, authors, committers, coauthors } of change.patchSets) {
    if (pusher !== undefined) note(pusher);
    for (const { email, user } of [...authors, ...committers, ...coauthors])
      if (user !== undefined) {
        note(user);
        noteEmail(email, user.id);
      }
  }
  const byForge = new Map<string, UserId>();
  for (const { owner, id, login } of facts.ownerPeople ?? []) {
    note({ id, login });
    if (isLogin(owner)) byForge.set(owner.slice(1), id);
    else noteEmail(owner, id);
  }
  const byPolicy = new Map(
    Object.values(policy.groups).flatMap((group) =>
      group.users.map(({ login, id }) => [login.toLowerCase(), id] as const),
    ),
  );
  for (const [login, id] of byPolicy) add(loginsOf, id, login);
  const teams = new Map(
    Object.keys(groups).flatMap((name) => (name.startsWith("@") ? [[name.toLowerCase(), name]] : [])),
  );

  const idOf = (login: string): UserId | undefined => {
    const fixed = byPolicy.get(login) ?? byForge.get(login);
    if (fixed !== undefined) return fixed;
    const ids = idsOf.get(login);
    return ids?.size === 1 ? [...ids][0] : undefined;
  };
  const personBehind = (owner: Owner): UserId | undefined => {
    if (isLogin(owner)) return idOf(owner.slice(1));
    const [, id, login = ""] = NOREPLY.exec(owner) ?? [];
    const hidden = id === undefined ? undefined : idOf(login);
    return emails.get(owner) ?? (hidden !== undefined && String(hidden) === id ? hidden : undefined);
  };
  const humans = new Map<UserId, string>();
  const humanOf = (id: UserId): string => {
    const human = humans.get(id) ?? `#${identityOf(policy.identities, id)}`;
    humans.set(id, human);
    return human;
  };
  const highest = new Map<string, number>();
  const mayApprove = (id: UserId | undefined): boolean => {
    if (id !== undefined && contributors.known.has(id)) return false;
    const own = (id === undefined ? undefined : groupsOf.get(id)) ?? [];
    const isOwner = id === change.owner.id;
    const key = `${isOwner} ${own.join(" ")}`;
    const voter = { id: id ?? change.owner.id, owner: isOwner, branch: change.branch, groups: own };
    const max = highest.get(key) ?? permittedRange(policy, label, voter)?.max ?? 0;
    highest.set(key, max);
    return max >= value;
  };
  const person = (id: UserId): readonly Candidate[] =>
    mayApprove(id)
      ? [{ login: shown.get(id) ?? [...(loginsOf.get(id) ?? [])][0] ?? String(id), id, human: humanOf(id) }]
      : [];
  const inGroup = (name: string | undefined): readonly Candidate[] =>
    name === undefined || !Object.hasOwn(groups, name) ? [] : (groups[name] ?? []).flatMap(({ id }) => person(id));

  return {
    namesOf(id) {
      const names = new Set<Owner>();
      for (const login of loginsOf.get(id) ?? [])
        if (idOf(login) === id) names.add(`@${login}`).add(`${id}+${login}@users.noreply.github.com`);
      for (const name of groupsOf.get(id) ?? []) if (name.startsWith("@")) names.add(name.toLowerCase());
      for (const [email, whose] of emails) if (whose === id) names.add(email);
      return names;
    },
    candidatesOf(owner) {
      if (isTeam(owner)) return inGroup(teams.get(owner));
      const id = personBehind(owner);
      if (id !== undefined) return person(id);
      const login = isLogin(owner) && !idsOf.has(owner.slice(1)) ? owner.slice(1) : undefined;
      return login !== undefined && mayApprove(undefined) ? [{ login, human: `@${login}` }] : [];
    },
    anybody: () => [...loginsOf.keys()].sort((a, b) => a - b).flatMap(person),
    membersOf: inGroup,
    isIn: (group, id) => groupsOf.get(id)?.includes(group) === true,
    humanOf,
    unknown(owner) {
      if (owner === EVERYBODY) return undefined;
      if (isTeam(owner)) return teams.has(owner) ? undefined : `the members of ${owner} are not known`;
      if (personBehind(owner) !== undefined) return undefined;
      if (!isLogin(owner))
        return `${owner} is nobody the forge knows by commits of this change or on its target: write the login (@name) in place of the email`;
      return idsOf.has(owner.slice(1))
        ? `${owner} is the login of several people here: say which by an id in the policy's groups`
        : undefined;
    },
  };
}

/** GitHub's addresses that hide the real one say the id and the login. */
const NOREPLY = /^(\d{1,15})\+([^@]+)@users\.noreply\.github\.com$/;

function add<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}

/** Whom policy-bot's files name — users, teams, organisations, rights — as groups of a policy: one group for each set of people. */
import { LOGIN } from "../login.ts";
import { nameFor, NO_ORGANISATION, type Draft, type Person } from "./draft.ts";
import type { Report } from "./report.ts";
import { textsOf, truthOf, type YamlNode } from "./yaml-tree.ts";

/** No account has such an id: GitHub counts from 1. Who is called so is asked for by whoever reads the file. */
const FIRST_PLACEHOLDER_ID = 9_000_000_000_000_000;

export const PEOPLE_KEYS = ["users", "teams", "organizations", "admins", "write_collaborators", "permissions"];

const TEAM = /^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9][A-Za-z0-9._-]*$/;
const RIGHTS = ["admin", "maintain", "write", "triage", "read"];
const RESERVED = ["anyone", "owner"];

export interface People {
  /** `about`: what names them; `called`: the group's name where the people have none together. undefined: it names nobody. */
  groupOf(node: YamlNode | undefined, about: string, called: string): string | undefined;
}

export function peopleFor(draft: Draft, report: Report): People {
  const ids = new Map<string, Person>();
  const known = new Map<string, string>();
  const personOf = (login: string): Person => {
    const key = login.toLowerCase();
    const person = ids.get(key) ?? { login, id: FIRST_PLACEHOLDER_ID + ids.size + 1 };
    ids.set(key, person);
    return person;
  };
  return {
    groupOf(node, about, called) {
      const named = namedIn(node, about, report);
      if (named.teams.length + named.logins.length + named.others.length === 0) return undefined;
      const key = JSON.stringify([named.teams, named.logins, named.others].map((list) => [...new Set(list)].sort()));
      const before = known.get(key);
      const name = before ?? nameFor(nameOf(named, called), (taken) => isTaken(draft, taken));
      known.set(key, name);
      if (before === undefined)
        draft.groups.set(name, {
          teams: [...new Set([...named.teams, ...named.others.map((other) => `${NO_ORGANISATION}/${other}`)])],
          users: [...new Map(named.logins.map((login) => [login.toLowerCase(), personOf(login)])).values()],
        });
      tell(node, { about, name, personOf }, report);
      return name;
    },
  };
}

interface Named {
  readonly teams: readonly string[];
  readonly logins: readonly string[];
  /** What no policy can name, by what stands for it. */
  readonly others: readonly string[];
}

function namedIn(node: YamlNode | undefined, about: string, report: Report): Named {
  const teams: string[] = [];
  const logins: string[] = [];
  const others: string[] = [];
  if (node?.kind !== "map") return { teams, logins, others };
  for (const { key, line, value } of node.entries) {
    if (!PEOPLE_KEYS.includes(key) || value.kind === "nothing") continue;
    if (key === "admins" || key === "write_collaborators") {
      if (truthOf(value) === true) others.push(key === "admins" ? "admin" : "write");
      continue;
    }
    const texts = textsOf(value);
    if (texts === undefined) report.leftOut(line, `${about}.${key}`, "it is no list of names; write `[one, other]`");
    for (const { text, line: at } of texts ?? []) {
      const wrong = `${about}.${key}: ${text}`;
      if (key === "teams") {
        if (TEAM.test(text)) teams.push(text);
        else report.leftOut(at, wrong, "it is no team: write `org/slug`");
      } else if (key === "users") {
        if (LOGIN.test(text)) logins.push(text);
        else report.leftOut(at, wrong, "a policy takes no such login; put the account into a team");
      } else if (key === "organizations") others.push(`members-of-${slug(text)}`);
      else if (RIGHTS.includes(text)) others.push(text);
      else report.leftOut(at, wrong, `it is no right; there are ${RIGHTS.join(", ")}`);
    }
  }
  return { teams, logins, others };
}

function tell(
  node: YamlNode | undefined,
  {
    about,
    name,
    personOf,
  }: { readonly about: string; readonly name: string; readonly personOf: (login: string) => Person },
  report: Report,
): void {
  if (node?.kind !== "map") return;
  for (const { key, line, value } of node.entries) {
    const texts = (textsOf(value) ?? []).map(({ text }) => text);
    const what = `${about}.${key}: ${texts.join(", ")}`.slice(0, 200);
    if (key === "teams" && texts.some((text) => TEAM.test(text))) report.kept(line, what, `in \`groups.${name}\``);
    if (key === "users") {
      const people = texts.filter((text) => LOGIN.test(text)).map(personOf);
      const [first] = people;
      if (first !== undefined)
        report.changed(
          line,
          what,
          `people are named by login and id here, since a login can pass to somebody else: put the ids into \`groups.${name}\` (\`gh api users/${first.login.replace("[bot]", "%5Bbot%5D")} --jq .id\`); ${first.id} and the like are nobody's and close the gate`,
        );
    }
    if (key === "organizations" && texts.length > 0)
      report.leftOut(
        line,
        what,
        `groups are made of teams: write a team with these people in place of \`${NO_ORGANISATION}/…\` in \`groups.${name}\``,
      );
    if (
      key === "permissions"
        ? texts.some((text) => RIGHTS.includes(text))
        : truthOf(value) === true && PEOPLE_KEYS.includes(key)
    )
      report.leftOut(
        line,
        key === "permissions" ? what : `${about}.${key}`,
        `rights in the repository are not looked at, since whoever gives them would give approvals: write the team that has the right in place of \`${NO_ORGANISATION}/…\` in \`groups.${name}\``,
      );
  }
}

/** By the one team or person it is made of, else by what asks for it. */
function nameOf({ teams, logins, others }: Named, called: string): string {
  const [only, ...rest] = [...teams.map((team) => team.split("/")[1] ?? team), ...logins, ...others];
  return only === undefined || rest.length > 0 ? called : only;
}

function isTaken(draft: Draft, name: string): boolean {
  const lower = name.toLowerCase();
  return RESERVED.includes(lower) || [...draft.groups.keys()].some((one) => one.toLowerCase() === lower);
}

function slug(text: string): string {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 60);
  return plain === "" ? "unnamed" : plain;
}

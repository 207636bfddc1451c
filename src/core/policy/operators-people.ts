/** The operators about people: who opened, pushed, wrote, committed or reviewed a change, by login, email or group. */
import type { UserId } from "../ids.ts";
import { LOGIN } from "../login.ts";
import { ok } from "../result.ts";
import { isPattern } from "./pattern.ts";
import { readGroup, readWords, wrong, type Read, type Reading, type Words } from "./operators-words.ts";

export type Role = "owner" | "uploader" | "author" | "committer" | "reviewer" | "voter";

export type PeopleFact =
  /** Somebody in that role is this account: by id where the policy gives one, else by login. */
  | { readonly kind: "person"; readonly role: Role; readonly login: string; readonly id?: UserId }
  /** Somebody in that role is in the group. */
  | { readonly kind: "in-group"; readonly role: Role; readonly group: string }
  /** Everybody who contributed is in the group, and nobody unknown did. */
  | { readonly kind: "contributors-in"; readonly group: string }
  /** As git has it, which whoever commits may choose. */
  | { readonly kind: "email"; readonly role: "author" | "committer"; readonly words: Words };

const ROLES: Readonly<Record<string, Role>> = {
  owner: "owner",
  o: "owner",
  uploader: "uploader",
  author: "author",
  a: "author",
  committer: "committer",
  reviewer: "reviewer",
  r: "reviewer",
  reviewedby: "voter",
};
const GROUP_ROLES: Readonly<Record<string, Role>> = {
  ownerin: "owner",
  uploaderin: "uploader",
  reviewerin: "reviewer",
};
const EMAIL_ROLES: Readonly<Record<string, "author" | "committer">> = {
  authoremail: "author",
  committeremail: "committer",
};

export const PEOPLE_FIELDS: readonly string[] = [
  ...Object.keys(ROLES),
  ...Object.keys(GROUP_ROLES),
  ...Object.keys(EMAIL_ROLES),
  "contributorsin",
];

/** undefined: none of these operators. */
export function readPeopleFact(reading: Reading): Read<PeopleFact> | undefined {
  const { field, value } = reading.atom;
  if (field === "contributorsin") {
    const group = readGroup(reading);
    return group.ok ? ok({ kind: "contributors-in", group: group.value }) : group;
  }
  const groupRole = own(GROUP_ROLES, field);
  if (groupRole !== undefined) {
    const group = readGroup(reading);
    return group.ok ? ok({ kind: "in-group", role: groupRole, group: group.value }) : group;
  }
  const emailRole = own(EMAIL_ROLES, field);
  if (emailRole !== undefined) return readEmail(reading, emailRole);
  const role = own(ROLES, field);
  if (role === undefined) return undefined;
  const isEmail = value.includes("@") && !isPattern(value);
  if ((role === "author" || role === "committer") && isEmail) return readEmail(reading, role);
  return readPerson(reading, role);
}

function readPerson(reading: Reading, role: Role): Read<PeopleFact> {
  const { field, value } = reading.atom;
  if (value === "self" || value === "me")
    return wrong(reading, `\`${value}\` depends on who asks`, "a policy says the same to everybody: name a login");
  if (!LOGIN.test(value)) {
    const email = role === "author" || role === "committer" ? `; for emails there is \`${role}email:\`` : "";
    return wrong(reading, `\`${value}\` is no login`, `write for example \`${field}:alice\`${email}`);
  }
  const known = reading.names.users?.find(({ login }) => sameLogin(login, value));
  if (known === undefined && reading.names.groups.includes(value))
    return wrong(reading, `\`${value}\` is a group, and \`${field}:\` asks for a login`, groupHint(role, value));
  return ok({ kind: "person", role, login: value, ...(known === undefined ? {} : { id: known.id }) });
}

function readEmail(reading: Reading, role: "author" | "committer"): Read<PeopleFact> {
  const { value } = reading.atom;
  if (!value.includes("@") && !isPattern(value))
    return wrong(
      reading,
      `\`${value}\` is no email`,
      'write `authoremail:a@example.org` or `authoremail:"^.*@example\\\\.org"`',
    );
  const words = readWords(reading, { of: "text", plain: "exact", ignoreCase: true });
  return words.ok ? ok({ kind: "email", role, words: words.value }) : words;
}

function groupHint(role: Role, group: string): string {
  const field = Object.keys(GROUP_ROLES).find((known) => GROUP_ROLES[known] === role);
  return field === undefined ? "there is no operator for groups in that role" : `write \`${field}:${group}\``;
}

/** Logins are one whatever their case. Source: GitHub. */
export function sameLogin(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

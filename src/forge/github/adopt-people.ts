/** Owners, teams and people of a repository, and who a login or a team is today. */
import * as z from "zod/mini";
import { type ProjectPerson, type ProjectTeam } from "../../core/adopt/facts.ts";
import { type BranchName } from "../../core/ids.ts";
import { type Person } from "../../core/policy/snapshot.ts";
import { type RepositoryRef } from "../forge.ts";
import { partOf, type Part } from "./adopt-part.ts";
import { type Client } from "./client.ts";
import { permissionOf, read, readAll, userSchema } from "./from-github.ts";
import { nameOf, pathOf, readFile, readMembers } from "./repository.ts";

/** The first of the places GitHub looks at. */
export async function readCodeowners(
  client: Client,
  repository: RepositoryRef,
  at: BranchName,
): Promise<Part<string | undefined>> {
  for (const path of [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"]) {
    const text = await readFile(client, repository, { ref: at, path });
    if (!text.ok) return partOf(text);
    if (text.value !== undefined) return { known: true, value: text.value };
  }
  return { known: true, value: undefined };
}

const teamSchema = z.object({ slug: z.string(), permission: z.string() });

export async function readTeams(client: Client, repository: RepositoryRef): Promise<Part<readonly ProjectTeam[]>> {
  const tried = `list the teams of ${nameOf(repository)}`;
  const rows = await client.pages({
    scope: { kind: "repository", repository },
    tried,
    route: `GET ${pathOf(repository)}/teams`,
  });
  if (!rows.ok) return partOf(rows);
  const teams = readAll(teamSchema, rows.value, tried);
  if (!teams.ok) return partOf(teams);
  const named = teams.value.map(({ slug, permission }) => ({
    name: `${repository.owner}/${slug}`,
    permission: WORDS[permission] ?? "read",
  }));
  return { known: true, value: named };
}

/** REST's older words for rights. */
const WORDS: Readonly<Record<string, ProjectTeam["permission"]>> = {
  pull: "read",
  triage: "triage",
  push: "write",
  maintain: "maintain",
  admin: "admin",
};

const rightsSchema = z.object({
  permissions: z.nullish(
    z.object({
      admin: z.optional(z.boolean()),
      maintain: z.optional(z.boolean()),
      push: z.optional(z.boolean()),
      triage: z.optional(z.boolean()),
      pull: z.optional(z.boolean()),
    }),
  ),
});

export async function readPeople(client: Client, repository: RepositoryRef): Promise<Part<readonly ProjectPerson[]>> {
  const tried = `list who may write to ${nameOf(repository)}`;
  const rows = await client.pages({
    scope: { kind: "repository", repository },
    tried,
    route: `GET ${pathOf(repository)}/collaborators`,
  });
  if (!rows.ok) return partOf(rows);
  const [people, rights] = [readAll(userSchema, rows.value, tried), readAll(rightsSchema, rows.value, tried)];
  if (!people.ok) return partOf(people);
  if (!rights.ok) return partOf(rights);
  const listed = people.value.map((person, index) => ({
    ...person,
    permission: permissionOf(rights.value[index]?.permissions ?? undefined),
  }));
  return {
    known: true,
    value: listed.toSorted((one, other) => ORDER.indexOf(one.permission) - ORDER.indexOf(other.permission)),
  };
}

const ORDER = ["admin", "maintain", "write", "triage", "read", "none"];

/** Who has this login now; `undefined` = nobody. */
export async function readAccount(
  client: Client,
  repository: RepositoryRef,
  login: string,
): Promise<Part<Person | undefined>> {
  const tried = `read the account ${login}`;
  const scope = { kind: "repository", repository } as const;
  const reply = await client.ask({ scope, tried, route: `GET /users/${encodeURIComponent(login)}` });
  if (!reply.ok) return reply.problem.kind === "not-found" ? { known: true, value: undefined } : partOf(reply);
  return partOf(read(userSchema, reply.value.data, tried));
}

export async function readTeam(client: Client, team: string): Promise<Part<readonly Person[]>> {
  const read = await readMembers(client, [team]);
  return partOf(read.ok ? { ok: true, value: read.value[team] ?? [] } : read);
}

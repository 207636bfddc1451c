/** Repositories, files and teams: what the service asks once a tick, and the sweep asks of everything. */
import { Buffer } from "node:buffer";
import * as z from "zod/mini";
import { type BranchName, repoId, type Sha, type UserId } from "../../core/ids.ts";
import type { Person } from "../../core/policy/snapshot.ts";
import { fail, ok } from "../../core/result.ts";
import type { Answer, RepositoryFacts, RepositoryRef } from "../forge.ts";
import type { Client } from "./client.ts";
import {
  branchNamed,
  permissionOf,
  read,
  readAll,
  repositoryRefOf,
  repositorySchema,
  userSchema,
  viewerPermission,
} from "./from-github.ts";
import type { Viewer } from "./viewer.ts";

/** `/repos/owner/name`, ready for a route. */
export function pathOf({ owner, name }: RepositoryRef): string {
  return `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

export function nameOf({ owner, name }: RepositoryRef): string {
  return `${owner}/${name}`;
}

export async function readRepositories(client: Client): Answer<readonly RepositoryRef[]> {
  const tried = "list the repositories";
  if (client.credentials.kind === "token") {
    const rows = await client.pages({ scope: { kind: "app" }, tried, route: "GET /user/repos" });
    return rows.ok ? refsIn(rows.value, tried) : rows;
  }
  const installations = await client.pages({ scope: { kind: "app" }, tried, route: "GET /app/installations" });
  if (!installations.ok) return installations;
  const ids = readAll(installationSchema, installations.value, tried);
  if (!ids.ok) return ids;
  const refs: RepositoryRef[] = [];
  for (const { id, suspended_at } of ids.value) {
    // A suspended installation answers nothing until its owner lifts it.
    if ((suspended_at ?? null) !== null) continue;
    const scope = { kind: "installation", id } as const;
    const rows = await client.pages({ scope, tried, route: "GET /installation/repositories" }, "repositories");
    if (!rows.ok) return rows;
    const found = refsIn(rows.value, tried);
    if (!found.ok) return found;
    refs.push(...found.value);
  }
  return ok(refs);
}

const installationSchema = z.object({ id: z.number(), suspended_at: z.nullish(z.string()) });
const namedSchema = z.object({ full_name: z.string() });

function refsIn(rows: readonly unknown[], tried: string): Awaited<Answer<readonly RepositoryRef[]>> {
  const named = readAll(namedSchema, rows, tried);
  return named.ok ? ok(named.value.flatMap(({ full_name }) => repositoryRefOf(full_name) ?? [])) : named;
}

export async function readRepository(
  client: Client,
  viewer: Viewer,
  repository: RepositoryRef,
): Answer<RepositoryFacts> {
  const tried = `read the repository ${nameOf(repository)}`;
  const scope = { kind: "repository", repository } as const;
  const reply = await client.ask({ scope, tried, route: `GET ${pathOf(repository)}` });
  if (!reply.ok) return reply;
  const raw = read(repositorySchema, reply.value.data, tried);
  if (!raw.ok) return raw;
  const who = await viewer.person(scope);
  if (!who.ok) return who;
  const permission = await permissionIn(client, repository, permissionOf(raw.value.permissions));
  if (!permission.ok) return permission;
  return ok({
    id: repoId(raw.value.id),
    ref: repositoryRefOf(raw.value.full_name) ?? repository,
    defaultBranch: branchNamed(raw.value.default_branch, 0),
    private: raw.value.private,
    archived: raw.value.archived ?? false,
    permission: permission.value,
    viewer: who.value,
    // Shown only to those who may push; others cannot merge anyway.
    mergeMethods: {
      merge: raw.value.allow_merge_commit ?? true,
      squash: raw.value.allow_squash_merge ?? true,
      rebase: raw.value.allow_rebase_merge ?? true,
    },
  });
}

/** An App has no role: what its installation may do to contents stands for it. */
async function permissionIn(
  client: Client,
  repository: RepositoryRef,
  own: RepositoryFacts["permission"],
): Answer<RepositoryFacts["permission"]> {
  if (client.credentials.kind === "token") return ok(own);
  const tried = `read what the App may do in ${nameOf(repository)}`;
  const reply = await client.ask({ scope: { kind: "app" }, tried, route: `GET ${pathOf(repository)}/installation` });
  if (!reply.ok) return reply;
  const raw = read(z.object({ permissions: z.record(z.string(), z.unknown()) }), reply.value.data, tried);
  if (!raw.ok) return raw;
  const contents = raw.value.permissions["contents"];
  return ok(viewerPermission(contents));
}

/** `undefined` = there is no such file; a repository or commit that is not there is a problem. */
export async function readFile(
  client: Client,
  repository: RepositoryRef,
  at: { readonly ref: Sha | BranchName; readonly path: string },
): Answer<string | undefined> {
  const tried = `read ${at.path} of ${nameOf(repository)} at ${at.ref}`;
  const path = at.path.split("/").map(encodeURIComponent).join("/");
  const scope = { kind: "repository", repository } as const;
  const reply = await client.ask({
    scope,
    tried,
    route: `GET ${pathOf(repository)}/contents/${path}`,
    params: { ref: at.ref },
  });
  if (!reply.ok) {
    if (reply.problem.kind !== "not-found") return reply;
    // GitHub says 404 for a missing file, commit and repository alike: the commit tells them apart.
    const commit = await client.ask({
      scope,
      tried,
      route: `GET ${pathOf(repository)}/commits/${encodeURIComponent(at.ref)}`,
    });
    if (commit.ok) return ok(undefined);
    return commit.problem.kind === "refused" ? fail({ kind: "not-found", tried }) : commit;
  }
  return textIn(reply.value.data, tried);
}

/**
 * With what reads the repository, which an App may for what is public and for what it is installed on. GitHub says 404 for all that
 * is missing and all that may not be seen, and nothing tells them apart.
 */
export async function readSiblingFile(
  client: Client,
  repository: RepositoryRef,
  sibling: { readonly name: string; readonly path: string },
): Answer<string | undefined> {
  const there = { owner: repository.owner, name: sibling.name };
  const tried = `read ${sibling.path} of ${nameOf(there)}`;
  const path = sibling.path.split("/").map(encodeURIComponent).join("/");
  const reply = await client.ask({
    scope: { kind: "repository", repository },
    tried,
    route: `GET ${pathOf(there)}/contents/${path}`,
  });
  if (reply.ok) return textIn(reply.value.data, tried);
  return reply.problem.kind === "not-found" ? ok(undefined) : reply;
}

export async function readAccount(client: Client, repository: RepositoryRef, id: UserId): Answer<Person | undefined> {
  const tried = `read the account ${id}`;
  const reply = await client.ask({ scope: { kind: "repository", repository }, tried, route: `GET /user/${id}` });
  if (reply.ok) return read(userSchema, reply.value.data, tried);
  return reply.problem.kind === "not-found" ? ok(undefined) : reply;
}

function textIn(data: unknown, tried: string): Awaited<Answer<string>> {
  const raw = read(fileSchema, data, tried);
  if (!raw.ok) return raw;
  const { type, encoding, content } = raw.value;
  if (type !== "file" || encoding !== "base64" || content === undefined) {
    return fail({
      kind: "unreadable",
      tried,
      found: type === "file" ? "a file of more than 1 MB" : `a ${type}, not a file`,
    });
  }
  const bytes = Buffer.from(content, "base64");
  try {
    return ok(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    return fail({ kind: "unreadable", tried, found: "bytes that are not UTF-8" });
  }
}

const fileSchema = z.object({
  type: z.string(),
  encoding: z.optional(z.string()),
  content: z.optional(z.string()),
});

export async function readMembers(
  client: Client,
  teams: readonly string[],
): Answer<Readonly<Record<string, readonly Person[]>>> {
  const members: Record<string, readonly Person[]> = {};
  for (const team of new Set(teams)) {
    const tried = `read the members of the team ${team}`;
    const named = repositoryRefOf(team);
    if (named === undefined) return fail({ kind: "refused", tried, found: "a team is written `organisation/team`" });
    const { owner, name } = named;
    const route = `GET /orgs/${encodeURIComponent(owner)}/teams/${encodeURIComponent(name)}/members`;
    const rows = await client.pages({ scope: { kind: "organization", login: owner }, tried, route });
    if (!rows.ok) return rows;
    const people = readAll(userSchema, rows.value, tried);
    if (!people.ok) return people;
    members[team] = people.value;
  }
  return ok(members);
}

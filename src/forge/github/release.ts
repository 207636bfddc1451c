/** Tags, branches and releases on GitHub. A ref is only ever created: GitHub refuses where the name is taken. */
import * as z from "zod/mini";
import type { BranchName, Sha } from "../../core/ids.ts";
import { fail, ok } from "../../core/result.ts";
import { formatInstant } from "../../core/time.ts";
import type { Answer, RepositoryRef } from "../forge.ts";
import type { NewRelease, NewTag, TagFound } from "../release.ts";
import type { Client } from "./client.ts";
import { read, shaSchema } from "./from-github.ts";
import { nameOf, pathOf } from "./repository.ts";

/** Tags of tags; more than this is nobody's release. */
const DEEPEST = 5;

const objectSchema = z.object({ sha: shaSchema, type: z.string() });
const refSchema = z.object({ object: objectSchema });

export async function readTag(client: Client, repository: RepositoryRef, name: string): Answer<TagFound | undefined> {
  const tried = `read the tag ${name} of ${nameOf(repository)}`;
  const found = await readRef(client, repository, { ref: `tags/${name}`, tried });
  if (!found.ok || found.value === undefined) return found.ok ? ok(undefined) : found;
  const annotated = found.value.type === "tag";
  let { sha, type } = found.value;
  for (let depth = 0; type === "tag" && depth < DEEPEST; depth += 1) {
    const route = `GET ${pathOf(repository)}/git/tags/${sha}`;
    const reply = await client.ask({ scope: { kind: "repository", repository }, tried, route });
    if (!reply.ok) return reply;
    const tag = read(refSchema, reply.value.data, tried);
    if (!tag.ok) return tag;
    ({ sha, type } = tag.value.object);
  }
  if (type !== "commit") return fail({ kind: "unreadable", tried, found: `it stands for a ${type}, not for a commit` });
  return ok({ commit: sha, annotated });
}

export async function readBranch(client: Client, repository: RepositoryRef, name: BranchName): Answer<Sha | undefined> {
  const tried = `read the branch ${name} of ${nameOf(repository)}`;
  const found = await readRef(client, repository, { ref: `heads/${name}`, tried });
  return found.ok ? ok(found.value?.sha) : found;
}

async function readRef(
  client: Client,
  repository: RepositoryRef,
  { ref, tried }: { readonly ref: string; readonly tried: string },
): Answer<z.infer<typeof objectSchema> | undefined> {
  const route = `GET ${pathOf(repository)}/git/ref/${encoded(ref)}`;
  const reply = await client.ask({ scope: { kind: "repository", repository }, tried, route });
  if (!reply.ok) return reply.problem.kind === "not-found" ? ok(undefined) : reply;
  const raw = read(refSchema, reply.value.data, tried);
  return raw.ok ? ok(raw.value.object) : raw;
}

/** `behind` or `identical` from the branch to the commit: it is in the branch. A commit GitHub does not know is in none. */
export async function branchContains(
  client: Client,
  repository: RepositoryRef,
  { branch, commit }: { readonly branch: BranchName; readonly commit: Sha },
): Answer<boolean> {
  const tried = `look for ${commit.slice(0, 7)} in ${branch} of ${nameOf(repository)}`;
  const route = `GET ${pathOf(repository)}/compare/${encoded(branch)}...${commit}`;
  const params = { per_page: 1 };
  const reply = await client.ask({ scope: { kind: "repository", repository }, tried, route, params });
  if (!reply.ok) return reply.problem.kind === "not-found" ? ok(false) : reply;
  const raw = read(z.object({ status: z.string() }), reply.value.data, tried);
  return raw.ok ? ok(raw.value.status === "behind" || raw.value.status === "identical") : raw;
}

/** The object first, then the ref: a crash between them leaves an object that nobody sees, as does one that came out as another. */
export async function createTag(client: Client, repository: RepositoryRef, tag: NewTag): Answer<void> {
  const tried = `tag ${tag.commit.slice(0, 7)} as ${tag.name} in ${nameOf(repository)}`;
  const reply = await client.ask({
    scope: { kind: "repository", repository },
    tried,
    route: `POST ${pathOf(repository)}/git/tags`,
    params: { tag: tag.name, message: tag.message, object: tag.commit, type: "commit", ...taggerOf(tag) },
  });
  if (!reply.ok) return reply;
  const made = read(z.object({ sha: shaSchema }), reply.value.data, tried);
  if (!made.ok) return made;
  const { sha } = made.value;
  if (tag.exactly?.names.includes(sha) === false) {
    const found = `it was stored as ${sha.slice(0, 7)}, which is not what was signed, so no tag is made`;
    return fail({ kind: "refused", tried, found });
  }
  return createRef(client, repository, { ref: `refs/tags/${tag.name}`, sha, tried });
}

function taggerOf({ exactly }: NewTag) {
  if (exactly === undefined) return {};
  const { name, email, at } = exactly.tagger;
  return { tagger: { name, email, date: formatInstant(at) } };
}

export async function createBranch(
  client: Client,
  repository: RepositoryRef,
  { name, at }: { readonly name: BranchName; readonly at: Sha },
): Answer<void> {
  const tried = `make the branch ${name} at ${at.slice(0, 7)} in ${nameOf(repository)}`;
  return createRef(client, repository, { ref: `refs/heads/${name}`, sha: at, tried });
}

async function createRef(
  client: Client,
  repository: RepositoryRef,
  { ref, sha, tried }: { readonly ref: string; readonly sha: Sha; readonly tried: string },
): Answer<void> {
  const route = `POST ${pathOf(repository)}/git/refs`;
  const reply = await client.ask({
    scope: { kind: "repository", repository },
    tried,
    route,
    params: { ref, sha },
  });
  return reply.ok ? ok(undefined) : reply;
}

const releaseSchema = z.object({ html_url: z.string() });

export async function readRelease(client: Client, repository: RepositoryRef, tag: string): Answer<string | undefined> {
  const tried = `read the release ${tag} of ${nameOf(repository)}`;
  const route = `GET ${pathOf(repository)}/releases/tags/${encoded(tag)}`;
  const reply = await client.ask({ scope: { kind: "repository", repository }, tried, route });
  if (!reply.ok) return reply.problem.kind === "not-found" ? ok(undefined) : reply;
  const raw = read(releaseSchema, reply.value.data, tried);
  return raw.ok ? ok(raw.value.html_url) : raw;
}

export async function createRelease(client: Client, repository: RepositoryRef, release: NewRelease): Answer<string> {
  const tried = `publish the release ${release.tag} of ${nameOf(repository)}`;
  const { tag, commit, title, body, prerelease } = release;
  const reply = await client.ask({
    scope: { kind: "repository", repository },
    tried,
    route: `POST ${pathOf(repository)}/releases`,
    params: { tag_name: tag, target_commitish: commit, name: title, body: body.slice(0, MOST_BODY), prerelease },
  });
  if (!reply.ok) return reply;
  const raw = read(releaseSchema, reply.value.data, tried);
  return raw.ok ? ok(raw.value.html_url) : raw;
}

/** GitHub takes 125,000 letters. */
const MOST_BODY = 120_000;

function encoded(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}

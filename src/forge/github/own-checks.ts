/**
 * Check runs of our own App, read back: what was written there before a loss of the database (RULINGS 4). One request
 * for 10 commits. Whose they are is decided by the App's id alone: names and external ids anybody may give.
 */
import * as z from "zod/mini";
import type { Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Answer, ForgeProblem, OwnCheck, RepositoryRef } from "../forge.ts";
import type { Client } from "./client.ts";
import { ownChecksDocument } from "./documents.ts";
import { read } from "./from-github.ts";
import { nameOf, pathOf } from "./repository.ts";
import { chunks, firstProblem, numbered } from "./stack.ts";
import { verdictOf } from "./status.ts";
import type { Viewer } from "./viewer.ts";

const MOST_COMMITS = 10;

const app = z.object({ databaseId: z.nullish(z.number()), slug: z.string() });
const run = z.object({
  databaseId: z.nullish(z.number()),
  name: z.string(),
  status: z.string(),
  conclusion: z.nullish(z.string()),
  externalId: z.nullish(z.string()),
  title: z.nullish(z.string()),
  summary: z.nullish(z.string()),
  text: z.nullish(z.string()),
});
const more = z.object({ hasNextPage: z.literal(false, "more than 100, which is not read") });
const commitSchema = z.nullish(
  z.object({
    oid: z.string(),
    checkSuites: z.nullish(
      z.object({
        pageInfo: more,
        nodes: z.array(
          z.object({ app: z.nullish(app), checkRuns: z.nullish(z.object({ pageInfo: more, nodes: z.array(run) })) }),
        ),
      }),
    ),
  }),
);
const aliasesSchema = z.object({ repository: z.record(z.string(), z.unknown()) });

/** Oldest first for each commit. A commit that the forge does not know has none. */
export async function readOwnChecks(
  client: Client,
  viewer: Viewer,
  asked: { readonly repository: RepositoryRef; readonly shas: readonly Sha[] },
): Answer<readonly OwnCheck[]> {
  const { repository, shas } = asked;
  const tried = `read back what plustwo wrote on commits of ${nameOf(repository)}`;
  const own = await viewer.app();
  if (!own.ok) return own;
  if (own.value === undefined) {
    return fail({ kind: "forbidden", tried, found: "check runs are an App's, and this is a person's token" });
  }
  const found: OwnCheck[] = [];
  for (const some of chunks([...new Set(shas)], MOST_COMMITS)) {
    const variables = {
      ...{ owner: repository.owner, name: repository.name, app: own.value.id },
      ...numbered("c", some),
    };
    const scope = { kind: "repository", repository } as const;
    const reply = await client.graphql({ scope, tried, document: ownChecksDocument(some.length), variables });
    if (!reply.ok) return reply;
    const broken = firstProblem(reply.value, tried);
    if (broken !== undefined) return fail(broken);
    const aliases = read(aliasesSchema, reply.value.data, tried);
    if (!aliases.ok) return aliases;
    for (const [index, sha] of some.entries()) {
      const checks = checksOf(aliases.value.repository[`k${index}`], { sha, app: own.value.id, tried });
      if (!checks.ok) return checks;
      found.push(...checks.value);
    }
  }
  return ok(found);
}

function checksOf(
  raw: unknown,
  { sha, app: id, tried }: { readonly sha: Sha; readonly app: number; readonly tried: string },
): Result<readonly OwnCheck[], ForgeProblem> {
  const commit = read(commitSchema, raw ?? null, tried);
  if (!commit.ok) return commit;
  if (commit.value && commit.value.oid !== sha) {
    return fail({ kind: "unreadable", tried, found: `asked for ${sha.slice(0, 7)}, got ${commit.value.oid}` });
  }
  const runs = (commit.value?.checkSuites?.nodes ?? []).flatMap(({ app: by, checkRuns }) =>
    by?.databaseId === id ? (checkRuns?.nodes ?? []).map((one) => ({ one, slug: by.slug })) : [],
  );
  const oldestFirst = runs.sort((a, b) => (a.one.databaseId ?? 0) - (b.one.databaseId ?? 0));
  return ok(
    oldestFirst.map(({ one, slug }) => ({
      name: one.name,
      head: sha,
      externalId: one.externalId ?? "",
      verdict: verdictOf(one),
      title: one.title ?? "",
      summary: one.summary ?? "",
      ...(one.text ? { text: one.text } : {}),
      app: { id, slug },
    })),
  );
}

/** The highest number a pull request has so far, in whatever state; 0 = there is none. */
export async function readNewestNumber(client: Client, repository: RepositoryRef): Answer<number> {
  const tried = `read the newest pull request of ${nameOf(repository)}`;
  const reply = await client.ask({
    scope: { kind: "repository", repository },
    tried,
    route: `GET ${pathOf(repository)}/pulls`,
    params: { state: "all", sort: "created", direction: "desc", per_page: 1 },
  });
  if (!reply.ok) return reply;
  const rows = read(z.array(z.object({ number: z.number() })), reply.value.data, tried);
  return rows.ok ? ok(Math.max(0, ...rows.value.map(({ number }) => number))) : rows;
}

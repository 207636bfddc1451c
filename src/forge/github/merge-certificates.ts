/** What apps wrote as `plustwo` and `plustwo/gate` on merged heads and landed commits: one request per five merges or ten commits. */
import * as z from "zod/mini";
import { type BranchName, type Sha } from "../../core/ids.ts";
import { type Person } from "../../core/policy/snapshot.ts";
import { type AppCheck } from "../../core/replay/certificate.ts";
import { ok, type Result } from "../../core/result.ts";
import { type Instant } from "../../core/time.ts";
import { type Answer, type ForgeProblem, type RepositoryRef } from "../forge.ts";
import { type Client } from "./client.ts";
import { ACTOR } from "./documents.ts";
import { actorSchema, branchNamed, read, shaSchema, timeSchema } from "./from-github.ts";
import { askMerges, newestMerged } from "./merges.ts";
import { nameOf } from "./repository.ts";
import { chunks, numbered } from "./stack.ts";
import { verdictOf } from "./status.ts";

export interface MergeToCertify {
  readonly number: number;
  readonly title: string;
  readonly url: string;
  readonly base: BranchName;
  readonly mergedAt: Instant;
  readonly mergedBy?: Person;
  readonly head: Sha;
  /** Absent = GitHub does not say as which commit it landed. */
  readonly landed?: Sha;
  readonly checks: readonly AppCheck[];
}

const MERGES_AT_ONCE = 5;
const COMMITS_AT_ONCE = 10;

/** Runs that a newer one of the same name replaced are among them: whose word counts is not decided by who wrote last. */
const SUITES = (
  app: boolean,
) => `oid checkSuites(first: 50${app ? ", filterBy: { appId: $app }" : ""}) { pageInfo { hasNextPage }
  nodes { app { databaseId slug } checkRuns(first: 50, filterBy: { checkType: ALL }) { pageInfo { hasNextPage }
    nodes { databaseId name status conclusion externalId title summary text } } } }`;

function certificatesDocument(merges: number, app: boolean): string {
  const indexes = [...Array(merges).keys()];
  const variables = indexes.map((index) => `, $n${index}: Int!`).join("");
  const aliases = indexes.map(
    (index) => `m${index}: pullRequest(number: $n${index}) {
    number title url baseRefName mergedAt mergedBy { ${ACTOR} } headRefOid
    mergeCommit { ${SUITES(app)} } newest: commits(last: 1) { nodes { commit { ${SUITES(app)} } } } }`,
  );
  return `query($owner: String!, $name: String!${app ? ", $app: Int!" : ""}${variables}) {
    repository(owner: $owner, name: $name) { ${aliases.join("\n")} } }`;
}

function commitsDocument(commits: number, app: boolean): string {
  const indexes = [...Array(commits).keys()];
  const variables = indexes.map((index) => `, $c${index}: GitObjectID!`).join("");
  const aliases = indexes.map((index) => `k${index}: object(oid: $c${index}) { ... on Commit { ${SUITES(app)} } }`);
  return `query($owner: String!, $name: String!${app ? ", $app: Int!" : ""}${variables}) {
    repository(owner: $owner, name: $name) { ${aliases.join("\n")} } }`;
}

const whole = z.object({ hasNextPage: z.literal(false, "more than 50, which is not read") });
const commitSchema = z.object({
  oid: shaSchema,
  checkSuites: z.nullish(
    z.object({
      pageInfo: whole,
      nodes: z.array(
        z.object({
          app: z.nullish(z.object({ databaseId: z.nullish(z.number()), slug: z.string() })),
          checkRuns: z.nullish(
            z.object({
              pageInfo: whole,
              nodes: z.array(
                z.object({
                  databaseId: z.nullish(z.number()),
                  name: z.string(),
                  status: z.string(),
                  conclusion: z.nullish(z.string()),
                  externalId: z.nullish(z.string()),
                  title: z.nullish(z.string()),
                  summary: z.nullish(z.string()),
                  text: z.nullish(z.string()),
                }),
              ),
            }),
          ),
        }),
      ),
    }),
  ),
});
const mergeSchema = z.object({
  number: z.number(),
  title: z.string(),
  url: z.string(),
  baseRefName: z.string(),
  mergedAt: timeSchema,
  mergedBy: z.nullish(z.unknown()),
  headRefOid: shaSchema,
  mergeCommit: z.nullish(commitSchema),
  newest: z.object({ nodes: z.array(z.object({ commit: commitSchema })) }),
});
const aliasesSchema = z.object({ repository: z.record(z.string(), z.unknown()) });

/** Merges into this branch since then, newest first. */
export async function readCertificates(
  client: Client,
  repository: RepositoryRef,
  asked: { readonly branch: BranchName; readonly since: Instant; readonly most: number; readonly app?: number },
): Answer<readonly MergeToCertify[]> {
  const { branch, since, app } = asked;
  const numbers = await newestMerged(client, { repository, branch }, { last: asked.most, since });
  if (!numbers.ok) return numbers;
  const tried = `read the certificates of merges in ${nameOf(repository)}`;
  const found: MergeToCertify[] = [];
  for (const some of chunks(numbers.value, MERGES_AT_ONCE)) {
    const document = certificatesDocument(some.length, app !== undefined);
    const aliases = await ask(client, repository, { tried, document, more: { ...numbered("n", some), ...appOf(app) } });
    if (!aliases.ok) return aliases;
    for (const index of some.keys()) {
      const raw = read(mergeSchema, aliases.value[`m${index}`], tried);
      if (!raw.ok) return raw;
      found.push(mergeOf(raw.value));
    }
  }
  return ok(found.sort((a, b) => b.mergedAt - a.mergedAt || b.number - a.number));
}

/** By commit; one that GitHub does not know has none. */
export async function readCommitChecks(
  client: Client,
  repository: RepositoryRef,
  asked: { readonly shas: readonly Sha[]; readonly app?: number },
): Answer<readonly AppCheck[]> {
  const tried = `read the certificates of commits in ${nameOf(repository)}`;
  const found: AppCheck[] = [];
  for (const some of chunks([...new Set(asked.shas)], COMMITS_AT_ONCE)) {
    const document = commitsDocument(some.length, asked.app !== undefined);
    const aliases = await ask(client, repository, {
      tried,
      document,
      more: { ...numbered("c", some), ...appOf(asked.app) },
    });
    if (!aliases.ok) return aliases;
    for (const index of some.keys()) {
      const raw = read(z.nullish(commitSchema), aliases.value[`k${index}`] ?? null, tried);
      if (!raw.ok) return raw;
      if (raw.value) found.push(...checksOf(raw.value));
    }
  }
  return ok(found);
}

function appOf(app: number | undefined): { readonly app?: number } {
  return app === undefined ? {} : { app };
}

interface Asked {
  readonly tried: string;
  readonly document: string;
  readonly more: Readonly<Record<string, unknown>>;
}

async function ask(
  client: Client,
  repository: RepositoryRef,
  { tried, document, more }: Asked,
): Promise<Result<Readonly<Record<string, unknown>>, ForgeProblem>> {
  const variables = { owner: repository.owner, name: repository.name, ...more };
  const data = await askMerges(client, repository, { tried, document, variables });
  if (!data.ok) return data;
  const aliases = read(aliasesSchema, data.value, tried);
  return aliases.ok ? ok(aliases.value.repository) : aliases;
}

function mergeOf(raw: z.infer<typeof mergeSchema>): MergeToCertify {
  const by = z.safeParse(actorSchema, raw.mergedBy);
  const head = raw.newest.nodes.map(({ commit }) => commit).find(({ oid }) => oid === raw.headRefOid);
  const commits = [head, raw.mergeCommit?.oid === head?.oid ? undefined : raw.mergeCommit];
  return {
    number: raw.number,
    title: raw.title,
    url: raw.url,
    base: branchNamed(raw.baseRefName, raw.number),
    mergedAt: raw.mergedAt,
    ...(raw.mergedBy && by.success ? { mergedBy: by.data } : {}),
    head: raw.headRefOid,
    ...(raw.mergeCommit ? { landed: raw.mergeCommit.oid } : {}),
    checks: commits.flatMap((commit) => (commit ? checksOf(commit) : [])),
  };
}

/** Oldest first, of apps alone: what has no app proves nothing. */
function checksOf({ oid, checkSuites }: z.infer<typeof commitSchema>): readonly AppCheck[] {
  const runs = (checkSuites?.nodes ?? []).flatMap(({ app, checkRuns }) =>
    typeof app?.databaseId === "number"
      ? (checkRuns?.nodes ?? []).map((run) => ({ run, app: { id: app.databaseId ?? 0, slug: app.slug } }))
      : [],
  );
  return runs
    .filter(({ run }) => /^plustwo(?:\/|$)/.test(run.name))
    .sort((a, b) => (a.run.databaseId ?? 0) - (b.run.databaseId ?? 0))
    .map(({ run, app }) => ({
      name: run.name,
      head: oid,
      externalId: run.externalId ?? "",
      verdict: verdictOf(run),
      title: run.title ?? "",
      summary: run.summary ?? "",
      ...(run.text ? { text: run.text } : {}),
      app,
    }));
}

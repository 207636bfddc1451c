/** What an audit asks beside certificates: which App the branch rule requires the gate's check of, and which policy was in force at a commit. */
import * as z from "zod/mini";
import { type BranchName, type Sha } from "../../core/ids.ts";
import { fail, ok } from "../../core/result.ts";
import { type Answer, type RepositoryRef } from "../forge.ts";
import { type Client } from "./client.ts";
import { read, readAll } from "./from-github.ts";
import { askMerges } from "./merges.ts";
import { nameOf, pathOf } from "./repository.ts";
import { chunks, numbered } from "./stack.ts";

const ruleSchema = z.object({
  type: z.string(),
  parameters: z.nullish(
    z.object({
      required_status_checks: z.optional(
        z.array(z.object({ context: z.string(), integration_id: z.nullish(z.number()) })),
      ),
    }),
  ),
});

/** Ids of the Apps that rules of this branch require this check of, each once; rules that take it of anybody are none. */
export async function readRequiredApps(
  client: Client,
  repository: RepositoryRef,
  { branch, context }: { readonly branch: BranchName; readonly context: string },
): Answer<readonly number[]> {
  const tried = `read the rules of ${branch} in ${nameOf(repository)}`;
  const route = `GET ${pathOf(repository)}/rules/branches/${encodeURIComponent(branch)}`;
  const rows = await client.pages({ scope: { kind: "repository", repository }, tried, route });
  if (!rows.ok) return rows;
  const rules = readAll(ruleSchema, rows.value, tried);
  if (!rules.ok) return rules;
  const checks = rules.value.flatMap(({ parameters }) => parameters?.required_status_checks ?? []);
  return ok([...new Set(checks.flatMap((one) => (one.context === context ? (one.integration_id ?? []) : [])))]);
}

const appSchema = z.object({ id: z.number(), slug: z.string() });

/** By its slug, which no two apps share. */
export async function readApp(
  client: Client,
  repository: RepositoryRef,
  slug: string,
): Answer<z.infer<typeof appSchema>> {
  const tried = `read the app ${slug}`;
  const route = `GET /apps/${encodeURIComponent(slug)}`;
  const reply = await client.ask({ scope: { kind: "repository", repository }, tried, route });
  return reply.ok ? read(appSchema, reply.value.data, tried) : reply;
}

const blobSchema = z.nullish(
  z.object({
    text: z.nullish(z.string()),
    isTruncated: z.optional(z.boolean()),
  }),
);
const aliasesSchema = z.object({ repository: z.record(z.string(), z.unknown()) });
const AT_ONCE = 20;

/** The text of a file at each of these commits; `undefined` = there was none. One that is binary or cut short fails the whole. */
export async function readTextsAt(
  client: Client,
  repository: RepositoryRef,
  { path, shas }: { readonly path: string; readonly shas: readonly Sha[] },
): Answer<ReadonlyMap<Sha, string | undefined>> {
  const tried = `read ${path} of ${nameOf(repository)} as it was`;
  const texts = new Map<Sha, string | undefined>();
  for (const some of chunks([...new Set(shas)], AT_ONCE)) {
    const variables = {
      ...{ owner: repository.owner, name: repository.name },
      ...numbered(
        "e",
        some.map((sha) => `${sha}:${path}`),
      ),
    };
    const data = await askMerges(client, repository, { tried, document: textsDocument(some.length), variables });
    if (!data.ok) return data;
    const aliases = read(aliasesSchema, data.value, tried);
    if (!aliases.ok) return aliases;
    for (const [index, sha] of some.entries()) {
      const blob = read(blobSchema, aliases.value.repository[`f${index}`] ?? null, tried);
      if (!blob.ok) return blob;
      const text = blob.value?.text ?? undefined;
      if (blob.value && (text === undefined || blob.value.isTruncated === true))
        return fail({ kind: "unreadable", tried, found: `no whole text at ${sha.slice(0, 7)}` });
      texts.set(sha, text);
    }
  }
  return ok(texts);
}

function textsDocument(count: number): string {
  const indexes = [...Array(count).keys()];
  const variables = indexes.map((index) => `, $e${index}: String!`).join("");
  const aliases = indexes.map(
    (index) => `f${index}: object(expression: $e${index}) { ... on Blob { text isTruncated } }`,
  );
  return `query($owner: String!, $name: String!${variables}) {
    repository(owner: $owner, name: $name) { ${aliases.join("\n")} } }`;
}

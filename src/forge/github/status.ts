/** Open changes with what CI and the service say of them, for `git review status`: one request per 20 changes or 10 heads. */
import * as z from "zod/mini";
import { type BranchName, type ChangeId, parseChangeId, type Sha } from "../../core/ids.ts";
import type { CheckVerdict } from "../../core/gate/snapshot.ts";
import type { Check } from "../../core/policy/snapshot.ts";
import { fail, ok } from "../../core/result.ts";
import type { Answer, ChangeStatus, OwnCheck, RepositoryRef } from "../forge.ts";
import { progress } from "./checks.ts";
import { type Client, MOST_PAGES } from "./client.ts";
import { statusDocument, STATUS_DOCUMENT } from "./documents.ts";
import {
  actorSchema,
  branchNamed,
  headlineFields,
  headlineOf,
  read,
  shaSchema,
  timeSchema,
  viewerSchema,
} from "./from-github.ts";
import { nameOf } from "./repository.ts";
import { chunks, firstProblem, isOurs, numbered } from "./stack.ts";

const MOST_HEADS = 10;
export const VERDICT = "plustwo";
/** `change/patch set`: ruling 4. */
const EXTERNAL_ID = /^\d+\/\d+$/;

const checkRun = z.object({
  __typename: z.literal("CheckRun"),
  name: z.string(),
  status: z.string(),
  conclusion: z.nullish(z.string()),
  startedAt: z.nullish(timeSchema),
  completedAt: z.nullish(timeSchema),
  detailsUrl: z.nullish(z.string()),
  externalId: z.nullish(z.string()),
  title: z.nullish(z.string()),
  summary: z.nullish(z.string()),
  text: z.nullish(z.string()),
  checkSuite: z.nullish(
    z.object({
      app: z.nullish(z.object({ databaseId: z.nullish(z.number()), slug: z.string() })),
      branch: z.nullish(z.object({ name: z.string() })),
      workflowRun: z.nullish(z.object({ event: z.string(), file: z.nullish(z.object({ path: z.string() })) })),
    }),
  ),
});
const statusContext = z.object({
  __typename: z.literal("StatusContext"),
  context: z.string(),
  state: z.string(),
  createdAt: timeSchema,
  targetUrl: z.nullish(z.string()),
  description: z.nullish(z.string()),
  creator: actorSchema,
});
const rollup = z.object({
  contexts: z.object({
    pageInfo: z.object({ hasNextPage: z.boolean() }),
    nodes: z.array(z.union([checkRun, statusContext])),
  }),
});
const node = z.object({
  ...headlineFields,
  commits: z.object({
    nodes: z.array(z.object({ commit: z.object({ oid: shaSchema, statusCheckRollup: z.nullish(rollup) }) })),
  }),
});
const list = z.object({
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.nullish(z.string()) }),
  nodes: z.array(node),
});
const openSchema = z.object({ repository: z.object({ c: list }) });
const headsSchema = z.object({
  viewer: viewerSchema,
  repository: z.object({ nameWithOwner: z.string() }),
});
const aliasesSchema = z.object({ repository: z.record(z.string(), z.unknown()) });

type CheckRun = z.infer<typeof checkRun>;
/** What tells a check run of the service from others. */
type OwnRun = Pick<CheckRun, "name" | "status" | "conclusion" | "externalId" | "title" | "summary" | "text"> & {
  readonly checkSuite?: Pick<NonNullable<CheckRun["checkSuite"]>, "app"> | null | undefined;
};

export async function readStatuses(
  client: Client,
  repository: RepositoryRef,
  heads?: readonly BranchName[],
): Answer<readonly ChangeStatus[]> {
  return heads === undefined ? readAllOpen(client, repository) : readHeads(client, repository, heads);
}

async function readAllOpen(client: Client, repository: RepositoryRef): Answer<readonly ChangeStatus[]> {
  const tried = `read the open changes of ${nameOf(repository)}`;
  const found = new Map<number, ChangeStatus>();
  let after: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const variables = { owner: repository.owner, name: repository.name, after };
    const data = await ask(client, repository, { tried, document: STATUS_DOCUMENT, variables });
    if (!data.ok) return data;
    const raw = read(openSchema, data.value, tried);
    if (!raw.ok) return raw;
    const { nodes, pageInfo } = raw.value.repository.c;
    for (const one of nodes) found.set(one.number, statusOf(one));
    const { hasNextPage, endCursor } = pageInfo;
    if (!hasNextPage) return ok([...found.values()].sort((a, b) => b.number - a.number));
    if (!endCursor) return fail({ kind: "unreadable", tried, found: "a list with more pages and no way to them" });
    after = endCursor;
  }
  return fail({ kind: "unreadable", tried, found: `more than ${MOST_PAGES} pages` });
}

async function readHeads(
  client: Client,
  repository: RepositoryRef,
  heads: readonly BranchName[],
): Answer<readonly ChangeStatus[]> {
  const tried = `read the changes of ${nameOf(repository)}`;
  const found: ChangeStatus[] = [];
  for (const some of chunks([...new Set(heads)], MOST_HEADS)) {
    const variables = { owner: repository.owner, name: repository.name, ...numbered("h", some) };
    const data = await ask(client, repository, { tried, document: statusDocument(some.length), variables });
    if (!data.ok) return data;
    const raw = read(headsSchema, data.value, tried);
    if (!raw.ok) return raw;
    const aliases = read(aliasesSchema, data.value, tried);
    if (!aliases.ok) return aliases;
    const { viewer, repository: own } = raw.value;
    for (const index of some.keys()) {
      const changes = read(list, aliases.value.repository[`c${index}`], tried);
      if (!changes.ok) return changes;
      found.push(...changes.value.nodes.map(statusOf).filter((one) => isOurs(one, own.nameWithOwner, viewer.login)));
    }
  }
  return ok(found.sort((a, b) => b.number - a.number));
}

interface Asked {
  readonly tried: string;
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

async function ask(
  client: Client,
  repository: RepositoryRef,
  { tried, document, variables }: Asked,
): Answer<Readonly<Record<string, unknown>>> {
  const reply = await client.graphql({ scope: { kind: "repository", repository }, tried, document, variables });
  if (!reply.ok) return reply;
  const broken = firstProblem(reply.value, tried);
  return broken === undefined ? ok(reply.value.data) : fail(broken);
}

function statusOf(raw: z.infer<typeof node>): ChangeStatus {
  const headline = headlineOf(raw);
  const commit = raw.commits.nodes.at(-1)?.commit;
  // Between a push and its own checks the newest commit may be another: then nothing is known of the head.
  const contexts = commit?.oid === headline.head ? (commit.statusCheckRollup?.contexts.nodes ?? []) : [];
  const runs = contexts.flatMap((one) => (one.__typename === "CheckRun" ? [one] : []));
  const verdict = runs.flatMap((run) => ownCheckOf(run, headline.head)).at(-1);
  const changeId = changeIdIn(raw.body);
  return {
    ...headline,
    ...(changeId === undefined ? {} : { changeId }),
    checks: contexts.flatMap((one): readonly Check[] =>
      one.__typename === "CheckRun" ? runCheck(one, headline.head) : [contextCheck(one, headline.head)],
    ),
    ...(verdict === undefined ? {} : { verdict }),
  };
}

function runCheck(run: CheckRun, sha: Sha): readonly Check[] {
  const suite = run.checkSuite;
  const at = run.completedAt ?? run.startedAt;
  if (!at) return [];
  const app = suite?.app;
  const workflow = suite?.workflowRun;
  return [
    {
      kind: workflow ? "job" : "check-run",
      name: run.name,
      ...(app ? { app: { id: app.databaseId ?? 0, slug: app.slug } } : {}),
      ...(workflow?.file ? { workflow: workflow.file.path } : {}),
      ...(workflow ? { event: workflow.event } : {}),
      ...(suite?.branch ? { headBranch: branchNamed(suite.branch.name, 0) } : {}),
      sha,
      ...progress(run.status.toLowerCase(), run.conclusion?.toLowerCase()),
      at,
      ...(run.startedAt ? { startedAt: run.startedAt } : {}),
      attempt: 1,
      ...(run.title ? { summary: run.title } : {}),
      ...(run.detailsUrl ? { url: run.detailsUrl } : {}),
    },
  ];
}

function contextCheck(context: z.infer<typeof statusContext>, sha: Sha): Check {
  const waiting = context.state === "PENDING" || context.state === "EXPECTED";
  return {
    kind: "status",
    name: context.context,
    creator: context.creator,
    sha,
    ...(waiting
      ? { status: "in_progress" as const }
      : { status: "completed" as const, conclusion: context.state === "SUCCESS" ? "success" : "failure" }),
    at: context.createdAt,
    attempt: 1,
    ...(context.description ? { summary: context.description } : {}),
    ...(context.targetUrl ? { url: context.targetUrl } : {}),
  };
}

/** By name and the form of its id; a workflow cannot pass for the service, since its app is Actions'. */
export function ownCheckOf(run: OwnRun, head: Sha): readonly OwnCheck[] {
  const app = run.checkSuite?.app;
  if (run.name !== VERDICT || !app || app.slug === "github-actions" || !EXTERNAL_ID.test(run.externalId ?? ""))
    return [];
  return [
    {
      name: run.name,
      head,
      externalId: run.externalId ?? "",
      verdict: verdictOf(run),
      title: run.title ?? "",
      summary: run.summary ?? "",
      ...(run.text ? { text: run.text } : {}),
      app: { id: app.databaseId ?? 0, slug: app.slug },
    },
  ];
}

export function verdictOf({ status, conclusion }: Pick<CheckRun, "status" | "conclusion">): CheckVerdict {
  if (status !== "COMPLETED") return "pending";
  if (conclusion === "SUCCESS") return "success";
  return conclusion === "NEUTRAL" || conclusion === "SKIPPED" ? "neutral" : "failure";
}

/** Of the commit message, which stands first in the body; the last one counts, as for Gerrit. */
function changeIdIn(body: string): ChangeId | undefined {
  const found = [...body.matchAll(/^Change-Id: (I[0-9a-f]{40})\s*$/gm)].at(-1)?.[1];
  return found === undefined ? undefined : parseChangeId(found);
}

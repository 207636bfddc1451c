/** The open changes of a repository with how many checks of their heads are in which state: what a look begins with. */
import * as z from "zod/mini";
import { fail, ok } from "../../core/result.ts";
import type { Answer, RepositoryRef, WatchedHeadline } from "../forge.ts";
import { type Client, MOST_PAGES } from "./client.ts";
import { headlineFields, headlineOf, read } from "./from-github.ts";
import { nameOf } from "./repository.ts";
import { firstProblem } from "./stack.ts";
import { HEADLINE } from "./documents.ts";

/** 50 a page: the states of the checks of 100 heads may take GitHub longer than it lets a request run. */
const OPEN_DOCUMENT = `query($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequests(states: [OPEN], first: 50, after: $after, orderBy: { field: CREATED_AT, direction: DESC }) {
      pageInfo { hasNextPage endCursor }
      nodes { ${HEADLINE} statusCheckRollup { contexts(first: 1) {
        checkRunCountsByState { state count } statusContextCountsByState { state count } } } } }
  }
}`;

const counts = z.nullish(z.array(z.object({ state: z.string(), count: z.number() })));
const node = z.object({
  ...headlineFields,
  statusCheckRollup: z.nullish(
    z.object({ contexts: z.object({ checkRunCountsByState: counts, statusContextCountsByState: counts }) }),
  ),
});
const schema = z.object({
  repository: z.object({
    pullRequests: z.object({
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.nullish(z.string()) }),
      nodes: z.array(node),
    }),
  }),
});

export async function readOpenWithChecks(
  client: Client,
  repository: RepositoryRef,
): Answer<readonly WatchedHeadline[]> {
  const tried = `list the open pull requests of ${nameOf(repository)}`;
  const found = new Map<number, WatchedHeadline>();
  let after: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const variables = { owner: repository.owner, name: repository.name, after };
    const scope = { kind: "repository", repository } as const;
    const reply = await client.graphql({ scope, tried, document: OPEN_DOCUMENT, variables });
    if (!reply.ok) return reply;
    const broken = firstProblem(reply.value, tried);
    if (broken !== undefined) return fail(broken);
    const raw = read(schema, reply.value.data, tried);
    if (!raw.ok) return raw;
    const { nodes, pageInfo } = raw.value.repository.pullRequests;
    for (const one of nodes) found.set(one.number, { ...headlineOf(one), checkCounts: countsOf(one) });
    if (!pageInfo.hasNextPage) return ok([...found.values()].sort((a, b) => b.number - a.number));
    if (!pageInfo.endCursor)
      return fail({ kind: "unreadable", tried, found: "a list with more pages and no way to them" });
    after = pageInfo.endCursor;
  }
  return fail({ kind: "unreadable", tried, found: `more than ${MOST_PAGES} pages` });
}

function countsOf({ statusCheckRollup: rollup }: z.infer<typeof node>): Readonly<Record<string, number>> {
  const runs = rollup?.contexts.checkRunCountsByState ?? [];
  const statuses = rollup?.contexts.statusContextCountsByState ?? [];
  return Object.fromEntries([
    ...runs.map(({ state, count }) => [state, count] as const),
    ...statuses.map(({ state, count }) => [`status ${state}`, count] as const),
  ]);
}

/** The review threads of a pull request with what was said in them: one request per 100. */
import * as z from "zod/mini";
import { fail, ok } from "../../core/result.ts";
import type { Answer, ChangeHeadline, RepositoryRef } from "../forge.ts";
import type { ThreadRead, ThreadsRead } from "../reviewer.ts";
import { type Client, MOST_PAGES } from "./client.ts";
import { ACTOR, HEADLINE } from "./documents.ts";
import { actorSchema, headlineFields, headlineOf, read, shaSchema, timeSchema } from "./from-github.ts";
import { nameOf } from "./repository.ts";
import { firstProblem } from "./stack.ts";

const THREADS_DOCUMENT = `query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    ${HEADLINE}
    reviewThreads(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes {
      path diffSide line originalLine subjectType isResolved isOutdated
      comments(first: 50) { totalCount nodes { body createdAt url author { ${ACTOR} } originalCommit { oid } } } } }
  } }
}`;

const thread = z.object({
  path: z.string(),
  diffSide: z.enum(["LEFT", "RIGHT"]),
  line: z.nullish(z.number()),
  originalLine: z.nullish(z.number()),
  subjectType: z.string(),
  isResolved: z.boolean(),
  isOutdated: z.boolean(),
  comments: z.object({
    totalCount: z.number(),
    nodes: z.array(
      z.object({
        body: z.string(),
        createdAt: timeSchema,
        url: z.string(),
        author: actorSchema,
        originalCommit: z.nullish(z.object({ oid: shaSchema })),
      }),
    ),
  }),
});
const schema = z.object({
  repository: z.object({
    pullRequest: z.object({
      ...headlineFields,
      reviewThreads: z.object({
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.nullish(z.string()) }),
        nodes: z.array(thread),
      }),
    }),
  }),
});

export async function readThreads(client: Client, repository: RepositoryRef, number: number): Answer<ThreadsRead> {
  const tried = `read the comments of pull request ${number} of ${nameOf(repository)}`;
  const threads: ThreadRead[] = [];
  let change: ChangeHeadline | undefined;
  let after: string | null = null;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const variables = { owner: repository.owner, name: repository.name, number, after };
    const scope = { kind: "repository", repository } as const;
    const reply = await client.graphql({ scope, tried, document: THREADS_DOCUMENT, variables });
    if (!reply.ok) return reply;
    const broken = firstProblem(reply.value, tried);
    if (broken !== undefined) return fail(broken);
    const raw = read(schema, reply.value.data, tried);
    if (!raw.ok) return raw;
    const now = headlineOf(raw.value.repository.pullRequest);
    // Lines of another head would be mixed with those of this one.
    if (change !== undefined && change.head !== now.head)
      return fail({ kind: "unreadable", tried, found: "it was pushed to while it was read" });
    change ??= now;
    const { nodes, pageInfo } = raw.value.repository.pullRequest.reviewThreads;
    threads.push(...nodes.map(threadOf));
    if (!pageInfo.hasNextPage) return ok({ change, threads });
    if (!pageInfo.endCursor)
      return fail({ kind: "unreadable", tried, found: "a list with more pages and no way to them" });
    after = pageInfo.endCursor;
  }
  return fail({ kind: "unreadable", tried, found: `more than ${MOST_PAGES} pages` });
}

function threadOf(raw: z.infer<typeof thread>): ThreadRead {
  const commit = raw.comments.nodes[0]?.originalCommit?.oid;
  return {
    path: raw.path,
    side: raw.diffSide === "LEFT" ? "base" : "head",
    ...(typeof raw.line === "number" ? { line: raw.line } : {}),
    ...(typeof raw.originalLine === "number" ? { originalLine: raw.originalLine } : {}),
    wholeFile: raw.subjectType === "FILE",
    resolved: raw.isResolved,
    outdated: raw.isOutdated,
    ...(commit === undefined ? {} : { commit }),
    comments: raw.comments.nodes.map(({ author, body, createdAt, url }) => ({ by: author, body, at: createdAt, url })),
    count: raw.comments.totalCount,
  };
}

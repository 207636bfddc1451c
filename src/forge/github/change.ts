/** One pull request, read whole: reviews and what was edited, threads, pushes, and who its commits are by. */
import * as z from "zod/mini";
import { userId } from "../../core/ids.ts";
import type { Person } from "../../core/policy/snapshot.ts";
import { fail, ok } from "../../core/result.ts";
import type { Answer, ChangeHeadline, ChangeRead, RepositoryRef, ReviewRead } from "../forge.ts";
import { type Client, MOST_PAGES } from "./client.ts";
import { CHANGE_DOCUMENT } from "./documents.ts";
import {
  actorSchema,
  GHOST,
  headlineFields,
  headlineOf,
  headlineSchema,
  read,
  readAll,
  type ReviewNode,
  reviewSchema,
  shaSchema,
  timeSchema,
  type RawPerson,
  personNamed,
} from "./from-github.ts";
import { mergePushes, type Push, readActivity } from "./pushes.ts";
import { nameOf, pathOf } from "./repository.ts";
import { firstProblem } from "./stack.ts";

export async function readOpenChanges(client: Client, repository: RepositoryRef): Answer<readonly ChangeHeadline[]> {
  const tried = `list the open pull requests of ${nameOf(repository)}`;
  const rows = await client.pages({
    scope: { kind: "repository", repository },
    tried,
    route: `GET ${pathOf(repository)}/pulls`,
    params: { state: "open", sort: "created", direction: "desc" },
  });
  if (!rows.ok) return rows;
  const changes = readAll(headlineSchema, rows.value, tried);
  if (!changes.ok) return changes;
  // Whatever opens between two pages pushes another one onto the next page, where it comes again.
  const byNumber = new Map(changes.value.map((change) => [change.number, change]));
  return ok([...byNumber.values()].sort((a, b) => b.number - a.number));
}

const page = { pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.nullish(z.string()) }) };
const complete = z.object({ hasNextPage: z.literal(false, "more than 100, which is not read") });
const commitUser = z.nullish(z.object({ login: z.string(), databaseId: z.nullish(z.number()) }));
const signature = z.object({ email: z.nullish(z.string()), user: commitUser });

const changeSchema = z.object({
  repository: z.object({
    pullRequest: z.object({
      ...headlineFields,
      mergeCommit: z.nullish(z.object({ oid: shaSchema })),
      mergedBy: actorSchema,
      labels: z.nullish(z.object({ pageInfo: complete, nodes: z.array(z.object({ name: z.string() })) })),
      reviewRequests: z.nullish(
        z.object({ pageInfo: complete, nodes: z.array(z.object({ requestedReviewer: z.unknown() })) }),
      ),
      comments: z.object({
        nodes: z.array(
          z.object({
            body: z.string(),
            createdAt: timeSchema,
            lastEditedAt: z.nullish(z.string()),
            author: actorSchema,
          }),
        ),
      }),
      reviews: z.optional(z.object({ ...page, nodes: z.array(reviewSchema) })),
      reviewThreads: z.optional(z.object({ ...page, nodes: z.array(z.object({ isResolved: z.boolean() })) })),
      commits: z.optional(
        z.object({
          ...page,
          nodes: z.array(
            z.object({
              commit: z.object({
                oid: z.string(),
                authors: z.object({ nodes: z.array(signature) }),
                committer: z.nullish(signature),
              }),
            }),
          ),
        }),
      ),
      timelineItems: z.optional(
        z.object({
          ...page,
          nodes: z.array(
            z.object({
              createdAt: z.optional(timeSchema),
              actor: actorSchema,
              beforeCommit: z.nullish(z.object({ oid: shaSchema })),
              afterCommit: z.nullish(z.object({ oid: shaSchema })),
            }),
          ),
        }),
      ),
    }),
  }),
});
type Page = z.infer<typeof changeSchema>["repository"]["pullRequest"];

interface Gathered {
  readonly head: Page;
  readonly reviews: readonly ReviewNode[];
  readonly threads: readonly { readonly isResolved: boolean }[];
  readonly people: Readonly<Record<string, Person>>;
  readonly forcePushes: readonly Push[];
}

export async function readChange(client: Client, repository: RepositoryRef, number: number): Answer<ChangeRead> {
  const tried = `read pull request ${number} of ${nameOf(repository)}`;
  const gathered = await readPages(client, { repository, number, tried });
  if (!gathered.ok) return gathered;
  const { head, reviews, threads, people, forcePushes } = gathered.value;
  const headline = headlineOf(head);
  const activity = await readActivity(client, repository, headline);
  if (!activity.ok) return activity;
  return ok({
    ...headline,
    body: head.body,
    openedAt: head.createdAt,
    ...(headline.state === "merged" && head.mergeCommit ? { mergeCommit: head.mergeCommit.oid } : {}),
    ...(headline.state === "merged" && head.mergedBy !== GHOST ? { mergedBy: head.mergedBy } : {}),
    labels: head.labels?.nodes.map(({ name }) => name) ?? [],
    requestedReviewers:
      head.reviewRequests?.nodes.flatMap(({ requestedReviewer }) => personIn(requestedReviewer)) ?? [],
    reviews: reviews.map(reviewOf).sort((a, b) => a.at - b.at),
    comments: head.comments.nodes.map(({ author, body, createdAt, lastEditedAt }) => ({
      by: author,
      body,
      at: createdAt,
      edited: Boolean(lastEditedAt),
    })),
    unresolvedThreads: threads.filter(({ isResolved }) => !isResolved).length,
    pushes: mergePushes(activity.value, forcePushes),
    people,
  });
}

/** All lists to their ends. Whoever pushes meanwhile makes the pages disagree: then nothing is concluded. */
async function readPages(
  client: Client,
  {
    repository,
    number,
    tried,
  }: { readonly repository: RepositoryRef; readonly number: number; readonly tried: string },
): Answer<Gathered> {
  const reviews: ReviewNode[] = [];
  const threads: { readonly isResolved: boolean }[] = [];
  const forcePushes: Push[] = [];
  const people: Record<string, Person> = {};
  let wanted: Wanted = { reviews: null, threads: null, commits: null, forcePushes: null };
  let first: Page | undefined;
  for (let pageNumber = 0; pageNumber < MOST_PAGES; pageNumber += 1) {
    const variables = { owner: repository.owner, name: repository.name, number, ...variablesOf(wanted) };
    const scope = { kind: "repository", repository } as const;
    const reply = await client.graphql({ scope, tried, document: CHANGE_DOCUMENT, variables });
    if (!reply.ok) return reply;
    const broken = firstProblem(reply.value, tried);
    if (broken !== undefined) return fail(broken);
    const raw = read(changeSchema, reply.value.data, tried);
    if (!raw.ok) return raw;
    const now = raw.value.repository.pullRequest;
    if (first !== undefined && (first.headRefOid !== now.headRefOid || first.baseRefName !== now.baseRefName)) {
      return fail({ kind: "unreadable", tried, found: "it was pushed to while it was read" });
    }
    first ??= now;
    reviews.push(...(now.reviews?.nodes ?? []));
    threads.push(...(now.reviewThreads?.nodes ?? []));
    forcePushes.push(...(now.timelineItems?.nodes ?? []).flatMap(forcePush));
    for (const { commit } of now.commits?.nodes ?? []) {
      for (const one of [...commit.authors.nodes, ...(commit.committer ? [commit.committer] : [])])
        addPerson(people, one);
    }
    if (listsOf(now).some(({ pageInfo }) => pageInfo.hasNextPage && !pageInfo.endCursor)) {
      return fail({ kind: "unreadable", tried, found: "a list with more pages and no way to them" });
    }
    const next = nextWanted(now);
    if (next === undefined) return ok({ head: first, reviews, threads, people, forcePushes });
    wanted = next;
  }
  return fail({ kind: "unreadable", tried, found: `more than ${MOST_PAGES} pages` });
}

/** Per list: the cursor to go on from (`null` = the start), or `undefined` when it is done. */
interface Wanted {
  readonly reviews?: string | null;
  readonly threads?: string | null;
  readonly commits?: string | null;
  readonly forcePushes?: string | null;
}

function variablesOf(wanted: Wanted): Readonly<Record<string, unknown>> {
  return {
    reviews: wanted.reviews !== undefined,
    afterReview: wanted.reviews ?? null,
    threads: wanted.threads !== undefined,
    afterThread: wanted.threads ?? null,
    commits: wanted.commits !== undefined,
    afterCommit: wanted.commits ?? null,
    forcePushes: wanted.forcePushes !== undefined,
    afterForcePush: wanted.forcePushes ?? null,
  };
}

function listsOf({ reviews, reviewThreads, commits, timelineItems }: Page) {
  return [reviews, reviewThreads, commits, timelineItems].flatMap((list) => list ?? []);
}

function nextWanted({ reviews, reviewThreads, commits, timelineItems }: Page): Wanted | undefined {
  const after = (list: z.infer<z.ZodMiniObject<typeof page>> | undefined) =>
    list?.pageInfo.hasNextPage === true ? (list.pageInfo.endCursor ?? undefined) : undefined;
  const next = Object.entries({
    reviews: after(reviews),
    threads: after(reviewThreads),
    commits: after(commits),
    forcePushes: after(timelineItems),
  }).filter(([, cursor]) => cursor !== undefined);
  return next.length === 0 ? undefined : Object.fromEntries(next);
}

function forcePush(node: NonNullable<Page["timelineItems"]>["nodes"][number]): readonly Push[] {
  // A commit GitHub has forgotten has no id: the push happened, but of what is unknown.
  if (!node.afterCommit) return [];
  return [
    {
      by: node.actor,
      ...(node.beforeCommit ? { before: node.beforeCommit.oid } : {}),
      after: node.afterCommit.oid,
      ...(node.createdAt === undefined ? {} : { at: node.createdAt }),
    },
  ];
}

function addPerson(
  people: Record<string, Person>,
  { email, user }: { email?: string | null | undefined; user?: RawPerson },
): void {
  const person = personNamed(user) ?? botOf(email ?? "");
  if (email && person !== undefined) people[email.toLowerCase()] = person;
}

/** GraphQL knows no user behind a bot's commits; the address GitHub gives bots has the id and the login in it. */
export function botOf(email: string): Person | undefined {
  const [, id, login] = /^(\d{1,15})\+([a-z0-9-]+\[bot\])@users\.noreply\.[a-z0-9.-]+$/i.exec(email) ?? [];
  return id === undefined || login === undefined ? undefined : { id: userId(Number(id)), login, type: "Bot" };
}

function personIn(raw: unknown): readonly Person[] {
  // A team is asked as a whole: nobody in particular.
  const one = z.safeParse(z.object({ __typename: z.string(), login: z.string(), databaseId: z.number() }), raw);
  return one.success ? [z.parse(actorSchema, one.data)] : [];
}

function reviewOf(node: ReviewNode): ReviewRead {
  return {
    id: node.fullDatabaseId ?? node.id,
    by: node.author,
    state: node.state,
    body: node.body,
    sha: node.sha,
    at: node.at,
    ...(node.lastEditedAt ? { editedAt: node.lastEditedAt } : {}),
  };
}

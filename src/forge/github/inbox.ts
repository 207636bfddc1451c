/** Everything an inbox looks at, of all open changes: one request per 50, and one for the teams of who asks where a team is asked. */
import * as z from "zod/mini";
import { fail, ok } from "../../core/result.ts";
import type { Answer, ForgeProblem, OwnCheck, RepositoryRef } from "../forge.ts";
import type { InboxChange, InboxRead } from "../reviewer.ts";
import { type Client, MOST_PAGES } from "./client.ts";
import { ACTOR, HEADLINE } from "./documents.ts";
import { actorSchema, headlineFields, headlineOf, read, shaSchema, timeSchema, viewerSchema } from "./from-github.ts";
import { nameOf } from "./repository.ts";
import { firstProblem } from "./stack.ts";
import { ownCheckOf, VERDICT } from "./status.ts";

const INBOX_DOCUMENT = `query($owner: String!, $name: String!, $after: String) {
  viewer { login databaseId }
  repository(owner: $owner, name: $name) {
    pullRequests(states: [OPEN], first: 50, after: $after, orderBy: { field: CREATED_AT, direction: ASC }) {
      pageInfo { hasNextPage endCursor }
      nodes { ${HEADLINE}
        reviewRequests(first: 30) { nodes { requestedReviewer { __typename
          ... on User { login } ... on Bot { login } ... on Team { combinedSlug } } } }
        latestOpinionatedReviews(first: 30) { nodes { state author { ${ACTOR} } } }
        viewerLatestReview { commit { oid } }
        reviewThreads(first: 100) { nodes { isResolved comments(last: 1) { nodes { author { ${ACTOR} } } } } }
        statusCheckRollup { contexts(first: 1) {
          checkRunCountsByState { state count } statusContextCountsByState { state count } } }
        commits(last: 1) { nodes { commit { oid checkSuites(first: 10, filterBy: { checkName: "${VERDICT}" }) { nodes {
          app { databaseId slug }
          checkRuns(first: 10, filterBy: { checkName: "${VERDICT}", checkType: LATEST }) {
            nodes { name status conclusion externalId title summary text completedAt } } } } } } } } } }
}`;

const TEAMS_DOCUMENT = `query($owner: String!, $login: String!) {
  organization(login: $owner) { teams(first: 100, userLogins: [$login]) { pageInfo { hasNextPage } nodes { combinedSlug } } }
}`;

const counts = z.nullish(z.array(z.object({ state: z.string(), count: z.number() })));
const reviewer = z.nullish(
  z.object({ __typename: z.string(), login: z.optional(z.string()), combinedSlug: z.optional(z.string()) }),
);
const run = z.object({
  name: z.string(),
  status: z.string(),
  conclusion: z.nullish(z.string()),
  externalId: z.nullish(z.string()),
  title: z.nullish(z.string()),
  summary: z.nullish(z.string()),
  text: z.nullish(z.string()),
  completedAt: z.nullish(timeSchema),
});
const suite = z.object({
  app: z.nullish(z.object({ databaseId: z.nullish(z.number()), slug: z.string() })),
  checkRuns: z.nullish(z.object({ nodes: z.array(run) })),
});
const node = z.object({
  ...headlineFields,
  reviewRequests: z.nullish(z.object({ nodes: z.array(z.object({ requestedReviewer: reviewer })) })),
  latestOpinionatedReviews: z.nullish(
    z.object({ nodes: z.array(z.object({ state: z.string(), author: actorSchema })) }),
  ),
  viewerLatestReview: z.nullish(z.object({ commit: z.nullish(z.object({ oid: shaSchema })) })),
  reviewThreads: z.object({
    nodes: z.array(
      z.object({ isResolved: z.boolean(), comments: z.object({ nodes: z.array(z.object({ author: actorSchema })) }) }),
    ),
  }),
  statusCheckRollup: z.nullish(
    z.object({ contexts: z.object({ checkRunCountsByState: counts, statusContextCountsByState: counts }) }),
  ),
  commits: z.object({
    nodes: z.array(
      z.object({ commit: z.object({ oid: shaSchema, checkSuites: z.nullish(z.object({ nodes: z.array(suite) })) }) }),
    ),
  }),
});
const page = z.object({
  viewer: viewerSchema,
  repository: z.object({
    pullRequests: z.object({
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.nullish(z.string()) }),
      nodes: z.array(node),
    }),
  }),
});
const teamsSchema = z.object({
  organization: z.nullish(
    z.object({
      teams: z.object({
        pageInfo: z.object({ hasNextPage: z.boolean() }),
        nodes: z.array(z.object({ combinedSlug: z.string() })),
      }),
    }),
  ),
});

type Node = z.infer<typeof node>;
const RED: ReadonlySet<string> = new Set(["FAILURE", "ERROR", "TIMED_OUT", "STARTUP_FAILURE"]);

export async function readInbox(client: Client, repository: RepositoryRef): Answer<InboxRead> {
  const tried = `read the open changes of ${nameOf(repository)}`;
  const scope = { kind: "repository", repository } as const;
  const found = new Map<number, InboxChange>();
  let after: string | null = null;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const variables = { owner: repository.owner, name: repository.name, after };
    const reply = await client.graphql({ scope, tried, document: INBOX_DOCUMENT, variables });
    if (!reply.ok) return reply;
    const broken = firstProblem(reply.value, tried);
    if (broken !== undefined) return fail(broken);
    const raw = read(page, reply.value.data, tried);
    if (!raw.ok) return raw;
    const { viewer, repository: own } = raw.value;
    for (const one of own.pullRequests.nodes) found.set(one.number, changeOf(one, viewer.login));
    const { hasNextPage, endCursor } = own.pullRequests.pageInfo;
    if (!hasNextPage) {
      const changes = [...found.values()];
      const asked = changes.some((change) => change.asked.teams.length > 0 && change.author.id !== viewer.id);
      const teams = asked ? await readTeams(client, repository, viewer.login) : undefined;
      return ok({ viewer, changes, ...(teams === undefined ? {} : { teams }) });
    }
    if (!endCursor) return fail(unreadable(tried, "a list with more pages and no way to them"));
    after = endCursor;
  }
  return fail(unreadable(tried, `more than ${MOST_PAGES} pages`));
}

/** A token need not have the right to ask: then nobody knows, and the inbox says so. */
async function readTeams(
  client: Client,
  repository: RepositoryRef,
  login: string,
): Promise<readonly string[] | undefined> {
  const tried = `read the teams of ${login}`;
  const variables = { owner: repository.owner, login };
  const scope = { kind: "repository", repository } as const;
  const reply = await client.graphql({ scope, tried, document: TEAMS_DOCUMENT, variables });
  if (!reply.ok || reply.value.errors.length > 0) return undefined;
  const raw = read(teamsSchema, reply.value.data, tried);
  const teams = raw.ok ? raw.value.organization?.teams : undefined;
  return teams === undefined || teams.pageInfo.hasNextPage
    ? undefined
    : teams.nodes.map(({ combinedSlug }) => combinedSlug);
}

function changeOf(raw: Node, viewer: string): InboxChange {
  const headline = headlineOf(raw);
  const unresolved = raw.reviewThreads.nodes.filter(({ isResolved }) => !isResolved);
  const unanswered = unresolved.filter(({ comments }) => comments.nodes.at(-1)?.author.login !== viewer);
  const reviewers = raw.reviewRequests?.nodes.map((one) => one.requestedReviewer) ?? [];
  const verdict = verdictOf(raw);
  const reviewed = raw.viewerLatestReview?.commit?.oid;
  return {
    ...headline,
    openedAt: raw.createdAt,
    asked: {
      people: reviewers.flatMap((one) => one?.login ?? []),
      teams: reviewers.flatMap((one) => one?.combinedSlug ?? []),
    },
    unresolved: unresolved.length,
    unanswered: unanswered.length,
    failing: failingOf(raw),
    vetoes: (raw.latestOpinionatedReviews?.nodes ?? []).flatMap(({ state, author }) =>
      state === "CHANGES_REQUESTED" ? [author.login] : [],
    ),
    ...(reviewed === undefined ? {} : { reviewed }),
    ...(verdict === undefined ? {} : { verdict }),
  };
}

function failingOf({ statusCheckRollup: rollup }: Node): number {
  const all = [
    ...(rollup?.contexts.checkRunCountsByState ?? []),
    ...(rollup?.contexts.statusContextCountsByState ?? []),
  ];
  return all.reduce((sum, { state, count }) => sum + (RED.has(state) ? count : 0), 0);
}

/** Between a push and its own checks the newest commit may be another: then nothing is known of the head. */
function verdictOf({ commits, headRefOid }: Node): OwnCheck | undefined {
  const commit = commits.nodes.at(-1)?.commit;
  if (commit === undefined || commit.oid !== headRefOid) return undefined;
  const runs = (commit.checkSuites?.nodes ?? []).flatMap(({ app, checkRuns }) =>
    (checkRuns?.nodes ?? []).map((one) => ({ ...one, checkSuite: { app } })),
  );
  return runs.flatMap((one) => ownCheckOf(one, headRefOid)).at(-1);
}

function unreadable(tried: string, found: string): ForgeProblem {
  return { kind: "unreadable", tried, found };
}

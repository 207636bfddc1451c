/** The CLI's side: a stack's pull requests read in one request per 10 heads, and written in one per 5 writes (ruling 15). */
import type { PlannedWrite } from "../../core/change/upload.ts";
import type { Wish } from "../../core/change/wishes.ts";
import * as z from "zod/mini";
import type { BranchName } from "../../core/ids.ts";
import { fail, ok } from "../../core/result.ts";
import type {
  Answer,
  ChangeHeadline,
  ForgeProblem,
  RepositoryRef,
  StackChange,
  StackRead,
  WishWrite,
  WriteOutcome,
} from "../forge.ts";
import type { Client, GraphqlReply } from "./client.ts";
import { stackDocument, writeDocument } from "./documents.ts";
import { graphqlProblem } from "./failures.ts";
import {
  graphqlFacts,
  graphqlRepository,
  headlineNode,
  headlineOf,
  read,
  repositoryRefOf,
  viewerSchema,
} from "./from-github.ts";
import { nameOf } from "./repository.ts";

const MOST_HEADS = 10;
const MOST_WRITES = 5;

/** GraphQL ids of repositories, learnt by reading; `createPullRequest` wants one. */
export type NodeIds = Map<string, string>;

const withId = z.object({ id: z.string() });
const node = z.extend(headlineNode, {
  labels: z.nullish(z.object({ nodes: z.array(withId) })),
  // A bot's or a deleted one's has no id here.
  reviewRequests: z.nullish(
    z.object({ nodes: z.array(z.object({ requestedReviewer: z.nullish(z.object({ id: z.optional(z.string()) })) })) }),
  ),
});
const changes = z.object({ pageInfo: z.object({ hasNextPage: z.boolean() }), nodes: z.array(node) });
const stackSchema = z.object({
  viewer: viewerSchema,
  repository: z.extend(graphqlRepository, {
    forks: z.nullish(z.object({ nodes: z.array(z.object({ nameWithOwner: z.string() })) })),
  }),
});
const aliasesSchema = z.object({ repository: z.record(z.string(), z.unknown()) });

export async function readStack(
  client: Client,
  nodeIds: NodeIds,
  asked: { readonly repository: RepositoryRef; readonly heads: readonly BranchName[]; readonly wishes?: boolean },
): Answer<StackRead> {
  const { repository, heads, wishes = false } = asked;
  const found: Record<string, StackChange> = {};
  const others: Record<string, StackChange> = {};
  let facts: FactsRead | undefined;
  for (const some of chunks([...new Set(heads)], MOST_HEADS)) {
    const tried = `read the pull requests of ${nameOf(repository)}`;
    const variables = { owner: repository.owner, name: repository.name, ...numbered("h", some) };
    const document = stackDocument(some.length, { wishes, fork: isPerson(client) });
    const reply = await client.graphql({ scope: { kind: "repository", repository }, tried, document, variables });
    if (!reply.ok) return reply;
    const broken = firstProblem(reply.value, tried);
    if (broken !== undefined) return fail(broken);
    const raw = read(stackSchema, reply.value.data, tried);
    if (!raw.ok) return raw;
    nodeIds.set(nameOf(repository).toLowerCase(), raw.value.repository.id);
    facts = factsRead(raw.value, repository);
    const aliases = read(aliasesSchema, reply.value.data, tried);
    if (!aliases.ok) return aliases;
    for (const [index, head] of some.entries()) {
      const list = read(changes, aliases.value.repository[`c${index}`], tried);
      if (!list.ok) return list;
      const all = list.value.nodes.map((one) => ({ ...headlineOf(one), body: one.body, ...wishedOf(one) }));
      const ours = (change: ChangeHeadline): boolean =>
        isOurs(change, raw.value.repository.nameWithOwner, raw.value.viewer.login);
      const own = all.filter(ours);
      // Newest first: without an open one the newest of the rest tells how it ended.
      const chosen = own.find(({ state }) => state === "open") ?? own[0];
      if (list.value.pageInfo.hasNextPage && chosen?.state !== "open") {
        return fail({ kind: "unreadable", tried, found: `more than 20 pull requests from branches named ${head}` });
      }
      const theirs = chosen ?? firstOfOthers(all.filter((change) => !ours(change)));
      if (theirs !== undefined) (chosen === undefined ? others : found)[head] = theirs;
    }
  }
  return facts === undefined ? readStackless(client, nodeIds, repository) : ok({ ...facts, changes: found, others });
}

function isPerson({ credentials }: Client): boolean {
  return credentials.kind === "token";
}

type FactsRead = Pick<StackRead, "repository" | "fork">;

function factsRead({ repository: raw, viewer }: z.infer<typeof stackSchema>, asked: RepositoryRef): FactsRead {
  const repository = graphqlFacts(raw, viewer, asked);
  const fork = (raw.forks?.nodes ?? []).flatMap(({ nameWithOwner }) => repositoryRefOf(nameWithOwner) ?? []).at(0);
  return fork === undefined ? { repository } : { repository, fork };
}

/** Newest first. Whoever was there first has the Change-Id (ruling 12); a fork that is gone says nothing of whose it was. */
function firstOfOthers<C extends ChangeHeadline>(newestFirst: readonly C[]): C | undefined {
  const known = newestFirst.filter(({ headRepository }) => headRepository !== undefined);
  return known.findLast(({ state }) => state === "open") ?? known.find(({ state }) => state === "merged");
}

function wishedOf({ labels, reviewRequests }: z.infer<typeof node>): Pick<StackChange, "requested" | "labels"> {
  return {
    ...(labels ? { labels: labels.nodes.map(({ id }) => id) } : {}),
    ...(reviewRequests
      ? { requested: reviewRequests.nodes.flatMap(({ requestedReviewer }) => requestedReviewer?.id ?? []) }
      : {}),
  };
}

/** No heads: the facts of the repository alone. */
async function readStackless(client: Client, nodeIds: NodeIds, repository: RepositoryRef): Answer<StackRead> {
  const tried = `read the repository ${nameOf(repository)}`;
  const variables = { owner: repository.owner, name: repository.name };
  const scope = { kind: "repository", repository } as const;
  const reply = await client.graphql({
    scope,
    tried,
    document: stackDocument(0, { fork: isPerson(client) }),
    variables,
  });
  if (!reply.ok) return reply;
  const broken = firstProblem(reply.value, tried);
  if (broken !== undefined) return fail(broken);
  const raw = read(stackSchema, reply.value.data, tried);
  if (!raw.ok) return raw;
  nodeIds.set(nameOf(repository).toLowerCase(), raw.value.repository.id);
  return ok({ ...factsRead(raw.value, repository), changes: {}, others: {} });
}

/** Anybody's fork may have a branch of the same name: only the repository's own and the caller's fork count. */
export function isOurs({ headRepository }: ChangeHeadline, repository: string, viewer: string): boolean {
  const [owner] = headRepository?.toLowerCase().split("/") ?? [];
  return headRepository?.toLowerCase() === repository.toLowerCase() || owner === viewer.toLowerCase();
}

export async function writeStack(
  client: Client,
  nodeIds: NodeIds,
  asked: { readonly repository: RepositoryRef; readonly writes: readonly (PlannedWrite | WishWrite)[] },
): Answer<readonly WriteOutcome[]> {
  const { repository, writes } = asked;
  if (writes.length === 0) return ok([]);
  if (writes.some(({ kind }) => kind === "create") && !nodeIds.has(nameOf(repository).toLowerCase())) {
    const known = await readStackless(client, nodeIds, repository);
    if (!known.ok) return known;
  }
  const repositoryId = nodeIds.get(nameOf(repository).toLowerCase()) ?? "";
  const outcomes: WriteOutcome[] = [];
  for (const some of chunks(writes, MOST_WRITES)) {
    const tried = `write ${some.length} of ${writes.length} pull requests of ${nameOf(repository)}`;
    const document = writeDocument(some.map((write) => (write.kind === "wish" ? write.wish.kind : write.kind)));
    const variables = numbered(
      "i",
      some.map((write) => inputOf(write, repositoryId)),
    );
    const reply = await client.graphql({ scope: { kind: "repository", repository }, tried, document, variables });
    // Not even known whether it arrived: the caller reads again. What came before stays told.
    if (!reply.ok) outcomes.push(...some.map(() => reply));
    else outcomes.push(...some.map((write, index) => outcomeOf(write, index, reply.value)));
  }
  return ok(outcomes);
}

function inputOf(write: PlannedWrite | WishWrite, repositoryId: string): Readonly<Record<string, unknown>> {
  switch (write.kind) {
    case "create": {
      const { head, base, title, body, draft, fork } = write;
      const headRefName = fork === undefined ? head : `${fork.split("/")[0] ?? ""}:${head}`;
      return { repositoryId, headRefName, baseRefName: base, title, body, draft };
    }
    case "update":
      return {
        pullRequestId: write.nodeId,
        ...(write.base === undefined ? {} : { baseRefName: write.base }),
        ...(write.title === undefined ? {} : { title: write.title }),
        ...(write.body === undefined ? {} : { body: write.body }),
      };
    case "wish":
      return wishInput(write.wish, write.nodeId);
  }
}

function wishInput(wish: Wish, id: string): Readonly<Record<string, unknown>> {
  switch (wish.kind) {
    case "draft":
    case "ready":
      return { pullRequestId: id };
    case "ask": {
      const ids = (kind: "user" | "team"): readonly string[] =>
        wish.reviewers.flatMap((one) => (one.kind === kind ? [one.id] : []));
      return { pullRequestId: id, userIds: ids("user"), teamIds: ids("team"), union: true };
    }
    case "label":
      return { labelableId: id, labelIds: wish.labels.map((label) => label.id) };
  }
}

const writtenSchema = z.object({ pullRequest: z.object({ id: z.string(), number: z.number(), url: z.string() }) });

function outcomeOf(write: PlannedWrite | WishWrite, index: number, { data, errors }: GraphqlReply): WriteOutcome {
  const alias = `w${index}`;
  const tried = triedTo(write);
  // An error without a path concerns the whole document.
  const error = errors.find((one) => one.alias === alias) ?? errors.find((one) => one.alias === undefined);
  if (error !== undefined) return fail(graphqlProblem(error, tried));
  const raw = read(writtenSchema, data[alias], tried);
  if (!raw.ok) return raw;
  const { id, number, url } = raw.value.pullRequest;
  return ok({ nodeId: id, number, url });
}

function triedTo(write: PlannedWrite | WishWrite): string {
  if (write.kind === "create") return `create the pull request for ${write.head}`;
  if (write.kind === "update") return `update pull request #${write.number}`;
  const { number, wish } = write;
  switch (wish.kind) {
    case "draft":
      return `make #${number} a draft`;
    case "ready":
      return `make #${number} ready for review`;
    case "ask":
      return `ask ${wish.reviewers.map(({ name }) => name).join(", ")} for a review of #${number}`;
    case "label":
      return `put the labels ${wish.labels.map(({ name }) => name).join(", ")} on #${number}`;
  }
}

export function firstProblem({ errors }: GraphqlReply, tried: string): ForgeProblem | undefined {
  const [error] = errors;
  return error === undefined ? undefined : graphqlProblem(error, tried);
}

export function numbered<T>(letter: string, values: readonly T[]): Readonly<Record<string, T>> {
  return Object.fromEntries(values.map((value, index) => [`${letter}${index}`, value]));
}

export function chunks<T>(values: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}

/**
 * The newest merges of a branch, read for looking back: one request per 100 to choose from, then one per five merges.
 * Where GitHub does not answer in time, the same is asked in smaller pieces. Nothing is written.
 */
import * as z from "zod/mini";
import { type BranchName } from "../../core/ids.ts";
import { type MergeFacts } from "../../core/replay/merge.ts";
import { fail, ok } from "../../core/result.ts";
import { type Instant } from "../../core/time.ts";
import { type Answer, type ForgeProblem, type RepositoryRef } from "../forge.ts";
import { type Client, MOST_PAGES } from "./client.ts";
import { branchNamed, read, repositoryRefOf, timeSchema } from "./from-github.ts";
import { mergeOf, mergeSchema } from "./from-merge.ts";
import { DEFAULT_BRANCH_DOCUMENT, MERGED_DOCUMENT, mergesDocument } from "./merge-documents.ts";
import { nameOf } from "./repository.ts";
import { chunks, firstProblem, numbered } from "./stack.ts";

/** A merge with its reviews, commits and checks is much: fewer than ruling 15 allows of plain look-ups. */
const AT_ONCE = 5;

export interface MergesQuestion {
  /** Absent = the default branch. */
  readonly branch?: BranchName;
  readonly last: number;
  /** Only merges since then. */
  readonly since?: Instant;
  /** Called after each request, for people who wait. */
  readonly progress?: (read: number, of: number) => void;
}

export interface Merges {
  /** As GitHub writes its name. */
  readonly repository: RepositoryRef;
  readonly branch: BranchName;
  /** Newest first. */
  readonly merges: readonly MergeFacts[];
  /** GitHub stopped answering before all were read. */
  readonly stopped?: { readonly problem: ForgeProblem; readonly wanted: number };
  /** Points of GraphQL left, where GitHub said so. */
  readonly remaining?: number;
}

export async function readMerges(client: Client, repository: RepositoryRef, question: MergesQuestion): Answer<Merges> {
  const place = await readBranch(client, repository, question.branch);
  if (!place.ok) return place;
  const numbers = await newestMerged(client, place.value, question);
  if (!numbers.ok) return numbers;
  const merges: MergeFacts[] = [];
  let remaining: number | undefined;
  let stopped: ForgeProblem | undefined;
  for (const some of chunks(numbers.value, AT_ONCE)) {
    const page = await readSome(client, place.value.repository, some);
    if (!page.ok) {
      if (merges.length === 0) return page;
      stopped = page.problem;
      break;
    }
    merges.push(...page.value.merges);
    remaining = page.value.remaining ?? remaining;
    question.progress?.(merges.length, numbers.value.length);
  }
  return ok({
    ...place.value,
    merges: merges.toSorted((a, b) => b.mergedAt - a.mergedAt || b.number - a.number),
    ...(stopped === undefined ? {} : { stopped: { problem: stopped, wanted: numbers.value.length } }),
    ...(remaining === undefined ? {} : { remaining }),
  });
}

type Branch = Pick<Merges, "repository" | "branch">;

const branchSchema = z.object({
  repository: z.object({ nameWithOwner: z.string(), defaultBranchRef: z.nullish(z.object({ name: z.string() })) }),
});

export async function readBranch(
  client: Client,
  repository: RepositoryRef,
  branch: BranchName | undefined,
): Answer<Branch> {
  const tried = `read the repository ${nameOf(repository)}`;
  const variables = { owner: repository.owner, name: repository.name };
  const data = await askMerges(client, repository, { tried, document: DEFAULT_BRANCH_DOCUMENT, variables });
  if (!data.ok) return data;
  const raw = read(branchSchema, data.value, tried);
  if (!raw.ok) return raw;
  const { nameWithOwner, defaultBranchRef } = raw.value.repository;
  const found = branch ?? (defaultBranchRef ? branchNamed(defaultBranchRef.name, 0) : undefined);
  if (found === undefined) return fail({ kind: "refused", tried, found: "it has no branch yet" });
  return ok({ repository: repositoryRefOf(nameWithOwner) ?? repository, branch: found });
}

const mergedSchema = z.object({
  repository: z.object({
    pullRequests: z.object({
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.nullish(z.string()) }),
      nodes: z.array(z.object({ number: z.number(), mergedAt: timeSchema, updatedAt: timeSchema })),
    }),
  }),
});

/**
 * Numbers, newest merge first. The list goes by the newest update, which is never before the merge: once as many merges
 * are known that came after the oldest update seen, no page behind it can hold a newer one.
 */
export async function newestMerged(
  client: Client,
  { repository, branch }: Branch,
  { last, since }: Pick<MergesQuestion, "last" | "since">,
): Answer<readonly number[]> {
  const tried = `list the merged pull requests of ${nameOf(repository)}`;
  const found = new Map<number, Instant>();
  let after: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const variables = { owner: repository.owner, name: repository.name, base: branch, after };
    const data = await askMerges(client, repository, { tried, document: MERGED_DOCUMENT, variables });
    if (!data.ok) return data;
    const raw = read(mergedSchema, data.value, tried);
    if (!raw.ok) return raw;
    const { nodes, pageInfo } = raw.value.repository.pullRequests;
    for (const { number, mergedAt } of nodes) found.set(number, mergedAt);
    const newest = [...found]
      .filter(([, at]) => since === undefined || at >= since)
      .sort(([one, a], [other, b]) => b - a || other - one)
      .slice(0, last);
    const oldestSeen = nodes.at(-1)?.updatedAt;
    const beyond = oldestSeen === undefined || (since !== undefined && oldestSeen < since);
    const enough = newest.length === last && oldestSeen !== undefined && (newest.at(-1)?.[1] ?? 0) >= oldestSeen;
    if (!pageInfo.hasNextPage || beyond || enough) return ok(newest.map(([number]) => number));
    if (!pageInfo.endCursor)
      return fail({ kind: "unreadable", tried, found: "a list with more pages and no way to them" });
    after = pageInfo.endCursor;
  }
  return fail({ kind: "unreadable", tried, found: `more than ${MOST_PAGES} pages` });
}

interface Some {
  readonly merges: readonly MergeFacts[];
  readonly remaining?: number;
}

const someSchema = z.object({
  rateLimit: z.nullish(z.object({ remaining: z.number() })),
  repository: z.record(z.string(), z.unknown()),
});

async function readSome(client: Client, repository: RepositoryRef, numbers: readonly number[]): Answer<Some> {
  const tried = `read the merged pull requests ${numbers.map((number) => `#${number}`).join(", ")} of ${nameOf(repository)}`;
  const variables = { owner: repository.owner, name: repository.name, ...numbered("n", numbers) };
  const data = await askMerges(client, repository, { tried, document: mergesDocument(numbers.length), variables });
  if (!data.ok) {
    if (numbers.length === 1 || !tooMuch(data.problem)) return data;
    const half = Math.ceil(numbers.length / 2);
    const [first, second] = [await readSome(client, repository, numbers.slice(0, half)), numbers.slice(half)];
    if (!first.ok) return first;
    const rest = await readSome(client, repository, second);
    return rest.ok ? ok({ ...rest.value, merges: [...first.value.merges, ...rest.value.merges] }) : rest;
  }
  const raw = read(someSchema, data.value, tried);
  if (!raw.ok) return raw;
  const merges: MergeFacts[] = [];
  for (const index of numbers.keys()) {
    const one = read(mergeSchema, raw.value.repository[`m${index}`], tried);
    if (!one.ok) return one;
    merges.push(mergeOf(one.value));
  }
  const remaining = raw.value.rateLimit?.remaining;
  return ok({ merges, ...(remaining === undefined ? {} : { remaining }) });
}

/** GitHub ends a request at 10 s, with a 502 or by silence. */
function tooMuch({ kind }: ForgeProblem): boolean {
  return kind === "server-error" || kind === "unreachable";
}

interface Asked {
  readonly tried: string;
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** One question; an error in any part of it is one of the whole. */
export async function askMerges(
  client: Client,
  repository: RepositoryRef,
  { tried, document, variables }: Asked,
): Answer<Readonly<Record<string, unknown>>> {
  const reply = await client.graphql({ scope: { kind: "repository", repository }, tried, document, variables });
  if (!reply.ok) return reply;
  const broken = firstProblem(reply.value, tried);
  return broken === undefined ? ok(reply.value.data) : fail(broken);
}

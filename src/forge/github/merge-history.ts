/**
 * What looking back needs beside the merges: how the target branch moved, who pushed to which branch, and what a pull
 * request's own range was at one of its commits.
 */
import * as z from "zod/mini";
import { branchRef, parseSha, type BranchName, type Sha } from "../../core/ids.ts";
import { type OwnFile, type TargetStep, type Update } from "../../core/replay/merge.ts";
import { type WantedUpdate } from "../../core/replay/update.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { type Instant } from "../../core/time.ts";
import { type Answer, type ForgeProblem, type RepositoryRef } from "../forge.ts";
import { type Client } from "./client.ts";
import { read, readAll, shaSchema, timeSchema, userSchema } from "./from-github.ts";
import { nameOf, pathOf } from "./repository.ts";

const activitySchema = z.object({
  ref: z.string(),
  before: z.string(),
  after: z.string(),
  timestamp: timeSchema,
  activity_type: z.string(),
  actor: z.nullish(userSchema),
});
type Activity = z.infer<typeof activitySchema>;

/** Steps of the log are 100 a page: enough for the merges that are looked at, and an end for a log without one. */
const MOST_LOG_PAGES = 20;

/** Newest first, back to the step before `since`. Refused to some tokens: then there are none, and what they tell is unknown. */
export async function readTargetSteps(
  client: Client,
  repository: RepositoryRef,
  { branch, since }: { readonly branch: BranchName; readonly since: Instant },
): Answer<readonly TargetStep[]> {
  const log = await readLog(client, repository, {
    params: { ref: branchRef(branch) },
    since,
    tried: `read how ${branch} of ${nameOf(repository)} moved`,
  });
  if (!log.ok) return log;
  return ok(
    log.value.flatMap(({ before, after, timestamp, actor }): readonly TargetStep[] => {
      const [from, to] = [parseSha(before), parseSha(after)];
      if (from === undefined || to === undefined) return [];
      return [{ from, to, at: timestamp, ...(actor ? { by: actor.login } : {}) }];
    }),
  );
}

export interface PushTo {
  readonly branch: string;
  readonly after: Sha;
  readonly at: Instant;
}

/** What one person pushed to branches of this repository since then, newest first. */
export async function readPushesBy(
  client: Client,
  repository: RepositoryRef,
  { login, since }: { readonly login: string; readonly since: Instant },
): Answer<readonly PushTo[]> {
  const log = await readLog(client, repository, {
    params: { actor: login },
    since,
    tried: `read what ${login} pushed to ${nameOf(repository)}`,
  });
  if (!log.ok) return log;
  return ok(
    log.value.flatMap(({ ref, after, timestamp, activity_type: type, actor }): readonly PushTo[] => {
      const sha = parseSha(after);
      const pushed = ["push", "force_push", "branch_creation"].includes(type) && actor?.login === login;
      return pushed && sha !== undefined
        ? [{ branch: ref.replace(/^refs\/heads\//, ""), after: sha, at: timestamp }]
        : [];
    }),
  );
}

interface LogQuestion {
  readonly params: Readonly<Record<string, string>>;
  readonly since: Instant;
  readonly tried: string;
}

async function readLog(
  client: Client,
  repository: RepositoryRef,
  { params, since, tried }: LogQuestion,
): Answer<readonly Activity[]> {
  const found: Activity[] = [];
  const route = `GET ${pathOf(repository)}/activity`;
  let more: Readonly<Record<string, unknown>> = { ...params, per_page: 100, direction: "desc" };
  for (let page = 0; page < MOST_LOG_PAGES; page += 1) {
    const reply: Awaited<ReturnType<Client["ask"]>> = await client.ask({
      scope: { kind: "repository", repository },
      tried,
      route,
      params: more,
    });
    if (!reply.ok) return ["forbidden", "not-found"].includes(reply.problem.kind) ? ok([]) : reply;
    if (!Array.isArray(reply.value.data))
      return fail({ kind: "unreadable", tried, found: "no list where one was promised" });
    const rows = readAll(activitySchema, reply.value.data, tried);
    if (!rows.ok) return rows;
    found.push(...rows.value);
    const { next } = reply.value;
    if (next === undefined || (rows.value.at(-1)?.timestamp ?? since) < since) break;
    // The place in the list alone is taken from the link: the token goes to no host that a link names.
    more = Object.fromEntries(new URL(next).searchParams);
  }
  return ok(found);
}

const comparisonSchema = z.object({
  merge_base_commit: z.object({ sha: shaSchema }),
  files: z.optional(
    z.array(
      z.object({
        filename: z.string(),
        previous_filename: z.optional(z.string()),
        status: z.string(),
        sha: z.nullish(z.string()),
      }),
    ),
  ),
});

/** A comparison shows no more files than this. */
const MOST_FILES = 300;

interface OwnRange {
  readonly base: Sha;
  readonly files: readonly OwnFile[];
}

/** Two requests; a third where the target had moved in between. What cannot be compared any more is an answer, too. */
export async function readUpdate(
  client: Client,
  repository: RepositoryRef,
  { onto, before, after }: WantedUpdate,
): Answer<Update> {
  const ranges: OwnRange[] = [];
  for (const head of [before, after]) {
    const range = await compare(client, repository, { from: onto, to: head });
    if (!range.ok) return unknowable(range.problem, head);
    ranges.push(range.value);
  }
  const [first, second] = ranges;
  if (first === undefined || second === undefined) return ok({ known: false, why: "it was not compared" });
  const own = { known: true, before: first.files, after: second.files } as const;
  if (first.base === second.base) return ok({ ...own, moved: [] });
  const target = await compare(client, repository, { from: first.base, to: second.base });
  if (!target.ok) return unknowable(target.problem, second.base);
  const moved = target.value.files.flatMap(({ path, previousPath }) => [
    path,
    ...(previousPath === undefined ? [] : [previousPath]),
  ]);
  return ok({ ...own, moved });
}

function unknowable(problem: ForgeProblem, sha: Sha): Result<Update, ForgeProblem> {
  switch (problem.kind) {
    case "not-found":
    case "refused":
    case "forbidden":
      return ok({ known: false, why: `GitHub does not show ${sha.slice(0, 7)} any more` });
    case "unreadable":
      return ok({ known: false, why: problem.found });
    case "no-token":
    case "bad-token":
    case "unreachable":
    case "server-error":
    case "rate-limited":
      return { ok: false, problem };
  }
}

async function compare(
  client: Client,
  repository: RepositoryRef,
  { from, to }: { readonly from: Sha; readonly to: Sha },
): Answer<OwnRange> {
  const tried = `compare ${from.slice(0, 7)} with ${to.slice(0, 7)} in ${nameOf(repository)}`;
  const route = `GET ${pathOf(repository)}/compare/${from}...${to}`;
  const reply = await client.ask({ scope: { kind: "repository", repository }, tried, route, params: { per_page: 1 } });
  if (!reply.ok) return reply;
  const raw = read(comparisonSchema, reply.value.data, tried);
  if (!raw.ok) return raw;
  const files = raw.value.files ?? [];
  if (files.length >= MOST_FILES)
    return fail({
      kind: "unreadable",
      tried,
      found: `${to.slice(0, 7)} changes 300 files or more, and GitHub compares no more than 300`,
    });
  return ok({
    base: raw.value.merge_base_commit.sha,
    files: files.map(({ filename, previous_filename, status, sha }) => ({
      path: filename,
      ...(previous_filename === undefined ? {} : { previousPath: previous_filename }),
      status,
      blob: sha ?? "",
    })),
  });
}

/** What the service and a voter write: checks, one comment per slot, reviews, bases. Each is safe to repeat. */
import * as z from "zod/mini";
import type { BranchName, Sha } from "../../core/ids.ts";
import { fail, ok } from "../../core/result.ts";
import type { Answer, CheckWrite, NewChange, RepositoryRef, ReviewWrite } from "../forge.ts";
import type { Client } from "./client.ts";
import { readAll, read, userSchema } from "./from-github.ts";
import { nameOf, pathOf } from "./repository.ts";
import type { Viewer } from "./viewer.ts";

/** GitHub refuses more, counted in bytes. */
const MOST_BYTES = 65_000;

/** Of what is remembered to save a look-up; forgetting costs one request. */
const MOST_KNOWN = 10_000;

export interface Writer {
  readonly client: Client;
  readonly viewer: Viewer;
  /** Ids of what this process has written or found: check runs and comments, by what they stand for. */
  readonly known: Map<string, number>;
  /** Check runs of a commit as they were just read, by `listingKey`: good for one write, which then need not look itself. */
  readonly listed: Map<string, readonly OwnCheckRun[]>;
}

export type OwnCheckRun = z.infer<typeof ownCheckSchema>;

export function listingKey(repository: RepositoryRef, sha: Sha): string {
  return `${nameOf(repository)} ${sha}`;
}

const ownCheckSchema = z.object({
  id: z.number(),
  name: z.string(),
  external_id: z.nullish(z.string()),
  app: z.nullish(z.object({ id: z.number() })),
});

/**
 * One run for each name and external id. Where another of our runs of that name is newer (two changes share the head), the
 * forge would show that one, so a new run is made instead of an edit nobody sees.
 */
export async function publishCheck(writer: Writer, repository: RepositoryRef, check: CheckWrite): Answer<void> {
  const { client, known, listed } = writer;
  const tried = `publish the check ${check.name} on ${check.head.slice(0, 7)} in ${nameOf(repository)}`;
  const scope = { kind: "repository", repository } as const;
  const shown = `check ${nameOf(repository)} ${check.head} ${check.name}`;
  const key = `${shown} ${check.externalId}`;
  const body = {
    name: check.name,
    external_id: check.externalId,
    ...(check.verdict === "pending" ? { status: "in_progress" } : { status: "completed", conclusion: check.verdict }),
    output: {
      title: check.title,
      summary: clipped(check.summary),
      ...(check.text === undefined ? {} : { text: clipped(check.text) }),
    },
  };
  // Once: what this write does is not in it, so another attempt must look.
  const listing = listed.get(listingKey(repository, check.head));
  listed.delete(listingKey(repository, check.head));
  const own = known.get(key);
  const found =
    own !== undefined && known.get(shown) === own
      ? ok(own)
      : await findCheck(writer, repository, { check, tried, listing });
  if (!found.ok) return found;
  if (found.value !== undefined) {
    const route = `PATCH ${pathOf(repository)}/check-runs/${found.value}`;
    const reply = await client.ask({ scope, tried, route, params: body });
    for (const name of [key, shown]) {
      if (reply.ok) remember(known, name, found.value);
      else known.delete(name);
    }
    if (reply.ok || reply.problem.kind !== "not-found") return reply.ok ? ok(undefined) : reply;
  }
  const route = `POST ${pathOf(repository)}/check-runs`;
  const reply = await client.ask({ scope, tried, route, params: { ...body, head_sha: check.head } });
  if (!reply.ok) return reply;
  const made = read(z.object({ id: z.number() }), reply.value.data, tried);
  if (made.ok) for (const name of [key, shown]) remember(known, name, made.value.id);
  return ok(undefined);
}

interface Finding {
  readonly check: CheckWrite;
  readonly tried: string;
  readonly listing: readonly OwnCheckRun[] | undefined;
}

/** Only our own App's: another app, and every workflow, may write a check of the same name and external id. */
async function findCheck(
  { client, viewer }: Writer,
  repository: RepositoryRef,
  { check, tried, listing }: Finding,
): Answer<number | undefined> {
  const app = await viewer.app();
  if (!app.ok) return app;
  if (app.value === undefined) {
    return fail({ kind: "forbidden", tried, found: "check runs are written by an App, and this is a person's token" });
  }
  const { id } = app.value;
  const newest = (runs: readonly OwnCheckRun[]): number | undefined => {
    const ours = runs.filter((run) => run.app?.id === id && run.name === check.name);
    const last = ours.reduce<OwnCheckRun | undefined>(
      (best, run) => (best !== undefined && best.id > run.id ? best : run),
      undefined,
    );
    return last?.external_id === check.externalId ? last.id : undefined;
  };
  if (listing !== undefined) return ok(newest(listing));
  const rows = await client.pages(
    {
      scope: { kind: "repository", repository },
      tried,
      route: `GET ${pathOf(repository)}/commits/${check.head}/check-runs`,
      params: { check_name: check.name, app_id: id, filter: "all" },
    },
    "check_runs",
  );
  if (!rows.ok) return rows;
  const runs = readAll(ownCheckSchema, rows.value, tried);
  return runs.ok ? ok(newest(runs.value)) : runs;
}

const commentSchema = z.object({ id: z.number(), body: z.nullish(z.string()), user: userSchema });

/** The marker stands first; the author decides whose comment it is, for anybody may copy a marker. */
export async function writeComment(
  writer: Writer,
  repository: RepositoryRef,
  comment: { readonly number: number; readonly slot: string; readonly body: string },
): Answer<void> {
  const { client, viewer, known } = writer;
  const { number, slot } = comment;
  const tried = `write the comment "${slot}" on #${number} of ${nameOf(repository)}`;
  const scope = { kind: "repository", repository } as const;
  const key = `comment ${nameOf(repository)} ${number} ${slot}`;
  const marker = `<!-- plustwo:${slot} -->`;
  const body = clipped(`${marker}\n${comment.body}`);
  let found = known.get(key);
  if (found === undefined) {
    const author = await viewer.person(scope);
    if (!author.ok) return author;
    const rows = await client.pages({ scope, tried, route: `GET ${pathOf(repository)}/issues/${number}/comments` });
    if (!rows.ok) return rows;
    const comments = readAll(commentSchema, rows.value, tried);
    if (!comments.ok) return comments;
    const own = comments.value.find((one) => one.user.id === author.value.id && one.body?.startsWith(marker) === true);
    if (own?.body === body) return ok(undefined);
    found = own?.id;
  }
  if (found !== undefined) {
    const route = `PATCH ${pathOf(repository)}/issues/comments/${found}`;
    const reply = await client.ask({ scope, tried, route, params: { body } });
    if (reply.ok) remember(known, key, found);
    else known.delete(key);
    // Somebody deleted it: it is written anew.
    if (reply.ok || reply.problem.kind !== "not-found") return reply.ok ? ok(undefined) : reply;
  }
  const route = `POST ${pathOf(repository)}/issues/${number}/comments`;
  const reply = await client.ask({ scope, tried, route, params: { body } });
  if (!reply.ok) return reply;
  const made = read(z.object({ id: z.number() }), reply.value.data, tried);
  if (made.ok) remember(known, key, made.value.id);
  return ok(undefined);
}

export async function writeReview(
  client: Client,
  repository: RepositoryRef,
  asked: { readonly number: number; readonly review: ReviewWrite },
): Answer<{ readonly url: string }> {
  const { number, review } = asked;
  const tried = `review #${number} of ${nameOf(repository)} at ${review.sha.slice(0, 7)}`;
  const reply = await client.ask({
    scope: { kind: "repository", repository },
    tried,
    route: `POST ${pathOf(repository)}/pulls/${number}/reviews`,
    params: { commit_id: review.sha, event: review.event, body: review.body },
  });
  if (!reply.ok) return reply;
  const made = read(z.object({ html_url: z.string() }), reply.value.data, tried);
  return made.ok ? ok({ url: made.value.html_url }) : made;
}

export async function retargetChange(
  client: Client,
  repository: RepositoryRef,
  asked: { readonly number: number; readonly base: BranchName },
): Answer<void> {
  const { number, base } = asked;
  const reply = await client.ask({
    scope: { kind: "repository", repository },
    tried: `base #${number} of ${nameOf(repository)} on ${base}`,
    route: `PATCH ${pathOf(repository)}/pulls/${number}`,
    params: { base },
  });
  return reply.ok ? ok(undefined) : reply;
}

export async function closeChange(client: Client, repository: RepositoryRef, number: number): Answer<void> {
  const reply = await client.ask({
    scope: { kind: "repository", repository },
    tried: `close #${number} of ${nameOf(repository)}`,
    route: `PATCH ${pathOf(repository)}/pulls/${number}`,
    params: { state: "closed" },
  });
  return reply.ok ? ok(undefined) : reply;
}

/** One that is there already for the same branches is refused, as GitHub does: whoever asks looks again. */
export async function openChange(
  client: Client,
  repository: RepositoryRef,
  change: NewChange,
): Answer<{ readonly number: number; readonly url: string }> {
  const tried = `open a pull request from ${change.head} to ${change.base} in ${nameOf(repository)}`;
  const { head, base, title, body, draft } = change;
  const reply = await client.ask({
    scope: { kind: "repository", repository },
    tried,
    route: `POST ${pathOf(repository)}/pulls`,
    params: { head, base, title, body: clipped(body), ...(draft === undefined ? {} : { draft }) },
  });
  if (!reply.ok) return reply;
  const made = read(z.object({ number: z.number(), html_url: z.string() }), reply.value.data, tried);
  return made.ok ? ok({ number: made.value.number, url: made.value.html_url }) : made;
}

function remember(known: Map<string, number>, key: string, id: number): void {
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, id);
}

function clipped(text: string): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= MOST_BYTES) return text;
  // Cut between letters: what a cut letter decodes to is dropped.
  const kept = new TextDecoder().decode(bytes.slice(0, MOST_BYTES)).replace(/\uFFFD$/, "");
  return `${kept}\n… (cut)`;
}

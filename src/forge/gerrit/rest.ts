/**
 * A Gerrit server over its REST API. With credentials every question goes below `/a/`, so that private changes answer too;
 * without them the server is asked as anybody. Source: Gerrit, "REST API".
 */
import { fail, ok, type Result } from "../../core/result.ts";
import { type GerritChange } from "./change.ts";
import { changeFromRest, isFields } from "./from-gerrit.ts";
import { nameQuery, MOST_CHANGES, openQuery, PAGE, type GerritServer } from "./gerrit-server.ts";
import { type GerritProblem } from "./problem.ts";

export interface RestSettings {
  /** With port and base path, without a slash at its end: `https://review.example.org/gerrit`. */
  readonly url: string;
  /** For messages. */
  readonly host: string;
  readonly credentials?: { readonly user: string; readonly password: string };
  readonly userAgent: string;
}

type Answer<T> = Promise<Result<T, GerritProblem>>;

const TIMEOUT_MS = 60_000;
/** Stands before all JSON, so that no page of another site can load it as a script. */
const GUARD = ")]}'";

export function restServer(settings: RestSettings): GerritServer {
  return {
    async openChanges(query) {
      const found: GerritChange[] = [];
      for (;;) {
        const asked = { q: openQuery(query), n: String(PAGE), S: String(found.length), o: ["DETAILED_ACCOUNTS"] };
        const page = await readChanges(settings, asked, "list the open changes");
        if (!page.ok) return page;
        found.push(...page.value.changes);
        if (!page.value.more || page.value.changes.length === 0 || found.length >= MOST_CHANGES) return ok(found);
      }
    },
    async changes(name, project) {
      const o = ["ALL_REVISIONS", "DETAILED_ACCOUNTS"];
      const page = await readChanges(settings, { q: nameQuery(name, project), o }, "look the change up");
      return page.ok ? ok(page.value.changes) : page;
    },
    async knowsCommit(commit) {
      const page = await readChanges(settings, { q: `commit:${commit}`, n: "1", o: [] }, "look a commit up");
      return page.ok ? ok(page.value.changes.length > 0) : page;
    },
    commitMsgHook: () => readText(settings, "/tools/hooks/commit-msg", { tried: "fetch the commit-msg hook" }),
  };
}

interface Asked {
  readonly q: string;
  readonly n?: string;
  readonly S?: string;
  readonly o: readonly string[];
}

interface Page {
  readonly changes: readonly GerritChange[];
  readonly more: boolean;
}

async function readChanges(settings: RestSettings, { q, n, S, o }: Asked, tried: string): Answer<Page> {
  const parameters = new URLSearchParams({ q, ...(n === undefined ? {} : { n }), ...(S === undefined ? {} : { S }) });
  for (const option of o) parameters.append("o", option);
  const text = await readText(settings, `${prefix(settings)}/changes/?${parameters.toString()}`, { tried });
  if (!text.ok) return text;
  const parsed = parseGuarded(text.value);
  if (!Array.isArray(parsed)) {
    return fail({ kind: "unreadable", tried, host: settings.host, found: JSON.stringify(text.value.slice(0, 60)) });
  }
  const changes = parsed.flatMap((one: unknown) => changeFromRest(one, settings.url) ?? []);
  const last: unknown = parsed.at(-1);
  return ok({ changes, more: isFields(last) && last["_more_changes"] === true });
}

function prefix({ credentials }: RestSettings): string {
  return credentials === undefined ? "" : "/a";
}

/** With a body it is a POST of that as JSON. */
export async function readText(
  settings: RestSettings,
  path: string,
  { tried, body }: { readonly tried: string; readonly body?: unknown },
): Answer<string> {
  const { url, host, userAgent } = settings;
  const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const type = body === undefined ? {} : { "content-type": "application/json; charset=utf-8" };
  try {
    const answer = await fetch(`${url}${path}`, {
      ...sent,
      headers: { accept: "application/json, text/plain", "user-agent": userAgent, ...type, ...authorization(settings) },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await answer.text();
    if (answer.ok) return ok(text);
    return fail(
      problemOf(answer.status, { tried, host, found: `${answer.status} ${text.trim().slice(0, 200)}`.trim() }),
    );
  } catch (error) {
    return fail({ kind: "unreachable", tried, host, found: reasonOf(error) });
  }
}

function authorization({ credentials }: RestSettings): { readonly authorization?: string } {
  if (credentials === undefined) return {};
  const { user, password } = credentials;
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
}

function problemOf(status: number, what: { tried: string; host: string; found: string }): GerritProblem {
  if (status === 401) return { kind: "unknown-user", over: "http", ...what };
  if (status >= 500 || status === 429) return { kind: "server-error", ...what };
  return { kind: "refused", ...what };
}

export function parseGuarded(text: string): unknown {
  if (!text.startsWith(GUARD)) return undefined;
  try {
    return JSON.parse(text.slice(GUARD.length));
  } catch {
    return undefined;
  }
}

/** `fetch` says only that it failed; the cause says why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== "" ? cause.message : error.message;
}

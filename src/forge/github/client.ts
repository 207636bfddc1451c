/**
 * Questions to GitHub, one HTTP request each, counted. octokit's throttling and retry plugins are left out: they sleep
 * seconds between writes. Instead a read is tried once more on 502, 503 and 504, and anything once more when GitHub
 * asks to wait for at most a minute. octokit itself is loaded with the first question, so that starting stays fast.
 */
import type { Octokit } from "@octokit/core";
import type { Clock } from "../../clock.ts";
import { fail, ok } from "../../core/result.ts";
import { after, type Instant } from "../../core/time.ts";
import type { Answer, ForgeProblem } from "../forge.ts";
import { appCredentials, type Credentials, type GitHubAuth, type Scope, tokenCredentials } from "./credentials.ts";
import {
  type GraphqlError,
  isRequestFailure,
  problemOf,
  type RequestFailure,
  sayFound,
  secondsToWait,
} from "./failures.ts";

export interface ClientOptions {
  /** Of the REST API: `https://api.github.com`, or a server's `/api/v3`. */
  readonly baseUrl: string;
  readonly graphqlUrl?: string;
  readonly auth: GitHubAuth;
  readonly userAgent: string;
  readonly clock: Clock;
  /** One line for people: why it takes longer. */
  readonly log?: (line: string) => void;
}

export interface Question {
  readonly scope: Scope;
  /** Completes "Cannot …". */
  readonly tried: string;
  /** `GET /repos/…`, ready encoded. */
  readonly route: string;
  readonly params?: Readonly<Record<string, unknown>>;
  /** Of an answer before: the same answer once more comes as `unchanged`. */
  readonly etag?: string;
}

export interface Reply {
  readonly data: unknown;
  readonly etag?: string;
  /** It is as it was when `etag` was given; there is no data. */
  readonly unchanged?: true;
  /** URL of the next page. */
  readonly next?: string;
}

export interface GraphqlQuestion {
  readonly scope: Scope;
  readonly tried: string;
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** `data` may be there beside errors: each error names its alias. */
export interface GraphqlReply {
  readonly data: Readonly<Record<string, unknown>>;
  readonly errors: readonly GraphqlError[];
}

export interface Client {
  readonly credentials: Credentials;
  /** HTTP requests sent so far, retries and tokens included. */
  readonly requests: number;
  ask(question: Question): Answer<Reply>;
  /** All pages of a list; `key` where the list stands in an object. More than `MOST_PAGES` is `unreadable`. */
  pages(question: Question, key?: string): Answer<readonly unknown[]>;
  graphql(question: GraphqlQuestion): Answer<GraphqlReply>;
}

export const MOST_PAGES = 100;
const TIMEOUT_MS = 30_000;
const LONGEST_WAIT_S = 60;
const PAUSE_MS = 300;

export function createClient(options: ClientOptions): Client {
  const { clock } = options;
  let sent = 0;
  let loaded: Promise<Octokit> | undefined;

  /** One request; a failure is thrown as octokit throws it. */
  async function send(
    authorization: string,
    route: string,
    { params = {}, etag: known }: Pick<Question, "params" | "etag">,
  ): Promise<Reply> {
    loaded ??= loadOctokit(options);
    const octokit = await loaded;
    sent += 1;
    const response = await octokit.request(route, {
      ...params,
      headers: { authorization, ...(known === undefined ? {} : { "if-none-match": known }) },
      request: { signal: AbortSignal.timeout(TIMEOUT_MS) },
    });
    const data: unknown = response.data;
    const next = nextPage(response.headers.link);
    const { etag } = response.headers;
    return { data, ...(next === undefined ? {} : { next }), ...(etag === undefined ? {} : { etag }) };
  }

  async function attempt(run: () => Promise<Reply>, tried: string): Promise<Reply | ForgeProblem | RequestFailure> {
    try {
      return await run();
    } catch (error) {
      // octokit throws "not modified" too.
      if (isRequestFailure(error)) return error.status === 304 ? { data: undefined, unchanged: true } : error;
      const found = error instanceof Error ? describeThrown(error) : "an unknown failure";
      return { kind: "unreachable", tried, found };
    }
  }

  async function perform(run: () => Promise<Reply>, tried: string, reads: boolean): Answer<Reply> {
    const first = await attempt(run, tried);
    if ("data" in first) return ok(first);
    if ("kind" in first) return fail(first);
    const wait = waitBeforeRetry(first, reads);
    if (wait === undefined) return fail(problemOf(first, tried, clock.now()));
    if (wait >= 1000) options.log?.(`GitHub asks to wait ${Math.ceil(wait / 1000)} s`);
    await pause(clock, after(clock.now(), wait));
    const second = await attempt(run, tried);
    if ("data" in second) return ok(second);
    return fail("kind" in second ? second : problemOf(second, tried, clock.now()));
  }

  const credentials =
    "token" in options.auth
      ? tokenCredentials(options.auth.token)
      : appCredentials(options.auth.app, {
          clock,
          ask: async (authorization, route, tried) => {
            const reply = await perform(() => send(authorization, route, {}), tried, true);
            return reply.ok ? ok(reply.value.data) : reply;
          },
        });

  async function authorized(question: Question, reads: boolean): Answer<Reply> {
    const { scope, tried, route } = question;
    const header = await credentials.authorization(scope, tried);
    if (!header.ok) return header;
    const reply = await perform(() => send(header.value, route, question), tried, reads);
    if (reply.ok || reply.problem.kind !== "bad-token" || credentials.kind === "token") return reply;
    // An installation token may be withdrawn before its time: once more with a fresh one.
    credentials.forget(scope);
    const fresh = await credentials.authorization(scope, tried);
    return fresh.ok ? perform(() => send(fresh.value, route, question), tried, reads) : fresh;
  }

  return {
    credentials,
    get requests() {
      return sent;
    },
    ask: (question) => authorized(question, question.route.startsWith("GET ")),
    async pages(question, key) {
      const rows: unknown[] = [];
      let route = question.route;
      let params: Readonly<Record<string, unknown>> = { per_page: 100, ...question.params };
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const reply: Awaited<Answer<Reply>> = await authorized({ ...question, route, params }, true);
        if (!reply.ok) return reply;
        const list = listIn(reply.value.data, key);
        if (list === undefined)
          return fail({ kind: "unreadable", tried: question.tried, found: "no list where one was promised" });
        rows.push(...list);
        const { next } = reply.value;
        if (next === undefined) return ok(rows);
        // The token goes nowhere else, whatever a link says.
        if (!next.startsWith(`${baseUrlOf(options)}/`)) {
          return fail({ kind: "unreadable", tried: question.tried, found: "a next page on another host" });
        }
        route = `GET ${next}`;
        params = {};
      }
      return fail({ kind: "unreadable", tried: question.tried, found: `more than ${MOST_PAGES} pages` });
    },
    async graphql({ scope, tried, document, variables }) {
      const url = options.graphqlUrl ?? graphqlUrlOf(options);
      const reads = document.trimStart().startsWith("query");
      const reply = await authorized(
        { scope, tried, route: `POST ${url}`, params: { query: document, variables } },
        reads,
      );
      return reply.ok ? readGraphql(reply.value.data, tried) : reply;
    },
  };
}

async function loadOctokit({ baseUrl, userAgent }: ClientOptions): Promise<Octokit> {
  const { Octokit } = await import("@octokit/core");
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  return new Octokit({ baseUrl: baseUrlOf({ baseUrl }), userAgent, log, request: { log } });
}

function waitBeforeRetry(failure: RequestFailure, reads: boolean): number | undefined {
  const asked = secondsToWait(failure);
  if (asked !== undefined) return asked <= LONGEST_WAIT_S ? asked * 1000 : undefined;
  const passing = failure.response !== undefined && [502, 503, 504].includes(failure.status);
  return reads && passing ? PAUSE_MS : undefined;
}

/** Keeps the process alive while it waits; a clock's own timers may not. */
function pause(clock: Clock, until: Instant): Promise<void> {
  return new Promise((resolve) => {
    const alive = setInterval(() => {}, 60_000);
    clock.wake(until, () => {
      clearInterval(alive);
      resolve();
    });
  });
}

function describeThrown(error: Error): string {
  if (error.name === "TimeoutError" || error.name === "AbortError") return `no answer within ${TIMEOUT_MS / 1000} s`;
  return sayFound(error.message);
}

function baseUrlOf({ baseUrl }: Pick<ClientOptions, "baseUrl">): string {
  return baseUrl.replace(/\/+$/, "");
}

function graphqlUrlOf(options: Pick<ClientOptions, "baseUrl">): string {
  const base = baseUrlOf(options);
  return base.endsWith("/api/v3") ? `${base.slice(0, -"/v3".length)}/graphql` : `${base}/graphql`;
}

function nextPage(link: string | undefined): string | undefined {
  return link === undefined ? undefined : /<([^>]+)>;\s*rel="next"/.exec(link)?.[1];
}

function listIn(data: unknown, key: string | undefined): readonly unknown[] | undefined {
  const list: unknown = key === undefined || !isRecord(data) ? data : data[key];
  return Array.isArray(list) ? list : undefined;
}

function readGraphql(body: unknown, tried: string): Awaited<Answer<GraphqlReply>> {
  if (!isRecord(body)) return fail({ kind: "unreadable", tried, found: "not a GraphQL answer" });
  const errors = Array.isArray(body["errors"]) ? body["errors"].map(readGraphqlError) : [];
  if (isRecord(body["data"])) return ok({ data: body["data"], errors });
  const [first] = errors;
  if (first === undefined) return fail({ kind: "unreadable", tried, found: "neither data nor errors" });
  return ok({ data: {}, errors });
}

function readGraphqlError(error: unknown): GraphqlError {
  if (!isRecord(error)) return { message: "an error without words" };
  const path: unknown = Array.isArray(error["path"]) ? error["path"][0] : undefined;
  return {
    message: typeof error["message"] === "string" ? error["message"] : "an error without words",
    ...(typeof error["type"] === "string" ? { type: error["type"] } : {}),
    ...(typeof path === "string" ? { alias: path } : {}),
  };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

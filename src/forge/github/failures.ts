/** From what octokit throws, and what GraphQL answers, to the problems of the port. No sentence here carries a secret. */
import type { Instant } from "../../core/time.ts";
import { after, instant } from "../../core/time.ts";
import type { ForgeProblem } from "../forge.ts";

/** An HTTP failure as octokit throws it; without `response` the request never got an answer. */
export interface RequestFailure {
  readonly status: number;
  readonly message: string;
  readonly response?: { readonly headers: Readonly<Record<string, unknown>>; readonly data: unknown };
}

const SECRETS =
  /\b(?:gh[pousr]_[A-Za-z0-9_]{10,}|github_pat_[A-Za-z0-9_]{10,}|eyJ[\w-]+\.[\w-]+\.[\w-]+)|(?<=:\/\/)[^/@\s]+(?=@)/g;
const LONGEST_FOUND = 300;

export function isRequestFailure(error: unknown): error is RequestFailure {
  return error instanceof Error && "status" in error && typeof error.status === "number";
}

/** `now` turns "after 12 seconds" into an instant. */
export function problemOf(failure: RequestFailure, tried: string, now: Instant): ForgeProblem {
  const { status, response } = failure;
  if (response === undefined) return { kind: "unreachable", tried, found: sayFound(failure.message) };
  const found = sayFound(messageOf(response.data) ?? failure.message);
  if (isRateLimit(failure)) {
    const retryAt = retryInstant(response.headers, now);
    return { kind: "rate-limited", tried, ...(retryAt === undefined ? {} : { retryAt }) };
  }
  if (status >= 500) return { kind: "server-error", tried, status, found };
  switch (status) {
    case 401:
      return { kind: "bad-token", tried, found };
    case 403:
      return { kind: "forbidden", tried, found };
    case 404:
      return { kind: "not-found", tried };
    default:
      return { kind: "refused", tried, found: `${status}: ${found}` };
  }
}

/** Seconds that GitHub asks to wait; `undefined` = it did not ask. */
export function secondsToWait(failure: RequestFailure): number | undefined {
  if (failure.status !== 403 && failure.status !== 429) return undefined;
  const header = failure.response?.headers["retry-after"];
  const seconds = typeof header === "string" || typeof header === "number" ? Number(header) : NaN;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

export interface GraphqlError {
  readonly type?: string;
  readonly message: string;
  /** First step of the path: the alias it belongs to. */
  readonly alias?: string;
}

export function graphqlProblem(error: GraphqlError, tried: string): ForgeProblem {
  const found = sayFound(error.message);
  const type = error.type ?? "";
  if (type === "NOT_FOUND") return { kind: "not-found", tried };
  if (type === "FORBIDDEN" || type === "INSUFFICIENT_SCOPES") return { kind: "forbidden", tried, found };
  if (type === "RATE_LIMITED" || type === "RATE_LIMIT") return { kind: "rate-limited", tried };
  return { kind: "refused", tried, found };
}

export function sayFound(text: string): string {
  const flat = text.replace(SECRETS, "***").replace(/\s+/g, " ").trim();
  return flat.length <= LONGEST_FOUND ? flat : `${flat.slice(0, LONGEST_FOUND - 1)}…`;
}

function isRateLimit({ status, response }: RequestFailure): boolean {
  if (status === 429) return true;
  if (status !== 403 || response === undefined) return false;
  const spent = String(response.headers["x-ratelimit-remaining"] ?? "") === "0";
  return spent || response.headers["retry-after"] !== undefined || /rate limit/i.test(messageOf(response.data) ?? "");
}

function retryInstant(headers: Readonly<Record<string, unknown>>, now: Instant): Instant | undefined {
  const wait = Number(headers["retry-after"]);
  if (Number.isFinite(wait)) return after(now, wait * 1000);
  const reset = Number(headers["x-ratelimit-reset"]);
  return Number.isFinite(reset) ? instant(reset * 1000) : undefined;
}

/** GitHub's own sentence, with the details of a 422. */
function messageOf(data: unknown): string | undefined {
  if (typeof data !== "object" || data === null)
    return typeof data === "string" && data !== "" ? stripTags(data) : undefined;
  if (!("message" in data) || typeof data.message !== "string") return undefined;
  const errors =
    "errors" in data && Array.isArray(data.errors) ? data.errors.map(detailOf).filter((one) => one !== "") : [];
  return errors.length === 0 ? data.message : `${data.message}: ${errors.join("; ")}`;
}

function detailOf(error: unknown): string {
  if (typeof error === "string") return error;
  if (typeof error !== "object" || error === null) return "";
  if ("message" in error && typeof error.message === "string") return error.message;
  const parts = ["resource", "field", "code"].flatMap((key) => (key in error ? [String(Reflect.get(error, key))] : []));
  return parts.join(" ");
}

/** A proxy answers in HTML; its title is what a person would read. */
function stripTags(text: string): string {
  return text.replace(/<(script|style)[\s\S]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " ");
}

import { describe, expect, it } from "vitest";
import { instant } from "../../../src/core/time.ts";
import type { ForgeProblem } from "../../../src/forge/forge.ts";
import { graphqlProblem, isRequestFailure, problemOf, secondsToWait } from "../../../src/forge/github/failures.ts";
import { describeForgeProblem } from "../../../src/forge/problem.ts";

const TRIED = "read pull request 12 of acme/api";
const NOW = instant(Date.UTC(2026, 8, 1));

function failure(status: number, data: unknown = {}, headers: Record<string, string> = {}) {
  return { status, message: "octokit says", response: { headers, data } };
}

describe("a forge problem in words", () => {
  const every: readonly (readonly [ForgeProblem, number])[] = [
    [{ kind: "unreachable", tried: TRIED, found: "connect ECONNREFUSED" }, 40],
    [{ kind: "server-error", tried: TRIED, status: 502, found: "Bad Gateway" }, 40],
    [{ kind: "rate-limited", tried: TRIED, retryAt: NOW }, 40],
    [{ kind: "rate-limited", tried: TRIED }, 40],
    [{ kind: "unreadable", tried: TRIED, found: "title: expected string" }, 40],
    [{ kind: "no-token", tried: TRIED }, 41],
    [{ kind: "bad-token", tried: TRIED, found: "Bad credentials" }, 41],
    [{ kind: "forbidden", tried: TRIED, found: "Resource not accessible" }, 41],
    [{ kind: "not-found", tried: TRIED }, 1],
    [{ kind: "refused", tried: TRIED, found: "422: Validation Failed" }, 1],
  ];

  it.each(every)("%j says what was tried, what was found and what to do next", (problem, exit) => {
    const told = describeForgeProblem(problem);
    expect(told.message).toMatch(/^Cannot read pull request 12 of acme\/api: /);
    if ("found" in problem) expect(told.message).toContain(problem.found);
    expect(told.hint.length).toBeGreaterThan(10);
    expect(told.exit).toBe(exit);
  });

  it("names the hour to come back at", () => {
    expect(describeForgeProblem({ kind: "rate-limited", tried: TRIED, retryAt: NOW }).hint).toContain(
      "2026-09-01T00:00:00.000Z",
    );
  });
});

describe("what GitHub answers", () => {
  it.each<[number, unknown, ForgeProblem]>([
    [401, { message: "Bad credentials" }, { kind: "bad-token", tried: TRIED, found: "Bad credentials" }],
    [
      403,
      { message: "Resource not accessible" },
      { kind: "forbidden", tried: TRIED, found: "Resource not accessible" },
    ],
    [404, { message: "Not Found" }, { kind: "not-found", tried: TRIED }],
    [
      500,
      "<html><title>Unicorn!</title></html>",
      { kind: "server-error", tried: TRIED, status: 500, found: "Unicorn!" },
    ],
    [409, { message: "Conflict" }, { kind: "refused", tried: TRIED, found: "409: Conflict" }],
    [
      422,
      {
        message: "Validation Failed",
        errors: [{ resource: "PullRequest", field: "base", code: "invalid" }, { message: "no" }, "why"],
      },
      { kind: "refused", tried: TRIED, found: "422: Validation Failed: PullRequest base invalid; no; why" },
    ],
  ])("%i becomes a problem of its kind", (status, data, problem) => {
    expect(problemOf(failure(status, data), TRIED, NOW)).toEqual(problem);
  });

  it("no answer at all is unreachable", () => {
    expect(problemOf({ status: 500, message: "connect ECONNREFUSED 127.0.0.1:1" }, TRIED, NOW)).toMatchObject({
      kind: "unreachable",
    });
  });

  it.each<[string, Record<string, string>, number | undefined]>([
    ["asks to wait", { "retry-after": "90" }, NOW + 90_000],
    [
      "has no requests left",
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW / 1000 + 7) },
      NOW + 7_000,
    ],
  ])("a 403 that %s is a rate limit, with the instant it ends", (_, headers, retryAt) => {
    expect(problemOf(failure(403, {}, headers), TRIED, NOW)).toEqual({ kind: "rate-limited", tried: TRIED, retryAt });
  });

  it("a secondary rate limit without a header is one too", () => {
    const data = { message: "You have exceeded a secondary rate limit." };
    expect(problemOf(failure(403, data), TRIED, NOW)).toEqual({ kind: "rate-limited", tried: TRIED });
  });

  it("is waited for only when it says how long", () => {
    expect(secondsToWait(failure(403, {}, { "retry-after": "12" }))).toBe(12);
    expect(secondsToWait(failure(429, {}, { "retry-after": "soon" }))).toBeUndefined();
    expect(secondsToWait(failure(503, {}, { "retry-after": "12" }))).toBeUndefined();
  });

  it.each([
    ["ghp_0123456789abcdefABCDEF"],
    ["ghs_0123456789abcdefABCDEF"],
    ["github_pat_11ABCDEFG0123456789_abc"],
    ["eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOjF9.c2lnbmF0dXJl"],
  ])("loses a secret that GitHub or the network repeats: %s", (secret) => {
    const failed = { status: 500, message: `GET https://x:${secret}@github.com failed with ${secret}` };
    expect(JSON.stringify(problemOf(failed, TRIED, NOW))).not.toContain(secret);
  });

  it.each<[string | undefined, ForgeProblem["kind"]]>([
    ["NOT_FOUND", "not-found"],
    ["FORBIDDEN", "forbidden"],
    ["RATE_LIMITED", "rate-limited"],
    ["UNPROCESSABLE", "refused"],
    [undefined, "refused"],
  ])("a GraphQL error of type %s is %s", (type, kind) => {
    expect(graphqlProblem({ message: "m", ...(type === undefined ? {} : { type }) }, TRIED).kind).toBe(kind);
  });

  it("is told from what is no answer of octokit's", () => {
    expect(isRequestFailure(Object.assign(new Error("x"), { status: 404 }))).toBe(true);
    expect(isRequestFailure(new TypeError("x"))).toBe(false);
    expect(isRequestFailure({ status: 404 })).toBe(false);
  });
});

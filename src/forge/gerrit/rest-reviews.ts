/** What reviewers ask of a Gerrit server and tell it, over REST and signed in. Source: Gerrit, "REST API: Changes", "Accounts". */
import { fail, ok, type Result } from "../../core/result.ts";
import { type Sha } from "../../core/ids.ts";
import { isFields } from "./from-gerrit.ts";
import { MOST_CHANGES, PAGE } from "./gerrit-server.ts";
import { type GerritProblem } from "./problem.ts";
import { parseGuarded, readText, type RestSettings } from "./rest.ts";
import { knownAccount, reviewedFromRest, type KnownAccount, type ReviewedChange } from "./reviewed-change.ts";

type Answer<T> = Promise<Result<T, GerritProblem>>;

export interface ReviewInput {
  readonly number: number;
  /** The patch set that is voted on. */
  readonly commit: Sha;
  readonly votes: readonly { readonly label: string; readonly value: number }[];
  readonly message?: string;
}

export interface ReviewServer {
  /** Whose name and password these are. */
  viewer(): Answer<KnownAccount>;
  /** By the server's own search, newest activity first, page by page, up to 2 000 changes; each with its newest patch set alone. */
  find(query: string): Answer<readonly ReviewedChange[]>;
  /** Gives the votes and returns those that were taken: the server leaves out what is not permitted, without a word. */
  review(input: ReviewInput): Answer<ReadonlyMap<string, number>>;
  /** Whether the newest patch set merges into the target without a conflict; the server computes it. */
  mergeable(number: number): Answer<boolean>;
}

const DETAILS = ["CURRENT_REVISION", "DETAILED_LABELS", "DETAILED_ACCOUNTS", "SUBMIT_REQUIREMENTS", "SUBMITTABLE"];

export function restReviews(settings: RestSettings): ReviewServer {
  return {
    async viewer() {
      const read = await ask(settings, "/accounts/self", "ask who you are");
      if (!read.ok) return read;
      const account = knownAccount(read.value);
      return account === undefined ? fail(unreadable(settings, "ask who you are", read.value)) : ok(account);
    },
    async find(query) {
      const tried = "look for changes";
      const found: ReviewedChange[] = [];
      for (let seen = 0; ;) {
        const parameters = new URLSearchParams({ q: query, n: String(PAGE), S: String(seen) });
        for (const option of DETAILS) parameters.append("o", option);
        const read = await ask(settings, `/changes/?${parameters.toString()}`, tried);
        if (!read.ok) return read;
        if (!Array.isArray(read.value)) return fail(unreadable(settings, tried, read.value));
        const page: readonly unknown[] = read.value;
        found.push(...page.flatMap((one) => reviewedFromRest(one, settings.url) ?? []));
        seen += page.length;
        const last = page.at(-1);
        if (!isFields(last) || last["_more_changes"] !== true || seen >= MOST_CHANGES) return ok(found);
      }
    },
    async review({ number, commit, votes, message }) {
      const labels = Object.fromEntries(votes.map(({ label, value }) => [label, value]));
      const body = { labels, ...(message === undefined ? {} : { message }) };
      const read = await ask(settings, `/changes/${number}/revisions/${commit}/review`, "vote", body);
      if (!read.ok) return read;
      if (!isFields(read.value)) return fail(unreadable(settings, "vote", read.value));
      const taken = isFields(read.value["labels"]) ? Object.entries(read.value["labels"]) : [];
      return ok(
        new Map(taken.flatMap(([label, value]) => (typeof value === "number" ? [[label, value] as const] : []))),
      );
    },
    async mergeable(number) {
      const tried = `ask whether ${number} merges`;
      const read = await ask(settings, `/changes/${number}/revisions/current/mergeable`, tried);
      if (!read.ok) return read;
      const answer = isFields(read.value) ? read.value["mergeable"] : undefined;
      return typeof answer === "boolean" ? ok(answer) : fail(unreadable(settings, tried, read.value));
    },
  };
}

async function ask(settings: RestSettings, path: string, tried: string, body?: unknown): Answer<unknown> {
  const read = await readText(settings, `/a${path}`, { tried, ...(body === undefined ? {} : { body }) });
  if (!read.ok) return read;
  const parsed = parseGuarded(read.value);
  return parsed === undefined ? fail(unreadable(settings, tried, read.value)) : ok(parsed);
}

function unreadable({ host }: RestSettings, tried: string, found: unknown): GerritProblem {
  const text = typeof found === "string" ? found : (JSON.stringify(found) ?? "nothing");
  return { kind: "unreadable", tried, host, found: JSON.stringify(text.slice(0, 60)) };
}

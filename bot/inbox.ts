/**
 * Where webhooks come in. A delivery is checked, stored, and only then answered; it wakes the loop and decides nothing:
 * all that is believed of its body is which repository to look at (threats T25, T26).
 * Known races: an answer may get lost after the row is stored; the forge's second delivery has the same id, one row.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { createNodeMiddleware, createProbot, ProbotOctokit } from "probot";
import type { Clock } from "../src/clock.ts";
import { fail, ok, type Result } from "../src/core/result.ts";
import { after } from "../src/core/time.ts";
import type { Store } from "./store/database.ts";
import { storeDelivery } from "./store/deliveries.ts";

export interface AppIdentity {
  readonly id: number;
  readonly privateKey: string;
}

export interface InboxOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly app: AppIdentity;
  readonly secret: string;
  /** A new delivery is in the store. */
  readonly onDelivery: () => void;
}

export type Inbox = (request: IncomingMessage, response: ServerResponse, body: Buffer) => Promise<void>;

export const WEBHOOK_PATH = "/api/github/webhooks";
/** GitHub's own limit of a payload. */
export const LARGEST_PAYLOAD = 25 * 1024 * 1024;
const SHORTEST_SECRET = 32;
/** GitHub waits 10 s, Probot answers 202 after 9 s: what is not stored by then must be refused, not acknowledged. */
const STORE_WITHIN_MS = 8_000;

export type SecretProblem = { readonly kind: "no-secret" } | { readonly kind: "weak-secret"; readonly why: string };

export function checkSecret(secret: string | undefined): Result<string, SecretProblem> {
  if (secret === undefined || secret === "") return fail({ kind: "no-secret" });
  if (secret === "development") return fail({ kind: "weak-secret", why: `"development" is known to everybody` });
  const bytes = Buffer.byteLength(secret);
  if (bytes < SHORTEST_SECRET) return fail({ kind: "weak-secret", why: `it has ${bytes} bytes` });
  return ok(secret);
}

export function describeSecretProblem(problem: SecretProblem): string {
  const todo =
    `Make one of at least ${SHORTEST_SECRET} bytes (\`openssl rand -hex 32\`), set it in the App's settings and in ` +
    `PLUSTWO_WEBHOOK_SECRET, then start again.`;
  switch (problem.kind) {
    case "no-secret":
      return `Cannot start without a webhook secret: anybody could send webhooks. ${todo}`;
    case "weak-secret":
      return `Cannot start with this webhook secret: ${problem.why}. ${todo}`;
  }
}

/** Signatures and routing are Probot's; the body arrives already read and measured (`http.ts`). */
export async function openInbox(options: InboxOptions): Promise<Inbox> {
  const probot = createProbot({
    overrides: {
      appId: options.app.id,
      privateKey: options.app.privateKey,
      secret: options.secret,
      log: options.log.child({ room: "inbox" }, { level: options.log.level === "silent" ? "silent" : "fatal" }),
      Octokit: ProbotOctokit.defaults({ throttle: { enabled: false }, retry: { enabled: false } }),
    },
    env: {},
  });
  const middleware = await createNodeMiddleware(
    (app) => {
      app.onAny(({ id, name, payload }) => accept(options, { id, event: name, payload }));
    },
    { probot, webhooksPath: WEBHOOK_PATH },
  );
  return async (request, response, body) => {
    // Probot takes a body that somebody has read before it from here.
    await middleware(Object.assign(request, { body: {}, rawBody: body }), response);
  };
}

async function accept(
  { store, clock, log, app, onDelivery }: InboxOptions,
  { id, event, payload }: { readonly id: string; readonly event: string; readonly payload: unknown },
): Promise<void> {
  const repositories = isEcho(event, payload, app.id) ? [] : repositoriesOf(event, payload);
  const text = JSON.stringify(payload);
  const delivery = {
    id: id.slice(0, 200),
    event: event.slice(0, 100),
    repositories,
    sha256: createHash("sha256").update(text).digest("hex"),
    payload: text,
  };
  const fresh = await within(clock, STORE_WITHIN_MS, storeDelivery(store, delivery, clock.now()));
  log.info({ delivery: delivery.id, event: delivery.event, repositories, fresh }, "webhook stored");
  if (fresh) onDelivery();
}

/** The repositories a payload names, or `*` when an installation changed without naming any. Nothing else is read. */
export function repositoriesOf(event: string, payload: unknown): readonly string[] {
  const named = ["repositories", "repositories_added"].flatMap((key) => {
    const list = property(payload, key);
    return Array.isArray(list) ? list : [];
  });
  const names = [property(payload, "repository"), ...named].flatMap((candidate) => {
    const name = property(candidate, "full_name");
    return typeof name === "string" && FULL_NAME.test(name) ? [name] : [];
  });
  if (names.length > 0) return [...new Set(names)];
  return EVERYWHERE.has(event) ? ["*"] : [];
}

/**
 * What our own check run did comes back to us; nobody else can write it, so there is nothing to look at. A person who
 * asks for it again (`rerequested`) is no echo. Should one be missed, the sweep looks anyway.
 */
export function isEcho(event: string, payload: unknown, appId: number): boolean {
  const subject = event === "check_run" ? property(payload, "check_run") : property(payload, "check_suite");
  if (event !== "check_run" && event !== "check_suite") return false;
  const action = property(payload, "action");
  return (action === "created" || action === "completed") && property(property(subject, "app"), "id") === appId;
}

const FULL_NAME = /^[A-Za-z0-9._-]{1,100}\/[A-Za-z0-9._-]{1,100}$/;
/** Who is in a team may change every verdict; such an event names no repository. */
const EVERYWHERE = new Set([
  "installation",
  "installation_repositories",
  "membership",
  "team",
  "organization",
  "member",
]);

function property(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

async function within<T>(clock: Clock, milliseconds: number, work: Promise<T>): Promise<T> {
  let cancel = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    cancel = clock.wake(after(clock.now(), milliseconds), () =>
      reject(new Error("the database did not answer in time")),
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
  }
}

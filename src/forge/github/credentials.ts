/**
 * Who asks. A token asks for everything alike; an App asks as itself for its installations, and per repository with an
 * installation token that is kept until five minutes before it ends. octokit's own cache of those tokens is not used:
 * it is one per process whatever the host or App, so two forges in one process would mix.
 */
import { type Clock } from "../../clock.ts";
import { fail, ok } from "../../core/result.ts";
import { after, type Instant, parseInstant } from "../../core/time.ts";
import type { Answer, ForgeProblem, RepositoryRef } from "../forge.ts";

export type GitHubAuth =
  { readonly token: string } | { readonly app: { readonly appId: number | string; readonly privateKey: string } };

export type Scope =
  | { readonly kind: "repository"; readonly repository: RepositoryRef }
  | { readonly kind: "organization"; readonly login: string }
  | { readonly kind: "installation"; readonly id: number }
  /** The App itself, by its signed word; the same as the user for a token. */
  | { readonly kind: "app" };

export interface Credentials {
  readonly kind: "token" | "app";
  /** Value of the `authorization` header. */
  authorization(scope: Scope, tried: string): Answer<string>;
  /** The token was refused: the next question fetches a new one. */
  forget(scope: Scope): void;
}

/** Asks without a token of ours: the header is given. */
export type AskAs = (authorization: string, route: string, tried: string) => Answer<unknown>;

const MARGIN_MS = 5 * 60_000;

export function tokenCredentials(token: string): Credentials {
  return {
    kind: "token",
    authorization: (_scope, tried) =>
      Promise.resolve(token.trim() === "" ? fail({ kind: "no-token", tried }) : ok(`token ${token}`)),
    forget() {},
  };
}

export function appCredentials(
  app: { readonly appId: number | string; readonly privateKey: string },
  { ask, clock }: { readonly ask: AskAs; readonly clock: Clock },
): Credentials {
  const installations = new Map<string, number>();
  const tokens = new Map<number, { readonly header: string; readonly until: Instant }>();

  async function signed(tried: string): Answer<string> {
    try {
      const { createAppAuth } = await import("@octokit/auth-app");
      const { token } = await createAppAuth({ appId: app.appId, privateKey: app.privateKey })({ type: "app" });
      return ok(`bearer ${token}`);
    } catch {
      // What the crypto library says may quote the key: it is not passed on.
      const found = "the App's id and private key do not make a signature; the key must be the PEM file GitHub gave";
      return fail({ kind: "bad-token", tried, found });
    }
  }

  async function installationOf(scope: Exclude<Scope, { kind: "app" }>, tried: string): Answer<number> {
    if (scope.kind === "installation") return ok(scope.id);
    const place = placeOf(scope);
    const known = installations.get(place);
    if (known !== undefined) return ok(known);
    const header = await signed(tried);
    if (!header.ok) return header;
    const found = await ask(header.value, `GET ${place}/installation`, tried);
    if (!found.ok) return found.problem.kind === "not-found" ? fail(notInstalled(place, tried)) : found;
    const id = numberField(found.value, "id");
    if (id === undefined) return fail({ kind: "unreadable", tried, found: "an installation without id" });
    installations.set(place, id);
    return ok(id);
  }

  return {
    kind: "app",
    async authorization(scope, tried) {
      if (scope.kind === "app") return signed(tried);
      const installation = await installationOf(scope, tried);
      if (!installation.ok) return installation;
      const kept = tokens.get(installation.value);
      if (kept !== undefined && clock.now() < kept.until) return ok(kept.header);
      const header = await signed(tried);
      if (!header.ok) return header;
      const made = await ask(header.value, `POST /app/installations/${installation.value}/access_tokens`, tried);
      if (!made.ok) {
        // Uninstalled, or installed anew under another number: the next question looks again.
        if (made.problem.kind === "not-found" && scope.kind !== "installation") installations.delete(placeOf(scope));
        return made;
      }
      const token = textField(made.value, "token");
      const ends = parseInstant(textField(made.value, "expires_at") ?? "");
      if (token === undefined) return fail({ kind: "unreadable", tried, found: "an installation token without text" });
      const fresh = { header: `token ${token}`, until: after(ends ?? clock.now(), -MARGIN_MS) };
      tokens.set(installation.value, fresh);
      return ok(fresh.header);
    },
    forget(scope) {
      if (scope.kind === "app") return;
      const id = scope.kind === "installation" ? scope.id : installations.get(placeOf(scope));
      if (id !== undefined) tokens.delete(id);
      if (scope.kind !== "installation") installations.delete(placeOf(scope));
    },
  };
}

function placeOf(scope: Exclude<Scope, { kind: "app" | "installation" }>): string {
  return scope.kind === "repository"
    ? `/repos/${encodeURIComponent(scope.repository.owner)}/${encodeURIComponent(scope.repository.name)}`
    : `/orgs/${encodeURIComponent(scope.login)}`;
}

function notInstalled(place: string, tried: string): ForgeProblem {
  return { kind: "forbidden", tried, found: `the App is not installed on ${place.replace(/^\/(repos|orgs)\//, "")}` };
}

function textField(value: unknown, key: string): string | undefined {
  const field: unknown = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  return typeof field === "string" ? field : undefined;
}

function numberField(value: unknown, key: string): number | undefined {
  const field: unknown = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  return typeof field === "number" ? field : undefined;
}

/** Who the adapter is to GitHub: the token's user, or the App's bot account. Asked once, kept. */
import * as z from "zod/mini";
import type { Person } from "../../core/policy/snapshot.ts";
import { ok } from "../../core/result.ts";
import type { Answer } from "../forge.ts";
import type { Client } from "./client.ts";
import type { Scope } from "./credentials.ts";
import { read, userSchema } from "./from-github.ts";

export interface Viewer {
  /** `scope`: where it may be asked; GitHub answers an App's own signature for nothing but the App. */
  person(scope: Scope): Answer<Person>;
  /** Of the App; `undefined` with a token, which has none. */
  app(): Answer<{ readonly id: number; readonly slug: string } | undefined>;
}

const appSchema = z.object({ id: z.number(), slug: z.string() });

export function createViewer(client: Client): Viewer {
  let app: { readonly id: number; readonly slug: string } | undefined;
  let person: Person | undefined;

  async function readApp(): ReturnType<Viewer["app"]> {
    if (client.credentials.kind === "token" || app !== undefined) return ok(app);
    const tried = "read the App";
    const reply = await client.ask({ scope: { kind: "app" }, tried, route: "GET /app" });
    if (!reply.ok) return reply;
    const raw = read(appSchema, reply.value.data, tried);
    if (raw.ok) app = raw.value;
    return raw;
  }

  return {
    app: readApp,
    async person(scope) {
      if (person !== undefined) return ok(person);
      const own = await readApp();
      if (!own.ok) return own;
      const tried =
        own.value === undefined ? "read whose token it is" : `read the account of the App ${own.value.slug}`;
      const route =
        own.value === undefined ? "GET /user" : `GET /users/${encodeURIComponent(`${own.value.slug}[bot]`)}`;
      const reply = await client.ask({ scope, tried, route });
      if (!reply.ok) return reply;
      const raw = read(userSchema, reply.value.data, tried);
      if (raw.ok) person = raw.value;
      return raw;
    },
  };
}

/** A fork for whoever asks. GitHub answers at once and copies the objects later. */
import * as z from "zod/mini";
import { fail, ok } from "../../core/result.ts";
import type { Answer, RepositoryRef } from "../forge.ts";
import type { Client } from "./client.ts";
import { read, repositoryRefOf } from "./from-github.ts";
import { nameOf, pathOf } from "./repository.ts";

/** Also where there is one already. Another repository of that name makes GitHub choose another for the fork. */
export async function forkRepository(client: Client, repository: RepositoryRef): Answer<RepositoryRef> {
  const tried = `fork ${nameOf(repository)}`;
  const scope = { kind: "repository", repository } as const;
  const reply = await client.ask({ scope, tried, route: `POST ${pathOf(repository)}/forks` });
  if (!reply.ok) return reply;
  const made = read(z.object({ full_name: z.string() }), reply.value.data, tried);
  if (!made.ok) return made;
  const ref = repositoryRefOf(made.value.full_name);
  return ref === undefined ? fail({ kind: "unreadable", tried, found: "a name that is not owner/name" }) : ok(ref);
}

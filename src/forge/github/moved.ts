/** Whether anything may have moved: GETs with the ETag of the answer before, which GitHub answers 304 for nothing while it has not. */
import type { Sha } from "../../core/ids.ts";
import { ok } from "../../core/result.ts";
import type { Answer, RepositoryRef } from "../forge.ts";
import type { Marks, Moved } from "../reviewer.ts";
import type { Client } from "./client.ts";
import { nameOf, pathOf } from "./repository.ts";

interface Watched {
  readonly route: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A check that starts or ends moves no pull request; a push, a review, a merge does, and stands first in their list. */
function watchedOf(repository: RepositoryRef, heads: readonly Sha[]): readonly Watched[] {
  const at = pathOf(repository);
  const newest = { state: "all", sort: "updated", direction: "desc", per_page: 1 };
  return [
    { route: `GET ${at}/pulls`, params: newest },
    ...[...new Set(heads)].flatMap((head) => [
      { route: `GET ${at}/commits/${head}/check-runs`, params: { per_page: 100 } },
      { route: `GET ${at}/commits/${head}/status`, params: { per_page: 100 } },
    ]),
  ];
}

export async function readMoved(
  client: Client,
  repository: RepositoryRef,
  { heads, marks }: { readonly heads: readonly Sha[]; readonly marks: Marks },
): Answer<Moved> {
  const tried = `see whether anything moved in ${nameOf(repository)}`;
  const scope = { kind: "repository", repository } as const;
  const found = new Map<string, string>();
  let moved = false;
  const questions = watchedOf(repository, heads);
  const replies = await Promise.all(
    questions.map(({ route, params }) => {
      const etag = marks.get(route);
      return client.ask({ scope, tried, route, params, ...(etag === undefined ? {} : { etag }) });
    }),
  );
  for (const [index, reply] of replies.entries()) {
    if (!reply.ok) return reply;
    const route = questions[index]?.route ?? "";
    const etag = reply.value.unchanged === true ? marks.get(route) : reply.value.etag;
    if (reply.value.unchanged !== true) moved = true;
    if (etag !== undefined) found.set(route, etag);
  }
  return ok({ moved, marks: found });
}

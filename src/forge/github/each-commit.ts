/** A question about many commits by name: ten in one request. Commits that GitHub does not know any more are not answered. */
import * as z from "zod/mini";
import type { Sha } from "../../core/ids.ts";
import { ok } from "../../core/result.ts";
import type { Answer, RepositoryRef } from "../forge.ts";
import type { Client } from "./client.ts";
import { read } from "./from-github.ts";
import { askMerges } from "./merges.ts";
import { chunks, numbered } from "./stack.ts";

const AT_ONCE = 10;

const answerSchema = z.object({ repository: z.record(z.string(), z.unknown()) });

export interface CommitQuestion<T> {
  readonly shas: readonly Sha[];
  /** Completes "Cannot …". */
  readonly tried: string;
  /** A document that names its commits `$c0` … and answers them as `k0` …. */
  readonly document: (commits: number) => string;
  readonly schema: z.ZodMiniType<T>;
}

export async function readEachCommit<T>(
  client: Client,
  repository: RepositoryRef,
  { shas, tried, document, schema }: CommitQuestion<T>,
): Answer<ReadonlyMap<Sha, T>> {
  const found = new Map<Sha, T>();
  for (const some of chunks([...new Set(shas)], AT_ONCE)) {
    const variables = { owner: repository.owner, name: repository.name, ...numbered("c", some) };
    const data = await askMerges(client, repository, { tried, document: document(some.length), variables });
    if (!data.ok) return data;
    const raw = read(answerSchema, data.value, tried);
    if (!raw.ok) return raw;
    for (const [index, sha] of some.entries()) {
      const answer = raw.value.repository[`k${index}`] ?? undefined;
      if (answer === undefined) continue;
      const one = read(schema, answer, tried);
      if (!one.ok) return one;
      found.set(sha, one.value);
    }
  }
  return ok(found);
}

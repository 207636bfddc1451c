/** Who made commits that no list of a merged pull request shows any more, because they were pushed over: ten in one request. */
import * as z from "zod/mini";
import type { Sha } from "../../core/ids.ts";
import type { MergeCommit } from "../../core/replay/merge.ts";
import { ok } from "../../core/result.ts";
import type { Answer, RepositoryRef } from "../forge.ts";
import type { Client } from "./client.ts";
import { read } from "./from-github.ts";
import { signatureOf, signatureSchema } from "./from-merge.ts";
import { peopleDocument } from "./merge-documents.ts";
import { askMerges } from "./merges.ts";
import { nameOf } from "./repository.ts";
import { chunks, numbered } from "./stack.ts";

export type CommitPeople = Pick<MergeCommit, "authors" | "committer">;

const AT_ONCE = 10;

const answerSchema = z.object({ repository: z.record(z.string(), z.unknown()) });
const commitSchema = z.nullish(
  z.object({
    authors: z.optional(z.object({ totalCount: z.number(), nodes: z.array(signatureSchema) })),
    committer: z.nullish(signatureSchema),
  }),
);

/** A commit that GitHub does not know any more, or has more authors of than 20, is not among them. */
export async function readCommitPeople(
  client: Client,
  repository: RepositoryRef,
  shas: readonly Sha[],
): Answer<ReadonlyMap<Sha, CommitPeople>> {
  const tried = `read who made commits of ${nameOf(repository)}`;
  const found = new Map<Sha, CommitPeople>();
  for (const some of chunks([...new Set(shas)], AT_ONCE)) {
    const variables = { owner: repository.owner, name: repository.name, ...numbered("c", some) };
    const data = await askMerges(client, repository, { tried, document: peopleDocument(some.length), variables });
    if (!data.ok) return data;
    const raw = read(answerSchema, data.value, tried);
    if (!raw.ok) return raw;
    for (const [index, sha] of some.entries()) {
      const one = read(commitSchema, raw.value.repository[`k${index}`] ?? null, tried);
      if (!one.ok) return one;
      const { authors, committer } = one.value ?? {};
      if (authors === undefined || authors.totalCount > authors.nodes.length) continue;
      found.set(sha, {
        authors: authors.nodes.map(signatureOf),
        ...(committer ? { committer: signatureOf(committer) } : {}),
      });
    }
  }
  return ok(found);
}

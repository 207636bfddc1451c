/** Who made commits that no list of a merged pull request shows any more, because they were pushed over. */
import * as z from "zod/mini";
import type { Sha } from "../../core/ids.ts";
import type { MergeCommit } from "../../core/replay/merge.ts";
import { ok } from "../../core/result.ts";
import type { Answer, RepositoryRef } from "../forge.ts";
import type { Client } from "./client.ts";
import { readEachCommit } from "./each-commit.ts";
import { signatureOf, signatureSchema } from "./from-merge.ts";
import { peopleDocument } from "./merge-documents.ts";
import { nameOf } from "./repository.ts";

export type CommitPeople = Pick<MergeCommit, "authors" | "committer">;

const commitSchema = z.object({
  authors: z.optional(z.object({ totalCount: z.number(), nodes: z.array(signatureSchema) })),
  committer: z.nullish(signatureSchema),
});

/** A commit that GitHub does not know any more, or has more authors of than 20, is not among them. */
export async function readCommitPeople(
  client: Client,
  repository: RepositoryRef,
  shas: readonly Sha[],
): Answer<ReadonlyMap<Sha, CommitPeople>> {
  const tried = `read who made commits of ${nameOf(repository)}`;
  const answered = await readEachCommit(client, repository, {
    ...{ shas, tried, document: peopleDocument, schema: commitSchema },
  });
  if (!answered.ok) return answered;
  const found = new Map<Sha, CommitPeople>();
  for (const [sha, { authors, committer }] of answered.value) {
    if (authors === undefined || authors.totalCount > authors.nodes.length) continue;
    found.set(sha, {
      authors: authors.nodes.map(signatureOf),
      ...(committer ? { committer: signatureOf(committer) } : {}),
    });
  }
  return ok(found);
}

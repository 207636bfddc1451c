/** Whose the email of a commit's author is, as GitHub says now. */
import * as z from "zod/mini";
import type { Sha } from "../../core/ids.ts";
import { ok } from "../../core/result.ts";
import type { Answer, CommitAuthor, RepositoryRef } from "../forge.ts";
import type { Client } from "./client.ts";
import { readEachCommit } from "./each-commit.ts";
import { personNamed } from "./from-github.ts";
import { nameOf } from "./repository.ts";

const user = z.nullish(z.object({ login: z.string(), databaseId: z.nullish(z.number()) }));
const commitSchema = z.object({ author: z.nullish(z.object({ email: z.nullish(z.string()), user })) });

/** `k0` … `kN`. */
function documentOf(commits: number): string {
  const indexes = [...Array(commits).keys()];
  return `query($owner: String!, $name: String!${indexes.map((index) => `, $c${index}: GitObjectID!`).join("")}) {
    repository(owner: $owner, name: $name) {
      ${indexes.map((index) => `k${index}: object(oid: $c${index}) { ...C }`).join("\n")}
    }
  }
  fragment C on Commit { author { email user { login databaseId } } }`;
}

export async function readCommitAuthors(
  client: Client,
  repository: RepositoryRef,
  shas: readonly Sha[],
): Answer<ReadonlyMap<Sha, CommitAuthor>> {
  const tried = `read who wrote commits of ${nameOf(repository)}`;
  const answered = await readEachCommit(client, repository, {
    shas,
    tried,
    document: documentOf,
    schema: commitSchema,
  });
  if (!answered.ok) return answered;
  const found = new Map<Sha, CommitAuthor>();
  for (const [sha, { author }] of answered.value) {
    if (!author?.email) continue;
    const by = personNamed(author.user);
    found.set(sha, { email: author.email, ...(by === undefined ? {} : { user: by }) });
  }
  return ok(found);
}

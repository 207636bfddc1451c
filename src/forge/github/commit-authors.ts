/** Whose the email of a commit's author is, as GitHub says now: ten commits in one request. */
import * as z from "zod/mini";
import type { Sha } from "../../core/ids.ts";
import { ok } from "../../core/result.ts";
import type { Answer, CommitAuthor, RepositoryRef } from "../forge.ts";
import type { Client } from "./client.ts";
import { personNamed, read } from "./from-github.ts";
import { askMerges } from "./merges.ts";
import { nameOf } from "./repository.ts";
import { chunks, numbered } from "./stack.ts";

const AT_ONCE = 10;

const answerSchema = z.object({ repository: z.record(z.string(), z.unknown()) });
const user = z.nullish(z.object({ login: z.string(), databaseId: z.nullish(z.number()) }));
const commitSchema = z.nullish(z.object({ author: z.nullish(z.object({ email: z.nullish(z.string()), user })) }));

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
  const found = new Map<Sha, CommitAuthor>();
  for (const some of chunks([...new Set(shas)], AT_ONCE)) {
    const variables = { owner: repository.owner, name: repository.name, ...numbered("c", some) };
    const data = await askMerges(client, repository, { tried, document: documentOf(some.length), variables });
    if (!data.ok) return data;
    const raw = read(answerSchema, data.value, tried);
    if (!raw.ok) return raw;
    for (const [index, sha] of some.entries()) {
      const one = read(commitSchema, raw.value.repository[`k${index}`] ?? null, tried);
      if (!one.ok) return one;
      const { email, user: account } = one.value?.author ?? {};
      if (!email) continue;
      const by = personNamed(account);
      found.set(sha, { email, ...(by === undefined ? {} : { user: by }) });
    }
  }
  return ok(found);
}

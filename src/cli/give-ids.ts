/** Change-Ids for commits that have none, as new objects: same trees, people and times. No ref moves. */
import { randomBytes } from "node:crypto";
import { lacksChangeId } from "../core/change/stack.ts";
import { changeIdFromHeaders, deriveChangeId, withChangeId } from "../core/commit-message/change-id.ts";
import { subjectOf } from "../core/commit-message/message.ts";
import { type Sha } from "../core/ids.ts";
import { ok, type Result } from "../core/result.ts";
import { formatIdent, type Commit } from "../git/commit.ts";
import { type GitProblem } from "../git/problem.ts";
import { type Repository } from "../git/repository.ts";

/** By the new SHA of a commit. */
export type GivenIds = ReadonlyMap<
  Sha,
  { readonly was: Sha; readonly subject: string; readonly lostSignature: boolean }
>;

export interface CompletedCommits {
  /** In the order they came in. */
  readonly commits: readonly Commit[];
  readonly given: GivenIds;
}

/**
 * `ordered`: one line of commits, oldest first. Rewritten from the first one without an id upwards.
 * `spell`: an id that follows from a Jujutsu or GitButler header is written into the message too, for a server that reads only
 * that; such a commit is not counted as given one, since it will be given the same one again.
 * `leave`: those that only follow what is rewritten below them.
 */
export async function giveIds(
  repository: Repository,
  ordered: readonly Commit[],
  { spell = false, leave }: { readonly spell?: boolean; readonly leave?: ReadonlySet<Sha> } = {},
): Promise<Result<CompletedCommits, GitProblem>> {
  const finished: Commit[] = [];
  const given = new Map<Sha, { was: Sha; subject: string; lostSignature: boolean }>();
  for (const commit of ordered) {
    const below = finished.at(-1)?.sha ?? commit.parents[0];
    const lacking = lacksChangeId(commit) && subjectOf(commit.message) !== "" && leave?.has(commit.sha) !== true;
    const spelt = spell ? withIdOfHeader(commit) : commit.message;
    if (!lacking && below === commit.parents[0] && spelt === commit.message) {
      finished.push(commit);
      continue;
    }
    const parents = below === undefined ? [] : [below];
    const message = lacking ? withNewId(commit, parents) : spelt;
    const written = await repository.commitTree({ ...commit, parents, message });
    if (!written.ok) return written;
    finished.push({ ...commit, sha: written.value, parents, message });
    const lostSignature = commit.headers["gpgsig"] !== undefined;
    if (lacking) given.set(written.value, { was: commit.sha, subject: subjectOf(commit.message), lostSignature });
  }
  return ok({ commits: finished, given });
}

function withIdOfHeader({ message, headers }: Commit): string {
  const id = changeIdFromHeaders(headers);
  return id === undefined ? message : withChangeId(message, id);
}

function withNewId(commit: Commit, parents: readonly Sha[]): string {
  const { tree, message } = commit;
  const salt = randomBytes(20).toString("hex");
  return withChangeId(
    message,
    deriveChangeId({ tree, parents, committer: formatIdent(commit.committer), message, salt }),
  );
}

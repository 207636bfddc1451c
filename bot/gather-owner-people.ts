/**
 * Whose the emails in owners' files are (ADR 33): GitHub says of a commit which account its author's email belongs to. So the newest and
 * the oldest commit with that email, of the newest on the target, are looked up, ten in one request; what was found holds for an hour.
 *
 * An email is somebody's only where both commits say the same account. Whoever wrote none of them, or whom the forge does not link,
 * is nobody: the verdict names the email, and nobody approves by it.
 */
import type { RepoId, Sha } from "../src/core/ids.ts";
import type { PolicySnapshot } from "../src/core/policy/snapshot.ts";
import { after } from "../src/core/time.ts";
import type { CommitAuthor, Forge, RepositoryRef } from "../src/forge/forge.ts";
import { describeForgeProblem } from "../src/forge/problem.ts";
import type { AuthorCommits } from "../src/git/author-commits.ts";
import { describeGitProblem } from "../src/git/problem.ts";
import type { Repository } from "../src/git/repository.ts";
import type { Clock } from "../src/clock.ts";
import type { Service } from "./service.ts";

export interface EmailsOf {
  readonly ref: RepositoryRef;
  readonly repository: RepoId;
  readonly git: Pick<Repository, "authorCommits">;
  /** The target's. */
  readonly tip: Sha;
  /** In lower case. */
  readonly emails: readonly string[];
}

export interface OwnerPeople {
  readonly people: NonNullable<PolicySnapshot["facts"]["ownerPeople"]>;
  readonly incomplete: PolicySnapshot["incomplete"];
}

const FRESH_MS = 3_600_000;
/** Of a change; those behind them stay nobody's. Each costs two look-ups an hour. */
const MOST_EMAILS = 50;
/** A fifth of a second of git's. */
const MOST_COMMITS = 20_000;
const WHAT = "whose the emails of its owners are";

export async function gatherOwnerPeople(
  service: Pick<Service, "policyMemory"> & {
    readonly forge: Pick<Forge, "commitAuthors">;
    readonly clock: Pick<Clock, "now">;
  },
  of: EmailsOf,
): Promise<OwnerPeople> {
  const { emails: known } = service.policyMemory;
  const now = service.clock.now();
  for (const [key, { at }] of known) if (now >= after(at, FRESH_MS)) known.delete(key);
  const keyOf = (email: string): string => `${of.repository} ${email}`;
  const asked = [...of.emails].sort().slice(0, MOST_EMAILS);
  const missing = asked.filter((email) => {
    const before = known.get(keyOf(email));
    // Whom no commit named may be named by the next.
    return before === undefined || (before.person === undefined && before.tip !== of.tip);
  });
  if (missing.length > 0) {
    const commits = await of.git.authorCommits(of.tip, { emails: missing, max: MOST_COMMITS });
    if (!commits.ok) return { people: [], incomplete: [lacking(describeGitProblem(commits.problem).message)] };
    const shas = [...commits.value.values()].flatMap(({ newest, oldest }) => [newest, oldest]);
    const authors = shas.length === 0 ? undefined : await service.forge.commitAuthors(of.ref, shas);
    if (authors?.ok === false)
      return { people: [], incomplete: [lacking(describeForgeProblem(authors.problem).message)] };
    for (const email of missing) {
      const person = authors === undefined ? undefined : personOf(email, commits.value.get(email), authors.value);
      known.set(keyOf(email), { person, tip: of.tip, at: now });
    }
  }
  const people = asked.flatMap((owner) => {
    const person = known.get(keyOf(owner))?.person;
    return person === undefined ? [] : [{ owner, ...person }];
  });
  return { people, incomplete: [] };
}

function personOf(
  email: string,
  commits: AuthorCommits | undefined,
  authors: ReadonlyMap<Sha, CommitAuthor>,
): { readonly id: CommitUser["id"]; readonly login: string } | undefined {
  if (commits === undefined) return undefined;
  const [newest, oldest] = [commits.newest, commits.oldest].map((sha) => {
    const author = authors.get(sha);
    return author?.email.toLowerCase() === email ? author.user : undefined;
  });
  if (newest === undefined || newest.id !== oldest?.id || newest.type !== "User") return undefined;
  return { id: newest.id, login: newest.login };
}

type CommitUser = NonNullable<CommitAuthor["user"]>;

function lacking(why: string): PolicySnapshot["incomplete"][number] {
  return { what: WHAT, why };
}

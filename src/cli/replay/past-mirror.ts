/**
 * A bare repository for the length of one question, with the commits that merged pull requests had: the target branch, the heads the
 * forge keeps under `refs/pull/`, and single commits that were pushed over. It is removed at the end, also when interrupted.
 */
import { join } from "node:path";
import { branchRef, parseRefName, type BranchName, type RefName, type Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { GitProblem } from "../../git/problem.ts";
import { initBareMirror, type Repository } from "../../git/repository.ts";
import { parseRemoteAddress, type FetchSpec, type RemoteAddress } from "../../git/slots.ts";
import { withTemporaryFolder } from "../../temporary-folder.ts";

export interface PastMirror {
  readonly git: Repository;
  readonly address: RemoteAddress;
}

export interface MirrorFrom {
  /** For git, without credentials. */
  readonly url: string;
  readonly token: string;
}

/** Refs on one command line. */
const FETCHED_AT_ONCE = 200;

export async function withPastMirror<T>(
  { url, token }: MirrorFrom,
  work: (mirror: PastMirror) => Promise<Result<T, GitProblem>>,
): Promise<Result<T, GitProblem>> {
  const address = parseRemoteAddress(url);
  if (address === undefined) return fail({ kind: "unsafe-name", what: "address", text: url });
  return withTemporaryFolder("plustwo-past-", async (folder, signal) => {
    const protocols = url.startsWith("http://") ? ["http", "https"] : ["https"];
    const made = await initBareMirror(join(folder, "past.git"), { credentials: [{ url, token }], protocols, signal });
    return made.ok ? work({ git: made.value, address }) : made;
  });
}

/** The branch and the heads of these pull requests, as far as the forge still has them. */
export async function fetchMerges(
  { git, address }: PastMirror,
  { branch, merges }: { readonly branch: BranchName; readonly merges: readonly number[] },
): Promise<Result<void, GitProblem>> {
  const wanted = new Map<RefName, RefName>();
  const want = (from: string, to: string): void => {
    const [there, here] = [parseRefName(from), parseRefName(to)];
    if (there !== undefined && here !== undefined) wanted.set(there, here);
  };
  want(branchRef(branch), "refs/past/target");
  for (const number of merges) want(`refs/pull/${number}/head`, `refs/past/pull/${number}`);
  const all = [...wanted.keys()];
  for (let at = 0; at < all.length; at += FETCHED_AT_ONCE) {
    const some = all.slice(at, at + FETCHED_AT_ONCE);
    const listed = await git.listRemote(address, ...some);
    if (!listed.ok) return listed;
    const specs = listed.value.flatMap(({ name }): readonly FetchSpec[] => {
      const to = wanted.get(name);
      return to === undefined ? [] : [{ from: name, to }];
    });
    if (specs.length === 0) continue;
    const fetched = await git.fetch(address, specs);
    if (!fetched.ok) return fetched;
  }
  return ok(undefined);
}

/** Brings single commits; answers those that the forge has let go of. */
export async function fetchCommits(
  mirror: PastMirror,
  shas: readonly Sha[],
): Promise<Result<ReadonlySet<Sha>, GitProblem>> {
  const missing: Sha[] = [];
  for (const sha of new Set(shas)) {
    const here = await mirror.git.commit(sha);
    if (here.ok) continue;
    if (here.problem.kind !== "missing-object") return here;
    missing.push(sha);
  }
  const lost = new Set<Sha>();
  for (let at = 0; at < missing.length; at += FETCHED_AT_ONCE) {
    const fetched = await fetchSome(mirror, missing.slice(at, at + FETCHED_AT_ONCE), lost);
    if (!fetched.ok) return fetched;
  }
  return ok(lost);
}

/** One that is gone refuses all that are asked with it: then each half is asked by itself. */
async function fetchSome(mirror: PastMirror, shas: readonly Sha[], lost: Set<Sha>): Promise<Result<void, GitProblem>> {
  const [first] = shas;
  if (first === undefined) return ok(undefined);
  const specs = shas.flatMap((sha): readonly FetchSpec[] => {
    const to = parseRefName(`refs/past/commit/${sha}`);
    return to === undefined ? [] : [{ from: sha, to }];
  });
  const fetched = await mirror.git.fetch(mirror.address, specs);
  if (fetched.ok || fetched.problem.kind !== "missing-object") return fetched;
  if (shas.length === 1) {
    lost.add(first);
    return ok(undefined);
  }
  const half = Math.ceil(shas.length / 2);
  const done = await fetchSome(mirror, shas.slice(0, half), lost);
  return done.ok ? fetchSome(mirror, shas.slice(half), lost) : done;
}

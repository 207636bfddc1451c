/**
 * The service's bare mirror of one repository: branches under `refs/mirror/heads/`, heads of open pull requests under
 * `refs/mirror/pull/`, and every recorded patch set under `refs/plustwo/changes/`, so that nothing it reasons about is
 * ever collected. Merges are made here, in memory; no work tree exists.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pausedBy } from "../src/core/adopt/pause.ts";
import {
  type BranchName,
  parseBranchName,
  parseRefName,
  type RepoId,
  type RefName,
  type Sha,
} from "../src/core/ids.ts";
import { fail, ok, type Result } from "../src/core/result.ts";
import type { GitProblem } from "../src/git/problem.ts";
import type { GitMemory, ObjectFacts } from "./git-memory.ts";
import { initBareMirror, openRepository, type Repository } from "../src/git/repository.ts";
import { PAUSE_PATTERNS } from "./pause.ts";
import { type FetchSpec, parseRefPattern, parseRemoteAddress, type RemoteAddress } from "../src/git/slots.ts";

export interface Mirror {
  readonly git: Repository;
  /** The same repository, answering from memory what cannot have changed. */
  readonly known: ObjectFacts;
  readonly address: RemoteAddress;
}

export interface MirrorAt {
  /** Where mirrors are kept. */
  readonly directory: string;
  readonly repository: RepoId;
  readonly url: string;
  readonly token: string;
  readonly memory: GitMemory;
  readonly signal?: AbortSignal;
}

/** Tips as they were just fetched. */
export interface Tips {
  readonly branches: ReadonlyMap<BranchName, Sha>;
  /** By pull request number. */
  readonly pulls: ReadonlyMap<number, Sha>;
  /** Refs that hold the gate, for `readPaused`. */
  readonly pauses: readonly { readonly name: RefName; readonly sha: Sha }[];
}

const HEADS = "refs/mirror/heads/";
const PULLS = "refs/mirror/pull/";

export async function openMirror(at: MirrorAt): Promise<Result<Mirror, GitProblem>> {
  const address = parseRemoteAddress(at.url);
  if (address === undefined) return fail({ kind: "unsafe-name", what: "address", text: at.url });
  const directory = join(at.directory, `${at.repository}.git`);
  const protocols = at.url.startsWith("http://") ? ["http", "https"] : ["https"];
  const credentials = [{ url: at.url, token: at.token }];
  const stop = at.signal === undefined ? {} : { signal: at.signal };
  if (!existsSync(join(directory, "HEAD"))) {
    const made = await initBareMirror(directory, { credentials, protocols, ...stop });
    if (!made.ok) return made;
  }
  const git = openRepository(directory, { trust: { kind: "service", protocols }, credentials, ...stop });
  return ok({ git, known: at.memory.of(at.repository, git), address });
}

/** Brings branches and the heads of these pull requests up to date. One listing when nothing moved, else a fetch too. */
export async function refresh({ git, address }: Mirror, pulls: readonly number[]): Promise<Result<Tips, GitProblem>> {
  const wanted = pulls.flatMap((number) => parseRefName(`refs/pull/${number}/head`) ?? []);
  const listed = await git.listRemote(address, pattern("refs/heads/*"), ...PAUSE_PATTERNS, ...wanted);
  if (!listed.ok) return listed;
  const local = await git.refs(pattern(HEADS), pattern(PULLS));
  if (!local.ok) return local;
  const have = new Map(local.value.map(({ name, sha }) => [name, sha]));
  const remote = listed.value.flatMap(({ name, sha }) => {
    const to = localName(name);
    return to === undefined ? [] : [{ from: name, to, sha }];
  });
  const gone = [...have.keys()].filter((name) => name.startsWith(HEADS) && !remote.some(({ to }) => to === name));
  const moved = remote.filter(({ to, sha }) => have.get(to) !== sha);
  if (moved.length > 0) {
    const specs = moved.map(({ from, to }): FetchSpec => ({ from, to, force: true }));
    for (let at = 0; at < specs.length; at += FETCHED_AT_ONCE) {
      const fetched = await git.fetch(address, specs.slice(at, at + FETCHED_AT_ONCE));
      if (!fetched.ok) return fetched;
    }
  }
  if (gone.length > 0) {
    const pruned = await git.updateRefs(
      gone.map((ref) => ({ ref, from: have.get(ref), to: undefined })),
      "plustwo: gone on the forge",
    );
    if (!pruned.ok) return pruned;
  }
  const tips = moved.length > 0 || gone.length > 0 ? await readTips(git) : ok(tipsOf(local.value));
  const pauses = listed.value.filter(({ name }) => pausedBy(name) !== undefined);
  return tips.ok ? ok({ ...tips.value, pauses }) : tips;
}

/** Keeps a commit for good under a name of ours, or says that it is lost. */
export async function keepPatchSet(
  { git, address }: Mirror,
  { change, n, sha }: { readonly change: number; readonly n: number; readonly sha: Sha },
): Promise<Result<void, GitProblem>> {
  const ref = patchSetRef(change, n);
  const had = await git.refs(ref);
  if (!had.ok) return had;
  const here = had.value[0]?.sha;
  return here === sha ? ok(undefined) : bring(git, address, { ref, from: here, sha });
}

async function bring(
  git: Repository,
  address: RemoteAddress,
  { ref, from, sha }: { readonly ref: RefName; readonly from: Sha | undefined; readonly sha: Sha },
): Promise<Result<void, GitProblem>> {
  const present = await git.commit(sha);
  if (!present.ok) {
    if (present.problem.kind !== "missing-object") return present;
    const fetched = await git.fetch(address, [{ from: sha }]);
    if (!fetched.ok) return fetched;
  }
  return git.updateRef(ref, { from, to: sha }, "plustwo: patch set recorded");
}

function patchSetRef(change: number, n: number): RefName {
  const ref = parseRefName(`refs/plustwo/changes/${change}/${n}`);
  if (ref === undefined) throw new Error(`No ref for patch set ${n} of change ${change}`);
  return ref;
}

/** Specs on one command line. */
const FETCHED_AT_ONCE = 200;

function pattern(text: string) {
  const found = parseRefPattern(text);
  if (found === undefined) throw new Error(`"${text}" is no ref pattern`);
  return found;
}

function localName(remote: RefName): RefName | undefined {
  if (remote.startsWith("refs/heads/")) return parseRefName(`${HEADS}${remote.slice("refs/heads/".length)}`);
  const number = /^refs\/pull\/(\d+)\/head$/.exec(remote)?.[1];
  return number === undefined ? undefined : parseRefName(`${PULLS}${number}`);
}

async function readTips(git: Repository): Promise<Result<Omit<Tips, "pauses">, GitProblem>> {
  const refs = await git.refs(pattern(HEADS), pattern(PULLS));
  return refs.ok ? ok(tipsOf(refs.value)) : refs;
}

function tipsOf(refs: readonly { readonly name: RefName; readonly sha: Sha }[]): Omit<Tips, "pauses"> {
  const branches = new Map<BranchName, Sha>();
  const pulls = new Map<number, Sha>();
  for (const { name, sha } of refs) {
    const branch = name.startsWith(HEADS) ? parseBranchName(name.slice(HEADS.length)) : undefined;
    if (branch !== undefined) branches.set(branch, sha);
    else if (name.startsWith(PULLS)) pulls.set(Number(name.slice(PULLS.length)), sha);
  }
  return { branches, pulls };
}

/**
 * Release files that changes have brought to the default branch since a commit of it, each with those changes in their order. From git
 * alone; whose change it was is known by the heads of merged pull requests and by what the gate landed.
 */
import type { Sha } from "../src/core/ids.ts";
import type { Brought } from "../src/core/release/release/asked.ts";
import { ok, type Result } from "../src/core/result.ts";
import { after } from "../src/core/time.ts";
import type { Commit } from "../src/git/commit.ts";
import type { FileVersion } from "../src/git/file-versions.ts";
import type { GitProblem } from "../src/git/problem.ts";
import type { RepositoryFacts } from "../src/forge/forge.ts";
import type { Mirror } from "./mirror.ts";
import type { Service } from "./service.ts";
import { patchSetsOf } from "./store/patch-sets.ts";
import type { KnownPull } from "./store/pulls.ts";
import { landedOn } from "./store/queue.ts";

/** So far back, where nothing is known to be settled. */
const LOOKED_BACK_MS = 30 * 24 * 3_600_000;
/** Commits that are listed to find which of them brought a file; of an older one the pull request is not known. */
const MOST_COMMITS = 2_000;

export interface MergedText {
  readonly path: string;
  /** As it is at the tip. */
  readonly text: string;
  /** Oldest first. */
  readonly brought: readonly Brought[];
}

interface Range {
  readonly at: Sha;
  readonly folder: string;
  /** What was settled before; a commit that is gone counts as none. */
  readonly since?: Sha;
}

/** What is known of the repository. */
export interface Here {
  readonly facts: Pick<RepositoryFacts, "id" | "defaultBranch">;
  readonly pulls: readonly KnownPull[];
  readonly mirror: Pick<Mirror, "git" | "known">;
}

type Read<T> = Promise<Result<T, GitProblem>>;

/** A file that is not there any more asks for nothing. */
export async function mergedReleaseFiles(
  service: Pick<Service, "store"> & { readonly clock: Pick<Service["clock"], "now"> },
  from: Here,
  { at, folder, since }: Range,
): Read<readonly MergedText[]> {
  const { git } = from.mirror;
  const known = since === undefined ? undefined : await git.commit(since);
  const base = known?.ok === true ? known.value.sha : undefined;
  const listed = await git.commits({
    from: at,
    max: MOST_COMMITS,
    ...(base === undefined ? {} : { notReachableFrom: [base] }),
  });
  if (!listed.ok) return listed;
  const line = firstParents(at, listed.value);
  const start = base ?? startOf(line, after(service.clock.now(), -LOOKED_BACK_MS));
  if (start === undefined) return ok([]);
  const versions = await git.fileVersions(at, [folder], { since: start });
  if (!versions.ok) return versions;
  const changed = versions.value.filter(({ path, there }) => there && isReleaseFile(path, folder));
  if (changed.length === 0) return ok([]);
  const changes = await changesOf(service, from, line);
  if (!changes.ok) return changes;
  const found: MergedText[] = [];
  for (const path of new Set(changed.map((version) => version.path))) {
    const own = changed.filter((version) => version.path === path);
    const read = await readText(from, { at, path, own, line, changes: changes.value });
    if (!read.ok) return read;
    if (read.value !== undefined) found.push(read.value);
  }
  return ok(found);
}

/** `<folder>/<series>/<deliverable>.yaml`. */
function isReleaseFile(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`) && /^[^/]+\/[^/]+\.yaml$/.test(path.slice(folder.length + 1));
}

/** Newest first: each is one change that landed, or one commit of it. */
function firstParents(at: Sha, listed: readonly Commit[]): readonly Commit[] {
  const bySha = new Map(listed.map((commit) => [commit.sha, commit]));
  const line: Commit[] = [];
  for (let commit = bySha.get(at); commit !== undefined;) {
    line.push(commit);
    const [parent] = commit.parents;
    commit = parent === undefined ? undefined : bySha.get(parent);
  }
  return line;
}

/** The newest commit that is too old to be looked at; where none is, the oldest there is. */
function startOf(line: readonly Commit[], since: number): Sha | undefined {
  const old = line.find(({ committer }) => committer.at < since) ?? line.at(-1);
  return old?.sha;
}

/** By the commit of the default branch, whose change it is. */
async function changesOf(
  { store }: Pick<Service, "store">,
  { facts, pulls, mirror }: Here,
  line: readonly Commit[],
): Read<ReadonlyMap<Sha, number>> {
  const onLine = new Map(line.map((commit) => [commit.sha, commit]));
  const found = new Map<Sha, number>();
  for (const { sha, change } of await landedOn(store, facts.id, facts.defaultBranch))
    if (onLine.has(sha)) found.set(sha, change);
  const merged = new Map(pulls.flatMap(({ state, head, change }) => (state === "merged" ? [[head, change]] : [])));
  for (const { sha, parents } of line) {
    const change = [sha, ...parents.slice(1)].flatMap((one) => merged.get(one) ?? [])[0];
    if (change !== undefined) found.set(sha, change);
  }
  // A change of several commits that was landed as it is: each of them is its own.
  for (const [sha, change] of [...found]) {
    if (merged.get(sha) !== change) continue;
    const recorded = (await patchSetsOf(store, facts.id, change)).findLast(({ patchSet }) => patchSet.sha === sha);
    if (recorded === undefined) continue;
    const range = await mirror.known.commits({ from: sha, notReachableFrom: [recorded.patchSet.parent] });
    if (!range.ok) return range;
    for (const commit of range.value)
      if (onLine.has(commit.sha) && !found.has(commit.sha)) found.set(commit.sha, change);
  }
  return ok(found);
}

interface Versions {
  readonly at: Sha;
  readonly path: string;
  readonly own: readonly FileVersion[];
  readonly line: readonly Commit[];
  readonly changes: ReadonlyMap<Sha, number>;
}

async function readText(
  { mirror: { git } }: Here,
  { at, path, own, line, changes }: Versions,
): Read<MergedText | undefined> {
  const parents = new Map(line.map(({ sha, parents: [first] }) => [sha, first]));
  const steps: { change: number | undefined; from: Sha | undefined; to: Sha }[] = [];
  for (const { commit } of own) {
    const change = changes.get(commit);
    const last = steps.at(-1);
    if (last !== undefined && change !== undefined && last.change === change) last.to = commit;
    else steps.push({ change, from: parents.get(commit), to: commit });
  }
  const wanted = [at, ...steps.flatMap(({ from, to }) => [from ?? to, to])];
  const read = await git.blobs(wanted.map((one) => ({ at: one, path })));
  if (!read.ok) return read;
  const [text, ...texts] = read.value.map((bytes) => (bytes === undefined ? undefined : textOf(bytes)));
  if (text === undefined) return ok(undefined);
  const brought = steps.flatMap(({ change, from }, index): readonly Brought[] => {
    const [before, then] = [from === undefined ? undefined : texts[2 * index], texts[2 * index + 1]];
    if (then === undefined) return [];
    return [{ after: then, ...(before === undefined ? {} : { before }), ...(change === undefined ? {} : { change }) }];
  });
  return ok({ path, text, brought });
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

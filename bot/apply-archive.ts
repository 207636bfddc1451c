/**
 * Folds the patch sets of changes that ended long ago into the archive of their thousand, and only then takes the numbered refs
 * away (ADR 0035). Each step is a compare-and-swap against what was just listed:
 *
 * 1. the archive ref moves from what it was to a commit that holds it and all that is folded now;
 * 2. the numbered refs go, each only if it still says what was folded;
 * 3. it is forgotten that they were put there.
 *
 * A death between two steps leaves more than is needed, never less, and the next look finds the first step done. Known race: two
 * services with a database each. Of two that push the archive one is stale; its next look folds onto the other's.
 */
import {
  archiveOf,
  archiveRef,
  archivedSha,
  chainOf,
  formatIndex,
  INDEX_PATH,
  mergeIndexes,
  parseIndex,
  type ArchivedPatchSet,
} from "../src/core/change/patch-set-archive.ts";
import { parsePatchSetRef, patchSetFolder } from "../src/core/change/patch-set-ref.ts";
import { REFUSED_SLOT } from "../src/core/gate/archive-patch-sets.ts";
import { patchSetSlot } from "../src/core/gate/keep-patch-sets.ts";
import type { Action } from "../src/core/gate/snapshot.ts";
import { parseRefName, type RefName, type Sha } from "../src/core/ids.ts";
import { ok, type Result } from "../src/core/result.ts";
import type { Instant } from "../src/core/time.ts";
import type { GitProblem } from "../src/git/problem.ts";
import type { RemoteRef } from "../src/git/remote.ts";
import type { Repository } from "../src/git/repository.ts";
import { parseRefPattern } from "../src/git/slots.ts";
import type { Applied, Applying } from "./applying.ts";
import { gitProblem } from "./problem.ts";
import { patchSetsOf } from "./store/patch-sets.ts";
import { forgetPublished, markPublished } from "./store/published.ts";

/** Refs on one command line. */
const FETCHED_AT_ONCE = 200;

/** One numbered ref as it was listed, and the commit that is this patch set as far as we know. */
interface Numbered extends ArchivedPatchSet {
  readonly ref: RefName;
  readonly found: Sha;
}

export async function applyArchive(
  at: Applying,
  { changes, day }: Extract<Action, { kind: "archive-patch-sets" }>,
): Promise<Applied> {
  const { service, gathered } = at;
  for (const archive of new Set(changes.map(archiveOf))) {
    const here = changes.filter((change) => archiveOf(change) === archive);
    const folded = await fold(at, archive, here);
    if (folded.ok) {
      await forgetPublished(service.store, gathered.facts.id, here.map(patchSetSlot));
      continue;
    }
    if (folded.problem.kind !== "rejected") return { kind: "problem", problem: gitProblem(folded.problem) };
    service.log.warn({ archive, refused: folded.problem.refs }, "the forge does not take the archive of patch sets");
    const refused = { repository: gathered.facts.id, slot: REFUSED_SLOT, digest: day };
    await markPublished(service.store, refused, service.clock.now());
  }
  return { kind: "said" };
}

async function fold(at: Applying, archive: number, changes: readonly number[]): Promise<Result<void, GitProblem>> {
  const { git, address } = at.gathered.mirror;
  const ref = archiveRef(archive);
  const patterns = changes.flatMap((change) => parseRefPattern(`${patchSetFolder(change)}*`) ?? []);
  const listed = await git.listRemote(address, ref, ...patterns);
  if (!listed.ok) return listed;
  const tip = listed.value.find(({ name }) => name === ref)?.sha;
  const numbered = await numberedAmong(at, listed.value);
  if (!numbered.ok) return numbered;
  if (numbered.value.length === 0) return ok(undefined);
  const holding = await archived(at, { ref, tip, sets: numbered.value });
  if (!holding.ok) return holding;
  const gone = await git.push(
    address,
    numbered.value.map(({ ref: name, found }) => ({ ref: name, from: found, to: undefined })),
  );
  if (!gone.ok) return gone;
  at.service.log.info({ archive, changes: changes.length, refs: numbered.value.length }, "patch sets were archived");
  return ok(undefined);
}

/** Their commits are here afterwards. What was recorded says which commit a patch set is; else the ref speaks for itself. */
async function numberedAmong(
  { service, gathered }: Applying,
  listed: readonly RemoteRef[],
): Promise<Result<readonly Numbered[], GitProblem>> {
  const { git, address } = gathered.mirror;
  const refs = listed.flatMap(({ name, sha }) => {
    const set = parsePatchSetRef(name);
    return set === undefined ? [] : [{ ...set, ref: name, found: sha }];
  });
  for (let from = 0; from < refs.length; from += FETCHED_AT_ONCE) {
    const fetched = await git.fetch(
      address,
      refs.slice(from, from + FETCHED_AT_ONCE).map(({ ref }) => ({ from: ref })),
    );
    if (!fetched.ok) return fetched;
  }
  const recorded = new Map<number, ReadonlyMap<number, Sha>>();
  for (const change of new Set(refs.map((one) => one.change))) {
    const sets = await patchSetsOf(service.store, gathered.facts.id, change);
    recorded.set(change, new Map(sets.map(({ patchSet: { n, sha } }) => [n, sha])));
  }
  const numbered: Numbered[] = [];
  for (const one of refs) {
    const known = recorded.get(one.change)?.get(one.n) ?? one.found;
    const isHere = known === one.found || (await git.commit(known)).ok;
    if (known !== one.found)
      service.log.warn({ ref: one.ref, found: one.found }, "a patch set was changed by somebody else; put right");
    numbered.push({ ...one, sha: isHere ? known : one.found });
  }
  return ok(numbered);
}

/**
 * A commit on the forge under the archive's ref from which all of these can be reached. What we pushed there before is put back
 * where somebody else has moved the ref away from it.
 */
async function archived(
  { service, gathered }: Applying,
  { ref, tip, sets }: { readonly ref: RefName; readonly tip: Sha | undefined; readonly sets: readonly Numbered[] },
): Promise<Result<Sha, GitProblem>> {
  const { git, address } = gathered.mirror;
  const local = parseRefName(ref.replace(/^refs\/changes\//, "refs/plustwo/"));
  if (local === undefined) throw new Error(`No name of ours for ${ref}`);
  const had = await git.refs(local);
  if (!had.ok) return had;
  const ours = had.value[0]?.sha;
  if (tip !== undefined && tip !== ours) {
    const fetched = await git.fetch(address, [{ from: ref }]);
    if (!fetched.ok) return fetched;
  }
  const heads = sets.map(({ sha }) => sha);
  const wanted = ours === undefined ? heads : [ours, ...heads];
  const before = await indexOf(git, tip);
  if (!before.ok) return before;
  if (tip !== undefined && sets.every((one) => archivedSha(before.value, one) === one.sha)) {
    const held = await git.areReachable(wanted, tip);
    if (!held.ok || held.value) return held.ok ? ok(tip) : held;
  }
  const own = await indexOf(git, ours);
  if (!own.ok) return own;
  const index = formatIndex(mergeIndexes(own.value, before.value, sets));
  const made = await chain(git, { onto: tip, heads: wanted, index, at: service.clock.now() });
  if (!made.ok) return made;
  const pushed = await git.push(address, [{ ref, from: tip, to: made.value, descend: true }]);
  if (!pushed.ok) return pushed;
  const kept = await git.updateRef(local, { from: ours, to: made.value }, "plustwo: patch sets archived");
  return kept.ok ? ok(made.value) : kept;
}

async function indexOf(git: Repository, at: Sha | undefined): Promise<Result<readonly ArchivedPatchSet[], GitProblem>> {
  const text = at === undefined ? ok(undefined) : await git.text(at, INDEX_PATH);
  return text.ok ? ok(parseIndex(text.value ?? "")) : text;
}

interface Chain {
  readonly onto: Sha | undefined;
  readonly heads: readonly Sha[];
  readonly index: string;
  readonly at: Instant;
}

async function chain(git: Repository, { onto, heads, index, at }: Chain): Promise<Result<Sha, GitProblem>> {
  const tree = await git.treeOfFile({ name: INDEX_PATH, content: index });
  if (!tree.ok) return tree;
  const who = { name: "plustwo", email: "plustwo@localhost", at, zone: "+0000" };
  let below = onto;
  for (const link of chainOf(heads)) {
    const made = await git.commitTree({
      tree: tree.value,
      parents: [...(below === undefined ? [] : [below]), ...link.filter((head) => head !== below)],
      author: who,
      committer: who,
      message: "Patch sets of changes that ended\n",
    });
    if (!made.ok) return made;
    below = made.value;
  }
  if (below === undefined) throw new Error("an archive of nothing");
  return ok(below);
}

/**
 * Patch sets of a change in this clone: under `refs/remotes/<remote>/changes/`, where they are put when they are fetched, and where
 * a refspec of the user's own (`+refs/changes/*:refs/remotes/origin/changes/*`) puts all of them.
 */
import { archivedSha } from "../../core/change/patch-set-archive.ts";
import { parsePatchSetRef, patchSetFolder, patchSetRef, type PatchSetName } from "../../core/change/patch-set-ref.ts";
import { parseRefName, type RefName, type Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { parseRefPattern } from "../../git/slots.ts";
import { ofGit } from "../problems.ts";
import { type CliProblem } from "../say.ts";
import { fetch, type GitHubClone } from "./clone.ts";
import { localIndex, remoteIndex } from "./archive.ts";
import { fromPushes, gone } from "./pushed-over.ts";

export async function localPatchSet(
  clone: GitHubClone,
  name: PatchSetName,
): Promise<Result<Sha | undefined, CliProblem>> {
  const ref = trackingRef(clone, patchSetRef(name));
  const found = ref === undefined ? ok([]) : await clone.repository.refs(ref);
  if (!found.ok) return fail(ofGit(found.problem));
  const [own] = found.value;
  if (own !== undefined) return ok(own.sha);
  const index = await localIndex(clone, name.change);
  if (!index.ok) return index;
  const archived = archivedSha(index.value, name);
  if (archived === undefined) return ok(undefined);
  return ok((await clone.repository.commit(archived)).ok ? archived : undefined);
}

/** By number; what this clone has seen of the change. */
export async function keptPatchSets(
  clone: GitHubClone,
  change: number,
): Promise<Result<ReadonlyMap<number, Sha>, CliProblem>> {
  const folder = `refs/remotes/${clone.location.remote}/${patchSetFolder(change).slice("refs/".length)}`;
  const pattern = parseRefPattern(folder);
  const found = pattern === undefined ? ok([]) : await clone.repository.refs(pattern);
  if (!found.ok) return fail(ofGit(found.problem));
  const kept = found.value.flatMap(({ name, sha }): readonly (readonly [number, Sha])[] => {
    const set = parsePatchSetRef(name.replace(`refs/remotes/${clone.location.remote}/`, "refs/"));
    return set === undefined ? [] : [[set.n, sha]];
  });
  const index = await localIndex(clone, change);
  if (!index.ok) return index;
  const archived = index.value.flatMap((one): readonly (readonly [number, Sha])[] =>
    one.change === change ? [[one.n, one.sha]] : [],
  );
  return ok(new Map([...archived, ...kept]));
}

/** The newest one, whose head the forge has just named, or one by its number. */
export type Wanted = { readonly number: number; readonly head: Sha } | Numbered;

interface Numbered {
  readonly number: number;
  readonly n: number;
}

export async function fetchPatchSet(clone: GitHubClone, wanted: Wanted): Promise<Result<Sha, CliProblem>> {
  if ("head" in wanted) {
    const here = await clone.repository.commit(wanted.head);
    if (here.ok) return ok(wanted.head);
    const spec = parseRefName(`refs/pull/${wanted.number}/head`);
    const fetched = await fetch(clone, `#${wanted.number}`, [{ from: spec ?? wanted.head }]);
    return fetched.ok ? ok(wanted.head) : fetched;
  }
  const from = patchSetRef({ change: wanted.number, n: wanted.n });
  const to = trackingRef(clone, from);
  if (to === undefined) return fail(ofGit({ kind: "unsafe-name", what: "remote", text: clone.location.remote }));
  const fetched = await fetch(clone, `#${wanted.number},${wanted.n}`, [{ from, to, force: true }], "may be missing");
  if (!fetched.ok) return fetched;
  if (fetched.value === "missing") return fromArchive(clone, wanted, to);
  const local = await localPatchSet(clone, { change: wanted.number, n: wanted.n });
  if (!local.ok) return local;
  return local.value === undefined ? fromPushes(clone, wanted) : ok(local.value);
}

/** It is put under its number here, so that the next time nobody is asked. */
async function fromArchive(clone: GitHubClone, { number, n }: Numbered, to: RefName): Promise<Result<Sha, CliProblem>> {
  const index = await remoteIndex(clone, number);
  if (!index.ok) return index;
  const sha = archivedSha(index.value, { change: number, n });
  if (sha === undefined) return fromPushes(clone, { number, n });
  const fetched = await fetch(clone, `#${number},${n}`, [{ from: sha, to, force: true }], "may be missing");
  if (!fetched.ok) return fetched;
  return fetched.value === "missing" ? fail(gone(clone, { number, n, sha })) : ok(sha);
}

function trackingRef({ location }: GitHubClone, ref: RefName): RefName | undefined {
  return parseRefName(`refs/remotes/${location.remote}/${ref.slice("refs/".length)}`);
}

/**
 * Where patch sets are that no longer have a ref of their own: one archive for a thousand changes, `refs/changes/archive/<n>`, a
 * commit whose parents hold what was folded and whose file `index` says which commit is which patch set (ADR 0035).
 * A convenience like the numbered refs: nothing is decided by it.
 */
import { parseRefName, parseSha, type RefName, type Sha } from "../ids.ts";
import type { PatchSetName } from "./patch-set-ref.ts";

export const INDEX_PATH = "index";
export const ARCHIVES = "refs/changes/archive/";
const CHANGES_IN_ONE = 1_000;

/** Changes 0 to 999 are in the archive 0, 1000 to 1999 in 1. */
export function archiveOf(change: number): number {
  return Math.floor(change / CHANGES_IN_ONE);
}

export function archiveRef(archive: number): RefName {
  const ref = parseRefName(`${ARCHIVES}${archive}`);
  if (ref === undefined) throw new Error(`No ref for archive ${archive}`);
  return ref;
}

/** `undefined` for any other ref. */
export function parseArchiveRef(ref: string): number | undefined {
  const number = /^refs\/changes\/archive\/(0|[1-9]\d{0,6})$/.exec(ref)?.[1];
  return number === undefined ? undefined : Number(number);
}

export interface ArchivedPatchSet extends PatchSetName {
  readonly sha: Sha;
}

/** One line each: `<change> <patch set> <commit>`, by number. */
export function formatIndex(sets: readonly ArchivedPatchSet[]): string {
  const sorted = [...sets].sort((one, other) => one.change - other.change || one.n - other.n);
  return sorted.map(({ change, n, sha }) => `${change} ${n} ${sha}\n`).join("");
}

/** Lines that are none of ours are left out: a later version may write more. */
export function parseIndex(text: string): readonly ArchivedPatchSet[] {
  return text.split("\n").flatMap((line): readonly ArchivedPatchSet[] => {
    const [, change, n, object = ""] = /^([1-9]\d{0,9}) ([1-9]\d{0,5}) ([0-9a-f]+)$/.exec(line) ?? [];
    const sha = parseSha(object);
    return sha === undefined ? [] : [{ change: Number(change), n: Number(n), sha }];
  });
}

export function archivedSha(index: readonly ArchivedPatchSet[], { change, n }: PatchSetName): Sha | undefined {
  return index.find((one) => one.change === change && one.n === n)?.sha;
}

/** Of two that name the same patch set the later one stays. */
export function mergeIndexes(...indexes: readonly (readonly ArchivedPatchSet[])[]): readonly ArchivedPatchSet[] {
  return [...new Map(indexes.flat().map((one) => [`${one.change} ${one.n}`, one])).values()];
}

/**
 * Parents of one archive commit, the one before it included. Git has no limit, but a server may; a commit with 66 parents is in
 * Linux and on GitHub since 2014.
 */
const MOST_PARENTS = 64;

/** How the commits of one folding are chained: each link holds its heads and the link before it, first link first. */
export function chainOf(heads: readonly Sha[]): readonly (readonly Sha[])[] {
  const distinct = [...new Set(heads)];
  const size = MOST_PARENTS - 1;
  return Array.from({ length: Math.ceil(distinct.length / size) }, (_, at) =>
    distinct.slice(at * size, (at + 1) * size),
  );
}

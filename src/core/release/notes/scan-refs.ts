/** Which tags name versions, and which branches are series: reno's rules. Source: reno 4.1, "Configuring reno" and its behaviour. */
import type { NotesConfig } from "./config.ts";
import type { ScanInput, TagFact } from "./shapes.ts";

/** The tags of each commit that name a version, in the order in which they were given; of a pair the release comes last. */
export function versionTags(tags: readonly TagFact[], config: NotesConfig): ReadonlyMap<number, readonly string[]> {
  const byCommit = new Map<number, TagFact[]>();
  for (const tag of tags) {
    if (tag.commit === undefined || !isVersionTag(tag.name, config)) continue;
    const others = byCommit.get(tag.commit);
    if (others === undefined) byCommit.set(tag.commit, [tag]);
    else others.push(tag);
  }
  const rank = ({ name }: TagFact) => (config.preReleaseTag.search(name) === undefined ? 1 : 0);
  return new Map(
    [...byCommit].map(([commit, found]) => [
      commit,
      // Plain tags of one commit all have its date: their names decide then, which reno leaves to chance.
      found.toSorted((a, b) => rank(a) - rank(b) || a.at - b.at || natural(a.name, b.name)).map(({ name }) => name),
    ]),
  );
}

export function isVersionTag(name: string, config: NotesConfig): boolean {
  return config.releaseTag.atStart(name) !== undefined;
}

/** Full names of refs that a branch's name may mean, the first that is there counts. Empty: what is checked out. */
export function refsForBranch(name: string): readonly string[] {
  const last = name.slice(name.lastIndexOf("/") + 1);
  return [
    `refs/heads/${name}`,
    `refs/remotes/${name}`,
    `refs/tags/${name}`,
    `refs/tags/${last}-eol`,
    `refs/tags/${last}-eom`,
    `refs/remotes/origin/${name}`,
    ...(name.startsWith("origin/") ? [`refs/heads/${name.slice("origin/".length)}`] : []),
  ];
}

/** Branches of series by name, oldest first; one that was closed is known by its tag. */
export function seriesBranches(refs: readonly string[], config: NotesConfig): readonly string[] {
  const names = new Set(refs.flatMap((ref) => seriesNamed(ref, config) ?? []));
  const keyed = [...names].map((name) => {
    const found = config.branchSort.search(name);
    return { name, key: found === undefined ? name : config.branchSortPrefix + (found.first ?? "") };
  });
  return keyed.toSorted((a, b) => byCodePoint(a.key, b.key) || byCodePoint(a.name, b.name)).map(({ name }) => name);
}

function seriesNamed(ref: string, config: NotesConfig): string | undefined {
  const branch = /^refs\/(?:remotes\/origin|heads)\/(.+)$/s.exec(ref)?.[1];
  if (branch !== undefined) return config.branchName.search(branch) === undefined ? undefined : branch;
  if (!ref.startsWith("refs/tags/")) return undefined;
  const closed = config.closedBranchTag.search(ref.slice(ref.lastIndexOf("/") + 1));
  return closed === undefined ? undefined : config.branchNamePrefix + (closed.first ?? "");
}

/** The number of the commit that a branch's name leads to; `undefined`: there is no such branch. */
export function commitOf(input: Pick<ScanInput, "refs" | "tags">, branch: string): number | undefined {
  const there = new Map([
    ...input.refs.map(({ name, commit }) => [name, commit] as const),
    ...input.tags.map(({ name, commit }) => [`refs/tags/${name}`, commit] as const),
  ]);
  return refsForBranch(branch)
    .map((ref) => there.get(ref))
    .find((commit) => commit !== undefined);
}

/** In the order of Python's strings; JavaScript's own differs beyond the basic plane. */
export function byCodePoint(one: string, other: string): number {
  if (one === other) return 0;
  const length = Math.min(one.length, other.length);
  let at = 0;
  while (at < length && one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  if (at === length) return one.length - other.length;
  return weight(one.charCodeAt(at)) - weight(other.charCodeAt(at));
}

/** Surrogates stand for what comes after all others. */
function weight(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Digits by their number: 9.0.0 before 10.0.0. */
function natural(one: string, other: string): number {
  const [a, b] = [one, other].map((text) => text.split(/(\d+)/));
  for (const [index, part] of (a ?? []).entries()) {
    const against = b?.[index] ?? "";
    const order = index % 2 === 1 ? Number(part) - Number(against) : byCodePoint(part, against);
    if (order !== 0) return order;
  }
  return byCodePoint(one, other);
}

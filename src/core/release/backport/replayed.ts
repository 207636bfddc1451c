/**
 * Which commits of a branch are those of a change that was landed by rebase: author and author's time survive every replay, where the
 * subject may be mended and commits that became empty are left out. A squash has but one of its own, or none.
 */

export interface Authored {
  readonly author: { readonly email: string; readonly name: string; readonly at: number };
  readonly parents: readonly string[];
}

/** Of `landed`, newest first and down from what the change was merged as; answered oldest first. None: it was squashed. */
export function replayedFrom<T extends Authored>(reviewed: readonly Authored[], landed: readonly T[]): readonly T[] {
  const found: T[] = [];
  let left = reviewed.length;
  for (const commit of landed) {
    if (commit.parents.length !== 1) break;
    const at = reviewed.slice(0, left).findLastIndex((one) => isSameWork(one, commit));
    if (at < 0) break;
    found.unshift(commit);
    left = at;
  }
  return found;
}

function isSameWork({ author: one }: Authored, { author: other }: Authored): boolean {
  return (
    one.email === other.email && one.name === other.name && Math.floor(one.at / 1000) === Math.floor(other.at / 1000)
  );
}

/**
 * What was made once of a release, so that it is not made again when somebody has taken it away. Remembered among what was published; a
 * lost database forgets it, and then the file is the only word there is.
 */
import type { ReleaseOrder } from "./order.ts";

/** `tag`, `page`, `branch stable/2026.2`. */
export type Made = string;

const PREFIX = "released:";

/** A row in `published`. */
export interface MadeMark {
  readonly slot: string;
  readonly digest: string;
}

export function madeMarks({ repository, version, commit }: ReleaseOrder, made: readonly Made[]): readonly MadeMark[] {
  return made.map((what) => ({ slot: slotOf({ repository, version }, what), digest: commit }));
}

export function madeBefore(order: ReleaseOrder, published: Readonly<Record<string, string>>): readonly Made[] {
  const all = ["tag", "page", ...order.branches.map(({ name }) => `branch ${name}`)];
  return all.filter((what) => published[slotOf(order, what)] !== undefined);
}

/** A branch is the same in every release of its series. */
function slotOf({ repository, version }: Pick<ReleaseOrder, "repository" | "version">, what: Made): string {
  const of = what.startsWith("branch ") ? what : `${what} ${version}`;
  return `${PREFIX}${repository.toLowerCase()}:${of}`;
}

/** One thing that is not as it should be, with its mend. */
import { type Known } from "./facts.ts";

export interface Finding {
  /** Stable, for scripts: `policy-missing`, `check-never-seen`. */
  readonly id: string;
  /**
   * wrong: the gate cannot work, or can be gone round. warning: it works, and something is lost. note: nothing is lost
   * now; it will matter when the mode goes up.
   */
  readonly severity: "wrong" | "warning" | "note";
  /** A sentence without a stop. */
  readonly found: string;
  /** What to do, without a stop. */
  readonly mend: string;
}

/** What cannot be read is never fine. */
export function unread(id: string, what: string, { why }: Extract<Known<unknown>, { known: false }>): Finding {
  return {
    id,
    severity: "warning",
    found: `${what} could not be read: ${why}`,
    mend: "ask an admin of the repository to run this, or give the token the right it lacks",
  };
}

/** The nearest of the names, where one is near: for "did you mean". */
export function nearest(wanted: string, names: readonly string[]): string | undefined {
  const most = Math.max(2, Math.floor(wanted.length / 3));
  const [best] = [...new Set(names)]
    .map((name) => ({ name, away: nearness(wanted.toLowerCase(), name.toLowerCase()) }))
    .filter(({ away }) => away <= most)
    .sort((one, other) => one.away - other.away || (one.name < other.name ? -1 : 1));
  return best?.name;
}

/** One name inside the other is near: `test` became `test (20)`. */
function nearness(one: string, other: string): number {
  return one.includes(other) || other.includes(one) ? 1 : distance(one, other);
}

/** Insertions, deletions and replacements of single characters; for names, so at most 200 of each. */
function distance(one: string, other: string): number {
  const [a, b] = [[...one].slice(0, 200), [...other].slice(0, 200)];
  let row = b.map((_, index) => index + 1);
  a.forEach((letter, index) => {
    let diagonal = index;
    let left = index + 1;
    row = row.map((above, column) => {
      const cost = Math.min(above + 1, left + 1, diagonal + (letter === b[column] ? 0 : 1));
      diagonal = above;
      left = cost;
      return cost;
    });
  });
  return row.at(-1) ?? a.length;
}

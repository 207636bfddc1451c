/**
 * Counting ranked ballots: the matrix of pairs, the candidate who beats every other one (Condorcet), and the order by Schulze's method with
 * winning votes. A candidate whom a ballot does not rank comes behind all that it ranks. Source: Schulze, "A new monotonic … method", 2011.
 */
import { fail, ok, type Result } from "../../result.ts";

/** Candidates by rank, best first; those in one list are equal. */
export interface Ballot {
  readonly count: number;
  readonly ranks: readonly (readonly string[])[];
}

export interface BallotProblem {
  readonly line: number;
  readonly message: string;
  readonly hint: string;
}

export interface Count {
  readonly ballots: number;
  readonly candidates: readonly string[];
  /** `matrix[a][b]`: how many prefer a to b; by place in `candidates`. */
  readonly matrix: readonly (readonly number[])[];
  /** Beats every other one; absent: there is none. */
  readonly condorcet?: string;
  /** By Schulze, best first; those in one list are tied. */
  readonly order: readonly (readonly string[])[];
}

/**
 * ABIF's plain lines: `12: Alice > Bob = Carol > Dave`, one ballot or several alike; `#` begins a remark, `{…}` lines are skipped, and
 * `=Al:[Alice Smith]` names a candidate whom no ballot may rank.
 */
export function parseBallots(
  text: string,
): Result<{ readonly ballots: readonly Ballot[]; readonly candidates: readonly string[] }, readonly BallotProblem[]> {
  const ballots: Ballot[] = [];
  const candidates = new Set<string>();
  const problems: BallotProblem[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.replace(/#.*$/, "").trim();
    if (line === "" || line.startsWith("{")) continue;
    const declared = /^=\s*([^:]+):\s*\[.*\]$/.exec(line)?.[1];
    if (declared !== undefined) {
      candidates.add(declared.trim());
      continue;
    }
    const [, count, order] = /^(\d{1,7})\s*:\s*(.*)$/.exec(line) ?? [];
    const ranks = (order ?? "").split(">").map((rank) => rank.split(/[=,]/).map(nameOf));
    const names = ranks.flat();
    const tell = (message: string, hint: string): void => void problems.push({ line: index + 1, message, hint });
    if (count === undefined || Number(count) === 0)
      tell(`"${line.slice(0, 60)}" is no ballot`, "write `1: Alice > Bob = Carol`");
    else if (names.some((name) => name === "")) tell("a rank is empty", "write a name on both sides of `>` and `=`");
    else if (new Set(names).size !== names.length) tell("a candidate is ranked twice", "rank each candidate once");
    else {
      ballots.push({ count: Number(count), ranks });
      for (const name of names) candidates.add(name);
    }
  }
  if (problems.length > 0) return fail(problems);
  return ok({ ballots, candidates: [...candidates].sort() });
}

/** `Alice/5` is ABIF's with a score, `[Alice Smith]` its long name. */
function nameOf(text: string): string {
  return text
    .trim()
    .replace(/\/\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .trim();
}

export function tally(ballots: readonly Ballot[], candidates: readonly string[]): Count {
  const at = new Map(candidates.map((name, index) => [name, index]));
  const size = candidates.length;
  const matrix = square(size);
  for (const { count, ranks } of ballots) {
    const rankOf = candidates.map(() => Number.POSITIVE_INFINITY);
    for (const [rank, names] of ranks.entries())
      for (const name of names) {
        const index = at.get(name);
        if (index !== undefined) rankOf[index] = rank;
      }
    for (let one = 0; one < size; one += 1)
      for (let other = 0; other < size; other += 1)
        if ((rankOf[one] ?? 0) < (rankOf[other] ?? 0)) add(matrix, one, other, count);
  }
  const winner = candidates.findIndex((_, one) =>
    candidates.every((__, other) => one === other || cell(matrix, one, other) > cell(matrix, other, one)),
  );
  return {
    ballots: ballots.reduce((sum, { count }) => sum + count, 0),
    candidates,
    matrix,
    ...(winner < 0 ? {} : { condorcet: candidates[winner] ?? "" }),
    order: schulze(matrix, candidates),
  };
}

/** The strongest path from one to the other, by winning votes; who has the stronger one to the other is before them. */
function schulze(
  matrix: readonly (readonly number[])[],
  candidates: readonly string[],
): readonly (readonly string[])[] {
  const size = candidates.length;
  const paths = square(size);
  for (let one = 0; one < size; one += 1)
    for (let other = 0; other < size; other += 1)
      if (one !== other && cell(matrix, one, other) > cell(matrix, other, one))
        add(paths, one, other, cell(matrix, one, other));
  for (let through = 0; through < size; through += 1)
    for (let one = 0; one < size; one += 1)
      for (let other = 0; other < size; other += 1) {
        if (one === other || one === through || other === through) continue;
        const by = Math.min(cell(paths, one, through), cell(paths, through, other));
        if (by > cell(paths, one, other)) add(paths, one, other, by - cell(paths, one, other));
      }
  const beats = (one: number, other: number): boolean => cell(paths, one, other) > cell(paths, other, one);
  let left = candidates.map((_, index) => index);
  const order: string[][] = [];
  while (left.length > 0) {
    const first = left.filter((one) => left.every((other) => !beats(other, one)));
    order.push(first.map((index) => candidates[index] ?? "").sort());
    left = left.filter((index) => !first.includes(index));
  }
  return order;
}

/** After ranking: nobody is seated over whom too many of one affiliation sit already; the next one takes the seat. */
export function seat(
  order: readonly (readonly string[])[],
  seats: number,
  { affiliationOf, most }: { readonly affiliationOf: (name: string) => string | undefined; readonly most: number },
): { readonly seated: readonly string[]; readonly passedOver: readonly string[]; readonly tied: readonly string[] } {
  const seated: string[] = [];
  const passedOver: string[] = [];
  const held = new Map<string, number>();
  for (const rank of order) {
    const free = seats - seated.length;
    if (free <= 0) break;
    const allowed = rank.filter((name) => {
      const of = affiliationOf(name);
      const full = of !== undefined && (held.get(of) ?? 0) >= most;
      if (full) passedOver.push(name);
      return !full;
    });
    // More than there are seats, and nothing that tells them apart: people decide.
    if (allowed.length > free) return { seated, passedOver, tied: allowed };
    for (const name of allowed) {
      const of = affiliationOf(name);
      if (of !== undefined && (held.get(of) ?? 0) >= most) {
        passedOver.push(name);
        continue;
      }
      seated.push(name);
      if (of !== undefined) held.set(of, (held.get(of) ?? 0) + 1);
    }
  }
  return { seated, passedOver, tied: [] };
}

function square(size: number): number[][] {
  return Array.from({ length: size }, () => Array.from({ length: size }, () => 0));
}

function cell(matrix: readonly (readonly number[])[], one: number, other: number): number {
  return matrix[one]?.[other] ?? 0;
}

function add(matrix: number[][], one: number, other: number, count: number): void {
  const row = matrix[one];
  if (row !== undefined) row[other] = (row[other] ?? 0) + count;
}

/**
 * Counting ranked ballots: the matrix of pairs, the candidate who beats every other one (Condorcet), and the order by Schulze's method with
 * winning votes. A candidate whom a ballot does not rank comes behind all that it ranks; one of whom it has no opinion is compared with
 * nobody by it. Source: Schulze, "A new monotonic … method", 2011.
 */
import type { Ballot } from "./ballots.ts";

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

export function tally(ballots: readonly Ballot[], candidates: readonly string[]): Count {
  const at = new Map(candidates.map((name, index) => [name, index]));
  const size = candidates.length;
  const matrix = square(size);
  for (const { count, ranks, noOpinion = [] } of ballots) {
    const silent = candidates.map((name) => noOpinion.includes(name));
    const rankOf = candidates.map(() => Number.POSITIVE_INFINITY);
    for (const [rank, names] of ranks.entries())
      for (const name of names) {
        const index = at.get(name);
        if (index !== undefined) rankOf[index] = rank;
      }
    for (let one = 0; one < size; one += 1)
      for (let other = 0; other < size; other += 1)
        if ((rankOf[one] ?? 0) < (rankOf[other] ?? 0) && silent[one] === false && silent[other] === false)
          add(matrix, one, other, count);
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

/** The two orders in which commits are walked: by date, as a queue of commits gives it, and as one line, merged branches first. */
import type { CommitGraph } from "./shapes.ts";

/** All commits that `from` leads to. */
export function reachable(graph: Pick<CommitGraph, "parents">, from: number): Uint8Array {
  const seen = new Uint8Array(graph.parents.length);
  const todo = [from];
  seen[from] = 1;
  for (let commit = todo.pop(); commit !== undefined; commit = todo.pop()) {
    for (const parent of graph.parents[commit] ?? []) {
      if (seen[parent] === 1) continue;
      seen[parent] = 1;
      todo.push(parent);
    }
  }
  return seen;
}

/**
 * From `from`, always the newest of those whose child was seen; of two of one second the one whose SHA is smaller. A parent that
 * claims to be newer than its child still comes after it.
 */
export function* walkByDate(graph: CommitGraph, from: number): Generator<number> {
  const { shas, times } = graph;
  const before = (a: number, b: number): boolean => {
    const [early, late] = [times[b] ?? 0, times[a] ?? 0];
    return late > early || (late === early && (shas.at(a) ?? "") < (shas.at(b) ?? ""));
  };
  const seen = new Uint8Array(graph.parents.length);
  const heap: number[] = [];
  const push = (commit: number): void => {
    if (seen[commit] === 1) return;
    seen[commit] = 1;
    let at = heap.push(commit) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const above = heap[up] ?? commit;
      if (!before(commit, above)) break;
      heap[at] = above;
      at = up;
    }
    heap[at] = commit;
  };
  const pop = (): number | undefined => {
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      const [left, right] = [heap[down], heap[down + 1]];
      if (left === undefined) break;
      if (right !== undefined && before(right, left)) down += 1;
      const below = heap[down] ?? left;
      if (!before(below, last)) break;
      heap[at] = below;
      at = down;
    }
    heap[at] = last;
    return top;
  };
  push(from);
  for (let commit = pop(); commit !== undefined; commit = pop()) {
    for (const parent of graph.parents[commit] ?? []) push(parent);
    yield commit;
  }
}

export interface LineOptions {
  /** Merges of which only the first parent is followed; they are not part of the line themselves. */
  readonly skipped: ReadonlySet<number>;
}

/**
 * From `head`, each commit after all its children; at a merge what was merged in comes before the branch it was merged into.
 * A skipped merge counts its later parents as done though nobody walks them, and so the line ends early where other commits wait
 * for the children of those. That is reno's way, and where it loses notes.
 */
export function* walkLine(
  graph: Pick<CommitGraph, "parents">,
  head: number,
  { skipped }: LineOptions,
): Generator<number> {
  const inside = reachable(graph, head);
  const waiting = new Int32Array(graph.parents.length);
  for (const [commit, parents] of graph.parents.entries())
    if (inside[commit] === 1) for (const parent of eachOnce(parents)) waiting[parent] = (waiting[parent] ?? 0) + 1;
  const done = new Uint8Array(graph.parents.length);
  const queued = new Uint8Array(graph.parents.length);
  const todo = [head];
  queued[head] = 1;
  const finish = (commit: number): void => {
    if (done[commit] === 1) return;
    done[commit] = 1;
    for (const parent of eachOnce(graph.parents[commit] ?? [])) waiting[parent] = (waiting[parent] ?? 0) - 1;
  };
  const queue = (commit: number | undefined): void => {
    if (commit === undefined || queued[commit] === 1 || done[commit] === 1) return;
    queued[commit] = 1;
    todo.push(commit);
  };
  for (let commit = todo.pop(); commit !== undefined; commit = todo.pop()) {
    queued[commit] = 0;
    const parents = graph.parents[commit] ?? [];
    if (skipped.has(commit)) {
      for (const parent of parents.slice(1)) finish(parent);
      finish(commit);
      queue(parents[0]);
    } else if (waiting[commit] === 0) {
      finish(commit);
      yield commit;
      for (const parent of parents) queue(parent);
    }
  }
}

/** A commit may name a parent twice. Most have one. */
function eachOnce(parents: readonly number[]): Iterable<number> {
  return parents.length < 2 ? parents : new Set(parents);
}

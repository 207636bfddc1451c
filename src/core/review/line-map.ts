/** Where a line of a file is after the file was changed: from the hunks of a difference without context. */

export interface LineRange {
  /** From 1. Of an empty range: the line before it. */
  readonly start: number;
  readonly count: number;
}

export interface Hunk {
  readonly old: LineRange;
  readonly new: LineRange;
}

/** `line` is the nearest that is still there where `gone` says that the line itself was changed or removed. */
export interface MappedLine {
  readonly line: number;
  readonly gone: boolean;
}

/** `hunks`: in order, without context lines. Nothing that was not touched is ever `gone`. */
export function mapLine(line: number, hunks: readonly Hunk[]): MappedLine {
  let moved = 0;
  for (const { old, new: now } of hunks) {
    // An insertion stands after its line, and moves what comes behind.
    const begin = old.count === 0 ? old.start + 1 : old.start;
    if (line < begin) break;
    if (line < begin + old.count) return { line: Math.max(1, nearest(line - begin, now)), gone: true };
    moved += now.count - old.count;
  }
  return { line: line + moved, gone: false };
}

/** The line at the same place of what stands there now, else its last. */
function nearest(offset: number, { start, count }: LineRange): number {
  return count === 0 ? start : start + Math.min(offset, count - 1);
}

export interface FileHunks {
  readonly path: string;
  /** Before a rename. */
  readonly previousPath: string;
  readonly removed: boolean;
  readonly hunks: readonly Hunk[];
}

const HEADER = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

export function parseHunk(line: string): Hunk | undefined {
  const found = HEADER.exec(line);
  if (found === null) return undefined;
  const [, oldStart, oldCount = "1", newStart, newCount = "1"] = found;
  return {
    old: { start: Number(oldStart), count: Number(oldCount) },
    new: { start: Number(newStart), count: Number(newCount) },
  };
}

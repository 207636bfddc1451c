/**
 * A history as git lists it, kept in the bytes that git wrote: of tens of thousands of commits, names as texts would cost more than
 * the reading. A commit is known by its number, its place in the list.
 */
import { parseSha, type Sha } from "../core/ids.ts";
import type { CommitGraph } from "../core/release/notes/shapes.ts";

/** What git is asked for. A line is: name, seconds since 1970, name of the tree, names of the parents. */
export const COMMIT_LINE = "--format=%H %ct %T %P";

export interface CommitTable {
  readonly graph: CommitGraph;
  /** `undefined`: it is not listed. */
  readonly numberOf: (sha: Sha) => number | undefined;
  /** Of a name, in bytes. */
  readonly width: number;
  readonly bytes: Buffer;
  /** Where in `bytes` the name of each commit's tree begins. */
  readonly treeAt: Int32Array;
}

const SPACE = 32;
const NEWLINE = 10;
const ZERO = 48;
const NONE: readonly number[] = [];

/** `undefined`: these are no such lines. */
export function readCommitTable(bytes: Buffer): CommitTable | undefined {
  const width = Math.max(0, bytes.indexOf(SPACE));
  const most = Math.ceil(bytes.length / (2 * width + 5));
  const [nameAt, treeAt] = [new Int32Array(most), new Int32Array(most)];
  const times: number[] = [];
  let count = 0;
  for (let at = 0; at < bytes.length; count += 1) {
    let time = 0;
    let next = at + width + 1;
    for (let digit = bytes[next]; digit !== SPACE; digit = bytes[(next += 1)]) {
      if (digit === undefined || digit < ZERO || digit > ZERO + 9) return undefined;
      time = time * 10 + digit - ZERO;
    }
    nameAt[count] = at;
    treeAt[count] = next + 1;
    times.push(time);
    at = next + width + 2;
    while (bytes[at + width] === SPACE) at += width + 1;
    if (bytes[at] !== NEWLINE) at += width;
    if (bytes[at] !== NEWLINE) return undefined;
    at += 1;
  }
  const find = finder(bytes, { width, nameAt, count });
  const parents: (readonly number[])[] = [];
  for (let commit = 0; commit < count; commit += 1) {
    let at = (treeAt[commit] ?? 0) + width + 1;
    if (bytes[at] === NEWLINE) {
      parents.push(NONE);
      continue;
    }
    const found: number[] = [];
    for (; bytes[at - 1] === SPACE; at += width + 1) {
      const parent = find(bytes, at);
      if (parent >= 0) found.push(parent);
    }
    parents.push(found);
  }
  return {
    graph: {
      shas: {
        at: (commit) => {
          const start = nameAt[commit];
          return start === undefined || commit >= count
            ? undefined
            : parseSha(bytes.toString("latin1", start, start + width));
        },
      },
      times,
      parents,
    },
    numberOf: (sha) => {
      const found = sha.length === width ? find(Buffer.from(sha, "latin1"), 0) : -1;
      return found < 0 ? undefined : found;
    },
    ...{ width, bytes, treeAt },
  };
}

interface Names {
  readonly width: number;
  readonly nameAt: Int32Array;
  readonly count: number;
}

/** The number of the commit whose name stands at a place; -1: none has it. A table of twice as many places as names. */
function finder(bytes: Buffer, { width, nameAt, count }: Names): (text: Buffer, at: number) => number {
  let size = 16;
  while (size < 2 * count) size *= 2;
  const table = new Int32Array(size).fill(-1);
  const places = size - 1;
  const find = (text: Buffer, at: number): number => {
    let place = beginningOf(text, at) & places;
    for (let number = table[place] ?? -1; number >= 0; number = table[place] ?? -1) {
      if (isSameName(bytes, nameAt[number] ?? 0, { text, at, width })) return number;
      place = (place + 1) & places;
    }
    return -1 - place;
  };
  for (let number = 0; number < count; number += 1) {
    const free = find(bytes, nameAt[number] ?? 0);
    if (free < 0) table[-1 - free] = number;
  }
  return find;
}

/** The first seven digits as a number: names are hashes already. */
function beginningOf(text: Buffer, at: number): number {
  let number = 0;
  for (let digit = at; digit < at + 7; digit += 1) {
    const code = text[digit] ?? ZERO;
    number = (number << 4) | ((code & 15) + (code > ZERO + 9 ? 9 : 0));
  }
  return number;
}

interface NamePlace {
  readonly text: Buffer;
  readonly at: number;
  readonly width: number;
}

/** Whether the name that begins at `at` is that other one. */
export function isSameName(bytes: Buffer, at: number, { text, at: other, width }: NamePlace): boolean {
  for (let digit = 0; digit < width; digit += 1) if (bytes[at + digit] !== text[other + digit]) return false;
  return true;
}

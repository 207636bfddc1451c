import { describe, expect, it } from "vitest";
import {
  archivedSha,
  archiveOf,
  archiveRef,
  chainOf,
  formatIndex,
  mergeIndexes,
  parseArchiveRef,
  parseIndex,
} from "../../../src/core/change/patch-set-archive.ts";
import { parsePatchSetRef } from "../../../src/core/change/patch-set-ref.ts";
import type { Sha } from "../../../src/core/ids.ts";

const sha = (n: number): Sha => n.toString(16).padStart(40, "0") as Sha;
const set = (change: number, n: number, at = change * 10 + n) => ({ change, n, sha: sha(at) });

it.each([
  [1, 0, "refs/changes/archive/0"],
  [999, 0, "refs/changes/archive/0"],
  [1000, 1, "refs/changes/archive/1"],
  [981234, 981, "refs/changes/archive/981"],
])("change %i is in the archive %i, at %s, and no patch set has that name", (change, archive, ref) => {
  expect(archiveOf(change)).toBe(archive);
  expect(archiveRef(archive)).toBe(ref);
  expect(parseArchiveRef(ref)).toBe(archive);
  expect(parsePatchSetRef(ref)).toBeUndefined();
});

it.each(["refs/changes/archive/01", "refs/changes/archive/x", "refs/changes/archive/1/1", "refs/changes/01/1/1"])(
  "%s is no archive",
  (ref) => expect(parseArchiveRef(ref)).toBeUndefined(),
);

describe("an index", () => {
  it("has a line for each patch set by number, and reads back as it was written", () => {
    const text = formatIndex([set(12, 1), set(2, 10), set(2, 9)]);
    expect(text).toBe(`2 9 ${sha(29)}\n2 10 ${sha(30)}\n12 1 ${sha(121)}\n`);
    expect(parseIndex(text)).toEqual([set(2, 9), set(2, 10), set(12, 1)]);
    expect(archivedSha(parseIndex(text), { change: 2, n: 10 })).toBe(sha(30));
    expect(archivedSha(parseIndex(text), { change: 2, n: 1 })).toBeUndefined();
  });

  it.each(["", "# a later version\n", "0 1 " + sha(1), "1 1 abc\n", "1 01 " + sha(1), "1 1 --upload-pack=x\n"])(
    "leaves out what is no line of it: %j",
    (text) => expect(parseIndex(text)).toEqual([]),
  );

  it("of two that disagree the later one stays", () => {
    expect(mergeIndexes([set(1, 1), set(1, 2)], [set(1, 2, 77), set(3, 1)])).toEqual([
      set(1, 1),
      set(1, 2, 77),
      set(3, 1),
    ]);
  });
});

describe("a chain of archive commits", () => {
  it.each([
    [0, []],
    [1, [1]],
    [63, [63]],
    [64, [63, 1]],
    [200, [63, 63, 63, 11]],
  ])("of %i heads has links of %j, so that none has more than 64 parents", (heads, sizes) => {
    const chain = chainOf(Array.from({ length: heads }, (_, n) => sha(n + 1)));
    expect(chain.map((link) => link.length)).toEqual(sizes);
    expect(chain.flat()).toEqual(Array.from({ length: heads }, (_, n) => sha(n + 1)));
  });

  it("names each commit once: two patch sets may be the same", () => {
    expect(chainOf([sha(1), sha(2), sha(1)])).toEqual([[sha(1), sha(2)]]);
  });
});

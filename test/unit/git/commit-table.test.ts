/** Lines of commits as git lists them, and what is no such list. */
import { describe, expect, it } from "vitest";
import { parseSha, type Sha } from "../../../src/core/ids.ts";
import { readCommitTable } from "../../../src/git/commit-table.ts";

function name(number: number, width = 40): Sha {
  const sha = parseSha(number.toString(16).padStart(width, "0"));
  if (sha === undefined) throw new Error("no SHA");
  return sha;
}

function lines(width: number, told: readonly (readonly number[])[]): string {
  return told
    .map(([own = 0, ...parents]) => {
      const behind = parents.map((parent) => name(parent, width)).join(" ");
      return `${name(own, width)} ${1000 + own} ${name(9, width)} ${behind}\n`;
    })
    .join("");
}

describe("a list of commits", () => {
  for (const width of [40, 64])
    it(`knows each by its number, parents before or after it, with names of ${width} digits`, () => {
      const table = readCommitTable(Buffer.from(lines(width, [[3, 2, 1, 4], [1], [2, 1], [4, 1]])));
      expect(table?.graph.parents).toEqual([[2, 1, 3], [], [1], [1]]);
      expect(table?.graph.times).toEqual([1003, 1001, 1002, 1004]);
      expect([0, 1, 2, 3, 4].map((commit) => table?.graph.shas.at(commit))).toEqual([
        ...[3, 1, 2, 4].map((number) => name(number, width)),
        undefined,
      ]);
      expect([1, 2, 5].map((number) => table?.numberOf(name(number, width)))).toEqual([1, 2, undefined]);
      expect(table?.numberOf(name(1, width === 40 ? 64 : 40))).toBeUndefined();
      const tree = table?.treeAt[1] ?? 0;
      expect(table?.bytes.toString("latin1", tree, tree + width)).toBe(name(9, width));
    });

  it("finds each of many names, also those that begin alike; a parent that is not listed is left out", () => {
    const told = Array.from({ length: 3000 }, (_, index) => [index, index + 1]);
    const table = readCommitTable(Buffer.from(lines(40, told)));
    expect(table?.graph.parents.slice(0, 2999)).toEqual(told.slice(0, 2999).map(([, parent]) => [parent]));
    expect(table?.graph.parents.at(-1)).toEqual([]);
  });

  it("may be empty", () => {
    expect(readCommitTable(Buffer.alloc(0))?.graph.parents).toEqual([]);
  });

  for (const [what, text] of [
    ["a time that is no number", `${name(1)} x ${name(2)} \n`],
    ["a line that breaks off in the time", `${name(1)} 10`],
    ["a line that breaks off in a parent", `${name(1)} 1 ${name(2)} ${name(3)} 00`],
    ["a line without its end", `${name(1)} 1 ${name(2)} ${name(3)}`],
    ["another line behind", `${name(1)} 1 ${name(2)} \nwarning: this is none\n`],
    ["no list at all", "fatal"],
  ] as const)
    it(`is not read where there is ${what}`, () => {
      expect(readCommitTable(Buffer.from(text))).toBeUndefined();
    });
});

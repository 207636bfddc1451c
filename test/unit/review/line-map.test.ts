import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mapLine, parseHunk, type Hunk } from "../../../src/core/review/line-map.ts";
import { parseRawAndPatch } from "../../../src/git/line-changes.ts";

const hunk = (header: string): Hunk => {
  const found = parseHunk(header);
  if (found === undefined) throw new Error(`not a hunk: ${header}`);
  return found;
};

describe("a line of a file that was changed", () => {
  it.each([
    ["above every change", 3, ["@@ -10 +10,2 @@"], 3, false],
    ["below an insertion after line 3", 4, ["@@ -3,0 +4,2 @@"], 6, false],
    ["the line that something was inserted after", 3, ["@@ -3,0 +4,2 @@"], 3, false],
    ["below an insertion at the top", 1, ["@@ -0,0 +1,5 @@"], 6, false],
    ["below a removal", 9, ["@@ -2,3 +1,0 @@"], 6, false],
    ["below two changes", 30, ["@@ -1 +1,3 @@", "@@ -20,5 +21,0 @@"], 27, false],
    ["replaced by another line", 5, ["@@ -5 +7 @@"], 7, true],
    ["the last of three that one line replaced", 7, ["@@ -5,3 +5 @@"], 5, true],
    ["removed: the line before is the nearest", 5, ["@@ -5 +4,0 @@"], 4, true],
    ["removed at the top", 1, ["@@ -1,2 +0,0 @@"], 1, true],
  ])("%s", (_what, line, headers, expected, gone) => {
    expect(mapLine(line, headers.map(hunk))).toEqual({ line: expected, gone });
  });

  it("is gone exactly when it was touched, and else is the same line of the new file", () => {
    const edit = fc.record({ keep: fc.nat(4), drop: fc.nat(3), add: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), fc.nat(5), (edits, tail) => {
        const before: string[] = [];
        const now: string[] = [];
        const hunks: Hunk[] = [];
        const keeps = (count: number): void => {
          for (let k = 0; k < count; k += 1) {
            const word = `kept ${before.length}`;
            before.push(word);
            now.push(word);
          }
        };
        for (const { keep, drop, add } of edits) {
          keeps(keep + 1);
          if (drop + add === 0) continue;
          hunks.push({
            old: { start: drop === 0 ? before.length : before.length + 1, count: drop },
            new: { start: add === 0 ? now.length : now.length + 1, count: add },
          });
          for (let k = 0; k < drop; k += 1) before.push(`dropped ${before.length}`);
          for (let k = 0; k < add; k += 1) now.push(`added ${now.length}`);
        }
        keeps(tail);
        for (const [index, word] of before.entries()) {
          const { line, gone } = mapLine(index + 1, hunks);
          expect(gone).toBe(word.startsWith("dropped"));
          if (!gone) expect(now[line - 1]).toBe(word);
          else expect(line).toBeGreaterThan(0);
        }
      }),
      { numRuns: 200 },
    );
  });
});

it("files of a difference are told apart by their order, whatever their names are", () => {
  const raw = [
    ":100644 100644 01e79c32a8c99c557f0757da7cb6d65b3414466d 48caca8a08909f47194fd3363991d966c45002a3 M",
    "a b",
    ":120000 100644 19102815663d23f8b75a47e7a01965dcdc96468c 6a69f92020f5df77af6e8813ff1232493383b708 T",
    "l",
    ":100644 100644 587be6b4c3f93f93c489c0111bba5596147a26cb 975fbec8256d3e8a3797e7a3611380f27c49f4ac M",
    'q"t',
    ":100644 100644 8a1218a1024a212bb3db30becd860315f9f3ac52 8ef901329ca652846badc5ce8ede46518cf3f5c1 R072",
    "r",
    "s",
    ":100644 000000 8a1218a1024a212bb3db30becd860315f9f3ac52 0000000000000000000000000000000000000000 D",
    "z",
  ].join("\0");
  const patch = `diff --git a/a b b/a b\n@@ -2 +2 @@\n-2\n+@@ -9 +9 @@\ndiff --git a/l b/l\ndeleted file mode 120000\n@@ -1 +0,0 @@
-foo\ndiff --git a/l b/l\nnew file mode 100644\n@@ -0,0 +1 @@\n+f\ndiff --git "a/q\\"t" "b/q\\"t"\n@@ -1 +1 @@\n-x\n+y
diff --git a/r b/s\nrename from r\nrename to s\n@@ -3 +3,2 @@\ndiff --git a/z b/z\ndeleted file mode 100644\n@@ -1 +0,0 @@\n-z\n`;
  expect(parseRawAndPatch(`${raw}\0\0${patch}`)).toMatchObject([
    { path: "a b", previousPath: "a b", removed: false, hunks: [{ old: { start: 2, count: 1 } }] },
    { path: "l", removed: true },
    { path: 'q"t', removed: false, hunks: [{ old: { start: 1, count: 1 } }] },
    { path: "s", previousPath: "r", removed: false, hunks: [{ new: { start: 3, count: 2 } }] },
    { path: "z", removed: true },
  ]);
  expect(parseRawAndPatch("")).toEqual([]);
});

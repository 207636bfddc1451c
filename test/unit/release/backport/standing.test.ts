import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseBranchName, parseSha, type BranchName, type Sha } from "../../../../src/core/ids.ts";
import { auditBranches } from "../../../../src/core/release/backport/audit.ts";
import { fixesOf, type Fix } from "../../../../src/core/release/backport/fix.ts";
import { ladderOf } from "../../../../src/core/release/backport/ladder.ts";
import { cleanedUp } from "../../../../src/core/release/backport/message.ts";
import { standing, withoutUndone } from "../../../../src/core/release/backport/standing.ts";

function branch(text: string): BranchName {
  const name = parseBranchName(text);
  if (name === undefined) throw new Error(text);
  return name;
}

function sha(digit: string): Sha {
  const found = parseSha(digit.repeat(40));
  if (found === undefined) throw new Error(digit);
  return found;
}

const fix = (digit: string, message = "S"): Fix => ({ sha: sha(digit), message });
const revert = (digit: string, of: string): Fix => fix(digit, `Revert "S"\n\nThis reverts commit ${of}.`);
const named = (fixes: readonly Fix[]): string => fixes.map((one) => one.sha.slice(0, 1)).join("");

describe("what still stands of a branch's commits, newest first", () => {
  it.each<[string, readonly Fix[], string, string]>([
    ["nothing was taken back", [fix("2"), fix("1")], "21", "21"],
    ["one was", [revert("2", sha("1")), fix("1")], "2", ""],
    ["by a short name", [revert("2", sha("1").slice(0, 7)), fix("1")], "2", ""],
    ["the revert was reverted", [revert("3", sha("2")), revert("2", sha("1")), fix("1")], "31", "1"],
    ["what is not of this branch", [revert("2", sha("9")), fix("1")], "21", "21"],
    [
      "a revert that was picked names what it took back where it came from",
      [revert("2", sha("9")), fix("1", `S\n\n(cherry picked from commit ${sha("9")})`)],
      "2",
      "",
    ],
    ["a sentence about it", [fix("2", `It says "This reverts commit ${sha("1")}"`), fix("1")], "21", "21"],
  ])("%s", (_name, commits, left, withoutReverts) => {
    expect(named(standing(commits))).toBe(left);
    expect(named(withoutUndone(commits))).toBe(withoutReverts);
  });
});

describe("an audit", () => {
  const ladder = ladderOf({
    ...{ branches: ["stable/2", "stable/1"].map(branch), defaultBranch: branch("main"), near: branch("stable/2") },
  });
  const rows = (own: readonly Fix[], newer: readonly Fix[]) =>
    auditBranches(ladder, [
      { branch: branch("main"), own: [], fixes: fixesOf(standing(newer)) },
      { branch: branch("stable/2"), own, fixes: fixesOf(standing(own)) },
    ])[1];

  it("tells a fix that is there by its patch alone apart from one that is missing", () => {
    const here = { ...fix("1"), patchId: "p" };
    const there = { ...fix("2", "Another name"), patchId: "p" };
    expect(rows([here], [there])).toMatchObject({
      lost: [],
      nameless: [{ fix: here, twins: [{ branch: "main", as: there }] }],
    });
  });

  it("misses what a newer branch took back, and not what its own branch took back", () => {
    const id = `S\n\nChange-Id: I${"7".repeat(40)}`;
    const theirs = [revert("4", sha("3")), fix("3", id)];
    expect(rows([fix("1", id)], theirs)).toMatchObject({ lost: [{ fix: fix("1", id), missingOn: ["main"] }] });
    expect(rows([revert("2", sha("1")), fix("1", id)], theirs)).toMatchObject({ lost: [], commits: 2 });
  });
});

describe("a message cleaned up", () => {
  it("has no blanks at the ends of its lines, no two empty lines in a row, and one line end at its end", () => {
    expect(cleanedUp("\n\nS  \r\n\n\n\nword\t\n \nI: 1\n\n\n")).toBe("S\n\nword\n\nI: 1\n");
  });

  it("twice is once", () => {
    const line = fc.constantFrom("", " ", "S", "  word ", "Key: value", "word\r");
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const once = cleanedUp(lines.join("\n"));
        return cleanedUp(once) === once && !/[ \t\r]\n|\n\n\n/.test(once);
      }),
      { numRuns: Number(process.env["RUNS"] ?? 300) },
    );
  });
});

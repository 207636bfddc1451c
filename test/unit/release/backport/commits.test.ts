import { describe, expect, it } from "vitest";
import { parseBranchName, parseSha, type BranchName, type Sha } from "../../../../src/core/ids.ts";
import { compilePattern } from "../../../../src/core/owners/pattern.ts";
import { auditBranches } from "../../../../src/core/release/backport/audit.ts";
import { backportCommand, taggedBranches } from "../../../../src/core/release/backport/command.ts";
import { fixesOf, isStableOnly, picksOf } from "../../../../src/core/release/backport/fix.ts";
import { ladderOf } from "../../../../src/core/release/backport/ladder.ts";
import { backportMessage, conflictsIn } from "../../../../src/core/release/backport/message.ts";
import { checkStable, type CommitFacts } from "../../../../src/core/release/backport/stable-rule.ts";
import { newConflicts } from "../../../../src/core/policy/conflict-markers.ts";

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

const ID = `I${"7".repeat(40)}`;

describe("the message of a backport", () => {
  it("is the fix's own, with the line of -x behind its trailers and the conflicts above them", () => {
    const message = `Fix the parser\n\nIt lost the last byte.\n\nCloses-Bug: #1\nChange-Id: ${ID}\n`;
    const made = backportMessage(message, { from: sha("a"), conflicts: ["src/parse.c", "docs/a b.md"] });
    expect(made).toMatchInlineSnapshot(`
      "Fix the parser

      It lost the last byte.

      Conflicts:
          src/parse.c
          docs/a b.md

      Closes-Bug: #1
      Change-Id: I7777777777777777777777777777777777777777
      (cherry picked from commit aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)
      "
    `);
    expect(conflictsIn(made)).toEqual(["src/parse.c", "docs/a b.md"]);
  });

  it.each([
    [
      "from branch to branch the lines collect",
      `S\n\nChange-Id: ${ID}\n(cherry picked from commit ${sha("b")})\n`,
      `S\n\nChange-Id: ${ID}\n(cherry picked from commit ${sha("b")})\n(cherry picked from commit ${sha("a")})\n`,
    ],
    ["a subject alone", "S", `S\n\n(cherry picked from commit ${sha("a")})\n`],
    [
      "prose that is no footer",
      "S\n\nSome words.\n\n",
      `S\n\nSome words.\n\n(cherry picked from commit ${sha("a")})\n`,
    ],
    [
      "a footer of nothing but picks",
      `S\n\n(cherry picked from commit ${sha("b")})`,
      `S\n\n(cherry picked from commit ${sha("b")})\n(cherry picked from commit ${sha("a")})\n`,
    ],
    [
      "line ends of its own",
      "S\r\n\r\nChange-Id: I1\r\n",
      `S\r\n\r\nChange-Id: I1\r\n(cherry picked from commit ${sha("a")})\r\n`,
    ],
  ])("%s", (_name, message, expected) => {
    expect(backportMessage(message, { from: sha("a"), conflicts: [] })).toBe(expected);
  });

  it("keeps an older block of conflicts, and adds its own below", () => {
    const first = backportMessage(`S\n\nChange-Id: ${ID}\n`, { from: sha("b"), conflicts: ["one"] });
    const second = backportMessage(first, { from: sha("a"), conflicts: ["two"] });
    expect(second).toContain("Conflicts:\n    one\n\nConflicts:\n    two\n\nChange-Id");
    expect(conflictsIn("S\n\nConflicts: none that I know\n")).toEqual([]);
  });
});

describe("the same fix on another branch", () => {
  const there = [
    { sha: sha("1"), message: `S\n\nChange-Id: ${ID}\n(cherry picked from commit ${sha("9")})\n`, patchId: "p" },
  ];
  it.each([
    ["the commit itself", { sha: sha("1"), message: "S" }, "the commit"],
    ["one picked from it", { sha: sha("2"), message: `S\n\n(cherry picked from commit ${sha("1")})` }, "a pick of it"],
    [
      "both picked from one",
      { sha: sha("2"), message: `S\n\n(cherry picked from commit ${sha("9")})` },
      "a pick of it",
    ],
    ["what it was picked from", { sha: sha("9"), message: "S" }, "a pick of it"],
    ["its Change-Id", { sha: sha("2"), message: `Other\n\nChange-Id: ${ID}` }, "its Change-Id"],
    ["its patch", { sha: sha("2"), message: "S", patchId: "p" }, "its patch"],
    ["none of these", { sha: sha("2"), message: "S", patchId: "q" }, undefined],
  ])("%s", (_name, fix, found) => {
    expect(fixesOf(there).has(fix)).toBe(found);
  });

  it("a hash in a sentence is no pick", () => {
    expect(picksOf(`S\n\nSee (cherry picked from commit ${sha("1")}) above.`)).toEqual([]);
  });

  it.each([
    ["[stable-only] Fix", true],
    ["Fix\n\nStable Only: removed on master", true],
    ["Fix the unstable-only path", false],
    ["Fix stable onlyness", false],
  ])("%j is stable-only: %s", (message, expected) => {
    expect(isStableOnly(message)).toBe(expected);
  });
});

describe("the stable rule of a commit", () => {
  const good: CommitFacts = {
    sha: sha("1"),
    message: `S\n\nChange-Id: ${ID}\n(cherry picked from commit ${sha("9")})\n`,
    parents: 1,
    files: ["src/parse.c"],
    conflicts: [],
    picks: [{ sha: sha("9"), on: "master", message: `S\n\nChange-Id: ${ID}` }],
    missingOn: [],
  };
  const forbidden = compilePattern("/db/versions/");
  const rules = { forbiddenPaths: forbidden.ok ? [forbidden.value] : [] };

  it.each<[string, Partial<CommitFacts>, readonly string[]]>([
    ["as it should be", {}, []],
    ["a merge is not asked", { parents: 2, picks: [] }, []],
    ["picked from nothing", { picks: [], message: "S" }, ["error origin"]],
    ["picked from nothing, stable-only", { picks: [], message: "[stable-only] S" }, []],
    ["picked from what is nowhere", { picks: [{ sha: sha("9") }] }, ["error origin-merged"]],
    [
      "one of two is nowhere",
      { picks: [{ sha: sha("9") }, { sha: sha("8"), on: "master" }] },
      ["warning origin-merged"],
    ],
    ["missing on newer ones", { missingOn: [branch("stable/2")] }, ["error order"]],
    [
      "missing on newer ones, stable-only",
      { missingOn: [branch("stable/2")], message: `stable-only\n\nChange-Id: ${ID}` },
      [],
    ],
    ["a schema", { files: ["db/versions/1.sql", "a"] }, ["error forbidden-path"]],
    ["a conflict left", { conflicts: ["a:3"] }, ["error markers"]],
    ["another Change-Id", { message: "S" }, ["warning change-id"]],
    ["the original has no Change-Id", { picks: [{ sha: sha("9"), on: "master", message: "S" }] }, []],
  ])("%s", (_name, with_, expected) => {
    const found = checkStable({ ...good, ...with_ }, rules);
    expect(found.map(({ rule, level }) => `${level} ${rule}`)).toEqual(expected);
    for (const { hint } of found) expect(hint).not.toBe("");
  });
});

describe("an audit", () => {
  it("tells what an older branch has and a newer maintained one lacks", () => {
    const ladder = ladderOf({
      branches: ["stable/3", "stable/2", "unmaintained/1"].map(branch),
      defaultBranch: branch("main"),
      near: branch("stable/2"),
    });
    const fix = { sha: sha("1"), message: `S\n\nChange-Id: ${ID}` };
    const only = { sha: sha("2"), message: "[stable-only] S" };
    const rows = auditBranches(ladder, [
      { branch: branch("main"), own: [], fixes: fixesOf([fix]) },
      { branch: branch("stable/3"), own: [], fixes: fixesOf([]) },
      { branch: branch("stable/2"), own: [fix, only], fixes: fixesOf([fix]) },
      { branch: branch("unmaintained/1"), own: [], fixes: fixesOf([]) },
    ]);
    expect(rows.map((row) => [row.branch, row.commits, row.stableOnly, row.lost])).toEqual([
      ["main", 0, 0, []],
      ["stable/3", 0, 0, []],
      ["stable/2", 2, 1, [{ fix, on: "stable/2", missingOn: ["stable/3"] }]],
      ["unmaintained/1", 0, 0, []],
    ]);
  });
});

describe("asking for a backport", () => {
  it.each<[string, readonly string[] | undefined, readonly string[]]>([
    ["/backport stable/2026.1", ["stable/2026.1"], []],
    ["/backport to stable/2026.1, stable/2025.2 stable/2026.1\nplease", ["stable/2026.1", "stable/2025.2"], []],
    ["/backport", [], []],
    ["/backport ../x", [], ["../x"]],
    ["> /backport stable/1", undefined, []],
    ["please /backport stable/1", undefined, []],
    ["/backported stable/1", undefined, []],
    ["hello\n/backport stable/1", undefined, []],
  ])("%j", (body, branches, unreadable) => {
    const word = backportCommand(body);
    expect(word?.branches).toEqual(branches);
    expect(word?.unreadable ?? []).toEqual(unreadable);
  });

  it("a tag label names the branch where its star is", () => {
    expect(taggedBranches(["backport stable/1", "backport ", "bug", "x backport stable/2"])).toEqual(["stable/1"]);
    expect(taggedBranches(["needs stable/1 port"], "needs * port")).toEqual(["stable/1"]);
  });
});

describe("a conflict left in a file", () => {
  const conflict = "a\n<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\nd\n";
  it.each([
    ["all three in their order", "", conflict, [2]],
    ["with the base between", "", "<<<<<<< a\n1\n||||||| b\n2\n=======\n3\n>>>>>>> c\n", [1]],
    ["of Windows", "", conflict.replaceAll("\n", "\r\n"), [2]],
    ["two of them", "", conflict + conflict, [2, 9]],
    ["it was there before", conflict, `x\n${conflict}`, []],
    ["one was there before, one is new", conflict, conflict + conflict, [9]],
    ["a heading of reStructuredText", "", "Heading\n=======\n\ntext\n", []],
    ["a marker in prose", "", "<<<<<<< looks like this\n\nand nothing follows\n", []],
    ["a marker and a heading", "", "<<<<<<< x\n\nHeading\n=======\n", []],
    ["the wrong order", "", ">>>>>>> x\n=======\n<<<<<<< y\n", []],
    ["eight of them", "", "<<<<<<<< x\n========\n>>>>>>>> y\n", []],
    ["indented, as in a document about conflicts", "", conflict.replaceAll(/^/gm, "    "), []],
  ])("%s", (_name, before, after, lines) => {
    expect(newConflicts(before, after)).toEqual(lines);
  });
});

// OWNERS files in the syntax of find-owners: who may approve a path by the files above it, and which lines are problems.
import { describe, expect, it } from "vitest";
import { ownersTree } from "../../../src/core/owners/owners-tree.ts";

function ask(files: Readonly<Record<string, string>>, path: string) {
  const tree = ownersTree(new Map(Object.entries(files)));
  const owners = tree.listsOf(path.split("/")).flatMap((list) => list.owners);
  return { owners: [...new Set(owners)].sort().join(" "), problems: tree.problems() };
}

describe("OWNERS", () => {
  it.each([
    ["its own directory's", { "a/OWNERS": "x@e.org\n" }, "a/f", "x@e.org"],
    ["those above, up to the root", { OWNERS: "r@e.org", "a/OWNERS": "x@e.org" }, "a/b/c/f", "r@e.org x@e.org"],
    ["not those beside", { "a/OWNERS": "x@e.org", "b/OWNERS": "y@e.org" }, "b/f", "y@e.org"],
    ["nobody where there is none", { "a/OWNERS": "x@e.org" }, "f", ""],
    ["not those above `set noparent`", { OWNERS: "r@e.org", "a/OWNERS": "set noparent\nx@e.org" }, "a/b/f", "x@e.org"],
    ["logins with and without @, teams", { OWNERS: "@Alice\nbob\n@org/team" }, "f", "@alice @bob @org/team"],
    ["everybody", { OWNERS: "*" }, "f", "*"],
    [
      "what stands before a comment",
      { OWNERS: "# x\nx@e.org # why\ny@e.org #{LAST_RESORT_SUGGESTION}\n" },
      "f",
      "x@e.org y@e.org",
    ],
    ["per-file owners beside the others", { OWNERS: "r@e.org\nper-file *.md=x@e.org" }, "a.md", "r@e.org x@e.org"],
    [
      "per-file owners in directories below",
      { OWNERS: "r@e.org\nper-file *.md,Makefile = x@e.org, y@e.org" },
      "d/Makefile",
      "r@e.org x@e.org y@e.org",
    ],
    ["no per-file owners of other files", { OWNERS: "r@e.org\nper-file *.md=x@e.org" }, "a.ts", "r@e.org"],
    ["a file's glob does not take a directory", { OWNERS: "per-file a=x@e.org" }, "a/b", ""],
    ["per-file from the root", { OWNERS: "per-file /d/*.md=x@e.org" }, "d/a.md", "x@e.org"],
    ["per-file from the root, elsewhere", { OWNERS: "per-file /d/*.md=x@e.org" }, "e/d/a.md", ""],
    [
      "only per-file owners after `per-file … = set noparent`",
      { OWNERS: "r@e.org", "a/OWNERS": "o@e.org\nper-file *.md=set noparent\nper-file *.md=x@e.org" },
      "a/f.md",
      "x@e.org",
    ],
    [
      "and the others as ever",
      { OWNERS: "r@e.org", "a/OWNERS": "o@e.org\nper-file *.md=set noparent\nper-file *.md=x@e.org" },
      "a/f.ts",
      "o@e.org r@e.org",
    ],
    [
      "a file's by `file:` from the root",
      { "a/OWNERS": "file:/build/OWNERS", "build/OWNERS": "x@e.org" },
      "a/f",
      "x@e.org",
    ],
    ["Chromium's way to write it", { "a/OWNERS": "file://build/OWNERS", "build/OWNERS": "x@e.org" }, "a/f", "x@e.org"],
    ["by a relative `file:`", { "a/b/OWNERS": "file:../X_OWNERS", "a/X_OWNERS": "x@e.org" }, "a/b/f", "x@e.org"],
    [
      "by `file:` without per-file and noparent",
      { OWNERS: "r@e.org", "a/OWNERS": "file:/OWNERS_X", OWNERS_X: "set noparent\nx@e.org\nper-file *.md=y@e.org" },
      "a/f.md",
      "r@e.org x@e.org",
    ],
    [
      "by `include` with both",
      { OWNERS: "r@e.org", "a/OWNERS": "include /OWNERS_X", OWNERS_X: "set noparent\nx@e.org\nper-file *.md=y@e.org" },
      "a/f.md",
      "x@e.org y@e.org",
    ],
    ["by `per-file … = file:`", { OWNERS: "per-file *.md=file:/X_OWNERS", X_OWNERS: "x@e.org" }, "a.md", "x@e.org"],
    [
      "over imports of imports",
      {
        OWNERS: "file:A_OWNERS",
        A_OWNERS: "include B_OWNERS",
        B_OWNERS: "file:/C_OWNERS\nb@e.org",
        C_OWNERS: "c@e.org",
      },
      "f",
      "b@e.org c@e.org",
    ],
    [
      "once round a circle",
      { OWNERS: "include A_OWNERS\nr@e.org", A_OWNERS: "include OWNERS\na@e.org" },
      "f",
      "a@e.org r@e.org",
    ],
  ])("gives a path %s", (_, files, path, owners) => {
    expect(ask(files as Record<string, string>, path)).toEqual({ owners, problems: [] });
  });

  it.each([
    ["two words", "OWNERS:1: `two words` is no owner; write an email address, a login, `@org/team` or `*`"],
    ["set no-parent", "OWNERS:1: `set no-parent` is no owner; write an email address, a login, `@org/team` or `*`"],
    ["a@e.org, b@e.org", "OWNERS:1: several owners on one line; write each on a line of its own"],
    ["per-file *.md", "OWNERS:1: `per-file` without `=`; write `per-file *.md=alice@example.com`"],
    ["per-file *.md,=x@e.org", "OWNERS:1: `per-file` with an empty glob; remove the comma too many"],
    [
      "per-file *.{md,txt}=x@e.org",
      "OWNERS:1: the glob `*.{md` has one of [ ] { } \\ in it; use `*`, `**` and `?`, and a line for each alternative",
    ],
    ["per-file *.md=include /OWNERS", "OWNERS:1: `include` cannot stand after `per-file`; write `file:` in its place"],
    [
      "file:other/project:/OWNERS",
      "OWNERS:1: `other/project:/OWNERS` is a file of another project or branch, which is not read; copy its owners into a file of this repository and import that",
    ],
    [
      "include other:main:/OWNERS",
      "OWNERS:1: `other:main:/OWNERS` is a file of another project or branch, which is not read; copy its owners into a file of this repository and import that",
    ],
    ["file:../OWNERS", "OWNERS:1: `../OWNERS` leads out of the repository; write it from the root, with `/` in front"],
    [
      "file:/secret.txt",
      "OWNERS:1: `/secret.txt` is no owners' file by its name; import files named OWNERS, `X_OWNERS` or `OWNERS_X`",
    ],
    ["file:/gone/OWNERS", "OWNERS:1: it imports gone/OWNERS, which is not there; add the file, or remove the line"],
    ["approvers:", "OWNERS:1: `approvers:` is no owner; write an email address, a login, `@org/team` or `*`"],
  ])("%j is a problem", (line, sentence) => {
    expect(ask({ OWNERS: line }, "f").problems).toEqual([sentence]);
  });

  it("has problems only where it has a say", () => {
    const files = { OWNERS: "what is this", "a/OWNERS": "set noparent\nx@e.org", "b/OWNERS": "nor this" };
    expect(ask(files, "a/f").problems).toEqual([]);
    expect(ask(files, "c/f").problems).toHaveLength(1);
    expect(ask(files, "b/f").problems).toHaveLength(2);
  });

  it("T30: is imported over ten files and no more", () => {
    const files: Record<string, string> = { OWNERS: "file:1_OWNERS" };
    for (let n = 1; n <= 30; n += 1) files[`${n}_OWNERS`] = `file:${n + 1}_OWNERS\no${n}@e.org`;
    const { problems } = ask(files, "f");
    expect(problems).toEqual(["10_OWNERS:1: 11_OWNERS is imported over more than 10 files; import it directly"]);
  });
});

import { describe, expect, it } from "vitest";
import { defaultNotesConfig } from "../../../../src/core/release/notes/config.ts";
import { describeFinding } from "../../../../src/core/release/notes/finding.ts";
import { readNote } from "../../../../src/core/release/notes/note.ts";
import { readPythonYaml } from "../../../../src/core/release/notes/python-yaml.ts";
import { uidFrom, uidOf, weaknessOf } from "../../../../src/core/release/notes/uid.ts";

const read = (text: string) => readNote("n.yaml", text, defaultNotesConfig());

describe("a note", () => {
  it("is a prelude and sections, one text or a list", () => {
    const note = read(
      "---\nprelude: >\n  One\n  line.\nfixes:\n  - |\n    First.\n\n    More.\n  - Second\nother: y\n",
    );
    expect(note.ok && note.value.findings).toEqual([]);
    expect(
      note.ok && [note.value.note.prelude, note.value.note.sections.map(({ name, items }) => [name, items])],
    ).toEqual([
      "One line.\n",
      [
        ["fixes", ["First.\n\nMore.\n", "Second"]],
        ["other", ["y"]],
      ],
    ]);
  });

  it.each([
    [
      "fixes:\n  - it: broke",
      '2:5: error: an item of `fixes` is a map, not text (a map, because of the `:` after "it") [note.wrong-type]',
    ],
    ["fixes:\n  - 5", "2:5: error: an item of `fixes` is the number 5, not text [note.wrong-type]"],
    ["fixes:\n  - 2026-01-02", "2:5: error: an item of `fixes` is the date 2026-01-02, not text [note.wrong-type]"],
    ["fixes:\n  - [a]", "2:5: error: an item of `fixes` is a list, not text [note.wrong-type]"],
    ["fixes:\n  - no", "2:5: error: an item of `fixes` is true or false, not text [note.wrong-type]"],
    [
      "fixes:\n  a: b",
      "2:3: error: `fixes` is a map, not a list of texts: only its keys would be shown [note.wrong-type]",
    ],
    ["fixes: 1.5", "1:8: error: `fixes` is the number 1.5, not text [note.wrong-type]"],
    ["fixes:", "1:1: error: `fixes` says nothing [note.empty]"],
    ["fixes: []", "1:1: error: `fixes` says nothing [note.empty]"],
    ["fixes:\n  -\n  - a", "2:4: error: an item of `fixes` says nothing [note.empty]"],
    ["fixes: ''", "1:8: error: an item of `fixes` says nothing [note.empty]"],
    ["prelude:\n  - a", "2:3: error: `prelude` is a list, not text [note.wrong-type]"],
    ["prelude: '  '", "1:10: error: `prelude` says nothing [note.empty]"],
    ["feature:\n  - a", "1:1: error: `feature` is not a section [note.unknown-section]"],
    ["fixes:\n  - a\nfixes:\n  - b", "3:1: error: `fixes` stands twice, and the earlier one is lost [note.key-twice]"],
    ["{}", "1:1: error: the note says nothing [note.empty]"],
    ["", "1:1: error: the note is empty [note.empty]"],
    ["- a", "1:1: error: the note is a list, not a map [note.yaml]"],
    [
      "fixes:\n  - a\n - b",
      "3:1: error: it is not valid YAML: A block sequence may not be used as an implicit map key [note.yaml]",
    ],
    [
      "fixes:\n  - see: this: that",
      "2:10: error: it is not valid YAML: Nested mappings are not allowed in compact mappings [note.yaml]",
    ],
    ["? [a]\n: b", "1:3: error: a key is a list or a map [note.yaml]"],
    ["fixes: *a", "1:8: error: `*a` names no anchor [note.yaml]"],
    ["fixes: &a [*a]", "1:11: error: it is nested too deep [note.yaml]"],
    [`fixes: "\u0000"`, "1:9: error: it is not UTF-8 text [note.yaml]"],
  ])("%j: %s", (text, said) => {
    const note = read(text);
    const findings = note.ok ? note.value.findings : note.problem;
    expect(findings.map(describeFinding)).toEqual([`n.yaml:${said}`]);
    expect(findings.every(({ hint }) => hint.length > 10)).toBe(true);
  });

  it("the hint to an unknown section names the one that was meant", () => {
    const note = read("bug_fixes:\n  - a\n");
    expect(note.ok && note.value.findings[0]?.hint).toMatch(/^write `fixes`; sections: prelude, features,/);
  });

  it("a conflict of a merge is called so, at its first line", () => {
    const text = "fixes:\n<<<<<<< HEAD\n  - One.\n=======\n  - Two.\n>>>>>>> other\n";
    expect(readPythonYaml(text)).toMatchObject({
      ok: false,
      problem: [{ line: 2, column: 1, message: "a conflict of a merge is not resolved" }],
    });
    expect(readPythonYaml("fixes: |\n  <<<<<<< HEAD\n")).toMatchObject({ ok: true });
  });

  it("a block at the end of a file without a line end has none either", () => {
    for (const [text, prelude] of [
      ["prelude: |\n  a\n  b", "a\nb"],
      ["prelude: >\n  a\n  b", "a b"],
      ["prelude: |\n  a\n", "a\n"],
      ["prelude: |\n  a\nfixes: b", "a\n"],
    ] as const) {
      const note = read(text);
      expect(note.ok && note.value.note.prelude, text).toBe(prelude);
    }
  });

  it("an anchor stands for its text", () => {
    const note = read("fixes:\n  - &a text\nother:\n  - *a\n");
    expect(note.ok && note.value.note.sections.map(({ items }) => items)).toEqual([["text"], ["text"]]);
  });
});

describe("a UID", () => {
  it.each([
    ["releasenotes/notes/fix-login-0123456789abcdef.yaml", "0123456789abcdef"],
    ["0123456789abcdef-fix-of-long-ago.yaml", "0123456789abcdef"],
    ["a/b/short.yaml", "short"],
    ["fix.login-0123456789abcdef.yaml", "0123456789abcdef"],
    [".yaml", ".yaml"],
  ])("of %s is %s", (path, uid) => {
    expect(uidOf(path)).toBe(uid);
  });

  it.each([
    ["a1b2c3d4e5f6a7b8", "every other digit counts up or down"],
    ["0123456789abcdef", "its digits count up or down"],
    ["fedcba9812345678", "its digits count up or down"],
    ["1111111111111111", "it has only 1 different digits"],
    ["deadbeefdeadbeef", "it has only 5 different digits"],
    ["deadbe0fdeadbe0f", "its halves are the same"],
    ["fix-of-long-ago1", "it is not sixteen digits of base 16"],
    ["6bc1a2a9e50fd2f1", undefined],
    ["a1d3f8029c7be645", undefined],
  ])("%s: %s", (uid, why) => {
    expect(weaknessOf(uid)).toBe(why);
  });

  it("is made of eight bytes", () => {
    expect(uidFrom(Uint8Array.from([0, 1, 15, 16, 255, 7, 8, 9]))).toBe("00010f10ff070809");
  });
});

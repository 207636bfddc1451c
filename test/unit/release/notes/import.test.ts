/** Fragments of towncrier and Changesets, and the notes they become. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultNotesConfig } from "../../../../src/core/release/notes/config.ts";
import { noteOf, type FragmentFile, type Fragments } from "../../../../src/core/release/notes/fragment.ts";
import { readChangesets } from "../../../../src/core/release/notes/import-changesets.ts";
import { readTowncrier } from "../../../../src/core/release/notes/import-towncrier.ts";
import { readNote } from "../../../../src/core/release/notes/note.ts";

const config = defaultNotesConfig();

function told({ fragments, silent, problems }: Fragments): readonly string[] {
  return [
    ...fragments.map(({ section, text }) => `${section}: ${text}`),
    ...silent.map(({ path, why }) => `${path} ${why}`),
    ...problems.map(({ path, line, message }) => `${path}:${line}: ${message}`),
  ];
}

function towncrier(files: Readonly<Record<string, string>>, given: ReadonlyMap<string, string> = new Map()) {
  const listed = Object.entries(files).map(([name, text]): FragmentFile => ({ path: `newsfragments/${name}`, text }));
  return told(readTowncrier(listed, { given, config }));
}

function changesets(files: Readonly<Record<string, string>>, given: ReadonlyMap<string, string> = new Map()) {
  const listed = Object.entries(files).map(([name, text]): FragmentFile => ({ path: `.changeset/${name}`, text }));
  return told(readChangesets(listed, { given, config }));
}

describe("a fragment of towncrier", () => {
  for (const [name, text, expected] of [
    ["12.feature", "Colours.", "features: Colours. (#12)"],
    ["12.bugfix.md", "No crash.\r\n", "fixes: No crash. (#12)"],
    ["12.doc.2.rst", "\n\nA page.\n", "other: A page. (#12)"],
    ["12.removal", "Gone.", "upgrade: Gone. (#12)"],
    ["12.misc", "", "other: #12"],
    ["+words.feature.md", "No issue.", "features: No issue."],
    ["fix-1.2.3.bugfix", "By name.", "fixes: By name. (fix-1.2.3)"],
    ["12.security.md", "Closed.", "security: Closed. (#12)"],
    ["12.FEATURE.md", "Loud.", "features: Loud. (#12)"],
    ["12.feature", "One.\n\nTwo.", "features: One.\n\nTwo.\n\n(#12)"],
  ] as const)
    it(`${name} with ${JSON.stringify(text)} is ${JSON.stringify(expected)}`, () => {
      expect(towncrier({ [name]: text })).toEqual([expected]);
    });

  it("of a type that is not known, or without a text, is named; what is no fragment is passed over", () => {
    expect(
      towncrier({ "12.perf.md": "Faster.", "notes.txt": "x", "+a.misc": " ", "README.md": "Read me", ".gitkeep": "" }),
    ).toEqual([
      "newsfragments/12.perf.md:1: its name has no type that is known: `<issue>.<type>`, such as 123.bugfix",
      "newsfragments/notes.txt:1: its name has no type that is known: `<issue>.<type>`, such as 123.bugfix",
      "newsfragments/+a.misc:1: it says nothing",
    ]);
    expect(towncrier({ "12.perf.md": "Faster." }, new Map([["perf", "other"]]))).toEqual(["other: Faster. (#12)"]);
  });
});

describe("a changeset", () => {
  for (const [text, expected] of [
    ['---\n"a": major\n---\n\nGone.\n', "upgrade: Gone."],
    ["---\n'a': minor\n---\nNew.", "features: New."],
    ["\n---\r\na: patch\r\n---\r\n\r\nOne.\r\nTwo.\r\n", "fixes: One.\nTwo."],
    ['---\n"a": none\n---\n\nInside.', "other: Inside."],
    ["---\n---\n\nNo package.", "other: No package."],
    ['---\n"a": patch\n---\n\nA rule:\n\n---\n\nbelow', "fixes: A rule:\n\n---\n\nbelow"],
    ["---\n---\n", ".changeset/x.md names no package and says nothing"],
    ['---\n"a": patch\n---\n', ".changeset/x.md:1: it says nothing"],
    ['---\n"a": huge\n---\n\nText.', '.changeset/x.md:2: `a` is to go "huge"'],
    ['---\n"b": patch\n"a": 1\n---\n\nText.', ".changeset/x.md:3: `a` is to go the number 1"],
    ['---\n"a": patch\n"a": minor\n---\n\nText.', ".changeset/x.md:3: the package `a` stands twice"],
    ["---\n- a\n---\n\nText.", ".changeset/x.md:2: between the lines `---` is a list, not packages"],
    ["Text.", ".changeset/x.md:1: it does not begin with packages between two lines `---`"],
    ['---\n"a": patch\nText.', ".changeset/x.md:1: it does not begin with packages between two lines `---`"],
    ["", ".changeset/x.md:1: it does not begin with packages between two lines `---`"],
  ] as const)
    it(`${JSON.stringify(text)} is ${JSON.stringify(expected)}`, () => {
      expect(changesets({ "x.md": text })).toEqual([expected]);
    });

  it("with broken YAML is named at its line", () => {
    expect(changesets({ "x.md": '---\n"a": patch\n"b: minor\n---\n\nText.' })[0]).toMatch(/^\.changeset\/x\.md:[34]: /);
  });

  it("goes as far as its farthest package; packages are named where there are several", () => {
    expect(
      changesets({
        "x.md": '---\n"a": patch\n"b": minor\n---\nBoth.',
        "y.md": '---\n"a": patch\n---\nOne.',
        "README.md": "",
        "config.json": "{}",
      }),
    ).toEqual(["features: Both.\n\n(a, b)", "fixes: One.\n\n(a)"]);
    expect(changesets({ "x.md": '---\n"a": major\n---\nGone.' }, new Map([["major", "deprecations"]]))).toEqual([
      "deprecations: Gone.",
    ]);
  });
});

describe("the note", () => {
  it("has one name for one file, with words of it, and is read back", () => {
    const fragment = { path: "newsfragments/12.bugfix.md", section: "fixes", text: "A: b # c" };
    const note = noteOf(fragment, config);
    expect(note).toEqual({
      path: "releasenotes/notes/12-bugfix-a186c32a0d427b94.yaml",
      text: "---\nfixes:\n  - |\n    A: b # c\n",
    });
    expect(noteOf({ ...fragment, text: "else" }, config).path).toBe(note.path);
    expect(noteOf({ ...fragment, path: "news/12.bugfix.md" }, config).path).not.toBe(note.path);
  });

  it("says what the fragment said, whatever that is", () => {
    const words = fc.constantFrom(
      "a",
      " ",
      "\n",
      "\t",
      ":",
      "#",
      "-",
      "|",
      "'",
      '"',
      "---",
      "...",
      "é",
      "\u2028",
      "{",
      "%",
      "\\",
      "yes",
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 30 }), (parts) => {
        const text = `x${parts.join("")}`.trimEnd();
        const { path, text: yaml } = noteOf({ path: "a/b", section: "fixes", text }, config);
        const read = readNote(path, yaml, config);
        expect(read.ok && read.value.findings).toEqual([]);
        expect(read.ok && read.value.note.sections.map(({ items }) => items)).toEqual([[`${text}\n`]]);
      }),
      { numRuns: Number(process.env["NOTES_RUNS"] ?? 300) },
    );
  });
});

import { describe, expect, it } from "vitest";
import { parseSha } from "../../../../src/core/ids.ts";
import { defaultNotesConfig, readNotesConfig } from "../../../../src/core/release/notes/config.ts";
import { listText } from "../../../../src/core/release/notes/list-text.ts";
import { markdown } from "../../../../src/core/release/notes/markdown.ts";
import { readNote } from "../../../../src/core/release/notes/note.ts";
import { readPythonYaml } from "../../../../src/core/release/notes/python-yaml.ts";
import { readRenoCache, writeRenoCache } from "../../../../src/core/release/notes/reno-cache.ts";
import { makeReport, titleOf, type NotesOfVersion } from "../../../../src/core/release/notes/report.ts";
import { linesOf, restructuredText } from "../../../../src/core/release/notes/restructured-text.ts";

const SHA = parseSha("1".repeat(40));
const config = defaultNotesConfig();

function version(name: string, texts: Readonly<Record<string, string>>, date?: string): NotesOfVersion {
  const notes = Object.entries(texts).map(([path, text]) => {
    const read = readNote(path, text, config);
    if (!read.ok) throw new Error(read.problem[0]?.message);
    return { path, commit: path.startsWith("new") ? undefined : SHA, note: read.value.note };
  });
  return { version: name, date, notes };
}

const VERSIONS = [
  version("1.1.0-2", {
    "new.yaml":
      "fixes:\n  - |\n    A list:\n\n    * one\n\n    Then see `the manual <https://example.org/m>`_ and :ref:`this`.\n",
    "old.yaml": "prelude: >\n  Soon.\nfeature:\n  - Lost to reno.\n",
  }),
  version(
    "1.1.0",
    { "a.yaml": "features:\n  - |\n    Run::\n\n      make all\n\n    Done.\nfixes: One.\n" },
    "2026-02-03",
  ),
];

describe("a report", () => {
  it("as reno writes it: anchors, sources, underlines, nothing of a section it does not know", () => {
    const report = makeReport(VERSIONS, config, { title: "Release Notes", branch: "stable/1", unknownSections: false });
    expect(restructuredText(report, { showSource: true, commits: "python" })).toMatchInlineSnapshot(`
      "=============
      Release Notes
      =============

      .. _Release Notes_1.1.0-2_stable_1:

      1.1.0-2
      =======

      .. _Release Notes_1.1.0-2_stable_1_Prelude:

      Prelude
      -------

      .. old.yaml @ b'1111111111111111111111111111111111111111'

      Soon.


      .. _Release Notes_1.1.0-2_stable_1_Bug Fixes:

      Bug Fixes
      ---------

      .. new.yaml @ None

      - A list:
        
        * one
        
        Then see \`the manual <https://example.org/m>\`_ and :ref:\`this\`.


      .. _Release Notes_1.1.0_stable_1:

      1.1.0
      =====

      .. _Release Notes_1.1.0_stable_1_New Features:

      New Features
      ------------

      .. a.yaml @ b'1111111111111111111111111111111111111111'

      - Run::
        
          make all
        
        Done.


      .. _Release Notes_1.1.0_stable_1_Bug Fixes:

      Bug Fixes
      ---------

      .. a.yaml @ b'1111111111111111111111111111111111111111'

      - One.

      "
    `);
  });

  it("without a title, with dates, subsections and a title for what is not released; what reno drops comes last", () => {
    const own = readNotesConfig(
      "reno.yaml",
      "add_release_date: true\nunreleased_version_title: Next\nsections: [[features, New, 1], [fixes, Mended, 2]]\n",
    );
    if (!own.ok) throw new Error(own.problem[0]?.message);
    const report = makeReport(VERSIONS, own.value.config, { title: "", unknownSections: true });
    expect(restructuredText(report, { showSource: false, commits: "plain" })).toMatchInlineSnapshot(`
      ".. _relnotes_Next:

      Next
      ====

      Release Date: Unknown

      .. _relnotes_Next_Prelude:

      Prelude
      -------

      Soon.


      .. _relnotes_Next_Mended:

      Mended
      ^^^^^^

      - A list:
        
        * one
        
        Then see \`the manual <https://example.org/m>\`_ and :ref:\`this\`.


      .. _relnotes_Next_Feature:

      Feature
      -------

      - Lost to reno.


      .. _relnotes_1.1.0:

      1.1.0
      =====

      Release Date: 2026-02-03

      .. _relnotes_1.1.0_New:

      New
      ---

      - Run::
        
          make all
        
        Done.


      .. _relnotes_1.1.0_Mended:

      Mended
      ^^^^^^

      - One.

      "
    `);
  });

  it("as Markdown: links, roles and literal blocks are said again", () => {
    const report = makeReport(VERSIONS, config, { title: "Notes", unknownSections: true });
    expect(markdown(report, { showSource: false })).toMatchInlineSnapshot(`
      "# Notes

      ## 1.1.0-2

      ### Prelude

      Soon.

      ### Bug Fixes

      - A list:

        * one

        Then see [the manual](https://example.org/m) and \`this\`.

      ### Feature

      - Lost to reno.

      ## 1.1.0

      ### New Features

      - Run:

        \`\`\`
        make all
        \`\`\`

        Done.

      ### Bug Fixes

      - One."
    `);
  });

  it.each([
    ["release_summary", "Release Summary"],
    ["what's new", "What'S New"],
    ["2fast", "2Fast"],
    ["ALL", "All"],
  ])("Python's title of %s is %s", (name, title) => {
    expect(titleOf(name)).toBe(title);
  });

  it("lines end where Python ends them", () => {
    expect(linesOf("a\r\nb\u2028c\vd\n\n")).toEqual(["a", "b", "c", "d", ""]);
  });

  it("a list as reno prints it has the literals of Python", () => {
    const listed = [
      {
        version: "1.0",
        notes: [
          { path: "a.yaml", commit: SHA },
          { path: "b.yaml", commit: undefined },
        ],
      },
    ];
    expect(listText(listed, "python")).toBe(`1.0\n\ta.yaml (b'${SHA}')\n\tb.yaml (None)`);
    expect(listText(listed, "plain")).toBe(`1.0\n\ta.yaml (${SHA})\n\tb.yaml (work tree)`);
  });
});

describe("reno.cache", () => {
  it("comes back as it was written, versions that look like numbers too", () => {
    const note = readPythonYaml("features:\n  - |\n    Say: yes\n    twice\n  - 'no'\nother: 5\n");
    if (!note.ok) throw new Error(note.problem[0].message);
    const cache = {
      notes: [
        {
          version: "1.10",
          files: [
            { path: "a.yaml", commit: SHA },
            { path: "b.yaml", commit: undefined },
          ],
        },
      ],
      dates: [{ version: "1.10", date: 1_770_000_000 }],
      contents: new Map([["a.yaml", note.value.value]]),
    };
    const text = writeRenoCache(cache);
    expect(text).toMatchInlineSnapshot(`
      "---
      dates:
        - date: 1770000000
          version: "1.10"
      file-contents:
        a.yaml:
          features:
            - |
              Say: yes
              twice
            - "no"
          other: 5
      notes:
        - files:
            - - a.yaml
              - !!binary |-
                MTExMTExMTExMTExMTEx
                MTExMTExMTExMTExMTEx
                MTExMTExMTExMQ==
            - - b.yaml
              - null
          version: "1.10"
      "
    `);
    const read = readRenoCache(text);
    expect(read.ok && { ...read.value, contents: [] }).toEqual({ ...cache, contents: [] });
    expect(read.ok && writeRenoCache(read.value)).toBe(text);
  });

  it("that is none is a problem with its line", () => {
    expect(readRenoCache("---\nnotes: []\n")).toMatchObject({ ok: false, problem: { line: 2, column: 1 } });
    expect(readRenoCache("a: b: c")).toMatchObject({ ok: false, problem: { line: 1 } });
  });
});

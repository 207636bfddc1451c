import { describe, expect, it } from "vitest";
import { defaultNotesConfig, readNotesConfig } from "../../../../src/core/release/notes/config.ts";
import { describeFinding } from "../../../../src/core/release/notes/finding.ts";
import { lintNotes, notesIn, type NotesTree } from "../../../../src/core/release/notes/lint.ts";
import { slugFrom } from "../../../../src/core/release/notes/slug.ts";
import { noteTemplate } from "../../../../src/core/release/notes/template.ts";

const config = defaultNotesConfig();
const GOOD = "fixes:\n  - text\n";
const [A, B, OLD] = ["a-6bc1a2a9e50fd2f1.yaml", "b-6bc1a2a9e50fd2f1.yaml", "old-1db86fe2f6c0e4a7.yaml"] as const;

function lint(
  texts: Readonly<Record<string, string>>,
  change?: { touched: string[]; before?: string[]; ever?: string[] },
) {
  const files = Object.entries(texts).map(([path, text]) => ({ path, text }));
  const sets = ({ touched, before = [], ever = [] }: NonNullable<typeof change>): NonNullable<NotesTree["change"]> => ({
    touched: new Set(touched),
    before: new Set(before),
    ever: new Set(ever),
  });
  return lintNotes({ files, ...(change === undefined ? {} : { change: sets(change) }) }, config).map(describeFinding);
}

const collides = (path: string, with_: string, more = "") =>
  `${path}:1:1: error: its UID 6bc1a2a9e50fd2f1 is also that of ${with_}${more} [note.uid-collision]`;
const HISTORY = ", which the history has: reports would take one for the other";

describe("lint of all notes", () => {
  it("has nothing to say of good ones", () => {
    expect(lint({ [A]: GOOD, [OLD]: GOOD, "reno.cache": "x", README: "x" })).toEqual([]);
  });

  it("tells collisions on both sides, weak UIDs, and names that are not read", () => {
    expect(lint({ [A]: GOOD, [B]: GOOD, "c-a1b2c3d4e5f6a7b8.yaml": GOOD, "d.yml": GOOD })).toEqual([
      collides(A, B),
      collides(B, A),
      "c-a1b2c3d4e5f6a7b8.yaml:1:1: warning: its UID a1b2c3d4e5f6a7b8 looks typed by hand: every other digit counts up or down [note.weak-uid]",
      "d.yml:1:1: warning: it is not read as a note [note.not-read]",
    ]);
  });

  it("tells what is left of the template", () => {
    expect(lint({ [A]: noteTemplate(config) }).filter((line) => !line.includes("note.untouched"))).toEqual([]);
    expect(lint({ [A]: noteTemplate(config) })).toHaveLength(9);
    expect(
      lint({ [A]: "fixes:\n  - |\n    What went wrong for users, and no longer does? Or remove this section.\n" }),
    ).toEqual([
      `${A}:3:5: error: the template's text is still there: "What went wrong for users, and no longer does? Or …" [note.untouched]`,
    ]);
  });
});

describe("lint of what is no note", () => {
  const link = { path: A, text: "", isLink: true };

  it("tells a link among the notes, of which a report shows no text", () => {
    expect(lintNotes({ files: [link] }, config).map(describeFinding)).toEqual([
      `${A}:1:1: error: it is a link, of which a report shows no text [note.yaml]`,
    ]);
    const change = { touched: new Set<string>(), before: new Set([A]), ever: new Set([A]) };
    expect(lintNotes({ files: [link], change }, config)).toEqual([]);
  });

  it("counts the notes, not the files beside them", () => {
    const files = [A, OLD, "reno.cache", "README"].map((path) => ({ path, text: GOOD }));
    expect(notesIn({ files })).toBe(2);
    const change = { touched: new Set([OLD, "README"]), before: new Set<string>(), ever: new Set<string>() };
    expect(notesIn({ files, change })).toBe(1);
  });
});

describe("lint of a change", () => {
  const bad = "feature:\n  - text\n";
  const unknown = (path: string) => `${path}:1:1: error: \`feature\` is not a section [note.unknown-section]`;
  it.each<[string, Parameters<typeof lint>, readonly string[]]>([
    [
      "answers for what it touches",
      [
        { [A]: bad, [OLD]: bad },
        { touched: [A], before: [OLD] },
      ],
      [unknown(A)],
    ],
    [
      "not for what was there",
      [
        { [A]: GOOD, [OLD]: bad },
        { touched: [A], before: [OLD] },
      ],
      [],
    ],
    [
      "may not take the UID of a note that is there",
      [
        { [A]: GOOD, [B]: GOOD },
        { touched: [A], before: [B] },
      ],
      [collides(A, B)],
    ],
    ["nor that of one the history has", [{ [A]: GOOD }, { touched: [A], ever: [B, A] }], [collides(A, B, HISTORY)]],
    ["may rename a note", [{ [A]: GOOD }, { touched: [A], before: [B], ever: [B, A] }], []],
    ["may edit a note that was renamed once", [{ [A]: GOOD }, { touched: [A], before: [A], ever: [B, A] }], []],
    ["may touch nothing", [{ [A]: bad }, { touched: [] }], []],
  ])("%s", (_, given, said) => {
    expect(lint(...given)).toEqual(said);
  });

  it("does not warn of a weak UID that was there", () => {
    const weak = "c-a1b2c3d4e5f6a7b8.yaml";
    expect(lint({ [weak]: GOOD }, { touched: [weak], before: [weak] })).toEqual([]);
    expect(lint({ [weak]: GOOD }, { touched: [weak] })).toHaveLength(1);
  });
});

describe("the name of a new note", () => {
  it.each([
    ["fix login", "fix-login"],
    ["  Fix the  login.yaml ", "Fix-the-login"],
    ["größe", "größe"],
    ["", "it has no words"],
    ["a/b", "it has a `/` in it"],
    ["../b", "it has a `/` in it"],
    ["..", "a part of it is no name"],
    ["-x", "it has characters that not every system allows in a file's name"],
    ["a\u0007b", "it has characters that not every system allows in a file's name"],
    ["a:b", "it has characters that not every system allows in a file's name"],
    ["a".repeat(151), "it has 151 characters, at most 150 are taken"],
  ])("of %j: %s", (words, said) => {
    const slug = slugFrom(words, config);
    expect(slug.ok ? slug.value : slug.problem.message).toBe(said);
  });

  it("may be in a folder where the configuration allows that, and never above", () => {
    const own = readNotesConfig("reno.yaml", "allow_subdirectories: true\n");
    if (!own.ok) throw new Error("it is good");
    expect(slugFrom("cli/fix login", own.value.config)).toEqual({ ok: true, value: "cli/fix-login" });
    expect(slugFrom("../x", own.value.config)).toMatchObject({ ok: false });
    expect(slugFrom("/x", own.value.config)).toMatchObject({ ok: false });
  });
});

it("a configuration's own template is taken as it is", () => {
  const own = readNotesConfig("reno.yaml", "template: |\n  fixes:\n    - text\n");
  expect(own.ok && noteTemplate(own.value.config)).toBe("fixes:\n  - text\n");
});

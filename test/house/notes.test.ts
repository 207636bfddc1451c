/** The project's own release notes: nothing is wrong with them, and a report has every text of theirs. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readNotesConfig } from "../../src/core/release/notes/config.ts";
import { describeFinding } from "../../src/core/release/notes/finding.ts";
import { lintNotes } from "../../src/core/release/notes/lint.ts";
import { readNote } from "../../src/core/release/notes/note.ts";
import { makeReport } from "../../src/core/release/notes/report.ts";
import { restructuredText } from "../../src/core/release/notes/restructured-text.ts";
import { root } from "./files.ts";

const CONFIG = "releasenotes/config.yaml";
const read = readNotesConfig(CONFIG, readFileSync(join(root, CONFIG), "utf8"));
if (!read.ok) throw new Error(read.problem.map(describeFinding).join("\n"));
const { config, warnings } = read.value;
const files = readdirSync(join(root, config.notesPath)).map((name) => {
  const path = `${config.notesPath}/${name}`;
  return { path, text: readFileSync(join(root, path), "utf8") };
});

it("lint has nothing to say of our release notes, nor of their configuration", () => {
  expect(files.length).toBeGreaterThan(3);
  expect([...warnings, ...lintNotes({ files }, config)].map(describeFinding)).toEqual([]);
});

it("a report has every text of our release notes", () => {
  const notes = files.map(({ path, text }) => {
    const note = readNote(path, text, config);
    if (!note.ok) throw new Error(path);
    return { path, commit: undefined, note: note.value.note };
  });
  const report = makeReport([{ version: "0.0.0-1", date: undefined, notes }], config, {
    title: "Release Notes",
    unknownSections: false,
  });
  const shown = restructuredText(report, { showSource: false, commits: "plain" }).replaceAll(/\s+/g, " ");
  const texts = notes.flatMap(({ note }) => [
    ...(note.prelude === undefined ? [] : [note.prelude]),
    ...note.sections.flatMap(({ items }) => items),
  ]);
  for (const text of texts) expect(shown).toContain(text.trim().replaceAll(/\s+/g, " "));
});

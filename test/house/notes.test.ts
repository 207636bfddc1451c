/** The project's own release notes: nothing is wrong with them, each has its version, and a report has every text of theirs. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readNotebook } from "../../src/cli/notes/notebook.ts";
import { readNotesConfig } from "../../src/core/release/notes/config.ts";
import { describeFinding } from "../../src/core/release/notes/finding.ts";
import { lintNotes } from "../../src/core/release/notes/lint.ts";
import { readNote } from "../../src/core/release/notes/note.ts";
import { makeReport } from "../../src/core/release/notes/report.ts";
import { restructuredText } from "../../src/core/release/notes/restructured-text.ts";
import { openRepository } from "../../src/git/repository.ts";
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

// Skipped for these two reasons alone, which are said; whatever else keeps the history from being read is a failure.
it("the scanner finds a version for each of our release notes", async (context) => {
  if (!existsSync(join(root, ".git"))) context.skip("this is no clone: no history says which version has which note");
  const repository = openRepository(root, {
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "/" },
  });
  const place = await repository.discover();
  if (!place.ok) throw new Error(JSON.stringify(place.problem));
  if (existsSync(join(place.value.commonDir, "shallow"))) context.skip("this clone is shallow: its history is cut off");
  const notebook = await readNotebook(repository, config, { mode: "complete", cache: false });
  if (!notebook.ok) throw new Error(notebook.problem.message);
  const { unassigned, versions, earlier } = notebook.value;
  expect(unassigned.map(({ path, why }) => `${path} ${why}`)).toEqual([]);
  const placed = new Set([...versions.flatMap(({ notes }) => notes), ...earlier].map(({ path }) => path));
  expect(placed.size).toBeGreaterThan(3);
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

/**
 * What is wrong with notes as files: in all of them, or in those a change touches. A change answers for what it touches and for nothing
 * that was there before, so that it can be a gate in a project with old faults.
 */
import type { NotesConfig } from "./config.ts";
import type { NotesFinding } from "./finding.ts";
import { readNote } from "./note.ts";
import { untouchedTexts } from "./template.ts";
import { isNotePath, uidOf, weaknessOf } from "./uid.ts";

export interface NotesTree {
  /** Every file under the notes' folder as it is now. */
  readonly files: readonly {
    readonly path: string;
    readonly text: string;
    /** A report shows where it leads, and no text. */
    readonly isLink?: boolean;
  }[];
  /** `undefined`: all are looked at, and nothing is known of what was before. */
  readonly change?: {
    readonly touched: ReadonlySet<string>;
    /** Notes at the base. */
    readonly before: ReadonlySet<string>;
    /** Names notes have, or had, anywhere in the history. */
    readonly ever: ReadonlySet<string>;
  };
}

/** In the order of their paths and lines. */
export function lintNotes({ files, change }: NotesTree, config: NotesConfig): readonly NotesFinding[] {
  const notes = files.filter(({ path }) => isNotePath(path));
  const isAsked = (path: string) => change === undefined || change.touched.has(path);
  const byUid = pathsByUid(notes);
  const findings = [
    ...files.flatMap(({ path }) => (isAsked(path) && !isNotePath(path) ? notRead(path) : [])),
    ...notes
      .filter(({ path }) => isAsked(path))
      .flatMap(({ path, text, isLink }) => [
        ...(isLink === true ? linked(path) : lintText(path, text, config)),
        ...collision(path, { now: byUid.get(uidOf(path)) ?? [], change }),
        ...weakUid(path, change?.before),
      ]),
  ];
  return findings.sort((one, other) =>
    one.path < other.path ? -1 : one.path > other.path ? 1 : one.line - other.line,
  );
}

function lintText(path: string, text: string, config: NotesConfig): readonly NotesFinding[] {
  const read = readNote(path, text, config);
  if (!read.ok) return read.problem;
  const { note, findings } = read.value;
  const texts = [...(note.prelude === undefined ? [] : [note.prelude]), ...note.sections.flatMap(({ items }) => items)];
  const untouched = untouchedTexts(texts, config).map((left) => ({
    ...whole(path, "error", "note.untouched", {
      message: `the template's text is still there: "${left.trim().slice(0, 50)}…"`,
      hint: "write what users must know, or remove the section",
    }),
    ...placeIn(text, left),
  }));
  return [...findings, ...untouched];
}

/** Where a text begins that is written as it reads; else the beginning. */
function placeIn(text: string, part: string): { readonly line: number; readonly column: number } {
  const [first = ""] = part.trim().split("\n");
  const lines = text.split("\n");
  const found = lines.findIndex((line) => line.includes(first));
  return found < 0 ? { line: 1, column: 1 } : { line: found + 1, column: (lines[found] ?? "").indexOf(first) + 1 };
}

function linked(path: string): readonly NotesFinding[] {
  return [
    whole(path, "error", "note.yaml", {
      message: "it is a link, of which a report shows no text",
      hint: "make the note with `plustwo notes new`, and remove the link",
    }),
  ];
}

/** Those of the files that are notes. */
export function notesIn({ files, change }: NotesTree): number {
  return files.filter(({ path }) => isNotePath(path) && (change === undefined || change.touched.has(path))).length;
}

interface Names {
  /** Of all notes that have this UID now; the note is among them. */
  readonly now: readonly string[];
  readonly change: NotesTree["change"];
}

function collision(path: string, { now, change }: Names): readonly NotesFinding[] {
  const uid = uidOf(path);
  const others = now.filter((other) => other !== path);
  const found = (other: string, more: string) => [
    whole(path, "error", "note.uid-collision", {
      message: `its UID ${uid} is also that of ${other}${more}`,
      hint: "make the note with `plustwo notes new`, which draws a UID nobody has, and move the text there",
    }),
  ];
  const [other] = others;
  if (other !== undefined) return found(other, "");
  if (change === undefined || change.before.has(path)) return [];
  // A note of the base with this UID that is gone now is this one under its old name.
  if ([...change.before].some((name) => uidOf(name) === uid)) return [];
  const [old] = [...change.ever].filter((name) => name !== path && isNotePath(name) && uidOf(name) === uid).sort();
  return old === undefined ? [] : found(old, ", which the history has: reports would take one for the other");
}

function weakUid(path: string, before: ReadonlySet<string> | undefined): readonly NotesFinding[] {
  const why = before?.has(path) === true ? undefined : weaknessOf(uidOf(path));
  if (why === undefined) return [];
  return [
    whole(path, "warning", "note.weak-uid", {
      message: `its UID ${uidOf(path)} looks typed by hand: ${why}`,
      hint: "`plustwo notes new` draws one; two notes with one UID are one note to a report",
    }),
  ];
}

function notRead(path: string): readonly NotesFinding[] {
  return /\.(?:yml|yaml\.\w+|yaml~|YAML)$/.test(path)
    ? [
        whole(path, "warning", "note.not-read", {
          message: "it is not read as a note",
          hint: "its name must end in `.yaml`",
        }),
      ]
    : [];
}

function whole(
  path: string,
  severity: NotesFinding["severity"],
  rule: NotesFinding["rule"],
  said: Pick<NotesFinding, "message" | "hint">,
): NotesFinding {
  return { severity, rule, path, line: 1, column: 1, ...said };
}

function pathsByUid(notes: NotesTree["files"]): ReadonlyMap<string, readonly string[]> {
  const byUid = new Map<string, string[]>();
  for (const { path } of notes) byUid.set(uidOf(path), [...(byUid.get(uidOf(path)) ?? []), path]);
  return byUid;
}

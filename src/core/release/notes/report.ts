/** What a report shows, before it is written as text: versions, newest first, each with its preludes and its sections. */
import type { Sha } from "../../ids.ts";
import type { NotesConfig, NoteSection } from "./config.ts";
import type { Note } from "./note.ts";

export interface Report {
  /** Empty: none. */
  readonly title: string;
  /** The branch that was asked for; part of the anchors. */
  readonly branch: string | undefined;
  readonly preludeName: string;
  readonly versions: readonly ReportedVersion[];
}

export interface ReportedVersion {
  readonly version: string;
  /** As it is headed: an unreleased version may have a title of its own. */
  readonly title: string;
  /** Of the tag; `undefined`: dates are not shown. */
  readonly date: string | undefined;
  readonly preludes: readonly Told[];
  /** Only those that say something. */
  readonly sections: readonly ReportedSection[];
}

export interface ReportedSection {
  readonly section: NoteSection;
  readonly items: readonly Told[];
}

/** A text with the note that says it. */
export interface Told extends Source {
  readonly text: string;
}

export interface Source {
  readonly path: string;
  /** `undefined`: in the work tree only. */
  readonly commit: Sha | undefined;
}

/** A version with its notes as they were read. */
export interface NotesOfVersion {
  readonly version: string;
  /** `undefined` where no tag has this name. */
  readonly date: string | undefined;
  readonly notes: readonly (Source & { readonly note: Note })[];
}

export interface ReportOptions {
  readonly title: string;
  readonly branch?: string;
  /** Sections that the configuration does not have are shown too, behind the others. reno drops them. */
  readonly unknownSections: boolean;
}

export function makeReport(versions: readonly NotesOfVersion[], config: NotesConfig, options: ReportOptions): Report {
  return {
    title: options.title,
    branch: options.branch,
    preludeName: config.preludeSectionName,
    versions: versions.map(({ version, date, notes }) => {
      const sections = [...config.sections, ...(options.unknownSections ? unknownSections(notes, config) : [])];
      return {
        version,
        title: isUnreleased(version) && config.unreleasedVersionTitle !== "" ? config.unreleasedVersionTitle : version,
        date: config.addReleaseDate ? (date ?? "Unknown") : undefined,
        preludes: notes.flatMap(({ path, commit, note: { prelude } }) =>
          prelude === undefined ? [] : [{ path, commit, text: prelude }],
        ),
        sections: sections
          .map((section) => ({ section, items: notes.flatMap((one) => itemsOf(one, section.name)) }))
          .filter(({ items }) => items.length > 0),
      };
    }),
  };
}

/** `1.0.0-3`, and what is not committed yet. */
export function isUnreleased(version: string): boolean {
  return version.includes("-");
}

/** Each word with a capital, as Python's `str.title` has it: also behind an apostrophe or a digit. */
export function titleOf(name: string): string {
  return name.replaceAll("_", " ").replaceAll(/\p{L}+/gu, (word) => {
    const [first = "", ...rest] = word;
    return first.toUpperCase() + rest.join("").toLowerCase();
  });
}

function itemsOf({ path, commit, note }: NotesOfVersion["notes"][number], name: string): readonly Told[] {
  return note.sections
    .filter((section) => section.name === name)
    .flatMap(({ items }) => items.map((text) => ({ path, commit, text })));
}

function unknownSections(notes: NotesOfVersion["notes"], config: NotesConfig): readonly NoteSection[] {
  const known = new Set(config.sections.map(({ name }) => name));
  const names = notes.flatMap(({ note }) => note.sections.map(({ name }) => name)).filter((name) => !known.has(name));
  return [...new Set(names)].sort().map((name) => ({ name, title: titleOf(name), level: 1 }));
}

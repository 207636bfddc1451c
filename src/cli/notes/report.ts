/** `plustwo notes report`: all notes as one text. Exit 1 where something a note says is not in it, in mode complete. */
import { resolve } from "node:path";
import { dayOf, instant } from "../../core/time.ts";
import { markdown } from "../../core/release/notes/markdown.ts";
import type { NotesFinding } from "../../core/release/notes/finding.ts";
import { reportJson } from "../../core/release/notes/report-json.ts";
import { makeReport, type NotesOfVersion } from "../../core/release/notes/report.ts";
import { restructuredText } from "../../core/release/notes/restructured-text.ts";
import type { ScanMode } from "../../core/release/notes/shapes.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { writeText } from "../disk.ts";
import { EXIT } from "../problems.ts";
import { plain, type CliProblem, type Say, type Terminal } from "../say.ts";
import { openBook, type Book, type Query } from "./book.ts";
import { openNotes, type PlaceOptions } from "./place.ts";
import { ofFindings, showFindings } from "./show-findings.ts";
import { losses, showNone, showUnassigned } from "./show-unassigned.ts";

export const FORMATS = ["rst", "markdown", "json"] as const;
export type Format = (typeof FORMATS)[number];

export interface ReportOptions extends PlaceOptions {
  readonly query: Query;
  readonly title: string;
  readonly showSource: boolean;
  readonly format: Format;
  /** A file; else standard output. */
  readonly output?: string;
}

export async function reportNotes(
  terminal: Terminal,
  say: Say,
  options: ReportOptions,
): Promise<Result<number, CliProblem>> {
  const place = await openNotes(terminal, say, options);
  if (!place.ok) return place;
  const book = await openBook(place.value, options.query, say);
  if (!book.ok) return book;
  const read = await readVersions(book.value, options.query.mode);
  if (!read.ok) return read;
  const { versions, findings } = read.value;
  const text = textOf(book.value, versions, options);
  if (options.output === undefined) say.result(terminal.stdout.isTTY === true ? plain(text) : text);
  else {
    const written = await writeText(resolve(terminal.cwd, options.output), options.output, text);
    if (!written.ok) return written;
  }
  showFindings(say, findings, "stderr");
  showNone(say, book.value, options.query);
  showUnassigned(say, book.value.unassigned, options.query.mode);
  const isLossy = losses(book.value.unassigned).length > 0 || findings.some(isLoss);
  return ok(options.query.mode === "complete" && isLossy ? EXIT.refused : EXIT.ok);
}

function textOf(
  { config, unassigned }: Book,
  versions: readonly NotesOfVersion[],
  { query: { mode, branch }, title, showSource, format }: ReportOptions,
): string {
  const made = { title, unknownSections: mode === "complete", ...(branch === undefined ? {} : { branch }) };
  const report = makeReport(versions, config, made);
  switch (format) {
    case "rst":
      return restructuredText(report, { showSource, commits: mode === "reno" ? "python" : "plain" });
    case "markdown":
      return markdown(report, { showSource });
    case "json":
      return JSON.stringify(reportJson(report, { mode, unassigned }), null, 2);
  }
}

/** Says that a text a person wrote is in no report. A section that is not known is shown by itself. */
function isLoss({ rule }: NotesFinding): boolean {
  return rule === "note.yaml" || rule === "note.wrong-type" || rule === "note.key-twice";
}

/** The versions with what their notes say. In mode reno a note that cannot be read is the end, as it is for reno. */
export async function readVersions(
  { versions, dates, read }: Book,
  mode: ScanMode,
): Promise<
  Result<{ readonly versions: readonly NotesOfVersion[]; readonly findings: readonly NotesFinding[] }, CliProblem>
> {
  const notes = await read();
  if (!notes.ok) return notes;
  const findings: NotesFinding[] = [];
  const broken: NotesFinding[] = [];
  const told = versions.map(({ version, notes: sources }) => ({
    version,
    date: dayText(dates.get(version), mode),
    notes: sources.flatMap((source) => {
      const one = notes.value.get(source.path);
      if (one?.ok === true) {
        findings.push(...one.value.findings);
        return [{ path: source.path, commit: source.commit, note: one.value.note }];
      }
      broken.push(...(one === undefined ? [missing(source.path)] : one.problem));
      return [];
    }),
  }));
  if (mode === "reno" && broken.length > 0)
    return fail({ ...ofFindings("Cannot report as reno does, which ends at such notes", broken), exit: EXIT.refused });
  return ok({ versions: told, findings: [...broken, ...findings] });
}

function missing(path: string): NotesFinding {
  return {
    ...{ severity: "error", rule: "note.yaml", path, line: 1, column: 1 },
    message: "the note cannot be read: its content is not there",
    hint: "fetch the whole history, or write the cache anew",
  };
}

/** reno tells a tag's day as the clock of the machine has it; the complete mode's is UTC everywhere. */
function dayText(seconds: number | undefined, mode: ScanMode): string | undefined {
  if (seconds === undefined) return undefined;
  if (mode === "complete") return dayOf(instant(seconds * 1_000));
  return new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit" }).format(
    seconds * 1_000,
  );
}

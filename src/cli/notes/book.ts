/** The notes of a history by version, with their texts read: what `list`, `report`, `cache` and `semver-next` start from. */
import { join } from "node:path";
import type { NotesConfig } from "../../core/release/notes/config.ts";
import type { NotesFinding } from "../../core/release/notes/finding.ts";
import { noteFrom, readNote, type ReadNote } from "../../core/release/notes/note.ts";
import type { Source } from "../../core/release/notes/report.ts";
import { readRenoCache, type RenoCache } from "../../core/release/notes/reno-cache.ts";
import type { NotebookVersion, ScanMode, Unassigned } from "../../core/release/notes/shapes.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { readTextIfThere } from "../disk.ts";
import { EXIT } from "../problems.ts";
import type { CliProblem, Say } from "../say.ts";
import { readNotebook, readNoteTexts } from "./notebook.ts";
import { type NotesPlace } from "./place.ts";

/** What all commands over the history take; a key that is absent is the configuration's. */
export interface Query {
  readonly mode: ScanMode;
  readonly versions: readonly string[];
  readonly branch?: string;
  readonly earliestVersion?: string;
  readonly collapsePreReleases?: boolean;
  readonly stopAtBranchBase?: boolean;
  readonly ignoreCache: boolean;
}

export interface Book {
  readonly config: NotesConfig;
  /** Those that were asked for, in that order; else all, newest first. */
  readonly versions: readonly BookVersion[];
  readonly unassigned: readonly Unassigned[];
  /** Seconds since 1970, by tag. */
  readonly dates: ReadonlyMap<string, number>;
  /** Of the scanned commit; `undefined` of a cache. */
  readonly current: string | undefined;
  /** Each note as it was read, or why not one word of it could be; not those whose content is not there. */
  readonly read: () => Promise<Result<ReadonlyMap<string, Result<ReadNote, readonly NotesFinding[]>>, CliProblem>>;
}

export interface BookVersion {
  readonly version: string;
  readonly notes: readonly Source[];
}

export async function openBook(place: NotesPlace, query: Query, say: Say): Promise<Result<Book, CliProblem>> {
  const config = configFor(place.config, query);
  const cache = await cacheOf(place, query);
  if (!cache.ok) return cache;
  const book =
    cache.value === undefined ? await bookOf(place, { config, query, say }) : ok(bookFrom(cache.value, config));
  return book.ok ? choose(book.value, query.versions) : book;
}

export function configFor(config: NotesConfig, query: Query): NotesConfig {
  return {
    ...config,
    branch: query.branch ?? config.branch,
    earliestVersion: query.earliestVersion ?? config.earliestVersion,
    collapsePreReleases: query.collapsePreReleases ?? config.collapsePreReleases,
    stopAtBranchBase: query.stopAtBranchBase ?? config.stopAtBranchBase,
  };
}

/** reno believes a cache wherever there is one; without history there is nothing else. */
async function cacheOf(place: NotesPlace, query: Query): Promise<Result<RenoCache | undefined, CliProblem>> {
  const { repository, top, config } = place;
  if (repository !== undefined && (query.mode === "complete" || query.ignoreCache)) return ok(undefined);
  const path = `${config.notesPath}/reno.cache`;
  const text = await readTextIfThere(join(top, path));
  if (!text.ok) return text;
  if (text.value === undefined)
    return repository !== undefined
      ? ok(undefined)
      : fail({
          message: `Cannot find notes in ${top}: it is no git repository, and has no ${path}`,
          hint: "run it in the repository, or where the archive with that file was unpacked",
          exit: EXIT.noRepository,
        });
  const cache = readRenoCache(text.value);
  if (cache.ok) return cache;
  const { line, column, message, hint } = cache.problem;
  return fail({ message: `Cannot use ${path}:${line}:${column}: ${message}`, hint, exit: EXIT.malformed });
}

function bookFrom(cache: RenoCache, config: NotesConfig): Book {
  return {
    config,
    versions: cache.notes.map(({ version, files }) => ({ version, notes: files })),
    unassigned: [],
    dates: new Map(cache.dates.map(({ version, date }) => [version, date])),
    current: undefined,
    read: () =>
      Promise.resolve(
        ok(new Map([...cache.contents].map(([path, value]) => [path, noteFrom(path, { value, twice: [] }, config)]))),
      ),
  };
}

async function bookOf(
  { repository }: NotesPlace,
  { config, query, say }: { readonly config: NotesConfig; readonly query: Query; readonly say: Say },
): Promise<Result<Book, CliProblem>> {
  if (repository === undefined) throw new Error("without history there is a cache, or a problem");
  const branch = config.branch === undefined || config.branch === "" ? {} : { branch: config.branch };
  const notebook = await say.during(
    "Reading the history of the notes",
    readNotebook(repository, config, { mode: query.mode, ...branch }),
  );
  if (!notebook.ok) return notebook;
  const { versions, unassigned, current, tags } = notebook.value;
  return ok({
    ...{ config, versions, unassigned, current },
    dates: new Map(tags.map(({ name, at }) => [name, at])),
    read: async () => {
      const texts = await say.during("Reading the notes", readNoteTexts(repository, notesOf(versions)));
      if (!texts.ok) return texts;
      const decoder = new TextDecoder(config.encoding);
      return ok(
        new Map(
          [...texts.value].flatMap(([path, bytes]) =>
            bytes === undefined ? [] : [[path, readNote(path, decoder.decode(bytes), config)] as const],
          ),
        ),
      );
    },
  });
}

function notesOf(versions: readonly NotebookVersion[]): NotebookVersion["notes"] {
  return versions.flatMap(({ notes }) => notes);
}

function choose(book: Book, asked: readonly string[]): Result<Book, CliProblem> {
  if (asked.length === 0) return ok(book);
  const known = new Map(book.versions.map((one) => [one.version, one]));
  const missing = asked.find((version) => !known.has(version));
  if (missing !== undefined)
    return fail({
      message: `Cannot show the version "${missing}": no note belongs to it`,
      hint: `versions with notes: ${[...known.keys()].slice(0, 12).join(", ") || "none"}${known.size > 12 ? " …" : ""}`,
      exit: EXIT.malformed,
    });
  return ok({ ...book, versions: asked.flatMap((version) => known.get(version) ?? []) });
}

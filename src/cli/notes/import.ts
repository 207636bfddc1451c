/**
 * `plustwo notes import`: notes from the fragments of towncrier or Changesets. All or nothing: where one of them cannot be read nothing
 * is written. It writes over no file, and takes over no fragment twice.
 */
import { readdir, readFile, unlink } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";
import { noteOf, type Fragment, type FragmentFile, type FragmentProblem } from "../../core/release/notes/fragment.ts";
import { readChangesets } from "../../core/release/notes/import-changesets.ts";
import { readTowncrier } from "../../core/release/notes/import-towncrier.ts";
import type { NotesConfig } from "../../core/release/notes/config.ts";
import { isNotePath, uidOf } from "../../core/release/notes/uid.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { filesBelow, kindOf, makeAll, namesIn, readTextIfThere, whyNot } from "../disk.ts";
import { EXIT } from "../problems.ts";
import { counted, oneLine, type CliProblem, type Say, type Terminal } from "../say.ts";
import { noNotesIn, openNotes, type PlaceOptions } from "./place.ts";

export const TOOLS = ["towncrier", "changesets"] as const;
export type Tool = (typeof TOOLS)[number];

export interface ImportOptions extends Omit<PlaceOptions, "folder"> {
  /** Of the fragments; else the one that these tools have by themselves. */
  readonly fragments?: string;
  /** Else it is told by the folder. */
  readonly from?: Tool;
  /** `type=section`. */
  readonly sections: readonly string[];
  readonly remove: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export async function importNotes(
  terminal: Terminal,
  say: Say,
  options: ImportOptions,
): Promise<Result<number, CliProblem>> {
  const place = await openNotes(terminal, say, options);
  if (!place.ok) return place;
  const { repository, config, top, isBare } = place.value;
  if (isBare)
    return fail({
      message: `Cannot make notes in ${top}: it is a bare repository`,
      hint: "run it in a clone with a work tree",
      exit: EXIT.refused,
    });
  const there = await kindOf(join(top, config.notesPath), config.notesPath);
  if (!there.ok) return there;
  if (repository === undefined && there.value === undefined) return fail(noNotesIn(top, config, true));
  const given = readSections(options.sections, config);
  if (!given.ok) return given;
  const folder = await folderOf(terminal, top, options.fragments);
  if (!folder.ok) return folder;
  const read = await readFolder(top, folder.value);
  if (!read.ok) return read;
  const isChangesets = basename(folder.value) === ".changeset" || read.value.names.includes("config.json");
  const tool = options.from ?? (isChangesets ? "changesets" : "towncrier");
  const reader = tool === "changesets" ? readChangesets : readTowncrier;
  const { fragments, silent, problems } = reader(read.value.files, { given: given.value, config });
  const all = [...read.value.problems, ...problems];
  if (all.length > 0) return ok(showProblems(say, all, { tool, ...options }));
  const plan = await planOf(top, fragments, config);
  if (!plan.ok) return plan;
  const { news, left } = plan.value;
  if (!options.dryRun) {
    const written = await writeAll(top, news);
    if (!written.ok) return written;
  }
  const gone = options.remove ? [...news, ...plan.value.known].map(({ from }) => from).sort() : [];
  if (!options.dryRun) {
    const removed = await removeAll(top, gone);
    if (!removed.ok) return removed;
  }
  show(say, { tool, ...plan.value, silent, gone }, options);
  return ok(left.length > 0 ? EXIT.refused : EXIT.ok);
}

function readSections(words: readonly string[], config: NotesConfig): Result<ReadonlyMap<string, string>, CliProblem> {
  const given = new Map<string, string>();
  for (const word of words) {
    const [, type, section] = /^([^=]+)=([^=]+)$/.exec(word) ?? [];
    if (type === undefined || section === undefined || !config.sections.some(({ name }) => name === section))
      return fail({
        message: `Cannot use --section ${word}: it is not \`TYPE=SECTION\` with a section of the configuration`,
        hint: `sections: ${config.sections.map(({ name }) => name).join(", ")}`,
        exit: EXIT.usage,
      });
    given.set(type.toLowerCase(), section);
  }
  return ok(given);
}

/** Where the tools keep fragments by themselves, and where many projects have them. */
const FOLDERS = [".changeset", "newsfragments", "changelog.d"];

async function folderOf(
  { cwd }: Terminal,
  top: string,
  named: string | undefined,
): Promise<Result<string, CliProblem>> {
  if (named !== undefined) {
    const folder = resolve(cwd, named);
    if (folder.startsWith(top + sep)) return ok(folder);
    return fail({
      message: `Cannot import from ${named}: it is no folder within ${top}`,
      hint: "name the folder of the fragments, such as `newsfragments`",
      exit: EXIT.usage,
    });
  }
  const here = await namesIn(top);
  if (!here.ok) return here;
  const found = FOLDERS.filter((name) => here.value?.includes(name) === true);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return ok(join(top, only));
  return fail({
    message: `Cannot say what to import: ${only === undefined ? `there is none of ${FOLDERS.join(", ")}` : `there are ${found.join(" and ")}`} in ${top}`,
    hint: "name the folder of the fragments: `plustwo notes import FOLDER`",
    exit: EXIT.usage,
  });
}

interface Folder {
  readonly names: readonly string[];
  readonly files: readonly FragmentFile[];
  readonly problems: readonly FragmentProblem[];
}

async function readFolder(top: string, folder: string): Promise<Result<Folder, CliProblem>> {
  const files: FragmentFile[] = [];
  const problems: FragmentProblem[] = [];
  const noFolder = (why: string): Result<Folder, CliProblem> =>
    fail({
      message: `Cannot import from ${folder}: ${why}`,
      hint: "name the folder of the fragments, such as `newsfragments`",
      exit: EXIT.malformed,
    });
  const kind = await kindOf(folder);
  if (!kind.ok) return kind;
  if (kind.value !== "folder") return noFolder(kind.value === "file" ? "it is no folder" : "there is no such folder");
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = relative(top, join(folder, entry.name)).replaceAll("\\", "/");
      if (/^[._]/.test(entry.name)) continue;
      if (!entry.isFile())
        problems.push({
          path,
          line: 1,
          message: "it is no file",
          hint: "a folder is imported by itself; move others away",
        });
      else {
        const text = textFrom(await readFile(join(folder, entry.name)));
        if (text !== undefined) files.push({ path, text });
        else problems.push({ path, line: 1, message: "it is not UTF-8 text", hint: "save it as UTF-8" });
      }
    }
    return ok({ names: entries.map(({ name }) => name), files, problems });
  } catch (error) {
    return noFolder(whyNot(error));
  }
}

function textFrom(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

interface Planned {
  readonly from: string;
  readonly note: string;
  readonly section: string;
  readonly text: string;
}

interface Plan {
  readonly news: readonly Planned[];
  /** Taken over before, word for word. */
  readonly known: readonly Planned[];
  /** Taken over before; the note or the fragment says something else since. */
  readonly left: readonly Planned[];
}

/** A note is known by its UID: it may have been renamed since. */
async function planOf(
  top: string,
  fragments: readonly Fragment[],
  config: NotesConfig,
): Promise<Result<Plan, CliProblem>> {
  const folder = join(top, config.notesPath);
  const there = await filesBelow(folder, config.notesPath);
  if (!there.ok) return there;
  const notes = (there.value ?? []).map(({ inside }) => inside).filter(isNotePath);
  const byUid = new Map(notes.map((path) => [uidOf(path), path]));
  const [news, known, left]: [Planned[], Planned[], Planned[]] = [[], [], []];
  for (const fragment of fragments) {
    const { path, text } = noteOf(fragment, config);
    const planned = { from: fragment.path, note: path, section: fragment.section, text };
    const before = byUid.get(uidOf(path));
    if (before === undefined) {
      news.push(planned);
      continue;
    }
    const found = await readTextIfThere(join(folder, before));
    if (!found.ok) return found;
    const note = `${config.notesPath}/${before}`;
    (found.value?.replaceAll("\r\n", "\n") === text ? known : left).push({ ...planned, note });
  }
  return ok({ news, known, left });
}

/** All of them or none. */
async function writeAll(top: string, news: readonly Planned[]): Promise<Result<void, CliProblem>> {
  const made = await makeAll(news.map(({ note, text }) => ({ path: join(top, note), shown: note, text })));
  return made.ok ? made : fail({ ...made.problem, message: `${made.problem.message}; nothing was imported` });
}

async function removeAll(top: string, paths: readonly string[]): Promise<Result<void, CliProblem>> {
  for (const path of paths) {
    try {
      await unlink(join(top, path));
    } catch (error) {
      return fail({
        message: `Cannot remove ${path}: ${whyNot(error)}; the notes are written`,
        hint: "remove it yourself, or run the same again",
        exit: EXIT.partlyDone,
      });
    }
  }
  return ok(undefined);
}

function showProblems(
  say: Say,
  problems: readonly FragmentProblem[],
  { tool, json, dryRun }: Pick<ImportOptions, "json" | "dryRun"> & { readonly tool: Tool },
): number {
  if (json) say.json({ version: 1, tool, dryRun, written: [], known: [], left: [], silent: [], removed: [], problems });
  else {
    for (const { path, line, message, hint } of problems) {
      say.note(oneLine(`${path}:${line}: ${message}`));
      say.note(`  ${oneLine(hint)}`);
    }
    say.note(`Nothing was imported: ${counted(problems.length, "file")} cannot be read as ${PIECES[tool]}`);
  }
  return EXIT.malformed;
}

const PIECES: Readonly<Record<Tool, string>> = { towncrier: "fragments of towncrier", changesets: "changesets" };

interface Done extends Plan {
  readonly tool: Tool;
  readonly silent: readonly { readonly path: string; readonly why: string }[];
  readonly gone: readonly string[];
}

function show(say: Say, { tool, news, known, left, silent, gone }: Done, { json, dryRun }: ImportOptions): void {
  if (json) {
    const told = (one: Planned) => ({ from: one.from, note: one.note, section: one.section });
    const [written, before, others] = [news.map(told), known.map(told), left.map(told)];
    say.json({ version: 1, tool, dryRun, written, known: before, left: others, silent, removed: gone, problems: [] });
    return;
  }
  const would = dryRun ? "Would write" : "Wrote";
  for (const { from, note, section } of news) say.result(oneLine(`${would} ${note} (${section}, from ${from})`));
  for (const path of gone) say.result(oneLine(`${dryRun ? "Would remove" : "Removed"} ${path}`));
  for (const { path, why } of silent) say.note(oneLine(`Left out ${path}: it ${why}`));
  for (const { from, note } of left)
    say.note(oneLine(`Left ${from} as it is: ${note} was made from it, and one of the two says something else now`));
  if (left.length > 0) say.note("  keep the one that is right: remove the fragment, or the note and import again");
  const before = known.length === 0 ? "" : `, ${known.length} imported before`;
  say.note(`${counted(news.length, "note")}${dryRun ? " to write" : ""} from ${PIECES[tool]}${before}`);
}

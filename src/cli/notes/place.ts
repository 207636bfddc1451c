/** Where notes are: a work tree, a bare repository, or a folder without history that has a `reno.cache`; with its configuration. */
import { join, resolve } from "node:path";
import {
  defaultNotesConfig,
  DEFAULT_NOTES_FOLDER,
  notesConfigPaths,
  readNotesConfig,
  type NotesConfig,
} from "../../core/release/notes/config.ts";
import type { NotesFinding } from "../../core/release/notes/finding.ts";
import type { Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { openRepository, type Repository } from "../../git/repository.ts";
import { isLink, kindOf, readTextIfThere } from "../disk.ts";
import { EXIT, ofGit } from "../problems.ts";
import type { CliProblem, Say, Terminal } from "../say.ts";
import { ofFindings, showFindings } from "./show-findings.ts";

export interface NotesPlace {
  /** `undefined`: no history here. */
  readonly repository: Repository | undefined;
  /** The top of the work tree, absolute; of a bare repository itself. */
  readonly top: string;
  readonly isBare: boolean;
  readonly config: NotesConfig;
  /** Of HEAD; `undefined` before the first commit and without history. */
  readonly head: Sha | undefined;
  /** What is checked out. */
  readonly branch: string | undefined;
}

export interface PlaceOptions {
  /** The repository; else the one around the current folder. */
  readonly folder?: string;
  /** The folder above the notes: `releasenotes`. */
  readonly notesFolder?: string;
}

/** Warnings about the configuration are told on the way. */
export async function openNotes(
  terminal: Terminal,
  say: Say,
  { folder = ".", notesFolder = DEFAULT_NOTES_FOLDER }: PlaceOptions,
): Promise<Result<NotesPlace, CliProblem>> {
  const notesIn = notesFolder.replace(/\/+$/, "").replace(/^\.\//, "");
  if (notesIn === "" || notesIn.startsWith("/") || notesIn.split("/").includes(".."))
    return fail({
      message: `Cannot look for notes in "${notesFolder}": it is no folder of the repository`,
      hint: "name it from the top of the repository, such as `releasenotes`",
      exit: EXIT.usage,
    });
  const from = resolve(terminal.cwd, folder);
  const there = await kindOf(from, folder);
  if (!there.ok) return there;
  if (there.value !== "folder")
    return fail({
      message: `Cannot look for notes in ${folder}: ${there.value === "file" ? "it is no folder" : "there is no such folder"}`,
      hint: "name the folder of the repository, or leave it out",
      exit: EXIT.malformed,
    });
  const repository = openRepository(from, { env: terminal.env });
  const around = await repository.discover();
  if (!around.ok && around.problem.kind === "no-repository" && around.problem.detail.includes("safe.bareRepository"))
    return fail({
      message: `Cannot look for notes in ${from}: it is a bare repository, and those are opened only where they are named`,
      hint: "name it: set GIT_DIR to this folder; or run it in a clone with a work tree",
      exit: EXIT.noRepository,
    });
  if (!around.ok && around.problem.kind !== "no-repository") return fail(ofGit(around.problem));
  const place = around.ok ? around.value : undefined;
  const top = place?.topLevel ?? place?.gitDir ?? from;
  const isBare = place !== undefined && place.topLevel === undefined;
  const resolved =
    place === undefined || place.head.kind === "unborn" ? ok(undefined) : await repository.resolve("HEAD");
  if (!resolved.ok) return fail(ofGit(resolved.problem));
  const head = resolved.value;
  const read = await readConfig(notesIn, (path) =>
    isBare && head !== undefined ? textAt(repository, head, path) : readTextIfThere(join(top, path)),
  );
  if (!read.ok) return read;
  const followed = place?.topLevel === undefined ? ok(undefined) : await noLinkTo(top, read.value.config.notesPath);
  if (!followed.ok) return followed;
  showFindings(say, read.value.warnings, "stderr");
  return ok({
    repository: place === undefined ? undefined : openRepository(top, { env: terminal.env }),
    ...{ top, isBare, head, config: read.value.config },
    branch: place?.head.kind === "branch" ? place.head.branch : undefined,
  });
}

/** git keeps where a link leads, and no note behind it: no version would have one. */
async function noLinkTo(top: string, notesPath: string): Promise<Result<void, CliProblem>> {
  const parts = notesPath.split("/");
  for (const [index] of parts.entries()) {
    const path = parts.slice(0, index + 1).join("/");
    const found = await isLink(join(top, path), path);
    if (!found.ok) return found;
    if (found.value)
      return fail({
        message: `Cannot use the notes in ${notesPath}: ${path} is a link, and git keeps no notes behind it`,
        hint: "make it a folder; or name the one that it leads to, with `-d` or with `notesdir` in the configuration",
        exit: EXIT.malformed,
      });
  }
  return ok(undefined);
}

/** There is not even the folder of the notes. */
export function noNotesIn(top: string, config: NotesConfig, isAlone: boolean): CliProblem {
  const where = isAlone ? "it is no git repository, and has" : "there is";
  return {
    message: `Cannot find notes in ${top}: ${where} no folder ${config.notesPath}`,
    hint: isAlone ? "run it in the repository" : "name the folder above the notes, such as `-d releasenotes`",
    exit: isAlone ? EXIT.noRepository : EXIT.malformed,
  };
}

async function readConfig(
  notesIn: string,
  read: (path: string) => Promise<Result<string | undefined, CliProblem>>,
): Promise<Result<{ readonly config: NotesConfig; readonly warnings: readonly NotesFinding[] }, CliProblem>> {
  for (const path of notesConfigPaths(notesIn)) {
    const text = await read(path);
    if (!text.ok) return text;
    if (text.value === undefined) continue;
    const config = readNotesConfig(path, text.value, notesIn);
    return config.ok ? config : fail(ofFindings("Cannot use the configuration of the notes", config.problem));
  }
  return ok({ config: defaultNotesConfig(notesIn), warnings: [] });
}

async function textAt(repository: Repository, at: Sha, path: string): Promise<Result<string | undefined, CliProblem>> {
  const text = await repository.text(at, path);
  return text.ok ? text : fail(ofGit(text.problem));
}

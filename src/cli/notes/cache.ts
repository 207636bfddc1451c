/** `plustwo notes cache`: `reno.cache`, for archives without history. Without a branch all series are in it, as reno has it. */
import { join, resolve } from "node:path";
import { seriesBranches } from "../../core/release/notes/scan-refs.ts";
import { readPythonYaml, type YamlValue } from "../../core/release/notes/python-yaml.ts";
import { writeRenoCache, type RenoCache } from "../../core/release/notes/reno-cache.ts";
import type { NotebookVersion, Unassigned } from "../../core/release/notes/shapes.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { gatherNotes } from "../../git/notes-history.ts";
import type { Repository } from "../../git/repository.ts";
import { writeText } from "../disk.ts";
import { EXIT } from "../problems.ts";
import { plain, type CliProblem, type Say, type Terminal } from "../say.ts";
import { configFor, type Query } from "./book.ts";
import { ofGather, readNotebook, readNoteTexts } from "./notebook.ts";
import { openNotes, type PlaceOptions } from "./place.ts";
import { losses, showUnassigned } from "./show-unassigned.ts";

export interface CacheOptions extends PlaceOptions {
  readonly query: Query;
  /** A file, or `-`; else `reno.cache` among the notes. */
  readonly output?: string;
}

export async function cacheNotes(
  terminal: Terminal,
  say: Say,
  options: CacheOptions,
): Promise<Result<number, CliProblem>> {
  const place = await openNotes(terminal, say, options);
  if (!place.ok) return place;
  const { repository, top } = place.value;
  const config = configFor(place.value.config, options.query);
  if (repository === undefined)
    return fail({
      message: `Cannot write the cache of ${top}: there is no history here`,
      hint: "run it in the repository",
      exit: EXIT.noRepository,
    });
  const found = await say.during("Reading the history of the notes", scanAll(repository, config, options.query));
  if (!found.ok) return found;
  const contents = await readContents(repository, found.value.versions, { asked: options.query.versions, config });
  if (!contents.ok) return contents;
  const text = writeRenoCache({
    notes: found.value.versions.map(({ version, notes }) => ({ version, files: notes })),
    dates: found.value.dates,
    contents: contents.value,
  });
  if (options.output === "-") say.result((terminal.stdout.isTTY === true ? plain(text) : text).trimEnd());
  else {
    const path =
      options.output === undefined ? join(top, config.notesPath, "reno.cache") : resolve(terminal.cwd, options.output);
    const written = await writeText(path, options.output ?? path, text);
    if (!written.ok) return written;
    say.note(`Wrote ${path}`);
  }
  showUnassigned(say, found.value.unassigned, options.query.mode);
  return ok(options.query.mode === "complete" && losses(found.value.unassigned).length > 0 ? EXIT.refused : EXIT.ok);
}

interface Scanned {
  readonly versions: readonly NotebookVersion[];
  readonly unassigned: readonly Unassigned[];
  readonly dates: RenoCache["dates"];
}

async function scanAll(
  repository: Repository,
  config: ReturnType<typeof configFor>,
  { mode }: Query,
): Promise<Result<Scanned, CliProblem>> {
  const branches = await branchesOf(repository, config);
  if (!branches.ok) return branches;
  const versions = new Map<string, NotebookVersion>();
  let unassigned: readonly Unassigned[] = [];
  let dates: RenoCache["dates"] = [];
  for (const [index, branch] of branches.value.entries()) {
    const notebook = await readNotebook(repository, config, { mode, ...(branch === undefined ? {} : { branch }) });
    if (!notebook.ok) return notebook;
    for (const version of notebook.value.versions) versions.set(version.version, version);
    if (index > 0) continue;
    unassigned = notebook.value.unassigned;
    dates = notebook.value.tags.map(({ name, at }) => ({ version: name, date: at }));
  }
  return ok({ versions: [...versions.values()], unassigned, dates });
}

/** `undefined`: what is checked out. */
async function branchesOf(
  repository: Repository,
  config: ReturnType<typeof configFor>,
): Promise<Result<readonly (string | undefined)[], CliProblem>> {
  if (config.branch !== undefined && config.branch !== "") return ok([config.branch]);
  const input = await gatherNotes(repository, config, {});
  if (!input.ok) return fail(ofGather(input.problem));
  const refs = [
    ...input.value.refs.map(({ name }) => name),
    ...input.value.tags.map(({ name }) => `refs/tags/${name}`),
  ];
  return ok([undefined, ...seriesBranches(refs, config)]);
}

/** As they are: a cache keeps what a note says, also what is wrong with it. */
async function readContents(
  repository: Repository,
  versions: readonly NotebookVersion[],
  { asked, config }: { readonly asked: readonly string[]; readonly config: ReturnType<typeof configFor> },
): Promise<Result<ReadonlyMap<string, YamlValue>, CliProblem>> {
  const wanted = versions.filter(({ version }) => asked.length === 0 || asked.includes(version));
  const missing = asked.find((version) => !versions.some((one) => one.version === version));
  if (missing !== undefined)
    return fail({
      message: `Cannot write the version "${missing}": no note belongs to it`,
      hint: "see the versions with `plustwo notes list`",
      exit: EXIT.malformed,
    });
  const texts = await readNoteTexts(
    repository,
    wanted.flatMap(({ notes }) => notes),
  );
  if (!texts.ok) return texts;
  const contents = new Map<string, YamlValue>();
  const decoder = new TextDecoder(config.encoding);
  for (const [path, bytes] of texts.value) {
    if (bytes === undefined)
      return fail({
        message: `Cannot use ${path}: its content is not there`,
        hint: "fetch the whole history; `git fsck` says what is missing",
        exit: EXIT.malformed,
      });
    const yaml = readPythonYaml(decoder.decode(bytes));
    if (!yaml.ok) {
      const { line, column, message, hint } = yaml.problem[0];
      return fail({ message: `Cannot use ${path}:${line}:${column}: ${message}`, hint, exit: EXIT.malformed });
    }
    contents.set(path, yaml.value.value);
  }
  return ok(contents);
}

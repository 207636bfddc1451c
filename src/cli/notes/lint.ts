/** `plustwo notes lint`: what is wrong with the notes of the work tree; with `--diff` only with those that a change touches. */
import { join } from "node:path";
import type { Sha } from "../../core/ids.ts";
import { lintNotes, notesIn, type NotesTree } from "../../core/release/notes/lint.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Repository } from "../../git/repository.ts";
import { filesBelow, readBytesIfThere } from "../disk.ts";
import { EXIT, ofGit } from "../problems.ts";
import { counted, type CliProblem, type Say, type Terminal } from "../say.ts";
import { namesEver } from "./names-ever.ts";
import { noNotesIn, openNotes, type NotesPlace, type PlaceOptions } from "./place.ts";
import { showFindings } from "./show-findings.ts";

export interface LintOptions extends PlaceOptions {
  /** A commit: what is new since it left HEAD's history is looked at, work tree included. */
  readonly diff?: string;
  readonly strict: boolean;
  readonly json: boolean;
}

export async function lintTree(
  terminal: Terminal,
  say: Say,
  options: LintOptions,
): Promise<Result<number, CliProblem>> {
  const place = await openNotes(terminal, say, options);
  if (!place.ok) return place;
  const files = await filesOf(place.value, options);
  if (!files.ok) return files;
  const change = options.diff === undefined ? ok(undefined) : await changeSince(place.value, files.value, options.diff);
  if (!change.ok) return change;
  const tree = { files: files.value, ...(change.value === undefined ? {} : { change: change.value }) };
  const findings = lintNotes(tree, place.value.config);
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const looked = notesIn(tree);
  if (options.json) say.json({ version: 1, notes: looked, findings });
  else {
    showFindings(say, findings, "stdout");
    const found = `${counted(errors, "error")}, ${counted(findings.length - errors, "warning")}`;
    const of = `${counted(looked, "note")}${change.value === undefined ? "" : " touched"}`;
    say.result(`${of}: ${findings.length === 0 ? say.colour("green", "nothing to say") : found}`);
  }
  return ok(errors > 0 || (options.strict && findings.length > 0) ? EXIT.refused : EXIT.ok);
}

/** Of the work tree; of a bare repository those of HEAD. */
async function filesOf(
  { repository, top, isBare, head, config }: NotesPlace,
  { notesFolder }: LintOptions,
): Promise<Result<NotesTree["files"], CliProblem>> {
  const decoder = new TextDecoder(config.encoding);
  if (isBare && repository !== undefined && head !== undefined) {
    const listed = await repository.list(head, config.notesPath);
    if (!listed.ok) return fail(ofGit(listed.problem));
    const blobs = await repository.blobs(listed.value.map(({ path }) => ({ at: head, path })));
    if (!blobs.ok) return fail(ofGit(blobs.problem));
    return ok(listed.value.map(({ path }, index) => ({ path, text: decoder.decode(blobs.value[index]) })));
  }
  const found = await filesBelow(join(top, config.notesPath), config.notesPath);
  if (!found.ok) return found;
  // A repository without notes is a fine one; a folder that was named, or a place without history, is probably another one's.
  if (found.value === undefined && (repository === undefined || notesFolder !== undefined))
    return fail(noNotesIn(top, config, repository === undefined));
  const files: NotesTree["files"][number][] = [];
  for (const { inside, isLink } of found.value ?? []) {
    const path = `${config.notesPath}/${inside}`;
    if (isLink) {
      files.push({ path, text: "", isLink });
      continue;
    }
    const bytes = await readBytesIfThere(join(top, path), path);
    if (!bytes.ok) return bytes;
    // What went away meanwhile is no note any more.
    if (bytes.value !== undefined) files.push({ path, text: decoder.decode(bytes.value) });
  }
  return ok(files);
}

async function changeSince(
  place: NotesPlace,
  files: NotesTree["files"],
  base: string,
): Promise<Result<NotesTree["change"], CliProblem>> {
  const { repository, config, head } = place;
  if (repository === undefined || head === undefined)
    return fail({
      message: `Cannot compare with ${base}: there is no history here`,
      hint: "leave --diff out, and all notes are looked at",
      exit: EXIT.noRepository,
    });
  const from = await forkPoint(repository, base, head);
  if (!from.ok) return from;
  const [listed, blobs, ever] = await Promise.all([
    repository.list(from.value, config.notesPath),
    repository.blobs(files.map(({ path }) => ({ at: from.value, path }))),
    namesEver(repository, config),
  ]);
  if (!listed.ok) return fail(ofGit(listed.problem));
  if (!blobs.ok) return fail(ofGit(blobs.problem));
  if (!ever.ok) return ever;
  const decoder = new TextDecoder(config.encoding);
  const isSame = ({ text, isLink }: (typeof files)[number], bytes: Uint8Array | undefined) =>
    bytes !== undefined && (isLink === true || decoder.decode(bytes) === text);
  return ok({
    touched: new Set(files.filter((file, index) => !isSame(file, blobs.value[index])).map(({ path }) => path)),
    before: new Set(listed.value.map(({ path }) => path)),
    ever: ever.value,
  });
}

/** Where the change left the base, so that what the base did since is not taken for the change's. */
async function forkPoint(repository: Repository, base: string, head: Sha): Promise<Result<Sha, CliProblem>> {
  const resolved = await repository.resolve(base);
  if (!resolved.ok) return fail(ofGit(resolved.problem));
  if (resolved.value === undefined)
    return fail({
      message: `Cannot compare with "${base}": there is no such commit`,
      hint: "fetch it first, or name another, such as `origin/main`",
      exit: EXIT.malformed,
    });
  const fork = await repository.mergeBase(resolved.value, head);
  if (!fork.ok) return fail(ofGit(fork.problem));
  if (fork.value !== undefined) return ok(fork.value);
  return fail({
    message: `Cannot compare with ${base}: its history and that of HEAD have no commit in common`,
    hint: "if the clone is shallow, fetch more of it: `git fetch --unshallow`",
    exit: EXIT.refused,
  });
}

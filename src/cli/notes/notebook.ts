/**
 * The notebook of a repository: gathered, scanned, and remembered in the git folder, so that the second time takes a moment.
 * What is remembered is safe to delete; it counts only for the same commit, tags, branches, edits, configuration and mode.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
// The small form of the same package: the whole of it takes longer to load than a remembered answer to read.
import * as z from "zod/mini";
import { parseSha } from "../../core/ids.ts";
import type { NotesConfig } from "../../core/release/notes/config.ts";
import { describeScanProblem, scanNotes } from "../../core/release/notes/scan.ts";
import type { Notebook, NotebookNote, ScanMode } from "../../core/release/notes/shapes.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { readHistory, readTips, type GatherProblem, type NotesTips } from "../../git/notes-history.ts";
import { splitBatch } from "../../git/read.ts";
import type { Repository } from "../../git/repository.ts";
import { readBytesIfThere } from "../disk.ts";
import { EXIT, ofGit } from "../problems.ts";
import type { CliProblem } from "../say.ts";

export interface NotebookOptions {
  readonly mode: ScanMode;
  readonly branch?: string;
  /** Default: yes. */
  readonly cache?: boolean;
}

const FORM = 1;
const KEPT = 12;

export async function readNotebook(
  repository: Repository,
  config: NotesConfig,
  { mode, branch, cache = true }: NotebookOptions,
): Promise<Result<Notebook, CliProblem>> {
  const tips = await readTips(repository, config, branch === undefined ? {} : { branch });
  if (!tips.ok) return fail(ofGather(tips.problem));
  const file = join(tips.value.gitDir, "plustwo", "notes", `${keyOf(tips.value, config, mode)}.json`);
  const known = cache ? await recall(file) : undefined;
  if (known !== undefined) return ok(known);
  const history = await readHistory(repository, config, tips.value);
  if (!history.ok) return fail(ofGather(history.problem));
  const notebook = scanNotes(history.value, config, mode);
  if (!notebook.ok) return fail({ ...describeScanProblem(notebook.problem), exit: EXIT.malformed });
  if (cache) await remember(file, notebook.value);
  return notebook;
}

/** Each note's bytes by its path: from its commit, or the work tree. `undefined`: it is gone meanwhile. */
export async function readNoteTexts(
  repository: Repository,
  notes: readonly NotebookNote[],
): Promise<Result<ReadonlyMap<string, Uint8Array | undefined>, CliProblem>> {
  const texts = new Map<string, Uint8Array | undefined>();
  const stored = notes.filter(({ blob }) => blob !== undefined);
  if (stored.length > 0) {
    const stdin = stored.map(({ blob }) => `${blob}\0`).join("");
    const read = await repository.git.run("cat-file", { options: ["--batch", "-z"], stdin });
    if (!read.ok) return fail(ofGit(read.problem));
    const contents = splitBatch(read.value.stdout, stored.length);
    for (const [index, { path }] of stored.entries()) texts.set(path, contents[index]);
  }
  const edited = notes.filter(({ blob }) => blob === undefined);
  if (edited.length === 0) return ok(texts);
  const place = await repository.discover();
  if (!place.ok) return fail(ofGit(place.problem));
  for (const { path } of edited) {
    const bytes = await readBytesIfThere(join(place.value.topLevel ?? ".", path), path);
    if (!bytes.ok) return bytes;
    texts.set(path, bytes.value);
  }
  return ok(texts);
}

export function ofGather(problem: GatherProblem): CliProblem {
  switch (problem.kind) {
    case "git":
      return ofGit(problem.problem);
    case "shallow":
      return {
        message: "Cannot say which version has which note: this clone's history is cut off",
        hint: "run `git fetch --unshallow --tags`; in a workflow set `fetch-depth: 0` for actions/checkout",
        exit: EXIT.malformed,
      };
    case "no-commit":
      return {
        message: "Cannot read notes from history: nothing is committed yet",
        hint: "commit first; `plustwo notes lint` reads the files as they are",
        exit: EXIT.malformed,
      };
    case "no-branch":
      return {
        message: `Cannot read the notes of "${problem.branch}": there is no such branch, tag, or tag of a closed branch`,
        hint:
          problem.known.length === 0
            ? "run `git fetch origin`"
            : `branches here: ${problem.known.slice(0, 8).join(", ")}${problem.known.length > 8 ? " …" : ""}`,
        exit: EXIT.malformed,
      };
  }
}

function keyOf({ head, branch, refs, work }: NotesTips, config: NotesConfig, mode: ScanMode): string {
  const settings = Object.entries(config).map(([key, value]): unknown => [
    key,
    typeof value === "object" && value !== null && "text" in value ? value.text : value,
  ]);
  const facts = JSON.stringify([FORM, mode, head, branch ?? null, refs, work, settings]);
  return createHash("sha256").update(facts).digest("hex").slice(0, 40);
}

const sha = z.pipe(
  z.string(),
  z.transform((text: string, context) => {
    const found = parseSha(text);
    if (found === undefined) context.issues.push({ code: "custom", message: "no SHA", input: text });
    return found;
  }),
);
const seconds = z.number();
const place = z.object({ path: z.string(), uid: z.string() });
const note = z.extend(place, { commit: z.optional(sha), blob: z.optional(sha) });
const REMEMBERED = z.object({
  mode: z.enum(["complete", "reno"]),
  versions: z.array(z.object({ version: z.string(), at: z.optional(seconds), notes: z.array(note) })),
  unassigned: z.array(
    z.extend(place, {
      kind: z.enum([
        "ignored",
        "deleted-here",
        "not-a-note-name",
        "not-reached",
        "same-uid",
        "left-out",
        "never-added",
      ]),
      loss: z.boolean(),
      why: z.string(),
    }),
  ),
  earlier: z.array(z.extend(place, { version: z.string() })),
  current: z.string(),
  earliest: z.optional(z.string()),
  tags: z.array(z.object({ name: z.string(), at: seconds })),
});

/** Whatever cannot be read as it was written counts as forgotten. */
async function recall(file: string): Promise<Notebook | undefined> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const read = REMEMBERED.safeParse(JSON.parse(text));
    if (!read.success) return undefined;
    const { versions, earliest, ...rest } = read.data;
    return {
      ...rest,
      earliest,
      versions: versions.map(({ version, at, notes }) => ({
        ...{ version, at },
        notes: notes.map(({ path, uid, commit, blob }) => ({ path, uid, commit, blob })),
      })),
    };
  } catch {
    return undefined;
  }
}

/** A folder that cannot be written is no reason to fail. The oldest go when there are too many. */
async function remember(file: string, notebook: Notebook): Promise<void> {
  const folder = join(file, "..");
  try {
    await mkdir(folder, { recursive: true });
    const others = await Promise.all(
      (await readdir(folder)).map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
    );
    const old = others.toSorted((a, b) => b.at - a.at).slice(KEPT - 1);
    for (const { name } of old) await rm(join(folder, name), { force: true });
    await writeFile(`${file}.${process.pid}`, JSON.stringify(notebook));
    await rename(`${file}.${process.pid}`, file);
  } catch {
    // It is read again next time.
  }
}

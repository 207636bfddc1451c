/** `plustwo notes new`: a note's file with a UID that nobody has. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join, relative, resolve } from "node:path";
import type { NotesConfig } from "../../core/release/notes/config.ts";
import { slugFrom } from "../../core/release/notes/slug.ts";
import { noteTemplate } from "../../core/release/notes/template.ts";
import { uidFrom, weaknessOf } from "../../core/release/notes/uid.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { kindOf, makeText, readTextIfThere } from "../disk.ts";
import { EXIT } from "../problems.ts";
import type { CliProblem, Say, Terminal } from "../say.ts";
import { noNotesIn, openNotes, type PlaceOptions } from "./place.ts";

export interface NewOptions extends PlaceOptions {
  readonly slug: string;
  readonly edit: boolean;
  readonly fromTemplate?: string;
}

export async function newNote(terminal: Terminal, say: Say, options: NewOptions): Promise<Result<number, CliProblem>> {
  const place = await openNotes(terminal, say, options);
  if (!place.ok) return place;
  const { repository, config, top, isBare } = place.value;
  if (isBare)
    return fail({
      message: `Cannot make a note in ${top}: it is a bare repository`,
      hint: "run it in a clone with a work tree",
      exit: EXIT.refused,
    });
  const folder = join(top, config.notesPath);
  const there = await kindOf(folder, config.notesPath);
  if (!there.ok) return there;
  if (repository === undefined && there.value === undefined) return fail(noNotesIn(top, config, true));
  const slug = slugFrom(options.slug, config);
  if (!slug.ok)
    return fail({
      message: `Cannot name a note "${options.slug}": ${slug.problem.message}`,
      hint: slug.problem.hint,
      exit: EXIT.malformed,
    });
  const text = await templateOf(terminal, options.fromTemplate, config);
  if (!text.ok) return text;
  const path = await make(folder, slug.value, text.value);
  if (!path.ok) return path;
  const shown = relative(terminal.cwd, path.value);
  say.result(`Created ${shown}`);
  return options.edit ? edit(terminal, path.value, shown) : ok(EXIT.ok);
}

async function templateOf(
  terminal: Terminal,
  path: string | undefined,
  config: NotesConfig,
): Promise<Result<string, CliProblem>> {
  if (path === undefined) return ok(noteTemplate(config));
  const text = await readTextIfThere(resolve(terminal.cwd, path), path);
  if (!text.ok) return text;
  if (text.value !== undefined) return ok(text.value);
  return fail({
    message: `Cannot use the template ${path}: there is no such file`,
    hint: "name a file that a note may begin as, or leave --from-template out",
    exit: EXIT.malformed,
  });
}

/** Never writes over a file: of two who draw one name the second draws again. */
async function make(folder: string, slug: string, text: string): Promise<Result<string, CliProblem>> {
  for (let tries = 0; tries < 50; tries += 1) {
    const uid = uidFrom(randomBytes(8));
    if (weaknessOf(uid) !== undefined) continue;
    const path = join(folder, `${slug}-${uid}.yaml`);
    const made = await makeText(path, path, text);
    if (!made.ok) return made;
    if (made.value) return ok(path);
  }
  throw new Error("fifty random names were all taken");
}

/** The editor is a command line, as git has it: `code --wait`. */
async function edit({ env, cwd }: Terminal, path: string, shown: string): Promise<Result<number, CliProblem>> {
  const editor = env["VISUAL"] ?? env["EDITOR"] ?? "";
  const without = (why: string): Result<number, CliProblem> =>
    fail({
      message: `Cannot open ${shown} in an editor: ${why}`,
      hint: `the note is there: set EDITOR to a command, or open ${shown} yourself`,
      exit: EXIT.refused,
    });
  if (editor.trim() === "") return without("neither VISUAL nor EDITOR is set");
  const ended = await new Promise<number | string>((done) => {
    const child = spawn("sh", ["-c", `${editor} "$@"`, "sh", path], { stdio: "inherit", env, cwd });
    child.once("error", (error) => done(error.message));
    child.once("exit", (code, signal) => done(code ?? signal ?? "it ended"));
  });
  return ended === 0 ? ok(EXIT.ok) : without(`\`${editor}\` ended with ${ended}`);
}

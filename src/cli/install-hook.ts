/** The commit-msg hook, put where git looks for it. A hook of somebody else is never touched. */
import { chmod, lstat, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { fail, ok, type Result } from "../core/result.ts";
import { type GitConfig } from "../git/config.ts";
import { type Place } from "../git/read.ts";
import { EXIT } from "./problems.ts";
import { type CliProblem } from "./say.ts";

export type Installed = {
  readonly file: string;
  readonly kind: "installed" | "updated" | "there" | "foreign-with-ids";
};

// What every version of ours says of itself, in its first lines.
const OURS = /plustwo/i;
const GIVES_IDS = /Change-Id/;

export async function installHook(place: Place, config: GitConfig): Promise<Result<Installed, CliProblem>> {
  const source = await findShipped("commit-msg");
  if (source === undefined) {
    return fail({
      message: "Cannot install the commit-msg hook: this installation of git review came without it",
      hint: "install the package again; commits without the hook still get a Change-Id from `git review`",
      exit: EXIT.refused,
    });
  }
  const file = path.join(hooksDirectory(place, config), "commit-msg");
  const there = await look(file);
  switch (there.kind) {
    case "unreadable":
      return fail(cannotWrite(file, there.why));
    case "none":
      return put(file, source.text, "installed");
    case "file": {
      if (there.text === source.text && there.executable) return ok({ file, kind: "there" });
      if (!there.link && OURS.test(there.text.slice(0, 400))) return put(file, source.text, "updated");
      if (GIVES_IDS.test(there.text)) return ok({ file, kind: "foreign-with-ids" });
      return fail({
        message: `Cannot install the commit-msg hook: ${file} is there already, is not ours and gives no Change-Ids`,
        hint: `it was left as it is; let it end with \`${source.file} "$1"\`, or move it away and run \`git review -s\` again`,
        exit: EXIT.refused,
      });
    }
  }
}

/** `core.hooksPath` counts from the top of the work tree when it is relative, as in git. */
export function hooksDirectory(place: Place, config: GitConfig): string {
  const configured = config.get("core.hooksPath");
  if (configured === undefined || configured === "") return path.join(place.commonDir, "hooks");
  const home = configured.startsWith("~/") ? path.join(homedir(), configured.slice(2)) : configured;
  return path.resolve(place.topLevel ?? place.gitDir, home);
}

type Found =
  | { readonly kind: "none" }
  | { readonly kind: "unreadable"; readonly why: string }
  | { readonly kind: "file"; readonly text: string; readonly executable: boolean; readonly link: boolean };

async function look(file: string): Promise<Found> {
  try {
    const stat = await lstat(file);
    const text = await readFile(file, "utf8");
    return { kind: "file", text, executable: (stat.mode & 0o111) !== 0, link: stat.isSymbolicLink() };
  } catch (error) {
    const code = codeOf(error);
    return code === "ENOENT" ? { kind: "none" } : { kind: "unreadable", why: code };
  }
}

/** Whole or not at all: a commit made in this moment finds the old hook or the new one. */
async function put(file: string, text: string, kind: "installed" | "updated"): Promise<Result<Installed, CliProblem>> {
  const draft = `${file}.${process.pid}`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(draft, text, { mode: 0o755 });
    await chmod(draft, 0o755);
    await rename(draft, file);
    return ok({ file, kind });
  } catch (error) {
    return fail(cannotWrite(file, codeOf(error)));
  }
}

function cannotWrite(file: string, why: string): CliProblem {
  return {
    message: `Cannot install the commit-msg hook as ${file}: ${why}`,
    hint: "check the rights on that folder, and `git config core.hooksPath`",
    exit: EXIT.refused,
  };
}

/** The package's `hooks/`, seen from the bundle as well as from the sources. */
async function findShipped(name: string): Promise<{ readonly file: string; readonly text: string } | undefined> {
  let dir = path.dirname(fileURLToPath(import.meta.url));
  for (let up = 0; up < 5; up += 1) {
    const file = path.join(dir, "hooks", name);
    try {
      return { file, text: await readFile(file, "utf8") };
    } catch {
      dir = path.dirname(dir);
    }
  }
  return undefined;
}

function codeOf(error: unknown): string {
  if (typeof error === "object" && error !== null && "code" in error && typeof error.code === "string")
    return error.code;
  return String(error);
}

/**
 * The hooks, put where git looks for them. A hook of somebody else goes on running: ours is put before it and calls it first,
 * except where hooks are files of the work tree, where nothing of somebody else is moved.
 */
import { chmod, link, lstat, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type HookFacts } from "../core/change/clone-doctor.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { type GitConfig } from "../git/config.ts";
import { type Place } from "../git/read.ts";
import { EXIT } from "./problems.ts";
import { type CliProblem } from "./say.ts";

/** `commit-msg` gives Change-Ids; `pre-push` stops a push past the review. */
export type HookName = "commit-msg" | "pre-push";

export type Installed = {
  readonly name: HookName;
  readonly file: string;
  /** `chained`: somebody else's is beside it and runs first. `foreign`: somebody else's stands there and was left alone. */
  readonly kind: "installed" | "updated" | "there" | "chained" | "foreign-with-ids" | "foreign";
};

// What every version of ours says of itself, in its first lines.
const OURS = /plustwo/i;
const GIVES_IDS = /Change-Id/;

export async function installHook(
  name: HookName,
  place: Place,
  config: GitConfig,
): Promise<Result<Installed, CliProblem>> {
  const source = await findShipped(name);
  if (source === undefined) {
    return fail({
      message: `Cannot install the ${name} hook: this installation of git review came without it`,
      hint: "install the package again; commits without the hook still get a Change-Id from `git review`",
      exit: EXIT.refused,
    });
  }
  const directory = hooksDirectory(place, config);
  const file = path.join(directory, name);
  const there = await look(file);
  if (there.kind === "unreadable") return fail(cannotWrite(file, there.why));
  if (there.kind === "none") return put({ name, file, kind: "installed" }, source.text);
  if (there.text === source.text && there.executable) return ok({ name, file, kind: "there" });
  if (!there.link && OURS.test(there.text.slice(0, 400))) return put({ name, file, kind: "updated" }, source.text);
  if (name === "commit-msg" && GIVES_IDS.test(there.text)) return ok({ name, file, kind: "foreign-with-ids" });
  if (!isOfWorkTree(directory, place)) return chain({ name, file, kind: "chained" }, source.text);
  // Nobody needs this one to work.
  if (name === "pre-push") return ok({ name, file, kind: "foreign" });
  return fail({
    message: `Cannot install the commit-msg hook: ${file} is there already, is not ours and gives no Change-Ids`,
    hint: `it was left as it is, since it is a file of your work tree; let it end with \`${source.file} "$1"\`, or move it away and run \`git review -s\` again`,
    exit: EXIT.refused,
  });
}

/** What stands where git looks for the hook. Writes nothing. */
export async function inspectHook(name: HookName, place: Place, config: GitConfig): Promise<HookFacts> {
  const file = path.join(hooksDirectory(place, config), name);
  const hooksPath = config.get("core.hooksPath");
  const [source, there, other] = await Promise.all([findShipped(name), look(file), look(`${file}.chained`)]);
  const facts = { name, file, ...(hooksPath === undefined ? {} : { hooksPath }) };
  if (there.kind !== "file") return { ...facts, state: there.kind, chained: false };
  const { text, executable } = there;
  const ours = text === source?.text;
  const chained = other.kind === "file";
  if (!executable) return { ...facts, state: "not-executable", chained };
  if (ours || OURS.test(text.slice(0, 400))) return { ...facts, state: ours ? "ours" : "old", chained };
  const gives = name === "commit-msg" && GIVES_IDS.test(text);
  return { ...facts, state: gives ? "foreign-with-ids" : "foreign", chained: false };
}

/** Hooks that came with the files, or may be committed with them. */
function isOfWorkTree(directory: string, { topLevel, commonDir, gitDir }: Place): boolean {
  const within = (top: string): boolean => !path.relative(top, directory).startsWith("..");
  return topLevel !== undefined && within(topLevel) && !within(commonDir) && !within(gitDir);
}

/** Theirs gets a second name first, so that at every moment git finds one of the two. */
async function chain(installed: Installed, text: string): Promise<Result<Installed, CliProblem>> {
  const { file, name } = installed;
  try {
    await link(file, `${file}.chained`);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") return fail(cannotWrite(file, codeOf(error)));
    return fail({
      message: `Cannot install the ${name} hook: ${file} and ${file}.chained are both of somebody else`,
      hint: `move one of them away, then run \`git review -s\` again; both were left as they are`,
      exit: EXIT.refused,
    });
  }
  return put(installed, text);
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
async function put(installed: Installed, text: string): Promise<Result<Installed, CliProblem>> {
  const { file } = installed;
  const draft = `${file}.${process.pid}`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(draft, text, { mode: 0o755 });
    await chmod(draft, 0o755);
    await rename(draft, file);
    return ok(installed);
  } catch (error) {
    return fail(cannotWrite(file, codeOf(error)));
  }
}

function cannotWrite(file: string, why: string): CliProblem {
  return {
    message: `Cannot install the hook ${file}: ${why}`,
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

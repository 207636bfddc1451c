/**
 * What the gate would read of a cycle, from the files as they are here: where the policy says that they are, else in `releases` and
 * `exceptions`. A file is read as the gate reads it; what is not committed counts here, and not there.
 */
import { realpath } from "node:fs/promises";
import { parsePolicyFile } from "../../core/policy/parse.ts";
import { isCycleFile, rulesPath, type CycleFolders } from "../../core/release/freeze/cycle-files.ts";
import type { CycleTree } from "../../core/release/freeze/check-freezes.ts";
import type { CycleText } from "../../core/release/cycle/parse-schedule.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { parseRefName } from "../../core/ids.ts";
import { openRepository } from "../../git/repository.ts";
import { filesBelow, readText } from "../disk.ts";
import { EXIT } from "../exit.ts";
import type { CliProblem, Say, Terminal } from "../say.ts";
import { at, optional } from "./files.ts";

const POLICY = ".github/plustwo.yml";
const USUAL: CycleFolders = { files: "releases", exceptions: "exceptions" };
/** As many as the gate reads. */
const MOST_FILES = 10_000;

/** `undefined`: neither does the policy name a cycle, nor is there a freezes.yaml. */
export async function readCycleTree(terminal: Terminal, say: Say): Promise<Result<CycleTree | undefined, CliProblem>> {
  const asked = await foldersAsked(terminal, say);
  if (!asked.ok) return asked;
  const folders = asked.value ?? USUAL;
  if (asked.value === undefined) {
    const rules = await optional(terminal, rulesPath(folders));
    if (!rules.ok || rules.value === undefined) return rules.ok ? ok(undefined) : rules;
  }
  const files: CycleText[] = [];
  for (const folder of new Set([folders.files, folders.exceptions])) {
    const below = await filesBelow(at(terminal, folder), folder);
    if (!below.ok) return below;
    for (const { inside } of below.value ?? []) {
      const path = `${folder}/${inside}`;
      const text = isCycleFile(folders, path) ? await readText(at(terminal, path), path) : ok("");
      if (!text.ok) return text;
      files.push({ path, text: text.value });
    }
  }
  if (files.length > MOST_FILES)
    return fail({
      message: `Cannot check the freezes: there are ${files.length} files in ${folders.files} and ${folders.exceptions}`,
      hint: `the gate reads at most ${MOST_FILES}: remove old cycles`,
      exit: EXIT.malformed,
    });
  return ok({ folders, files, asked: asked.value !== undefined, ...(await knownHere(terminal)) });
}

/** Where schedules are looked for, where none is named: the policy's folder; empty: the usual ones. */
export async function scheduleFolders(terminal: Terminal, say: Say): Promise<Result<readonly string[], CliProblem>> {
  const asked = await foldersAsked(terminal, say);
  if (!asked.ok) return asked;
  return ok(asked.value === undefined || asked.value.files === USUAL.files ? [] : [asked.value.files]);
}

/** Of this repository's file; the organisation's is not here. */
async function foldersAsked(terminal: Terminal, say: Say): Promise<Result<CycleFolders | undefined, CliProblem>> {
  const file = await optional(terminal, POLICY);
  if (!file.ok || file.value === undefined) return file.ok ? ok(undefined) : file;
  const parsed = parsePolicyFile(POLICY, file.value.text);
  if (!parsed.ok) {
    say.note(`${POLICY} cannot be read, so where its cycle is cannot be either: see \`plustwo policy lint ${POLICY}\``);
    return ok(undefined);
  }
  const { cycle } = parsed.value.keys;
  if (cycle === undefined) return ok(undefined);
  return ok({ files: cycle.files, exceptions: cycle.exceptions ?? USUAL.exceptions });
}

/**
 * What HEAD has; nothing where this is not the top of a repository, or nothing is committed. The branches, here or of a remote, where
 * this is a clone of all of them: what a CI job checked out may know only its own.
 */
async function knownHere({ cwd, env }: Terminal): Promise<Pick<CycleTree, "paths" | "branches">> {
  const repository = openRepository(cwd, { env });
  const place = await repository.discover();
  if (!place.ok || place.value.topLevel === undefined) return {};
  if ((await realpath(cwd)) !== (await realpath(place.value.topLevel))) return {};
  const head = await repository.resolve("HEAD");
  if (!head.ok || head.value === undefined) return {};
  const inside = await repository.list(head.value);
  const refs = await repository.refs(...["refs/heads", "refs/remotes"].flatMap((below) => parseRefName(below) ?? []));
  const names = refs.ok ? refs.value.map(({ name }) => name) : [];
  const isClone = names.some((name) => /^refs\/remotes\/[^/]+\/HEAD$/.test(name));
  const branches = isClone ? names.map((name) => name.replace(/^refs\/(?:heads|remotes\/[^/]+)\//, "")) : [];
  return {
    ...(inside.ok ? { paths: inside.value.map(({ path }) => path) } : {}),
    ...(branches.length === 0 ? {} : { branches }),
  };
}

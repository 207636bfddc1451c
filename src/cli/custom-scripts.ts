/**
 * `pre-review` and `post-review`: a user's own scripts before and after a submit, from `~/.config/git-review/hooks` and
 * then from where git has the repository's hooks. They are the user's: no time limit, and their terminal. All of one
 * kind run; what they print is shown with -v, or when one fails. Source: git-review, "Custom scripts".
 */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../core/result.ts";
import { type Workshop } from "./desk.ts";
import { hooksDirectory } from "./install-hook.ts";
import { EXIT } from "./problems.ts";
import { plain, type CliProblem } from "./say.ts";

export type ScriptName = "pre-review" | "post-review";

export async function runScripts(
  { place, config, terminal, say }: Workshop,
  name: ScriptName,
  { verbose }: { readonly verbose: boolean },
): Promise<Result<void, CliProblem>> {
  const home = terminal.env["HOME"] ?? "";
  const folders = [
    ...(home === "" ? [] : [path.join(home, ".config", "git-review", "hooks")]),
    hooksDirectory(place, config),
  ];
  let problem: CliProblem | undefined;
  for (const file of folders.map((folder) => path.join(folder, name))) {
    if (!(await isProgram(file))) continue;
    const ended = await run(file, terminal);
    if (ended.why === undefined && verbose) say.note(`${file} said:`);
    if ((ended.why !== undefined || verbose) && ended.said !== "") terminal.stderr.write(`${plain(ended.said)}\n`);
    if (ended.why !== undefined) problem ??= failed(name, file, ended.why);
  }
  return problem === undefined ? ok(undefined) : fail(problem);
}

interface Ended {
  readonly said: string;
  /** Absent = it ended well. */
  readonly why?: string;
}

async function run(file: string, { env, cwd }: Workshop["terminal"]): Promise<Ended> {
  const { execa } = await import("execa");
  const ended = await execa(file, [], {
    cwd,
    env: Object.fromEntries(Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
    extendEnv: false,
    reject: false,
    all: true,
    stdin: "inherit",
  });
  if (!ended.failed) return { said: ended.all };
  if (ended.exitCode !== undefined) return { said: ended.all, why: `it ended with ${ended.exitCode}` };
  return {
    said: ended.all,
    why: ended.signal === undefined ? "it could not be started" : `it was ended by ${ended.signal}`,
  };
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

function failed(name: ScriptName, file: string, why: string): CliProblem {
  switch (name) {
    case "pre-review":
      return {
        message: `Nothing was sent: your script ${file} failed, ${why}`,
        hint: "mend what it complains of, or leave it out with --no-custom-script",
        exit: EXIT.script,
      };
    case "post-review":
      return {
        message: `Everything was sent, but your script ${file} failed: ${why}`,
        hint: "look at what it says above; --no-custom-script leaves it out",
        exit: EXIT.script,
      };
  }
}

/** `plustwo completions bash`: prints the completions of `git review` and of `plustwo`, which the package carries. */
import { Argument, type Command } from "@commander-js/extra-typings";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { fail, ok, type Result } from "../core/result.ts";
import { type Run } from "./command-line.ts";
import { EXIT } from "./exit.ts";
import { speaker, type CliProblem, type Terminal } from "./say.ts";

/** By shell: the files below `completions/`. */
const FILES = {
  bash: ["bash/git-review", "bash/plustwo"],
  zsh: ["zsh/_git-review", "zsh/_plustwo"],
  fish: ["fish/git-review.fish", "fish/plustwo.fish"],
} as const;
const SHELLS = ["bash", "zsh", "fish"] as const;

export function addCompletions(root: Command, terminal: Terminal, run: Run): void {
  root
    .command("completions")
    .description("Prints what a shell needs to complete `git review` and `plustwo`.")
    .addArgument(new Argument("<shell>", "bash, zsh or fish").choices(SHELLS))
    .action((shell) => run(printCompletions(terminal, shell)));
}

async function printCompletions(
  terminal: Terminal,
  shell: (typeof SHELLS)[number],
): Promise<Result<number, CliProblem>> {
  for (const name of FILES[shell]) {
    const text = await readShipped(name);
    if (text === undefined)
      return fail({
        message: `Cannot print the completions for ${shell}: this installation of plustwo came without them`,
        hint: "install the package again",
        exit: EXIT.refused,
      });
    speaker(terminal).result(text.trimEnd());
  }
  return ok(EXIT.ok);
}

/** From the bundle or from the sources: the folder stands beside one of those above. */
async function readShipped(name: string): Promise<string | undefined> {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  for (let up = 0; up < 4; up += 1) {
    try {
      return await readFile(path.join(folder, "completions", name), "utf8");
    } catch {
      folder = path.dirname(folder);
    }
  }
  return undefined;
}

/**
 * The command line of `git review`: which command is started by what was typed, and the only catch. Small on purpose:
 * commands and what they need are loaded when they run, so that `-h` and `--version` start like a bare Node.
 */
import { Command, CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import packageJson from "../../package.json" with { type: "json" };
import { ok, type Result } from "../core/result.ts";
import { folded, helpOn } from "./help.ts";
import { addOptions, EXCLUSIVE } from "./options.ts";
import { readOptions, type Wanted } from "./read-options.ts";
import { isColourWhen, speaker, type CliProblem, type Say, type Terminal } from "./say.ts";
import { addVerbs } from "./verbs.ts";

export type Outcome = Promise<Result<number, CliProblem>>;

/** Answers the exit code; see the manual page for the list. */
export async function runGitReview(args: readonly string[], terminal: Terminal): Promise<number> {
  const say = speaker(terminal);
  let code = 0;
  const run = async (outcome: Outcome): Promise<void> => {
    const ended = await outcome;
    if (ended.ok) code = ended.value;
    else {
      say.problem(ended.problem);
      code = ended.problem.exit;
    }
  };
  try {
    await gitReview(terminal, say, run).parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    say.problem({
      message: `Stopped by an error of git review itself: ${error instanceof Error ? error.message : String(error)}`,
      hint: "run it again; if it stays, report it with the output of PLUSTWO_TRACE=1",
    });
    if (terminal.env["PLUSTWO_TRACE"] === "1" && error instanceof Error)
      terminal.stderr.write(`${error.stack ?? ""}\n`);
    return 1;
  }
}

/** The command line alone: the manual page and the completions are written from it, too. */
export function gitReview(terminal: Terminal, say: Say, run: (outcome: Outcome) => Promise<void>): CommandUnknownOpts {
  const seen = new Set<string>();
  const root = addOptions(
    new Command("git review")
      .exitOverride()
      .enablePositionalOptions()
      .configureHelp(helpOn(terminal.stdout))
      .configureOutput({
        writeOut: (text) => terminal.stdout.write(text),
        writeErr: (text) => terminal.stderr.write(text),
        outputError: (text, write) =>
          write(`${text.trim().replace(/^error: /, "Cannot read the command line: ")}\nHint: see \`git review -h\`\n`),
      })
      .description(
        "Sends every commit above the target branch as one pull request, stacked; run again after an amend, it updates them.",
      )
      .usage("[options] [branch]\n       git review <verb> …")
      .helpCommand(false),
  )
    .argument("[branch]", "target branch; else gitreview.branch, .gitreview, the repository's default branch")
    .version(packageJson.version, "--version", "print the version")
    .helpOption("-h, --help", "print this help")
    .commandsGroup("Verbs, each with -h:")
    .addHelpText("after", `\n${folded(EXIT_CODES, terminal.stdout)}`)
    .action(async (branch, options) => {
      const { color } = options;
      if (color === false) say.colours("never");
      else if (typeof color === "string" && isColourWhen(color)) say.colours(color);
      const wanted = readOptions({ branch, options, seen });
      return run(wanted.ok ? start(terminal, say, wanted.value) : Promise.resolve(wanted));
    });
  // Both words of a pair set the same value, so which of them stood there has to be heard.
  for (const name of new Set(EXCLUSIVE.flat())) root.on(`option:${name}`, () => seen.add(name));
  addVerbs(root, { terminal, say, run });
  // Without it they inherit that of the root, and with it the root's group.
  for (const verb of root.commands) verb.helpOption("-h, --help", "print this help");
  return root;
}

async function start(terminal: Terminal, say: Say, wanted: Wanted): Outcome {
  switch (wanted.kind) {
    case "licence":
      say.result(LICENCE);
      return ok(0);
    case "setup":
      return (await import("./commands/setup.ts")).setup(terminal, say, wanted.options);
    case "list":
      return (await import("./commands/list.ts")).list(terminal, say, wanted.options);
    case "fetch":
      return (await import("./commands/fetch.ts")).fetchChange(terminal, say, wanted.options);
    case "submit":
      return (await import("./commands/submit.ts")).submit(terminal, say, wanted.options);
  }
}

const LICENCE = `plustwo is free software under the Apache License, Version 2.0: you may use, change and pass it on under its
terms, and it comes without any warranty. The text is in the file LICENSE of the package and at
https://www.apache.org/licenses/LICENSE-2.0`;

const EXIT_CODES = `Exit codes: ${[
  "0 done, also when nothing was new",
  "1 refused",
  "2 usage",
  "3 malformed value",
  "40 server unreachable or failing",
  "41 token missing or refused",
  "69 conflict",
  "70 no repository",
  "71 a script of yours failed",
  "74 partly done, run again",
  "130 stopped by Ctrl-C",
].join(" · ")}
More: man git-review`;

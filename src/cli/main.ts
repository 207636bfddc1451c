/**
 * The command line of `git review`: what may be said, which command it starts, and the only catch. Small on purpose:
 * commands and what they need are loaded when they run, so that `-h` and `--version` start like a bare Node.
 */
import { Command, CommanderError } from "@commander-js/extra-typings";
import packageJson from "../../package.json" with { type: "json" };
import { type Result } from "../core/result.ts";
import { speaker, type CliProblem, type Say, type Terminal } from "./say.ts";

type Outcome = Promise<Result<number, CliProblem>>;

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
    await program(terminal, say, run).parseAsync([...args], { from: "user" });
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

function program(terminal: Terminal, say: Say, run: (outcome: Outcome) => Promise<void>): { parseAsync: Parse } {
  const root = new Command("git review")
    .exitOverride()
    .enablePositionalOptions()
    .configureHelp({ helpWidth: 100 })
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
    .version(packageJson.version, "--version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .argument("[branch]", "target branch; else gitreview.branch, .gitreview, the repository's default branch")
    .option("-s, --setup", "install the commit-msg hook, check remote and token, send nothing")
    .option("-l, --list", "list the open changes")
    .option("-n, --dry-run", "show what would be sent; nothing is sent, no ref moves")
    .option("-R, --no-rebase", "send without testing whether the commits merge with the target")
    .option("-r, --remote <name>", "remote to send to")
    .option("-T, --no-topic", "no topic; accepted for habit, there are no topics yet")
    .option("-y, --yes", "accepted for habit: nothing is ever asked")
    .option("-v, --verbose", "say more about what is done")
    .option("--json", "print JSON for scripts (docs/schemas)")
    .addHelpText("after", EXIT_CODES)
    .action(async (branch, options) => {
      const common = { ...remoteOf(options), json: options.json === true };
      if (options.setup === true) return run(setup(terminal, say, common));
      if (options.list === true) return run(list(terminal, say, common));
      const { submit } = await import("./commands/submit.ts");
      const flags = { dryRun: options.dryRun === true, rebase: options.rebase, verbose: options.verbose === true };
      return run(submit(terminal, say, { ...(branch === undefined ? {} : { branch }), ...common, ...flags }));
    });
  root
    .command("setup")
    .description("same as -s")
    .action(() => run(setup(terminal, say, remoteOf(root.opts()))));
  root
    .command("list")
    .description("same as -l")
    .option("--json", "print JSON for scripts")
    .action((options) => run(list(terminal, say, { ...remoteOf(root.opts()), json: wants(options, root.opts()) })));
  root
    .command("vote")
    .description("vote on the newest patch set of a change: git review vote 12 Code-Review+2 Workflow+1")
    .argument("<change>", "number of the pull request")
    .argument("<votes...>", "label and value, such as Code-Review-1; +0 takes a vote back")
    .option("-m, --message <text>", "words to go with it")
    .action(async (change, votes, options) => {
      const { vote } = await import("./commands/vote.ts");
      const message = options.message === undefined ? {} : { message: options.message };
      return run(vote(terminal, say, { change, votes, ...message, ...remoteOf(root.opts()) }));
    });
  root
    .command("override")
    .description("ask for an override of the policy, with a reason: git review override Emergency 12 --reason TEXT")
    .argument("<name>", "as the policy calls it; none takes back what you have asked for")
    .argument("[change]", "number of the pull request; else the change that is checked out")
    .option("--reason <text>", "why; everybody reads it on the change")
    .option("--json", "print JSON for scripts")
    .action(async (name, change, options) => {
      const { override } = await import("./commands/override.ts");
      const given = { ...(change === undefined ? {} : { change }), ...reasonOf(options) };
      const json = wants(options, root.opts());
      return run(override(terminal, say, { name, ...given, ...remoteOf(root.opts()), json }));
    });
  root
    .command("status")
    .description("where your stack stands, and who has to do what")
    .argument("[branch]", "target branch")
    .option("--json", "print JSON for scripts")
    .action(async (branch, options) => {
      const { status } = await import("./commands/status.ts");
      const target = branch === undefined ? {} : { branch };
      return run(status(terminal, say, { ...target, ...remoteOf(root.opts()), json: wants(options, root.opts()) }));
    });
  return root;
}

type Parse = (args: string[], options: { from: "user" }) => Promise<unknown>;

async function setup(terminal: Terminal, say: Say, options: { readonly remote?: string }): Outcome {
  return (await import("./commands/setup.ts")).setup(terminal, say, options);
}

async function list(
  terminal: Terminal,
  say: Say,
  options: { readonly remote?: string; readonly json: boolean },
): Outcome {
  return (await import("./commands/list.ts")).list(terminal, say, options);
}

function remoteOf({ remote }: { readonly remote?: string | undefined }): { readonly remote?: string } {
  return remote === undefined ? {} : { remote };
}

function reasonOf({ reason }: { readonly reason?: string | undefined }): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}

function wants(...options: readonly { readonly json?: boolean | undefined }[]): boolean {
  return options.some(({ json }) => json === true);
}

const EXIT_CODES = `
Exit codes: 0 done, also when nothing was new · 1 refused · 2 usage · 3 malformed value
            40 server unreachable or failing · 41 token missing or refused · 69 conflict
            70 no repository · 74 partly done, run again
More: man git-review`;

/** The command line of `plustwo backport`: what a stable branch asks of each commit, and what newer branches lack. */
import { type Command } from "@commander-js/extra-typings";
import { given, runCommandLine, type Run } from "../command-line.ts";
import { folded } from "../help.ts";
import { speaker, type Terminal } from "../say.ts";

/** `args` begin with `backport`. Answers the exit code. */
export function runBackport(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommandLine(args, terminal, { add: (root, run) => addBackport(root, terminal, run), more: EXIT_CODES });
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
const NONE: readonly string[] = [];

export function addBackport(root: Command, terminal: Terminal, run: Run): void {
  const backport = root
    .command("backport")
    .helpCommand(false)
    .description("Fixes on stable branches: the rule for each commit, and what newer branches lack. Only reads.");
  backport
    .command("check")
    .description("Says which commits of stable branches do not keep the rule. Exit 1: there is one.")
    .argument("[branch...]", "such as stable/2026.1; else every series that is here")
    .option("--forbid <pattern>", "a path that may not change there, as in CODEOWNERS; several times", collect, NONE)
    .option("--bot <email>", "an author whose commits are not asked about; several times", collect, NONE)
    .option("-C, --directory <path>", "the clone; else the one that is here")
    .option("-r, --remote <name>", "whose branches; else origin, or the local ones where there are none of it")
    .option("--trunk <branch>", "the default branch; else main or master")
    .option("--series <file>", "a series_status.yaml that says which series is newer and which is maintained")
    .option("--json", "print JSON")
    .action(async (branches, { forbid, bot, json, ...options }) => {
      const { check } = await import("./check.ts");
      return run(
        check(terminal, speaker(terminal), {
          ...asked(branches, bot),
          forbid,
          json: json === true,
          ...placeOf(options),
        }),
      );
    });
  backport
    .command("audit")
    .description("Lists fixes that an older branch has and a newer maintained one lacks. Exit 1: there is one.")
    .argument("[branch...]", "such as stable/2025.2; else every series that is here")
    .option("--bot <email>", "an author whose commits are not asked about; several times", collect, NONE)
    .option("-C, --directory <path>", "the clone; else the one that is here")
    .option("-r, --remote <name>", "whose branches; else origin, or the local ones where there are none of it")
    .option("--trunk <branch>", "the default branch; else main or master")
    .option("--series <file>", "a series_status.yaml that says which series is newer and which is maintained")
    .option("--json", "print JSON")
    .action(async (branches, { bot, json, ...options }) => {
      const { audit } = await import("./audit.ts");
      return run(
        audit(terminal, speaker(terminal), { ...asked(branches, bot), json: json === true, ...placeOf(options) }),
      );
    });
  for (const command of backport.commands) command.addHelpText("after", `\n${folded(EXIT_CODES, terminal.stdout)}`);
}

function asked(branches: readonly string[], bots: readonly string[]) {
  return { branches, bots: bots.map((email) => email.toLowerCase()) };
}

interface PlaceOptions {
  readonly directory?: string | undefined;
  readonly remote?: string | undefined;
  readonly trunk?: string | undefined;
  readonly series?: string | undefined;
}

function placeOf({ directory, remote, trunk, series }: PlaceOptions) {
  return {
    ...given("directory", directory),
    ...given("remote", remote),
    ...given("trunk", trunk),
    ...given("series", series),
  };
}

const EXIT_CODES =
  "Exit codes: 0 all is well, 1 something was found or a branch is not here, 2 mistake on the command line, 3 a file or pattern cannot be read, 70 no repository. See docs/BACKPORT.md.";

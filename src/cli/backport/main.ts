/** The command line of `plustwo backport`: a fix brought down the series, what a stable branch asks of each commit, what newer ones lack. */
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
    .description(
      "Fixes on stable branches: bringing them there in order, the rule for each commit, and what newer branches lack.",
    );
  backport
    .command("plan")
    .description(
      "Says what `run` would make, newest branch first, where it conflicts, and what is there already. Changes nothing.",
    )
    .argument("<commit...>", "the fix where it landed: a commit, a range A..B, or a Change-Id")
    .option("--to <branch...>", "older branches, or `all`; else every maintained one that is here")
    .option("--topic <name>", "the last part of the names of the local branches; else the Change-Id")
    .option("-C, --directory <path>", "the clone; else the one that is here")
    .option("-r, --remote <name>", "whose branches; else origin, or the local ones where there are none of it")
    .option("--trunk <branch>", "the default branch; else main or master")
    .option("--series <file>", "a series_status.yaml that says which series is newer and which is maintained")
    .option("--json", "print JSON (docs/schemas/backport-plan.schema.json)")
    .action(async (words, { to, topic, json, ...options }) => {
      const { plan } = await import("./plan.ts");
      return run(
        plan(terminal, speaker(terminal), {
          ...{ words, to: to ?? NONE, json: json === true },
          ...given("topic", topic),
          ...placeOf(options),
        }),
      );
    });
  backport
    .command("run")
    .description(
      "Makes the backports as local branches backport/<branch>/<Change-Id>, each picked from the next newer branch as `git cherry-pick -x` does it. Your files, index and branch are not touched. A conflict is put into a work tree of its own.",
    )
    .argument("[commit...]", "the fix where it landed: a commit, a range A..B, or a Change-Id")
    .option("--to <branch...>", "older branches, or `all`; else every maintained one that is here")
    .option("--topic <name>", "the last part of the names of the local branches; else the Change-Id")
    .option("--continue", "go on after a conflict was resolved")
    .option("--abort", "take back what the run that stopped has made, and nothing else")
    .option("--status", "say where a run stopped")
    .option("-C, --directory <path>", "the clone; else the one that is here")
    .option("-r, --remote <name>", "whose branches; else origin, or the local ones where there are none of it")
    .option("--trunk <branch>", "the default branch; else main or master")
    .option("--series <file>", "a series_status.yaml that says which series is newer and which is maintained")
    .option("--json", "print JSON (docs/schemas/backport-plan.schema.json; of --status backport-status.schema.json)")
    .action(async (words, { to, topic, json, ...options }, command) => {
      const verbs = [options.continue, options.abort, options.status].filter((one) => one === true).length;
      if (verbs > 1 || (verbs === 1) === words.length > 0)
        return command.error(
          verbs === 0
            ? "error: name the commit of the fix, a range or a Change-Id"
            : "error: --continue, --abort and --status stand alone, without a commit",
          { exitCode: 2 },
        );
      const say = speaker(terminal);
      if (verbs === 1) {
        const { abort, goOn, status } = await import("./resume.ts");
        const verb = options.continue === true ? goOn : options.abort === true ? abort : status;
        return run(verb(terminal, say, { json: json === true, ...given("directory", options.directory) }));
      }
      const { run: make } = await import("./run.ts");
      return run(
        make(terminal, say, {
          ...{ words, to: to ?? NONE, json: json === true },
          ...given("topic", topic),
          ...placeOf(options),
        }),
      );
    });
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
    .option("--json", "print JSON (docs/schemas/backport-check.schema.json)")
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
    .option("--json", "print JSON (docs/schemas/backport-audit.schema.json)")
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
  "Exit codes: 0 all is well, 1 something was found or a branch is not here, 2 mistake on the command line, 3 a commit, file or pattern cannot be read, 69 a conflict waits for you, 70 no repository. See docs/BACKPORT.md.";

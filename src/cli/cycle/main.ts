/** The command line of `plustwo cycle`. */
import { Option, type Command } from "@commander-js/extra-typings";
import { given, runCommandLine, type Run } from "../command-line.ts";
import { folded } from "../help.ts";
import { speaker, type Terminal } from "../say.ts";

/** `args` begin with `cycle`. Answers the exit code. */
export function runCycle(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommandLine(args, terminal, { add: (root, run) => addCycle(root, terminal, run), more: EXIT_CODES });
}

export function addCycle(root: Command, terminal: Terminal, run: Run): void {
  const cycle = root
    .command("cycle")
    .helpCommand(false)
    .description("The release cycle: its schedule, what stands in it now, and the life of its series.");
  addInit(cycle, terminal, run);
  addCheck(cycle, terminal, run);
  addIcs(cycle, terminal, run);
  addStatus(cycle, terminal, run);
  addAdvance(cycle, terminal, run);
  addName(cycle, terminal, run);
  for (const command of cycle.commands) command.addHelpText("after", `\n${folded(EXIT_CODES, terminal.stdout)}`);
}

const FILE = "a schedule.yaml, or its folder; else that of the cycle that runs, in releases or doc/source";
const SERIES = "series_status.yaml; else that of the project";

function addInit(cycle: Command, terminal: Terminal, run: Run): void {
  cycle
    .command("init")
    .description("Makes the schedule of a cycle from two Mondays: weeks, milestones, and each deadline with its date.")
    .argument("<id>", "a year and a count, such as 2027.1")
    .requiredOption("--name <word>", "what the series is called: the next letter of the alphabet")
    .requiredOption("--prev <monday>", "of the release week of the cycle before")
    .requiredOption("--release <monday>", "of the release week")
    .option("--out <folder>", "the folder above those of the series", "releases")
    .option("--timezone <name>", "in which a day of a deadline ends", "UTC")
    .option("--m1 <week>", "milestone 1", "R-20")
    .option("--m2 <week>", "milestone 2 and the membership freeze", "R-13")
    .option("--trailing <week>", "what trails the release before", "R-17")
    .option("--highlights <week>", "highlights of the cycle", "R-4")
    .option("--events-beside", "events in events.yaml, for readers that know only the keys of openstack/releases")
    .action(async (id, { name, prev, release, out, timezone, m1, m2, trailing, highlights, eventsBeside }) => {
      const { init } = await import("./init.ts");
      const offsets = { m1, m2, trailing, highlights };
      const events = eventsBeside === true ? ("beside" as const) : ("inside" as const);
      return run(init(terminal, speaker(terminal), { id, name, prev, release, out, timezone, offsets, events }));
    });
}

function addCheck(cycle: Command, terminal: Terminal, run: Run): void {
  cycle
    .command("check")
    .description(
      "Says what is wrong in schedules, in series_status.yaml, and in freezes and exceptions as the gate reads them, each with its rule and the way out. Exit 1: something is.",
    )
    .argument(
      "[files...]",
      "only these schedules, or folders of them; else those in releases and doc/source, and the freezes",
    )
    .option("--series-file <file>", SERIES)
    .option("--series <name>", "whose schedule it is; else the name of its folder")
    .option("--json", "print JSON (docs/schemas/cycle-check.schema.json)")
    .action(async (files, { seriesFile, series, json }) => {
      const { check } = await import("./check.ts");
      const named = { ...given("seriesFile", seriesFile), ...given("series", series) };
      return run(check(terminal, speaker(terminal), { files, ...named, json: json === true }));
    });
}

function addIcs(cycle: Command, terminal: Terminal, run: Run): void {
  cycle
    .command("ics")
    .description("Prints a schedule as a calendar: one event a week, and one for each deadline.")
    .argument("[file]", FILE)
    .addOption(new Option("--only <which>", "only one of the two").choices(["weeks", "deadlines"] as const))
    .option("--domain <name>", "of the ids of its events; it stays once a calendar is published", "plustwo.invalid")
    .option("-o, --out <file>", "write it there")
    .action(async (file, { only, domain, out }) => {
      const { ics } = await import("./ics.ts");
      const named = { ...given("file", file), ...given("out", out), ...(only === undefined ? {} : { only }) };
      return run(ics(terminal, speaker(terminal), { ...named, domain }));
    });
}

function addStatus(cycle: Command, terminal: Terminal, run: Run): void {
  cycle
    .command("status")
    .description(
      "Says which week it is, which freezes stand, what they stop, and what is next; of a change, whether it would be stopped. Exit 1: it would.",
    )
    .argument("[file]", FILE)
    .option("--at <time>", "as it is then, such as 2027-02-25T17:00Z; else now")
    .option("--change <number>", "a pull request: would a freeze stop it? Its exception is looked for")
    .option("--branch <name>", "where it goes", "main")
    .option(
      "--paths <path...>",
      "what it touches, as `git diff --name-only main...` says it; else it may touch anything",
    )
    .option("--tag-labels <label...>", "what it is labelled with")
    .option("--json", "print JSON (docs/schemas/cycle-status.schema.json)")
    .action(async (file, { at, change, branch, paths = [], tagLabels = [], json }) => {
      const { status } = await import("./status.ts");
      const named = { ...given("file", file), ...given("at", at), ...given("change", change), branch };
      return run(status(terminal, speaker(terminal), { ...named, paths, tagLabels, json: json === true }));
    });
}

function addAdvance(cycle: Command, terminal: Terminal, run: Run): void {
  cycle
    .command("advance")
    .description("Proposes what is due in the life of the series: status, next phase, end of life.")
    .option("--series-file <file>", SERIES)
    .option("--on <day>", "as of that day; else today")
    .option("--eol <series...>", "propose the end of an unmaintained series, a month from now")
    .option("--write", "change the file; else only show")
    .option("--json", "print JSON (docs/schemas/cycle-advance.schema.json)")
    .action(async ({ seriesFile, on, eol = [], write, json }) => {
      const { advance } = await import("./advance.ts");
      const named = { ...given("seriesFile", seriesFile), ...given("on", on) };
      const set = { write: write === true, json: json === true };
      return run(advance(terminal, speaker(terminal), { ...named, eol, ...set }));
    });
}

function addName(cycle: Command, terminal: Terminal, run: Run): void {
  cycle
    .command("name")
    .description("Says the id of the next series and the letter its name begins with; of a name, whether it will do.")
    .argument("[word]", "a name to judge")
    .option("--series-file <file>", SERIES)
    .option("--json", "print JSON (docs/schemas/cycle-name.schema.json)")
    .action(async (word, { seriesFile, json }) => {
      const { name } = await import("./advance.ts");
      const named = { ...given("seriesFile", seriesFile), ...given("name", word) };
      return run(name(terminal, speaker(terminal), { ...named, json: json === true }));
    });
}

const EXIT_CODES =
  "Exit codes: 0 done, nothing is wrong · 1 refused, or something was found · 2 usage · 3 a file or a value that cannot be read\nMore: man plustwo";

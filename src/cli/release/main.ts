/** The command line of `plustwo release`: reviewed release files, checked, written and read. */
import type { Command } from "@commander-js/extra-typings";
import { NEW_TYPES } from "../../core/release/deliverable/new-release.ts";
import { given, runCommandLine, type Run } from "../command-line.ts";
import { speaker, type Terminal } from "../say.ts";
import { type EditOptions } from "./edit-file.ts";

/** `args` begin with `release`. Answers the exit code. */
export function runRelease(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommandLine(args, terminal, { add: (root, run) => addRelease(root, terminal, run), more: EXIT_CODES });
}

export function addRelease(root: Command, terminal: Terminal, run: Run): void {
  const release = root
    .command("release")
    .description("Release files: checks them, proposes releases, says what is due.");
  addValidate(release, terminal, run);
  addNew(release, terminal, run);
  addPropose(release, terminal, run);
  addShortForms(release, terminal, run);
  addDue(release, terminal, run);
  addAutoPropose(release, terminal, run);
}

function addNew(release: Command, terminal: Terminal, run: Run): void {
  const command = release
    .command("new")
    .description("Adds a release of a type to a deliverable's file. Nothing is tagged before the change merges.")
    .usage("[options] [series] [deliverable] <type>")
    .argument("<words...>", `[series] [deliverable], and the type: ${NEW_TYPES.join(", ")}`);
  writing(command)
    .option("--stable-branch", "begin the series' stable branch at it")
    .option("--intermediate-branch", "begin a branch bugfix/X.Y at it")
    .action(async (words, { stableBranch, intermediateBranch, ...flags }) => {
      const { newRelease, wordsOfNew } = await import("./new.ts");
      const speak = speaker(terminal);
      const read = wordsOfNew(words);
      if (!read.ok) return run(Promise.resolve(read));
      const { type, series, deliverable } = read.value;
      const set = { stableBranch: stableBranch === true, bugfixBranch: intermediateBranch === true };
      return run(newRelease(terminal, speak, { ...editOptions(series, deliverable, flags), ...set, type }));
    });
}

function addPropose(release: Command, terminal: Terminal, run: Run): void {
  editing(release.command("propose"))
    .description("Adds the release that notes and requirements since the last one ask for, and says why.")
    .option("--api <file>", "weigh also this file of each repository: an API report, a .d.ts")
    .action(async (series, deliverable, { api, ...flags }) => {
      const { propose } = await import("./propose.ts");
      const asked = { ...editOptions(series, deliverable, flags), ...given("api", api) };
      return run(propose(terminal, speaker(terminal), asked));
    });
}

const SHORT_FORMS = {
  cut: ["rc", "Adds the next candidate; the first one begins the stable branch."],
  final: ["final", "Adds the final release, on the commits of the last candidate."],
  eol: ["eol", "Adds the tag that ends a series."],
  eom: ["eom", "Adds the tag that ends maintenance, and the branch unmaintained/<series>."],
} as const;

function addShortForms(release: Command, terminal: Terminal, run: Run): void {
  for (const [name, [type, says]] of Object.entries(SHORT_FORMS))
    editing(release.command(name))
      .description(says)
      .action(async (series, deliverable, flags) => {
        const { newRelease } = await import("./new.ts");
        return run(newRelease(terminal, speaker(terminal), { ...editOptions(series, deliverable, flags), type }));
      });
}

function addDue(release: Command, terminal: Terminal, run: Run): void {
  const reading = (command: Command) =>
    command
      .argument("[series]", "its name or its id; else the newest")
      .argument("[deliverables...]", "none: all of the series")
      .option("--repos <folder>", "the clones, as <owner>/<name> below it; else the repository itself")
      .option("--dir <folder>", "the checkout of the release files; else the current folder")
      .option("--json", `print JSON (docs/schemas/release-${command.name()}.schema.json)`);
  reading(release.command("list-unreleased"))
    .description("Lists repositories with commits that are in no release. Exit 1: there are some.")
    .action(async (series, deliverables, { repos, dir, json }) => {
      const { listUnreleased } = await import("./due.ts");
      const where = { ...given("series", series), ...given("repos", repos), ...given("dir", dir) };
      return run(listUnreleased(terminal, speaker(terminal), { deliverables, ...where, json: json === true }));
    });
  reading(release.command("missing"))
    .description("Lists versions that are in the files and have no tag. Exit 1: there are some.")
    .action(async (series, deliverables, { repos, dir, json }) => {
      const { missing } = await import("./due.ts");
      const where = { ...given("series", series), ...given("repos", repos), ...given("dir", dir) };
      return run(missing(terminal, speaker(terminal), { deliverables, ...where, json: json === true }));
    });
}

function addAutoPropose(release: Command, terminal: Terminal, run: Run): void {
  release
    .command("auto-propose")
    .description(
      "Proposes what the cycle's schedule asks for this week, by team. Exit 1: something could not be worked out.",
    )
    .argument("[series]", "its name or its id; else the one under development")
    .option("--at <day>", "a day of the week that is asked about; else today")
    .option("--schedule <file>", "the series' schedule.yaml; else that of its folder")
    .option("--repos <folder>", "the clones, as <owner>/<name> below it; else the repository itself")
    .option("--dir <folder>", "the checkout of the release files; else the current folder")
    .option("--commit", "make a branch with one commit for each team; else only print")
    .option("--json", "print JSON (docs/schemas/release-auto-propose.schema.json)")
    .action(async (series, { at, schedule, repos, dir, ...flags }) => {
      const { autoPropose } = await import("./auto-propose.ts");
      const named = {
        ...given("at", at),
        ...given("schedule", schedule),
        ...given("repos", repos),
        ...given("dir", dir),
      };
      const set = { commit: flags.commit === true, json: flags.json === true };
      return run(autoPropose(terminal, speaker(terminal), { ...given("series", series), ...named, ...set }));
    });
}

function editing(command: Command) {
  return writing(
    command
      .argument("[series]", "its name or its id, or `independent`; else the newest")
      .argument("[deliverable]", "the file's name without .yaml; else the repository itself"),
  );
}

/** What all commands take that write into a file. */
function writing<Args extends unknown[]>(command: Command<Args>) {
  return command
    .option("--dir <folder>", "the checkout of the release files; else the current folder")
    .option("--sha <commit>", "what is released: <sha>, or owner/name=<sha>; may be repeated", collected, [])
    .option("--repos <folder>", "the clones below it; else the repository itself")
    .option("--force", "tag again what is tagged, and write what breaks a rule")
    .option("-n, --dry-run", "only show")
    .option("--json", "print JSON (docs/schemas/release-edit.schema.json)");
}

interface EditFlags {
  readonly dir?: string | undefined;
  readonly sha: readonly string[];
  readonly repos?: string | undefined;
  readonly force?: true | undefined;
  readonly dryRun?: true | undefined;
  readonly json?: true | undefined;
}

function editOptions(
  series: string | undefined,
  deliverable: string | undefined,
  { dir, sha, repos, ...flags }: EditFlags,
): EditOptions {
  return {
    ...given("series", series),
    ...given("deliverable", deliverable),
    ...given("dir", dir),
    shas: sha,
    ...given("repos", repos),
    force: flags.force === true,
    stableBranch: false,
    bugfixBranch: false,
    dryRun: flags.dryRun === true,
    json: flags.json === true,
  };
}

function collected(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function addValidate(release: Command, terminal: Terminal, run: Run): void {
  release
    .command("validate")
    .description("Checks deliverable files by rules with stable ids. Exit 1: an error in a series that is open.")
    .argument("[files...]", "deliverables/<series>/<name>.yaml; none: all of --all")
    .option("--all <folder>", "a checkout, or a repository also without a work tree; else the current folder")
    .option("--rev <revision>", "read the files of this commit")
    .option("--base <revision>", "judge also what was added since this commit")
    .option("--repos <folder>", "ask clones below it about commits, tags and branches")
    .option("--history", "judge every state the files had on the branch, as of its commit")
    .option("--closed", "list also what is found in closed series")
    .option("--closed-until <series>", "this series and older ones are closed; else those at the end of life")
    .option("--json", "print JSON (docs/schemas/release-validate.schema.json)")
    .action(async (files, { all, rev, base, repos, closedUntil, ...flags }) => {
      const { validate } = await import("./validate.ts");
      const named = { ...given("all", all), ...given("rev", rev), ...given("base", base), ...given("repos", repos) };
      const set = { history: flags.history === true, closed: flags.closed === true, json: flags.json === true };
      return run(
        validate(terminal, speaker(terminal), { files, ...named, ...given("closedUntil", closedUntil), ...set }),
      );
    });
}

const EXIT_CODES = `Exit codes: 0 done, nothing found · 1 refused, or something was found · 2 usage · 3 a file or value that cannot be read · 70 no repository
More: docs/RELEASE.md`;

/** The command line of `plustwo release`: reviewed release files, checked, written and read. */
import { type Command } from "@commander-js/extra-typings";
import { given, runCommandLine, type Run } from "../command-line.ts";
import { speaker, type Terminal } from "../say.ts";

/** `args` begin with `release`. Answers the exit code. */
export function runRelease(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommandLine(args, terminal, { add: (root, run) => addRelease(root, terminal, run), more: EXIT_CODES });
}

export function addRelease(root: Command, terminal: Terminal, run: Run): void {
  const release = root
    .command("release")
    .description("Release files: checks them, proposes releases, says what is due.");
  addValidate(release, terminal, run);
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
    .option("--json", "print JSON")
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

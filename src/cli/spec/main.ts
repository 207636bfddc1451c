/** The command line of `plustwo spec`: specs as reviewed files, from the template to the end of the cycle. */
import { type Command } from "@commander-js/extra-typings";
import { given, runCommandLine, type Run } from "../command-line.ts";
import { folded } from "../help.ts";
import { speaker, type Terminal } from "../say.ts";

/** `args` begin with `spec`. Answers the exit code. */
export function runSpec(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommandLine(args, terminal, { add: (root, run) => addSpec(root, terminal, run), more: EXIT_CODES });
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
const NONE: readonly string[] = [];
const FOLDER = ["--folder <folder>", "where the specs are", "specs"] as const;

export function addSpec(root: Command, terminal: Terminal, run: Run): void {
  const spec = root
    .command("spec")
    .helpCommand(false)
    .description("Specs: what a cycle sets out to build, as reviewed files. Writes to the work tree alone.");
  spec
    .command("new")
    .description("Makes a spec from the template: the project's own template.md, or ours.")
    .argument("<id>", "what it is called: small letters, digits and dashes")
    .option("--cycle <name>", "the cycle it is for; else the backlog")
    .option("--title <words>", "else made from the id")
    .option("--approver <login>", "who reviews it; several times", collect, NONE)
    .option(...FOLDER)
    .action(async (id, { cycle, title, approver, folder }) => {
      const { makeSpec } = await import("./edit.ts");
      const named = { ...given("cycle", cycle), ...given("title", title) };
      return run(makeSpec(terminal, speaker(terminal), { id, folder, approvers: approver, ...named }));
    });
  spec
    .command("check")
    .description("Says what is wrong in specs, each with file, line, rule and the way out. Exit 1: something is.")
    .option(...FOLDER)
    .option("--json", "print JSON (docs/schemas/spec-check.schema.json)")
    .action(async ({ folder, json }) => {
      const { check } = await import("./check.ts");
      return run(check(terminal, speaker(terminal), { folder, json: json === true }));
    });
  spec
    .command("report")
    .description("Says how far the specs of a cycle came: the commits with `Spec: <id>` or `Implements: <id>`.")
    .argument("<cycle>", "such as 2027.1")
    .option("--since <revision>", "only commits that it does not have: the tag of the release before")
    .option("--until <revision>", "up to this one", "HEAD")
    .option(...FOLDER)
    .option("--json", "print JSON (docs/schemas/spec-report.schema.json)")
    .action(async (cycle, { since, until, folder, json }) => {
      const { report } = await import("./check.ts");
      const options = { cycle, until, folder, json: json === true, ...given("since", since) };
      return run(report(terminal, speaker(terminal), options));
    });
  spec
    .command("close")
    .description("Ends a cycle: moves what was implemented, and writes redirects. Overwrites nothing.")
    .argument("<cycle>", "such as 2027.1")
    .option("-n, --dry-run", "only say what would move")
    .option(...FOLDER)
    .action(async (cycle, { dryRun, folder }) => {
      const { close } = await import("./edit.ts");
      return run(close(terminal, speaker(terminal), { cycle, folder, dryRun: dryRun === true }));
    });
  for (const command of spec.commands) command.addHelpText("after", `\n${folded(EXIT_CODES, terminal.stdout)}`);
}

const EXIT_CODES =
  "Exit codes: 0 done, nothing is wrong · 1 refused, or something was found · 2 usage · 3 a file or a value that cannot be read · 70 no repository\nMore: docs/GOVERNANCE.md, man plustwo";

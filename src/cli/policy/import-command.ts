/** The command line of `plustwo policy import`. */
import type { Command } from "@commander-js/extra-typings";
import { given, type Run } from "../command-line.ts";
import { folded } from "../help.ts";
import { speaker } from "../say.ts";
import type { PipedTerminal } from "./files.ts";

export function addImport(policy: Command, terminal: PipedTerminal, run: Run): void {
  policy
    .command("import")
    .description(
      "Makes a policy of what another place goes by, and says of every construct whether it is kept, changed or left out. Gerrit: project.config, parents' files first, with `groups` and `rules.pl`.",
    )
    .argument("<files...>", "the files, or `-`")
    .option("--from <kind>", "gerrit, policy-bot or codeowners; else told from the files' names and texts")
    .option("-o, --output <file>", "write the policy here, in place of standard output; a file that is there is kept")
    .option("--force", "replace the file that is there")
    .option("--json", "print JSON (docs/schemas/policy-import.schema.json): the policy's text, and what became of each construct")
    .addHelpText(
      "after",
      `\n${folded("Exit codes of import: 0 everything kept or changed · 1 something left out, to be decided", terminal.stdout)}`,
    )
    .action(async (files, { from, output, force, json }) => {
      const { importPolicy } = await import("./import.ts");
      const options = { files, force: force === true, json: json === true };
      return run(
        importPolicy(terminal, speaker(terminal), { ...options, ...given("from", from), ...given("output", output) }),
      );
    });
}

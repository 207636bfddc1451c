/** The command line of `plustwo replay`. */
import { type Command } from "@commander-js/extra-typings";
import { given, runCommandLine, type Run } from "../command-line.ts";
import { speaker, type Terminal } from "../say.ts";

/** `args` begin with the command. Answers the exit code. */
export function runReplay(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommandLine(args, terminal, { add: (root, run) => addReplay(root, terminal, run), more: EXIT_CODES });
}

export function addReplay(root: Command, terminal: Terminal, run: Run): void {
  root
    .command("replay")
    .description(
      "Looks back at the merges of a repository: what landed untested, changed after its approval, was approved by who wrote it, or was merged red. Reads with a token and writes nothing; no App and no policy are needed.",
    )
    .argument("[owner/name]", "the repository; else the one of the clone")
    .option("--last <count>", "how many merges, at most 1000", "200")
    .option("-b, --branch <name>", "the branch they went into; else the default branch")
    .option("--fail-on <kinds>", "exit 1 where there are such: `finding` for any fault, or names of kinds with commas")
    .option("--api <url>", "the REST address of the server; else PLUSTWO_GITHUB_URL, the clone's remote, github.com")
    .option("--json", "print JSON (docs/schemas/replay.schema.json)")
    .action(async (repository, { last, branch, failOn, api, json }) => {
      const { replayMerges } = await import("./replay.ts");
      const named = {
        ...given("repository", repository),
        ...given("branch", branch),
        ...given("failOn", failOn),
        ...given("api", api),
      };
      return run(replayMerges(terminal, speaker(terminal), { ...named, last, json: json === true }));
    });
}

const EXIT_CODES = `Exit codes: 0 looked · 1 found what --fail-on names, or no such repository · 2 usage · 3 malformed value · 40 server unreachable or failing · 41 token missing or refused, or a right is lacking · 70 no repository · 74 read in part only
More: docs/REPLAY.md, man plustwo`;

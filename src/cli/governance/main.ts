/** The command line of `plustwo governance`: votes, rolls of voters, ranked ballots. */
import { type Command } from "@commander-js/extra-typings";
import { given, runCommandLine, type Run } from "../command-line.ts";
import { folded } from "../help.ts";
import { type PipedTerminal } from "../policy/files.ts";
import { speaker } from "../say.ts";

/** `args` begin with `governance`. Answers the exit code. */
export function runGovernance(args: readonly string[], terminal: PipedTerminal): Promise<number> {
  return runCommandLine(args, terminal, { add: (root, run) => addGovernance(root, terminal, run), more: EXIT_CODES });
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
const NONE: readonly string[] = [];

export function addGovernance(root: Command, terminal: PipedTerminal, run: Run): void {
  const governance = root
    .command("governance")
    .helpCommand(false)
    .description(
      "Votes by written rules, rolls of who may vote, and ranked ballots counted. Writes nothing to the forge.",
    );
  addDecide(governance, terminal, run);
  addRoll(governance, terminal, run);
  addCandidate(governance, terminal, run);
  addTally(governance, terminal, run);
  for (const command of governance.commands) command.addHelpText("after", `\n${folded(EXIT_CODES, terminal.stdout)}`);
}

function addDecide(governance: Command, terminal: PipedTerminal, run: Run): void {
  governance
    .command("decide")
    .description("Says whether a motion is carried: a pull request, by a rule. Exit 0 carried, 1 not, or not yet.")
    .requiredOption("-r, --rule <name>", "the rule: one of those that ship, or of --rules")
    .requiredOption("-s, --snapshot <file>", "the pull request: a snapshot by `plustwo policy fetch`, or `-`")
    .option("--rules <file>", "a table of votes (docs/GOVERNANCE.md)")
    .option("--at <instant>", "as if it were then, such as 2026-09-01T12:00:00Z; else when it was fetched")
    .option("--json", "print JSON (docs/schemas/governance-decide.schema.json)")
    .action(async ({ rule, snapshot, rules, at, json }) => {
      const { decide } = await import("./decide.ts");
      const options = { rule, snapshot, json: json === true, ...given("rules", rules), ...given("at", at) };
      return run(decide(terminal, speaker(terminal), options));
    });
  governance
    .command("rules")
    .description("Lists the rules of votes: those that ship, with those of a table over them.")
    .option("--rules <file>", "a table of votes")
    .option("--json", "print JSON (docs/schemas/governance-rules.schema.json)")
    .action(async ({ rules, json }) => {
      const { listRules } = await import("./decide.ts");
      return run(listRules(terminal, speaker(terminal), { json: json === true, ...given("rules", rules) }));
    });
}

function addRoll(governance: Command, terminal: PipedTerminal, run: Run): void {
  governance
    .command("roll")
    .description(
      "Makes the roll of voters of some repositories: who had a change merged in a time, and who reviewed one as a core does. The same facts give the same roll and hash.",
    )
    .argument("<repositories...>", "owner/name, one or several")
    .option("--from <day>", "the first day that counts, such as 2026-04-01 (UTC)")
    .option("--cycles <count>", "in its place so many cycles up to --to, by series_status.yaml")
    .option("--series-file <file>", "that series_status.yaml; else that of the project")
    .requiredOption("--to <day>", "the first day that no longer counts")
    .option("-b, --branch <name>", "the branch changes were merged into; else the default branch")
    .option("--no-reviewers", "authors alone")
    .option("--core <login>", "whose written votes are a core's though they may not push; several times", collect, NONE)
    .option("--extra <login[=day]>", "somebody the project has added, until a day; several times", collect, NONE)
    .option("--salt <text>", "in place of names, hashes that whoever knows the salt can look up")
    .option("--json", "print JSON (docs/schemas/governance-roll.schema.json), for `governance candidate --roll`")
    .action(async (repositories, { from, cycles, seriesFile, to, branch, reviewers, core, extra, salt, json }) => {
      const { makeRoll } = await import("./roll.ts");
      const frame = { ...given("from", from), ...given("cycles", cycles), ...given("seriesFile", seriesFile), to };
      const named = { ...given("branch", branch), ...given("salt", salt) };
      const options = { repositories, ...frame, reviewers, cores: core, extra, json: json === true, ...named };
      return run(makeRoll(terminal, speaker(terminal), options));
    });
}

function addCandidate(governance: Command, terminal: PipedTerminal, run: Run): void {
  governance
    .command("candidate")
    .description(
      "Says whether somebody may stand: on the roll, with a merged change in these repositories. Exit 1: no.",
    )
    .argument("<login>", "who")
    .requiredOption("--roll <file>", "a roll by `plustwo governance roll --json`, or `-`")
    .option("--repository <owner/name>", "of what they would be elected; several times; else any", collect, NONE)
    .option("--json", "print JSON (docs/schemas/governance-candidate.schema.json)")
    .action(async (login, { roll, repository, json }) => {
      const { checkCandidate } = await import("./roll.ts");
      const options = { login, roll, repositories: repository, json: json === true };
      return run(checkCandidate(terminal, speaker(terminal), options));
    });
}

function addTally(governance: Command, terminal: PipedTerminal, run: Run): void {
  governance
    .command("tally")
    .description("Counts ranked ballots: the matrix of pairs, who beats every other one, and the order by Schulze.")
    .argument("<ballots>", "lines such as `12: Alice > Bob = Carol` (ABIF), a table of ranks (CSV), or `-`")
    .option("--seats <count>", "how many are elected", "1")
    .option("--affiliation <name=of>", "whom a candidate is of; several times", collect, NONE)
    .option("--most <count>", "how many of one affiliation may sit; `half`: half of all seats")
    .option("--held <of=count>", "seats of an affiliation that are not elected now; several times", collect, NONE)
    .option("--json", "print JSON (docs/schemas/governance-tally.schema.json)")
    .action(async (ballots, { seats, affiliation, most, held, json }) => {
      const { countBallots } = await import("./tally.ts");
      const options = { ballots, seats, affiliations: affiliation, held, json: json === true, ...given("most", most) };
      return run(countBallots(terminal, speaker(terminal), options));
    });
}

const EXIT_CODES = `Exit codes: 0 yes, or done · 1 no, or a tie that people decide · 2 usage · 3 a file or value that cannot be read · 40 server unreachable or failing · 41 token missing or refused · 70 no repository · 74 read in part only
More: docs/GOVERNANCE.md, man plustwo`;

/** The command line of `plustwo policy`: one line for each command; what they do stands in the files beside. */
import { type Command } from "@commander-js/extra-typings";
import { given, runCommandLine, type Run } from "../command-line.ts";
import { folded } from "../help.ts";
import { addAudit } from "../replay/audit-command.ts";
import { speaker } from "../say.ts";
import type { FetchSnapshot } from "./fetch.ts";
import type { PipedTerminal } from "./files.ts";
import { addImport } from "./import-command.ts";

/** What the composition root lends: the service's own gathering, loaded when a command needs it. */
export type Gathering = () => Promise<{ readonly fetchSnapshot: FetchSnapshot }>;

/** `args` begin with `policy`. Answers the exit code. */
export function policyWith(gathering: Gathering) {
  return (args: readonly string[], terminal: PipedTerminal): Promise<number> =>
    runCommandLine(args, terminal, {
      add: (root, run) => addPolicy(root, { terminal, run, gathering }),
      more: `${EXIT_CODES}\n${MORE}`,
    });
}

interface At {
  readonly terminal: PipedTerminal;
  readonly run: Run;
  readonly gathering: Gathering;
}

export function addPolicy(root: Command, { terminal, run, gathering }: At): void {
  const policy = root
    .command("policy")
    .helpCommand(false)
    .description(
      "Tools for policies. `fetch` and `audit` read from the forge; the others read files alone; none writes to the forge.",
    );
  addFetch(policy, { terminal, run, gathering });
  addEvaluate(policy, terminal, run);
  addLint(policy, terminal, run);
  addTest(policy, terminal, run);
  addDiff(policy, terminal, run);
  addImport(policy, terminal, run);
  addAudit(policy, terminal, run);
  for (const command of policy.commands) {
    const more = [EXIT_CODES, ...(ASKING[command.name()] ?? []), MORE].join("\n");
    command.addHelpText("after", `\n${folded(more, terminal.stdout)}`);
  }
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
const NONE: readonly string[] = [];

function addFetch(policy: Command, { terminal, run, gathering }: At): void {
  policy
    .command("fetch")
    .description(
      "Prints the snapshot of an open pull request, gathered as the service does, with your token. Writes nothing to the forge.",
    )
    .requiredOption("--pr <number>", "the pull request")
    .option("--repo <owner/name>", "its repository; else the one of the clone")
    .option("--api <url>", "the REST address of the server; else PLUSTWO_GITHUB_URL, the clone's remote, github.com")
    .option(
      "--app <id|slug>",
      "the App that is plustwo here; else the one the branch rule requires `plustwo/gate` of, else the one that posted `plustwo`",
    )
    .action(async ({ pr, repo, api, app }) => {
      const [{ fetchPullRequest }, { fetchSnapshot }] = await Promise.all([import("./fetch.ts"), gathering()]);
      const options = { pr, ...given("repository", repo), ...given("api", api), ...given("app", app) };
      return run(fetchPullRequest(terminal, speaker(terminal), { options, fetchSnapshot }));
    });
}

function addEvaluate(policy: Command, terminal: PipedTerminal, run: Run): void {
  for (const [name, description] of [
    ["eval", "Asks a policy about a change: may it land, and what is missing? Exit 0 where it may, 1 where not."],
    ["explain", "The same, with every test, the votes that do not count and why, and who could do what."],
  ] as const)
    policy
      .command(name)
      .description(description)
      .requiredOption("-s, --snapshot <file>", "the change: a snapshot by `plustwo policy fetch`, or `-`")
      .option(
        "-p, --policy <file>",
        "a repository's policy file, in place of the repository's in the snapshot; the organisation's stays",
      )
      .option("--at <instant>", "as if it were then, such as 2026-09-01T12:00:00Z; else when it was fetched")
      .option(
        "-a, --assume <what>",
        "one after the other: 'vote bob Code-Review+2', 'push REWORK by carol', 'check unit=failure', 'member bob -core', 'time +72h', 'base stable/2026.1', 'resolve', 'override Emergency by bob: reason'",
        collect,
        NONE,
      )
      .option("--json", "print JSON (docs/schemas/verdict.schema.json); the same snapshot gives the same bytes")
      .action(async ({ snapshot, policy: file, at, assume, json }) => {
        const { evaluateSnapshot } = await import("./evaluate.ts");
        const named = { ...given("policy", file), ...given("at", at) };
        const options = { snapshot, assume, json: json === true, explained: name === "explain", ...named };
        return run(evaluateSnapshot(terminal, speaker(terminal), options));
      });
}

function addLint(policy: Command, terminal: PipedTerminal, run: Run): void {
  policy
    .command("lint")
    .description(
      "What is wrong with policy files or presets (errors close the gate), and what in them is hardly meant.",
    )
    .argument("<files...>", "repositories' policy files, presets, or `-`")
    .option("--org <file>", "the organisation's file, which stands below the repository's")
    .option("--strict", "warnings fail too")
    .option("--json", "print JSON (docs/schemas/policy-lint.schema.json)")
    .action(async (files, { org, strict, json }) => {
      const { lintFiles } = await import("./lint.ts");
      const options = { files, strict: strict === true, json: json === true, ...given("org", org) };
      return run(lintFiles(terminal, speaker(terminal), options));
    });
}

function addTest(policy: Command, terminal: PipedTerminal, run: Run): void {
  policy
    .command("test")
    .description("Runs cases: given, when, then (docs/POLICY.md). Exit 1 where one comes out otherwise.")
    .argument("<cases...>", "files of cases, or `-`")
    .option("-p, --policy <file>", "ask this policy or preset in place of the one that the cases name")
    .option("--mutate", "try the policy with one small thing different at a time: a mutant that no case notices fails")
    .option("--json", "print JSON (docs/schemas/policy-test.schema.json)")
    .action(async (files, { policy: file, mutate, json }) => {
      const { testCases } = await import("./test.ts");
      const options = { files, mutate: mutate === true, json: json === true, ...given("policy", file) };
      return run(testCases(terminal, speaker(terminal), options));
    });
}

function addDiff(policy: Command, terminal: PipedTerminal, run: Run): void {
  policy
    .command("diff")
    .description("Asks two policies about the same changes, or merges: what is newly let in, and what no longer.")
    .argument("<old>", "a repository's policy file")
    .argument("<new>", "another")
    .argument("[owner/name]", "with --replay: the repository; else the one of the clone")
    .option("-s, --snapshot <file>", "a change; several times", collect, NONE)
    .option("--replay <last:count>", "in place of snapshots the last merges of a repository: last:200 (at most 1000)")
    .option("--api <url>", "the REST address of the server; else PLUSTWO_GITHUB_URL, the clone's remote, github.com")
    .option("--json", "print JSON (docs/schemas/policy-diff.schema.json; with --replay policy-diff-replay.schema.json)")
    .action(async (before, after, repository, { snapshot, replay, api, json }) => {
      const { diffPolicies } = await import("./diff.ts");
      const named = { ...given("repository", repository), ...given("replay", replay), ...given("api", api) };
      const options = { before, after, snapshots: snapshot, json: json === true, ...named };
      return run(diffPolicies(terminal, speaker(terminal), options));
    });
}

const EXIT_CODES =
  "Exit codes: 0 yes, or nothing found · 1 no, or something found · 2 usage · 3 a file or value that cannot be read";
const SERVER = "Of the server: 40 unreachable or failing · 41 token missing or refused · 70 no repository";
const ASKING: Readonly<Record<string, readonly string[]>> = {
  fetch: ["Of fetch: 1 no open pull request · 74 something of it could not be read", SERVER],
  diff: [SERVER],
  audit: [SERVER],
};
const MORE = "More: docs/POLICY.md, man plustwo";

/** The command line of `plustwo init`, `doctor`, `pause`, `resume`, `leave` and `completions`. */
import { type Command } from "@commander-js/extra-typings";
import { addCompletions } from "../completions.ts";
import { given, runCommandLine, type Run } from "../command-line.ts";
import { speaker } from "../say.ts";
import { askingTerminal, type AskingTerminal, type Keyboard } from "./terminal.ts";

export interface OperateTerminal extends AskingTerminal {
  readonly stdin?: Keyboard;
}

/** `args` begin with the command. Answers the exit code. */
export function runOperate(args: readonly string[], terminal: OperateTerminal): Promise<number> {
  const at = terminal.stdin === undefined ? terminal : askingTerminal(terminal, terminal.stdin);
  return runCommandLine(args, at, { add: (root, run) => addOperate(root, at, run), more: EXIT_CODES });
}

export function addOperate(root: Command, terminal: AskingTerminal, run: Run): void {
  addInit(root, terminal, run);
  addDoctor(root, terminal, run);
  addPause(root, terminal, run);
  addResume(root, terminal, run);
  addLeave(root, terminal, run);
  addCompletions(root, terminal, run);
}

function addInit(root: Command, terminal: AskingTerminal, run: Run): void {
  root
    .command("init")
    .description(
      "Proposes .gitreview, the policy in mode observe and, without any workflow, a CI template; shows all before it writes.",
    )
    .option("--repo <owner/name>", "the repository; else the one of the clone")
    .option("-r, --remote <name>", "the remote that names it; else gitreview.remote, origin or the only one")
    .option("--preset <name>", "`openstack` or `small-team`", "openstack")
    .option("--app <slug>", "the App, so that the rulesets name its id")
    .option("-y, --yes", "write without asking")
    .option("-n, --dry-run", "only show")
    .option("--json", "print JSON (docs/schemas/init.schema.json); needs --yes or --dry-run")
    .action(async ({ repo, remote, preset, app, ...flags }) => {
      const { init } = await import("./init.ts");
      const named = { ...given("repository", repo), ...given("remote", remote), ...given("app", app) };
      const set = { yes: flags.yes === true, dryRun: flags.dryRun === true, json: flags.json === true };
      return run(init(terminal, speaker(terminal), { ...named, preset, ...set }));
    });
}

function addDoctor(root: Command, terminal: AskingTerminal, run: Run): void {
  root
    .command("doctor")
    .description(
      "Says what is wrong with a repository's use of plustwo, each with its mend. Writes nothing. Exit 1: something was found.",
    )
    .argument("[owner/name]", "the repository; else the one of the clone")
    .option("--repo <owner/name>", "the same")
    .option("-b, --branch <name>", "the target branch; else the default branch")
    .option("--app <slug>", "the App; else whoever posted a check of plustwo")
    .option("--json", "print JSON (docs/schemas/plustwo-doctor.schema.json)")
    .action(async (repository, { repo, branch, app, json }) => {
      const { doctor } = await import("./doctor.ts");
      const named = { ...given("repository", repository ?? repo), ...given("branch", branch), ...given("app", app) };
      return run(doctor(terminal, speaker(terminal), { ...named, json: json === true }));
    });
}

function addPause(root: Command, terminal: AskingTerminal, run: Run): void {
  root
    .command("pause")
    .description("Holds the gate: nothing is built or landed until `plustwo resume`. Needs admin or maintain.")
    .argument("[owner/name]", "the repository; else the one of the clone")
    .option("-m, --reason <text>", "why; everybody whose change waits reads it")
    .option("-b, --branch <name>", "only this target branch")
    .option("--break-glass", "merging by hand is meant: a second admin must confirm it first")
    .option("--confirm", "the second admin's word to such a pause")
    .option("--json", "print JSON (docs/schemas/pause.schema.json)")
    .action(async (repository, { reason, branch, ...flags }) => {
      const { pause } = await import("./pause.ts");
      const named = { ...given("repository", repository), ...given("reason", reason), ...given("branch", branch) };
      const set = { breakGlass: flags.breakGlass === true, confirm: flags.confirm === true, json: flags.json === true };
      return run(pause(terminal, speaker(terminal), { ...named, ...set }));
    });
}

function addResume(root: Command, terminal: AskingTerminal, run: Run): void {
  root
    .command("resume")
    .description("Lifts a pause and says what landed meanwhile without the gate's certificate. Exit 1: something did.")
    .argument("[owner/name]", "the repository; else the one of the clone")
    .option("-b, --branch <name>", "the pause of this target branch")
    .option("--app <slug>", "the App whose certificates count; else the one R2 names")
    .option("--json", "print JSON (docs/schemas/resume.schema.json)")
    .action(async (repository, { branch, app, json }) => {
      const { resume } = await import("./pause.ts");
      const named = { ...given("repository", repository), ...given("branch", branch), ...given("app", app) };
      return run(resume(terminal, speaker(terminal), { ...named, json: json === true }));
    });
}

function addLeave(root: Command, terminal: AskingTerminal, run: Run): void {
  root
    .command("leave")
    .description(
      "Lists what plustwo has left in a repository; with --yes removes what the token may. People's work is never touched.",
    )
    .argument("[owner/name]", "the repository; else the one of the clone")
    .option("-y, --yes", "remove it")
    .option("--json", "print JSON (docs/schemas/leave.schema.json)")
    .action(async (repository, { yes, json }) => {
      const { leave } = await import("./leave.ts");
      return run(
        leave(terminal, speaker(terminal), {
          ...given("repository", repository),
          yes: yes === true,
          json: json === true,
        }),
      );
    });
}

const EXIT_CODES = `Exit codes: 0 done · 1 refused, or something was found · 2 usage · 3 malformed value · 40 server unreachable or failing · 41 token missing or refused, or a right is lacking · 70 no repository · 74 partly done, run again
More: man plustwo`;

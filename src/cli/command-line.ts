/** What the commands of `plustwo` share as command lines: how options are read, how mistakes are told, and the only catch. */
import { Command, CommanderError } from "@commander-js/extra-typings";
import { type Result } from "../core/result.ts";
import { folded, helpOn } from "./help.ts";
import { speaker, type CliProblem, type Terminal } from "./say.ts";

/** Tells a problem, or keeps the exit code. */
export type Run = (outcome: Promise<Result<number, CliProblem>>) => Promise<void>;

/** `add` gives the root its commands; `more` stands below the help of each. Answers the exit code. */
export async function runCommandLine(
  args: readonly string[],
  terminal: Terminal,
  { add, more }: { readonly add: (root: Command, run: Run) => void; readonly more: string },
): Promise<number> {
  const say = speaker(terminal);
  let code = 0;
  const run: Run = async (outcome) => {
    const ended = await outcome;
    if (!ended.ok) say.problem(ended.problem);
    code = ended.ok ? ended.value : ended.problem.exit;
  };
  const root = new Command("plustwo")
    .exitOverride()
    .configureHelp(helpOn(terminal.stdout))
    .configureOutput(outputTo(terminal))
    .helpCommand(false)
    .helpOption("-h, --help", "print this help");
  try {
    add(root, run);
    for (const command of root.commands) command.addHelpText("after", `\n${folded(more, terminal.stdout)}`);
    await root.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    say.problem({
      message: `Stopped by an error of plustwo itself: ${error instanceof Error ? error.message : String(error)}`,
      hint: "run it again; if it stays, report it with the output of PLUSTWO_TRACE=1",
    });
    if (terminal.env["PLUSTWO_TRACE"] === "1" && error instanceof Error)
      terminal.stderr.write(`${error.stack ?? ""}\n`);
    return 1;
  }
}

function outputTo({ stdout, stderr }: Terminal) {
  return {
    writeOut: (text: string) => void stdout.write(text),
    writeErr: (text: string) => void stderr.write(text),
    outputError: (text: string, write: (text: string) => void) =>
      write(
        `${text.trim().replace(/^error: /, "Cannot read the command line: ")}\nHint: see \`plustwo <command> --help\`\n`,
      ),
  };
}

/** An option that was given, for spreading; nothing where it was not. */
export function given<K extends string>(key: K, value: string | undefined): { readonly [name in K]?: string } {
  const made: { [name in K]?: string } = {};
  if (value !== undefined) made[key] = value;
  return made;
}

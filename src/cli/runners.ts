/** The commands of `plustwo` that are tools of a person: which room runs which. Each is loaded when it is asked for. */
import { type OperateTerminal } from "./operate/main.ts";
import { type PipedTerminal } from "./policy/files.ts";
import { type Gathering } from "./policy/main.ts";

export type ToolTerminal = OperateTerminal & PipedTerminal;

/** `args` begin with the command. Answers the exit code. */
export type Runner = (args: readonly string[], terminal: ToolTerminal) => Promise<number>;

/** `undefined`: none of them is called so. */
export async function runnerOf(name: string, gathering: Gathering): Promise<Runner | undefined> {
  switch (name) {
    case "policy":
      return (await import("./policy/main.ts")).policyWith(gathering);
    case "notes":
      return (await import("./notes/main.ts")).runNotes;
    case "replay":
      return (await import("./replay/main.ts")).runReplay;
    case "backport":
      return (await import("./backport/main.ts")).runBackport;
    case "cycle":
      return (await import("./cycle/main.ts")).runCycle;
    case "release":
      return (await import("./release/main.ts")).runRelease;
    case "init":
    case "doctor":
    case "pause":
    case "resume":
    case "leave":
    case "completions":
      return (await import("./operate/main.ts")).runOperate;
    case "spec":
      return (await import("./spec/main.ts")).runSpec;
    case "governance":
      return (await import("./governance/main.ts")).runGovernance;
    default:
      return undefined;
  }
}

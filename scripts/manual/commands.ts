/** Both command lines, as they are typed: `git review` and `plustwo`. Nothing runs: only what is declared is looked at. */
import { Command } from "@commander-js/extra-typings";
import { gitReview } from "../../src/cli/main.ts";
import { addBackport } from "../../src/cli/backport/main.ts";
import { addCycle } from "../../src/cli/cycle/main.ts";
import { addGovernance } from "../../src/cli/governance/main.ts";
import { addNotes } from "../../src/cli/notes/main.ts";
import { addOperate } from "../../src/cli/operate/main.ts";
import { addPolicy } from "../../src/cli/policy/main.ts";
import { addRelease } from "../../src/cli/release/main.ts";
import { addReplay } from "../../src/cli/replay/main.ts";
import { addSpec } from "../../src/cli/spec/main.ts";
import { speaker, type Terminal } from "../../src/cli/say.ts";
import { describe, type Described } from "./described.ts";

const terminal: Terminal = { stdout: { write() {} }, stderr: { write() {} }, env: {}, cwd: "." };
const run = (): Promise<never> => Promise.reject(new Error("nothing is run while the manual is written"));

export function describeGitReview(): Described {
  return describe(gitReview(terminal, speaker(terminal), run));
}

export function describePlustwo(): Described {
  const root = new Command("plustwo").helpCommand(false).option("--version", "print the version");
  addOperate(root, terminal, run);
  addReplay(root, terminal, run);
  addNotes(root, terminal, run);
  addPolicy(root, { terminal, run, gathering: run });
  addCycle(root, terminal, run);
  addGovernance(root, terminal, run);
  addBackport(root, terminal, run);
  addRelease(root, terminal, run);
  addSpec(root, terminal, run);
  addService(root);
  return describe(root);
}

/** `serve` and `forge` read their few words themselves; a house test holds these lines against what they say of themselves. */
function addService(root: Command): void {
  root
    .command("serve")
    .description("Runs the service: receives GitHub's webhooks, judges changes, and lands what was tested.")
    .option("--poll", "needs no address that GitHub can reach: finds out by looking, once a minute")
    .option("--json", "prints one line of JSON when it listens (docs/schemas/serve.schema.json)");
  root
    .command("forge")
    .description("Runs a local GitHub for trying things out, in the foreground.")
    .option("--port <number>", "where it listens; 0, or nothing said: the system picks")
    .option("--json", "prints one line of JSON when it listens (docs/schemas/forge.schema.json)");
}

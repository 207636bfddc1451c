/** `plustwo release propose`: the next version by what changed since the last one, with the reasons. */
import { EXIT } from "../exit.ts";
import { type Result } from "../../core/result.ts";
import type { CliProblem, Say, Terminal } from "../say.ts";
import { decide } from "./decide-version.ts";
import { editFile, type EditOptions } from "./edit-file.ts";
import { readGround } from "./ground.ts";
import { namedBy } from "./new.ts";
import { openDeliverable } from "./open-deliverable.ts";

export async function propose(terminal: Terminal, say: Say, options: EditOptions): Promise<Result<number, CliProblem>> {
  const opened = await openDeliverable(terminal, { ...options, ...namedBy(options.shas), begins: "release" });
  if (!opened.ok) return opened;
  const ground = await readGround(terminal, opened.value, options);
  if (!ground.ok) return ground;
  const decided = await decide({ opened: opened.value, ground: ground.value, ...options });
  if (!decided.ok) return decided;
  if (decided.value.kind === "nothing-new") {
    const { file } = opened.value;
    const { since } = decided.value;
    return {
      ok: false,
      problem: {
        message: `Cannot propose a release of ${file.name} in ${file.series}: nothing is new since ${since}`,
        hint: "merge a change first, or choose the type by hand with `release new`",
        exit: EXIT.refused,
      },
    };
  }
  const { dryRun, json } = options;
  return editFile(say, { ...decided.value, opened: opened.value, ground: ground.value, options, dryRun, json });
}

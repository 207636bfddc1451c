/** `plustwo release new` and its short forms: a release of a type that a person chose. */
import type { PlannedType } from "../../core/release/deliverable/new-release.ts";
import type { Result } from "../../core/result.ts";
import type { CliProblem, Say, Terminal } from "../say.ts";
import { editFile, openDeliverable, type EditOptions } from "./edit-file.ts";

export async function newRelease(
  terminal: Terminal,
  say: Say,
  { type, ...options }: EditOptions & { readonly type: PlannedType },
): Promise<Result<number, CliProblem>> {
  const opened = await openDeliverable(terminal, options);
  return opened.ok ? editFile(terminal, say, { type, opened: opened.value, options }) : opened;
}

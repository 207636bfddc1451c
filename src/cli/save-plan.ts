/** `-n --plan FILE`: the plan written down, whole or not at all. */
import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../core/result.ts";
import { type Desk } from "./desk.ts";
import { type GatheredStack } from "./gather-stack.ts";
import { planFile } from "./plan-file.ts";
import { type PlannedUpload } from "./plan-upload.ts";
import { EXIT } from "./problems.ts";
import { type CliProblem } from "./say.ts";

export async function savePlan(
  desk: Desk,
  name: string,
  { gathered, planned }: { readonly gathered: GatheredStack; readonly planned: PlannedUpload },
): Promise<Result<number, CliProblem>> {
  const made = planFile(desk, gathered, planned);
  if (!made.ok) return made;
  const place = path.resolve(desk.terminal.cwd, name);
  const draft = `${place}.${process.pid}`;
  try {
    await writeFile(draft, `${JSON.stringify(made.value, null, 2)}\n`);
    await rename(draft, place);
  } catch (error) {
    await rm(draft, { force: true });
    return fail({
      message: `Cannot write the plan to ${name}: ${error instanceof Error ? error.message : String(error)}`,
      hint: "name a file in a folder that is there and that you may write to",
      exit: EXIT.refused,
    });
  }
  desk.say.note(`The plan is in ${name}; \`git review apply ${name}\` does exactly that, or nothing`);
  return ok(EXIT.ok);
}

/** Which schedule a command is about: the one that is named, or that of the cycle that runs at an instant. */
import { releasedAt } from "../../core/release/cycle/status.ts";
import type { Schedule } from "../../core/release/cycle/schedule-shapes.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { startOfDay, type Instant } from "../../core/time.ts";
import type { CliProblem, Say, Terminal } from "../say.ts";
import { scheduleFolders } from "./freezes.ts";
import { findSchedules, ofCycle, readScheduleFile } from "./files.ts";

export interface Current {
  readonly path: string;
  readonly series: string;
  readonly schedule: Schedule;
}

/** Of several the running one; before the first that, after the last that. */
export async function currentSchedule(
  { terminal, say }: { readonly terminal: Terminal; readonly say: Say },
  asked: string | undefined,
  now: Instant,
): Promise<Result<Current, CliProblem>> {
  const folders = asked === undefined ? await scheduleFolders(terminal, say) : ok([asked]);
  if (!folders.ok) return folders;
  const paths = await findSchedules(terminal, folders.value);
  if (!paths.ok) return paths;
  const read: Current[] = [];
  for (const path of paths.value) {
    const file = await readScheduleFile(terminal, path);
    if (!file.ok) return file;
    if (!file.value.schedule.ok) return fail(ofCycle(file.value.schedule.problem));
    read.push({ path, series: file.value.series, schedule: file.value.schedule.value });
  }
  read.sort((a, b) => startOf(a) - startOf(b));
  const found = read.find(({ schedule }) => now < releasedAt(schedule)) ?? read.at(-1);
  if (found === undefined) throw new Error("found a schedule and read none");
  return ok(found);
}

function startOf({ schedule }: Current): number {
  return startOfDay(schedule.startWeek.value, "UTC").first;
}

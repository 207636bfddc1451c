/** The schedule of a series: the one that is named, else that of its folder, by its name or its id. */
import type { Schedule } from "../../core/release/cycle/schedule-shapes.ts";
import type { SeriesFacts } from "../../core/release/deliverable/series.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { join, resolve } from "node:path";
import { findSchedules, ofCycle, readScheduleFile } from "../cycle/files.ts";
import { EXIT } from "../exit.ts";
import type { CliProblem, Terminal } from "../say.ts";

export async function readScheduleOf(
  terminal: Terminal,
  { series, schedule, dir = "." }: { readonly series: SeriesFacts; readonly schedule?: string; readonly dir?: string },
): Promise<Result<Schedule, CliProblem>> {
  const there = schedule === undefined ? { ...terminal, cwd: resolve(terminal.cwd, dir) } : terminal;
  const paths = await findSchedules(there, schedule === undefined ? [] : [schedule]);
  if (!paths.ok) return paths;
  const read = [];
  for (const path of paths.value) {
    const file = await readScheduleFile(there, path);
    if (!file.ok) return file;
    read.push(file.value);
  }
  const found = schedule === undefined ? read.find((one) => [series.name, series.id].includes(one.series)) : read[0];
  if (found === undefined)
    return fail({
      message: `Cannot find the schedule of ${series.name}: there are those of ${read.map((one) => one.series).join(", ")}`,
      hint: `write ${join("releases", series.id, "schedule.yaml")} (\`plustwo cycle init\`), or name the file: \`--schedule <file>\``,
      exit: EXIT.malformed,
    });
  return found.schedule.ok ? ok(found.schedule.value) : fail(ofCycle(found.schedule.problem));
}

/** `plustwo cycle check`: reads schedules and the list of series, and says what is wrong in them. Exit 1: something was found. */
import { checkSchedule } from "../../core/release/cycle/check-schedule.ts";
import { checkSeries } from "../../core/release/cycle/check-series.ts";
import type { CycleProblem } from "../../core/release/cycle/problem.ts";
import { readSeries, type Series } from "../../core/release/cycle/series.ts";
import { ok, type Result } from "../../core/result.ts";
import { EXIT } from "../exit.ts";
import { findingJson } from "../finding-json.ts";
import { counted, type CliProblem, type Say, type Terminal } from "../say.ts";
import { findSchedules, readScheduleFile, readSeriesFile, sayProblem, seriesFileFor } from "./files.ts";

export interface CheckOptions {
  readonly files: readonly string[];
  /** Else the one around each schedule. */
  readonly seriesFile?: string;
  /** Of a schedule that is in no folder of its name. */
  readonly series?: string;
  readonly json: boolean;
}

type Known = { readonly path: string; readonly series?: readonly Series[] };

export async function check(
  terminal: Terminal,
  say: Say,
  { files, seriesFile, series: named, json }: CheckOptions,
): Promise<Result<number, CliProblem>> {
  const paths = await findSchedules(terminal, files);
  if (!paths.ok) return paths;
  const problems: CycleProblem[] = [];
  const known = new Map<string, Known>();
  const clean: string[] = [];
  for (const path of paths.value) {
    const file = await readScheduleFile(terminal, path);
    if (!file.ok) return file;
    const listed = seriesFile === undefined ? undefined : await readSeriesFile(terminal, seriesFile);
    if (listed !== undefined && !listed.ok) return listed;
    const around = listed ?? (await seriesFileFor(terminal, path));
    if (!around.ok) return around;
    const text = around.value;
    if (text !== undefined && !known.has(text.path)) {
      const read = readSeries(text.path, text.text);
      problems.push(...(read.ok ? checkSeries(read.value) : read.problem));
      known.set(text.path, { path: text.path, ...(read.ok ? { series: read.value } : {}) });
    }
    const series = text === undefined ? undefined : known.get(text.path)?.series;
    const { schedule, anchors } = file.value;
    const context = {
      ...(series === undefined ? {} : { series, name: named ?? file.value.series }),
      ...(anchors === undefined ? {} : { anchors }),
    };
    const found = schedule.ok ? checkSchedule(schedule.value, context) : schedule.problem;
    problems.push(...found);
    if (found.length === 0) clean.push(path);
  }
  if (json) say.json({ version: 1, files: paths.value, findings: problems.map(findingJson) });
  else {
    for (const problem of problems) {
      say.result(sayProblem(problem));
      say.result(`  → ${problem.hint}`);
    }
    const wrong = problems.length === 0 ? "nothing is wrong" : counted(problems.length, "problem");
    say.result(`${counted(paths.value.length, "schedule")}, ${clean.length} without a problem: ${wrong}`);
  }
  return ok(problems.length === 0 ? EXIT.ok : EXIT.refused);
}

/** `plustwo cycle check`: what is wrong in schedules, in the list of series, and in freezes and exceptions. Exit 1: something is. */
import { systemClock } from "../../clock.ts";
import { checkSchedule } from "../../core/release/cycle/check-schedule.ts";
import { checkSeries } from "../../core/release/cycle/check-series.ts";
import type { CycleProblem } from "../../core/release/cycle/problem.ts";
import { checkFreezes } from "../../core/release/freeze/check-freezes.ts";
import { readSeries, type Series } from "../../core/release/cycle/series.ts";
import { ok, type Result } from "../../core/result.ts";
import { EXIT } from "../exit.ts";
import { findingJson } from "../finding-json.ts";
import { counted, type CliProblem, type Say, type Terminal } from "../say.ts";
import { readCycleTree, scheduleFolders } from "./freezes.ts";
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
  const folders = files.length > 0 ? ok(files) : await scheduleFolders(terminal, say);
  if (!folders.ok) return folders;
  const paths = await findSchedules(terminal, folders.value);
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
  const tree = files.length > 0 ? ok(undefined) : await readCycleTree(terminal, say);
  if (!tree.ok) return tree;
  const freezes = tree.value === undefined ? [] : checkFreezes(tree.value, (terminal.clock ?? systemClock).now());
  const all = each([...problems, ...freezes]);
  const errors = all.filter(({ severity = "error" }) => severity === "error").length;
  if (json) say.json({ version: 1, files: paths.value, findings: all.map(findingJson) });
  else {
    for (const problem of all) {
      const warning = problem.severity === undefined ? "" : `${say.colour("yellow", "warning")}: `;
      say.result(sayProblem({ ...problem, message: `${warning}${problem.message}` }));
      say.result(`  → ${problem.hint}`);
    }
    const wrong = [
      ...(errors === 0 ? [] : [counted(errors, "problem")]),
      ...(all.length === errors ? [] : [counted(all.length - errors, "warning")]),
    ];
    const also = tree.value === undefined ? "" : ", freezes and exceptions";
    say.result(
      `${counted(paths.value.length, "schedule")}, ${clean.length} without a problem${also}: ${wrong.join(", ") || "nothing is wrong"}`,
    );
  }
  return ok(errors === 0 ? EXIT.ok : EXIT.refused);
}

/** What two readers found in one place is told once. */
function each(problems: readonly CycleProblem[]): readonly CycleProblem[] {
  const key = ({ rule, path, line, column, message }: CycleProblem) =>
    JSON.stringify([rule, path, line, column, message]);
  return [...new Map(problems.map((one) => [key(one), one])).values()];
}

/** Where the files of a cycle are: schedules in folders of their series, and series_status.yaml above them or in `data/`. */
import { basename, dirname, isAbsolute, join, relative } from "node:path";
import { fail, ok, type Result } from "../../core/result.ts";
import { readSchedule, type CycleText } from "../../core/release/cycle/parse-schedule.ts";
import type { CycleProblem } from "../../core/release/cycle/problem.ts";
import type { Schedule } from "../../core/release/cycle/schedule-shapes.ts";
import { readSeries, type Series } from "../../core/release/cycle/series.ts";
import { kindOf, namesIn, readText, readTextIfThere } from "../disk.ts";
import { EXIT } from "../exit.ts";
import type { CliProblem, Terminal } from "../say.ts";

/** Looked through when no file is named: ours, and that of openstack/releases. */
const FOLDERS = ["releases", "doc/source"];
const SCHEDULE = "schedule.yaml";
const SERIES_FILES = ["series_status.yaml", "data/series_status.yaml"];
export const SERIES_FILE = "series_status.yaml";

export interface ScheduleFile {
  /** As messages say it. */
  readonly path: string;
  /** The series: the folder that the file is in. */
  readonly series: string;
  readonly schedule: Result<Schedule, readonly CycleProblem[]>;
  /** Of the text for people beside it; absent where there is none. */
  readonly anchors?: ReadonlySet<string>;
}

/** `asked`: files or folders; none: those of the project. In the order of their paths. */
export async function findSchedules(
  terminal: Terminal,
  asked: readonly string[],
): Promise<Result<readonly string[], CliProblem>> {
  const found: string[] = [];
  for (const path of asked.length === 0 ? FOLDERS : asked) {
    const kind = await kindOf(at(terminal, path), path);
    if (!kind.ok) return kind;
    if (kind.value === "file") found.push(path);
    else if (kind.value === "folder") {
      const inside = await schedulesIn(terminal, path);
      if (!inside.ok) return inside;
      found.push(...inside.value);
    } else if (asked.length > 0)
      return fail({
        message: `Cannot read ${path}: there is no such file or folder`,
        hint: "name a schedule.yaml, or a folder of them",
        exit: EXIT.malformed,
      });
  }
  if (found.length > 0) return ok(found);
  return fail({
    message: `Cannot find a schedule: ${(asked.length === 0 ? FOLDERS : asked).join(" and ")} ${asked.length === 1 ? "has" : "have"} no <series>/schedule.yaml`,
    hint: "make one with `plustwo cycle init`, or name the file",
    exit: EXIT.malformed,
  });
}

export async function readScheduleFile(terminal: Terminal, path: string): Promise<Result<ScheduleFile, CliProblem>> {
  const text = await readOne(terminal, path);
  if (!text.ok) return text;
  const folder = dirname(path);
  const beside = await optional(terminal, join(folder, "events.yaml"));
  if (!beside.ok) return beside;
  const prose = await optional(terminal, join(folder, "schedule.rst"));
  if (!prose.ok) return prose;
  return ok({
    path,
    series: basename(dirname(at(terminal, path))),
    schedule: readSchedule(text.value, beside.value),
    ...(prose.value === undefined ? {} : { anchors: anchorsOf(prose.value.text) }),
  });
}

/** The list of series of the project that this schedule is in; `undefined`: it keeps none. */
export async function seriesFileFor(
  terminal: Terminal,
  schedule: string,
): Promise<Result<CycleText | undefined, CliProblem>> {
  let folder = dirname(at(terminal, schedule));
  for (let up = 0; up < 4; up += 1) {
    for (const name of SERIES_FILES) {
      const found = await optional(terminal, join(folder, name));
      if (!found.ok || found.value !== undefined) return found;
    }
    folder = dirname(folder);
  }
  return ok(undefined);
}

/** `named`, or that of the project around the current folder. */
export async function readSeriesFile(
  terminal: Terminal,
  named: string | undefined,
): Promise<Result<CycleText, CliProblem>> {
  if (named !== undefined) return readOne(terminal, named);
  for (const path of ["releases/series_status.yaml", ...SERIES_FILES]) {
    const found = await optional(terminal, path);
    if (!found.ok) return found;
    if (found.value !== undefined) return ok(found.value);
  }
  return fail({
    message: "Cannot find series_status.yaml in releases, here or in data",
    hint: "name it with --series-file; `plustwo cycle init` makes one",
    exit: EXIT.malformed,
  });
}

export function parseSeries({ path, text }: CycleText): Result<readonly Series[], CliProblem> {
  const read = readSeries(path, text);
  return read.ok ? read : fail(ofCycle(read.problem));
}

/** Several problems as one: each on a line of its own. */
export function ofCycle(problems: readonly CycleProblem[]): CliProblem {
  const lines = problems.slice(0, 20).map(sayProblem);
  const more = problems.length > 20 ? [`and ${problems.length - 20} more`] : [];
  return {
    message: [...lines, ...more].join("\n"),
    hint: problems[0]?.hint ?? "see `plustwo cycle check`",
    exit: EXIT.malformed,
  };
}

export function sayProblem({ path, line, rule, message }: CycleProblem): string {
  return `${path}:${line}: [${rule}] ${message}`;
}

export function at({ cwd }: Terminal, path: string): string {
  return isAbsolute(path) ? path : join(cwd, path);
}

async function readOne(terminal: Terminal, path: string): Promise<Result<CycleText, CliProblem>> {
  const text = await readText(at(terminal, path), path);
  return text.ok ? ok({ path, text: text.value }) : text;
}

/** `undefined`: there is none. What is there and cannot be read is a problem. */
export async function optional(terminal: Terminal, path: string): Promise<Result<CycleText | undefined, CliProblem>> {
  const full = at(terminal, path);
  const inside = relative(terminal.cwd, full);
  const shown = inside.startsWith("..") ? full : inside;
  const text = await readTextIfThere(full, shown);
  if (!text.ok) return text;
  return ok(text.value === undefined ? undefined : { path: shown, text: text.value });
}

async function schedulesIn(terminal: Terminal, folder: string): Promise<Result<readonly string[], CliProblem>> {
  const names = await namesIn(at(terminal, folder), folder);
  if (!names.ok) return names;
  if (names.value?.includes(SCHEDULE) === true) return ok([join(folder, SCHEDULE)]);
  const found: string[] = [];
  for (const name of names.value ?? []) {
    const series = join(folder, name);
    const kind = await kindOf(at(terminal, series), series);
    if (!kind.ok) return kind;
    if (kind.value !== "folder") continue;
    const inside = await kindOf(at(terminal, join(series, SCHEDULE)), join(series, SCHEDULE));
    if (!inside.ok) return inside;
    if (inside.value !== undefined) found.push(join(series, SCHEDULE));
  }
  return ok(found);
}

function anchorsOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/^\.\. _([^:\n]+):/gm)].map(([, name]) => name ?? ""));
}

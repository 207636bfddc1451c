/**
 * The cycle's files of one commit, read: windows, rules, exceptions, and whatever of them cannot be. The gate and `cycle check` both ask
 * here, so that what closes the one is what the other finds, in the same words.
 */
import { checkFreezes } from "../cycle/check-events.ts";
import { readSchedule, type CycleText } from "../cycle/parse-schedule.ts";
import type { CycleProblem } from "../cycle/problem.ts";
import { releasedAt } from "../cycle/status.ts";
import { freezeWindows, type FreezeWindow } from "../cycle/windows.ts";
import { sayRecordProblem } from "../read-record.ts";
import { eventsPath, exceptionAt, rulesPath, scheduledCycle, schedulePath, type CycleFolders } from "./cycle-files.ts";
import { readException, type ExceptionRecord } from "./exception-record.ts";
import { readFreezeRules, type FreezeRules } from "./freeze-rules.ts";
import type { CycleState } from "./freezes-of.ts";

/** Problems that are told of one file; the rest follow when these are mended. */
const TOLD = 3;

export interface CycleRead {
  readonly state: CycleState;
  /** Each with what it closes. In the order of the cycles, then exceptions. */
  readonly problems: readonly CycleProblem[];
}

/** `files`: those that `isCycleFile` names; others are passed over. */
export function cycleState(folders: CycleFolders, files: readonly CycleText[]): CycleState {
  return readCycle(folders, files).state;
}

export function readCycle(folders: CycleFolders, files: readonly CycleText[]): CycleRead {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const problems: CycleProblem[] = [];
  const rules = rulesIn(folders, texts, problems);
  const cycles = [...new Set(files.flatMap(({ path }) => scheduledCycle(folders, path) ?? []))].sort();
  if (cycles.length === 0) problems.push(noSchedule(folders));
  const windows = cycles.flatMap((cycle) => {
    const found = windowsIn(folders, { cycle, texts }, problems);
    return found.map((window) => ({ ...window, cycle }));
  });
  if (rules !== undefined) problems.push(...withoutRule(windows, rules, rulesPath(folders)));
  const exceptions = exceptionsIn({ folders, files, cycles }, problems);
  return {
    state: {
      folders,
      windows: windows.map(({ cycle, freeze, from, to }) => ({ cycle, freeze, from, to })),
      rules: rules ?? new Map(),
      exceptions,
      ...saidOf(problems),
    },
    problems,
  };
}

/** undefined: there is a file, and it cannot be read. */
function rulesIn(
  folders: CycleFolders,
  texts: ReadonlyMap<string, string>,
  problems: CycleProblem[],
): FreezeRules | undefined {
  const path = rulesPath(folders);
  const text = texts.get(path);
  if (text === undefined) return new Map();
  const read = readFreezeRules(path, text);
  if (read.ok) return read.value;
  problems.push(...closing(read.problem, "everything"));
  return undefined;
}

function windowsIn(
  folders: CycleFolders,
  { cycle, texts }: { readonly cycle: string; readonly texts: ReadonlyMap<string, string> },
  problems: CycleProblem[],
): readonly FreezeWindow[] {
  const [path, beside] = [schedulePath(folders, cycle), eventsPath(folders, cycle)];
  const text = texts.get(path);
  const events = texts.get(beside);
  if (text === undefined) {
    problems.push({
      ...{ rule: "schedule-missing", closes: "everything", path: beside, line: 1, column: 1 },
      message: "it stands without a schedule.yaml beside it",
      hint: "add one, or remove it",
    });
    return [];
  }
  const read = readSchedule({ path, text }, events === undefined ? undefined : { path: beside, text: events });
  const found = read.ok ? checkFreezes(read.value.events) : read.problem;
  problems.push(...closing(found, "everything"));
  return read.ok ? freezeWindows(read.value.events, releasedAt(read.value)) : [];
}

function exceptionsIn(
  of: { readonly folders: CycleFolders; readonly files: readonly CycleText[]; readonly cycles: readonly string[] },
  problems: CycleProblem[],
): readonly ExceptionRecord[] {
  const { folders, cycles } = of;
  return of.files.flatMap((file): readonly ExceptionRecord[] => {
    const at = exceptionAt(folders.exceptions, file.path);
    if (at === undefined) return [];
    if (cycles.length > 0 && !cycles.includes(at.cycle))
      problems.push({
        ...{ rule: "exception-cycle", closes: at.change, path: file.path, line: 1, column: 1 },
        message: `no schedule is in ${folders.files}/${at.cycle}`,
        hint: `exceptions of a cycle are in the folder ${cycles.map((cycle) => `${folders.exceptions}/${cycle}`).join(" or ")}: move it, or remove it where its cycle is over`,
      });
    const read = readException(file, at);
    if (read.ok) return [read.value];
    problems.push(...closing(read.problem, at.change));
    return [];
  });
}

function noSchedule({ files }: CycleFolders): CycleProblem {
  return {
    ...{ rule: "schedule-missing", closes: "everything", path: files, line: 1, column: 1 },
    message: `the policy names the cycle's files in \`${files}\`, and there is no ${files}/<cycle>/schedule.yaml`,
    hint: "add one, or take `cycle` out of the policy",
  };
}

/** Windows whose freeze the rules do not name: what they stop is not known. One sentence for each name. */
function withoutRule(windows: readonly FreezeWindow[], rules: FreezeRules, path: string): readonly CycleProblem[] {
  const first = new Map<string, FreezeWindow>();
  for (const window of windows)
    if (!rules.has(window.freeze) && !first.has(window.freeze)) first.set(window.freeze, window);
  return [...first.values()].map(({ freeze, begunBy }) => ({
    ...{ rule: "freeze-unnamed", closes: "everything", path: begunBy.path, ...begunBy.place },
    message: `\`${begunBy.id}\` begins the freeze \`${freeze}\`, and ${path} does not say what it stops`,
    hint: "name it there, with `nothing` if it stops nothing",
  }));
}

function closing(found: readonly CycleProblem[], closes: "everything" | number): readonly CycleProblem[] {
  return found.map((problem) => ({ ...problem, closes }));
}

function saidOf(problems: readonly CycleProblem[]): Pick<CycleState, "unread" | "unreadExceptions"> {
  const byPath = new Map<string, number>();
  const told = problems.filter(({ path }) => {
    const before = byPath.get(path) ?? 0;
    byPath.set(path, before + 1);
    return before < TOLD;
  });
  const unreadExceptions = new Map<number, string>();
  for (const { closes, ...problem } of told) {
    if (typeof closes !== "number") continue;
    const before = unreadExceptions.get(closes);
    unreadExceptions.set(closes, `${before === undefined ? "" : `${before}. `}${sayRecordProblem(problem)}`);
  }
  const unread = told.filter(({ closes }) => closes === "everything");
  return {
    // Of a folder there is no line to name.
    unread: unread.map((one) => (one.path.endsWith(".yaml") ? sayRecordProblem(one) : `${one.message}; ${one.hint}`)),
    unreadExceptions,
  };
}

/** The cycle's files of one commit, read: windows, rules, exceptions, and in sentences whatever of them cannot be. */
import { readSchedule, type CycleText } from "../cycle/parse-schedule.ts";
import { releasedAt } from "../cycle/status.ts";
import { freezeWindows } from "../cycle/windows.ts";
import { sayRecordProblem, type RecordProblem } from "../read-record.ts";
import { exceptionAt, readException, type ExceptionRecord } from "./exception-record.ts";
import { readFreezeRules, type FreezeRules } from "./freeze-rules.ts";
import { withoutRule, type CycleFolders, type CycleState, type CycleWindow } from "./freezes-of.ts";

/** Problems that are told of one file; the rest follow when these are mended. */
const TOLD = 3;

/** Which of the paths are files of the cycle at all; others in the same folders are nobody's business. */
export function isCycleFile(folders: CycleFolders, path: string): boolean {
  return (
    path === rulesPath(folders) ||
    scheduleAt(folders, path) !== undefined ||
    exceptionAt(folders.exceptions, path) !== undefined
  );
}

/** `files`: those that `isCycleFile` names. */
export function cycleState(folders: CycleFolders, files: readonly CycleText[]): CycleState {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const unread: string[] = [];
  const rules = rulesIn(folders, texts, unread);
  const cycles = [...new Set(files.flatMap(({ path }) => scheduleAt(folders, path)?.cycle ?? []))].sort();
  if (cycles.length === 0)
    unread.push(
      `the policy names the cycle's files in \`${folders.files}\`, and there is no ${folders.files}/<cycle>/schedule.yaml; add one, or take \`cycle\` out of the policy`,
    );
  const windows = cycles.flatMap((cycle) => windowsIn(folders, { cycle, texts }, unread));
  if (rules !== undefined) unread.push(...withoutRule(windows, rules, rulesPath(folders)));
  return { folders, windows, rules: rules ?? new Map(), unread, ...exceptionsIn(folders, files) };
}

/** undefined: there is a file, and it cannot be read. */
function rulesIn(folders: CycleFolders, texts: ReadonlyMap<string, string>, unread: string[]): FreezeRules | undefined {
  const path = rulesPath(folders);
  const text = texts.get(path);
  if (text === undefined) return new Map();
  const read = readFreezeRules(path, text);
  if (!read.ok) unread.push(...said(read.problem));
  return read.ok ? read.value : undefined;
}

function windowsIn(
  folders: CycleFolders,
  { cycle, texts }: { readonly cycle: string; readonly texts: ReadonlyMap<string, string> },
  unread: string[],
): readonly CycleWindow[] {
  const [path, beside] = ["schedule.yaml", "events.yaml"].map((name) => `${folders.files}/${cycle}/${name}`);
  const text = texts.get(path ?? "");
  const events = texts.get(beside ?? "");
  if (path === undefined || text === undefined) {
    unread.push(`${beside ?? cycle} stands without a schedule.yaml beside it; add one, or remove it`);
    return [];
  }
  const read = readSchedule({ path, text }, events === undefined ? undefined : { path: beside ?? "", text: events });
  if (!read.ok) {
    unread.push(...said(read.problem));
    return [];
  }
  const found = freezeWindows(read.value.events, releasedAt(read.value));
  return found.map(({ freeze, from, to }) => ({ cycle, freeze, from, to }));
}

function exceptionsIn(
  folders: CycleFolders,
  files: readonly CycleText[],
): Pick<CycleState, "exceptions" | "unreadExceptions"> {
  const exceptions: ExceptionRecord[] = [];
  const unreadExceptions = new Map<number, string>();
  for (const file of files) {
    const of = exceptionAt(folders.exceptions, file.path);
    if (of === undefined) continue;
    const read = readException(file, of);
    if (read.ok) exceptions.push(read.value);
    else unreadExceptions.set(of.change, said(read.problem).join(". "));
  }
  return { exceptions, unreadExceptions };
}

function said(problems: readonly RecordProblem[]): readonly string[] {
  return problems.slice(0, TOLD).map(sayRecordProblem);
}

function rulesPath({ files }: CycleFolders): string {
  return `${files}/freezes.yaml`;
}

function scheduleAt({ files }: CycleFolders, path: string): { readonly cycle: string } | undefined {
  const [cycle, name, ...more] = path.startsWith(`${files}/`) ? path.slice(files.length + 1).split("/") : [];
  const isOne = (name === "schedule.yaml" || name === "events.yaml") && more.length === 0;
  return cycle !== undefined && isOne ? { cycle } : undefined;
}

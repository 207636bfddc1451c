/** Which files are the cycle's, by their places: its schedules, what freezes stop, the life of the series, and exceptions. */
/** Where the cycle's files are, from the root of the default branch. */
export interface CycleFolders {
  readonly files: string;
  readonly exceptions: string;
}

/** Beside a schedule: what is said of it, and what people read. */
const OF_CYCLE = ["schedule.yaml", "events.yaml", "schedule.rst"];

export function rulesPath({ files }: CycleFolders): string {
  return `${files}/freezes.yaml`;
}

export function schedulePath({ files }: CycleFolders, cycle: string): string {
  return `${files}/${cycle}/schedule.yaml`;
}

export function eventsPath({ files }: CycleFolders, cycle: string): string {
  return `${files}/${cycle}/events.yaml`;
}

/** The cycle whose schedule it is, or the events beside one. */
export function scheduledCycle(folders: CycleFolders, path: string): string | undefined {
  const [cycle, name = "", ...more] = below(folders.files, path);
  return (name === "schedule.yaml" || name === "events.yaml") && more.length === 0 ? cycle : undefined;
}

/** `<folder>/<cycle>/<number>.yaml`; `undefined` for any other path. */
export function exceptionAt(
  folder: string,
  path: string,
): { readonly cycle: string; readonly change: number } | undefined {
  const [cycle, name = "", ...more] = below(folder, path);
  const number = /^([1-9]\d{0,8})\.yaml$/.exec(name)?.[1];
  if (cycle === undefined || number === undefined || more.length > 0) return undefined;
  return { cycle, change: Number(number) };
}

/** Which of the paths the gate reads; others in the same folders say nothing to it. */
export function isCycleFile(folders: CycleFolders, path: string): boolean {
  return (
    path === rulesPath(folders) ||
    scheduledCycle(folders, path) !== undefined ||
    exceptionAt(folders.exceptions, path) !== undefined
  );
}

/**
 * What a change may touch, and nothing else, to go past freezes and broken files: how a date is moved, an exception granted and a
 * broken file mended. Other files that happen to be in the same folders, such as deliverables, are not among them.
 */
export function isOfCycle(folders: CycleFolders, path: string): boolean {
  if (path.startsWith(`${folders.exceptions}/`)) return true;
  const [first = "", second = "", ...more] = below(folders.files, path);
  if (first === "freezes.yaml" || first === "series_status.yaml") return second === "";
  return OF_CYCLE.includes(second) && more.length === 0;
}

function below(folder: string, path: string): readonly string[] {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1).split("/") : [];
}

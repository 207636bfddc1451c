/** Which versions a branch has, newest first, and where a report of it ends: reno's rules, with their corners. */
import { fail, ok, type Result } from "../../result.ts";
import type { NotesConfig } from "./config.ts";
import { commitOf, seriesBranches, versionTags } from "./scan-refs.ts";
import { reachable, walkByDate } from "./scan-walk.ts";
import type { ScanInput, ScanMode, ScanProblem } from "./shapes.ts";

export interface Versions {
  /** Tags that name versions, by the number of their commit. */
  readonly tagsAt: ReadonlyMap<number, readonly string[]>;
  /** Tags on the branch, newest first. */
  readonly byDate: readonly string[];
  /** The version of the scanned commit. */
  readonly current: string;
}

export interface Stop {
  /** The walk ends after the commit with this tag. */
  readonly tag: string | undefined;
  /** The last version that is shown. */
  readonly earliest: string | undefined;
}

export function readVersions(input: ScanInput, config: NotesConfig): Versions {
  const tagsAt = versionTags(input.tags, config);
  const byDate: string[] = [];
  for (const commit of walkByDate(input.graph, input.head)) byDate.push(...(tagsAt.get(commit) ?? []));
  return { tagsAt, byDate, current: currentVersion(input, tagsAt) };
}

/** The nearest tag behind first parents, and how many commits ago. */
function currentVersion({ graph, head }: ScanInput, tagsAt: Versions["tagsAt"]): string {
  let count = 0;
  for (let commit: number | undefined = head; commit !== undefined; commit = graph.parents[commit]?.[0]) {
    const tag = tagsAt.get(commit)?.at(-1);
    if (tag !== undefined) return count === 0 ? tag : `${tag}-${count}`;
    count += 1;
  }
  return "0.0.0";
}

interface Place {
  readonly input: ScanInput;
  readonly config: NotesConfig;
  readonly versions: Versions;
  readonly series: readonly string[];
  readonly mode: ScanMode;
}

export function findStop(
  input: ScanInput,
  config: NotesConfig,
  versions: Versions,
  mode: ScanMode,
): Result<Stop, ScanProblem> {
  const refs = [...input.refs.map(({ name }) => name), ...input.tags.map(({ name }) => `refs/tags/${name}`)];
  const place: Place = { input, config, versions, mode, series: seriesBranches(refs, config) };
  const { earliestVersion } = config;
  if (earliestVersion !== undefined) {
    if (!versions.byDate.includes(earliestVersion))
      return fail({ kind: "unknown-earliest-version", version: earliestVersion, known: versions.byDate });
    const tag = versionBefore(place, earliestVersion);
    return tag.ok ? ok({ tag: tag.value, earliest: earliestVersion }) : tag;
  }
  if (!config.stopAtBranchBase) return ok({ tag: undefined, earliest: undefined });
  return input.branch === undefined ? stopOfCurrent(place) : stopOfBranch(place, input.branch);
}

/** What is checked out ends where the newest series' branch begins that has its base on it. */
function stopOfCurrent(place: Place): Result<Stop, ScanProblem> {
  const { byDate } = place.versions;
  for (const series of place.series.toReversed()) {
    const base = baseOf(place, series);
    if (!base.ok) return base;
    const at = base.value === undefined ? -1 : byDate.indexOf(base.value);
    if (at >= 0) return ok({ tag: base.value, earliest: byDate[at + 1] ?? base.value });
  }
  return ok({ tag: undefined, earliest: undefined });
}

/** A branch ends where the one before it begins. */
function stopOfBranch(place: Place, branch: string): Result<Stop, ScanProblem> {
  const { config, versions } = place;
  const base = baseOf(place, branch);
  if (!base.ok) return base;
  if (base.value === undefined) return ok({ tag: undefined, earliest: undefined });
  const tag = versionBefore(place, base.value);
  if (!tag.ok) return tag;
  const at = tag.value === undefined ? -1 : versions.byDate.indexOf(tag.value);
  // With the stop as newest version, reno's index of -1 is Python's last.
  const earliest = at < 0 ? base.value : versions.byDate.at(at - 1);
  const stripped = earliest === undefined || !config.collapsePreReleases ? earliest : finalOf(earliest, config);
  return ok({ tag: tag.value, earliest: stripped });
}

/** The tag at which a walk ends so that all of `earliest` is in it. */
function versionBefore(place: Place, earliest: string): Result<string | undefined, ScanProblem> {
  const { config, input, versions, series } = place;
  const at = versions.byDate.indexOf(earliest);
  if (at < 0) return ok(undefined);
  const { branch } = input;
  if (branch !== undefined && branch !== config.defaultBranch) {
    const index = series.indexOf(branch.startsWith("origin/") ? branch.slice("origin/".length) : branch);
    const previous = index > 0 ? series[index - 1] : undefined;
    return previous === undefined ? ok(undefined) : baseOf(place, previous);
  }
  const older = versions.byDate.slice(at + 1);
  if (config.preReleaseTag.search(earliest) !== undefined && !config.collapsePreReleases) return ok(older[0]);
  const parts = versionParts(earliest);
  return ok(older.find((candidate) => versionParts(candidate).some((part, index) => part !== parts[index])));
}

/** The newest tag that a branch and the default branch both have. */
function baseOf({ input, config, versions, mode }: Place, branch: string): Result<string | undefined, ScanProblem> {
  const main = commitOf(input, config.defaultBranch);
  if (main === undefined)
    return fail({ kind: "unknown-branch", branch: config.defaultBranch, wanted: "default-branch" });
  const tip = commitOf(input, branch);
  if (tip === undefined)
    return mode === "complete" ? ok(undefined) : fail({ kind: "unknown-branch", branch, wanted: "series" });
  const shared = reachable(input.graph, main);
  for (const commit of walkByDate(input.graph, tip)) {
    const tag = shared[commit] === 1 ? versions.tagsAt.get(commit)?.at(-1) : undefined;
    if (tag !== undefined) return ok(tag);
  }
  return ok(undefined);
}

/** 1.0.0 of 1.0.0.0rc1; any other version is its own. */
export function finalOf(version: string, config: NotesConfig): string {
  const span = config.preReleaseTag.search(version)?.span("pre_release");
  return span === undefined ? version : version.slice(0, span.from) + version.slice(span.to);
}

/** Its first three parts, numbers where they are. */
function versionParts(version: string): readonly (string | number)[] {
  return [...version.split("."), "0", "0", "0"]
    .slice(0, 3)
    .map((part) => (/^\s*[+-]?\d+(?:_\d+)*\s*$/.test(part) ? Number(part.replaceAll("_", "")) : part));
}

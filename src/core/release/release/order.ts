/**
 * What a merged release file asks for: of one release a tag in each repository it names, and the branches that begin there. That is its
 * newest one, unless another is named.
 */
import { parseBranchName, parseSha, type BranchName, type Sha } from "../../ids.ts";
import { fail, ok, type Result } from "../../result.ts";
import { isPreRelease, parseVersion } from "../version.ts";

/** What an order takes of a file in the layout of OpenStack's releases. */
export interface ReleaseFile {
  readonly team?: string;
  readonly "release-type"?: string;
  readonly releases: readonly ReleaseEntry[];
  readonly branches: readonly { readonly name: string; readonly location: string | Readonly<Record<string, string>> }[];
}

export interface ReleaseEntry {
  readonly version: string;
  readonly projects: readonly { readonly repo: string; readonly hash: string }[];
  readonly "diff-start"?: string | undefined;
}

/** A branch that begins at the release. */
export interface BranchOrder {
  readonly name: BranchName;
  readonly at: Sha;
}

/** One repository's part of a release. */
export interface ReleaseOrder {
  /** Of the release file. */
  readonly path: string;
  readonly deliverable: string;
  readonly series: string;
  readonly version: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly commit: Sha;
  readonly prerelease: boolean;
  /** No number but the end of a series (`2024.1-eol`): a tag, and no release page. */
  readonly endsSeries: boolean;
  readonly branches: readonly BranchOrder[];
  /** The release before, whose notes are not told again; without a commit where another file has it. Absent: a first release. */
  readonly since?: { readonly version: string; readonly commit?: Sha };
  readonly message: string;
}

export interface AskedBy {
  /** Of the file: `deliverables/2026.2/calc.yaml`. */
  readonly path: string;
  /** Where the file was merged. */
  readonly repository: string;
  /** The pull request that brought it. */
  readonly change?: number;
  /** Of the release that is asked for; absent: the newest of the file. */
  readonly version?: string;
}

/** Every sentence that stands against it; an order is whole or none. No such release: no order. */
export function ordersOf(file: ReleaseFile, by: AskedBy): Result<readonly ReleaseOrder[], readonly string[]> {
  const index =
    by.version === undefined
      ? file.releases.length - 1
      : file.releases.findLastIndex(({ version }) => version === by.version);
  const [entry, before] = [file.releases[index], file.releases[index - 1]];
  if (entry === undefined) return ok([]);
  const version = parseVersion(entry.version);
  const problems = [...problemsOf(entry, before)];
  const { deliverable, series } = placeOf(by.path);
  const orders = entry.projects.map((project) => {
    const commit = parseSha(project.hash);
    if (commit === undefined) problems.push(`"${project.hash}" is no commit: write all 40 letters`);
    const branches = branchesFor({ file, upTo: index }, project.repo, problems);
    return { project, commit, branches, ...sinceOf(file.releases.slice(0, index + 1), project.repo) };
  });
  if (problems.length > 0 || version === undefined) return fail([...new Set(problems)]);
  return ok(
    orders.flatMap(({ project, commit, branches, ...rest }) => {
      if (commit === undefined) return [];
      const order = {
        ...{ path: by.path, deliverable, series, version: entry.version, repository: project.repo, commit, branches },
        prerelease: isPreRelease(version),
        endsSeries: version.kind === "series-tag",
        ...rest,
      };
      return [{ ...order, message: messageOf(order, { file, entry, by, first: index === 0 }) }];
    }),
  );
}

function* problemsOf(entry: ReleaseEntry, before: ReleaseEntry | undefined): Iterable<string> {
  if (parseVersion(entry.version) === undefined) yield `"${entry.version}" is no version`;
  if (entry.projects.length === 0) yield `the release ${entry.version} names no repository`;
  const names = entry.projects.map(({ repo }) => repo.toLowerCase());
  for (const { repo } of entry.projects.filter((_, at) => names.indexOf(names[at] ?? "") < at))
    yield `the release ${entry.version} names \`${repo}\` twice`;
  if (before === undefined || !isFinalAfterCandidate(before, entry)) return;
  for (const { repo, hash } of entry.projects) {
    const tried = before.projects.find((one) => one.repo === repo)?.hash;
    if (tried !== undefined && tried !== hash)
      yield `${entry.version} is not the commit of its candidate ${before.version} in \`${repo}\` (${tried.slice(0, 7)}): what is shipped is what was tried`;
  }
}

function isFinalAfterCandidate(before: ReleaseEntry, entry: ReleaseEntry): boolean {
  const [tried, final] = [parseVersion(before.version), parseVersion(entry.version)];
  const isFinal = final?.kind === "numbered" && final.pre === undefined;
  return isFinal && tried?.kind === "numbered" && tried.pre?.kind === "rc";
}

/**
 * The release before the last one, of this repository: of a pre-release whatever came before, of any other the last that was none, so that a final
 * release tells what its candidates told. `diff-start` names it where the file begins a series.
 */
function sinceOf(releases: readonly ReleaseEntry[], repository: string): Pick<ReleaseOrder, "since"> {
  const newest = releases.at(-1);
  const counts = isPre(newest) ? releases.slice(0, -1) : releases.slice(0, -1).filter((one) => !isPre(one));
  const before = counts.findLast(({ projects }) => projects.some(({ repo }) => repo === repository));
  const commit = parseSha(before?.projects.find(({ repo }) => repo === repository)?.hash ?? "");
  if (before !== undefined && commit !== undefined) return { since: { version: before.version, commit } };
  const begun = (isPre(newest) ? [newest] : releases).find((one) => one?.["diff-start"] !== undefined);
  return begun?.["diff-start"] === undefined ? {} : { since: { version: begun["diff-start"] } };
}

function isPre(entry: ReleaseEntry | undefined): boolean {
  const version = parseVersion(entry?.version ?? "");
  return version !== undefined && isPreRelease(version);
}

/** `deliverables/2026.2/calc.yaml` is calc of the series 2026.2. */
function placeOf(path: string): { readonly deliverable: string; readonly series: string } {
  const parts = path.split("/");
  const deliverable = (parts.at(-1) ?? path).replace(/\.ya?ml$/, "");
  return { deliverable, series: parts.at(-2) ?? "" };
}

/** Those that begin at a commit of this repository: at a version of this file, not a later one, or at the commit beside the repository. */
function branchesFor(
  { file, upTo }: { readonly file: ReleaseFile; readonly upTo: number },
  repository: string,
  problems: string[],
): readonly BranchOrder[] {
  return file.branches.flatMap(({ name, location }): readonly BranchOrder[] => {
    const named = typeof location === "string" ? file.releases.findIndex(({ version }) => version === location) : -1;
    if (named > upTo) return [];
    const at =
      typeof location === "string"
        ? file.releases[named]?.projects.find(({ repo }) => repo === repository)?.hash
        : location[repository];
    if (at === undefined) {
      if (typeof location === "string" && named < 0)
        problems.push(`the branch ${name} begins at "${location}", which is no release of the file`);
      return [];
    }
    const [branch, sha] = [parseBranchName(name), parseSha(at)];
    if (branch === undefined) problems.push(`"${name}" is no name for a branch`);
    if (sha === undefined)
      problems.push(`the branch ${name} begins at "${at}", which is no commit: write all 40 letters`);
    return branch === undefined || sha === undefined ? [] : [{ name: branch, at: sha }];
  });
}

/** As OpenStack's tags say it: a line for people, then `meta:` lines for machines. */
function messageOf(
  order: Omit<ReleaseOrder, "message">,
  {
    file,
    entry,
    by,
    first,
  }: { readonly file: ReleaseFile; readonly entry: ReleaseEntry; readonly by: AskedBy; readonly first: boolean },
): string {
  const start = entry["diff-start"] ?? order.since?.version;
  const meta: readonly (readonly [string, string | undefined])[] = [
    ["version", order.version],
    ["diff-start", start ?? "-"],
    ["series", order.series],
    ["branch", order.branches[0]?.name],
    ["release-type", releaseTypeOf(order)],
    ["first", first ? "yes" : "no"],
    ["team", file.team],
    ["release:file", `${by.repository} ${by.path}`],
    ["release:change", by.change === undefined ? undefined : `${by.repository}#${by.change}`],
  ];
  const title = order.endsSeries ? order.version : `${order.version} release`;
  const lines = meta.flatMap(([key, value]) => (value === undefined ? [] : [`meta:${key}: ${oneLine(value)}`]));
  return `${order.deliverable} ${title}\n\n${lines.join("\n")}\n`;
}

function releaseTypeOf({ version, prerelease }: Pick<ReleaseOrder, "version" | "prerelease">): string {
  if (!prerelease) return "release";
  return version.includes("rc") ? "candidate" : "milestone";
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

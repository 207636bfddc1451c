/**
 * What a merged release file asks for: of its newest release a tag in each repository it names, and the branches that begin there.
 * Older releases were asked for when they were the newest.
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
}

/** Every sentence that stands against it; an order is whole or none. No release yet: no order. */
export function ordersOf(file: ReleaseFile, by: AskedBy): Result<readonly ReleaseOrder[], readonly string[]> {
  const newest = file.releases.at(-1);
  if (newest === undefined) return ok([]);
  const version = parseVersion(newest.version);
  const problems: string[] = [];
  if (version === undefined) problems.push(`"${newest.version}" is no version`);
  if (newest.projects.length === 0) problems.push(`the release ${newest.version} names no repository`);
  const { deliverable, series } = placeOf(by.path);
  const orders = newest.projects.map((project) => {
    const commit = parseSha(project.hash);
    if (commit === undefined) problems.push(`"${project.hash}" is no commit: write all 40 letters`);
    const branches = branchesFor(file, project.repo, problems);
    return { project, commit, branches, ...sinceOf(file, project.repo) };
  });
  if (problems.length > 0 || version === undefined) return fail([...new Set(problems)]);
  return ok(
    orders.flatMap(({ project, commit, branches, ...rest }) => {
      if (commit === undefined) return [];
      const order = {
        ...{ path: by.path, deliverable, series, version: newest.version, repository: project.repo, commit, branches },
        prerelease: isPreRelease(version),
        endsSeries: version.kind === "series-tag",
        ...rest,
      };
      return [{ ...order, message: messageOf(order, { file, entry: newest, by }) }];
    }),
  );
}

/**
 * The release before, of this repository: of a pre-release whatever came before, of any other the last that was none, so that a final
 * release tells what its candidates told. `diff-start` names it where the file begins a series.
 */
function sinceOf({ releases }: ReleaseFile, repository: string): Pick<ReleaseOrder, "since"> {
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

/** Those that begin at a commit of this repository: at a version of this file, or at the commit written beside the repository. */
function branchesFor(file: ReleaseFile, repository: string, problems: string[]): readonly BranchOrder[] {
  return file.branches.flatMap(({ name, location }): readonly BranchOrder[] => {
    const at = typeof location === "string" ? commitOf(file, location, repository) : location[repository];
    if (at === undefined) {
      if (typeof location === "string" && !file.releases.some(({ version }) => version === location))
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

function commitOf(file: ReleaseFile, version: string, repository: string): string | undefined {
  const entry = file.releases.find((one) => one.version === version);
  return entry?.projects.find(({ repo }) => repo === repository)?.hash;
}

/** As OpenStack's tags say it: a line for people, then `meta:` lines for machines. */
function messageOf(
  order: Omit<ReleaseOrder, "message">,
  { file, entry, by }: { readonly file: ReleaseFile; readonly entry: ReleaseEntry; readonly by: AskedBy },
): string {
  const start = entry["diff-start"] ?? order.since?.version;
  const meta: readonly (readonly [string, string | undefined])[] = [
    ["version", order.version],
    ["diff-start", start ?? "-"],
    ["series", order.series],
    ["branch", order.branches[0]?.name],
    ["release-type", releaseTypeOf(order)],
    ["first", file.releases.length === 1 ? "yes" : "no"],
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

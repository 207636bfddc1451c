/** The live branches of the clone that is here, and what each has: read from git alone, nothing is fetched and nothing written. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseBranchName, parseRefName, type BranchName, type Sha } from "../../core/ids.ts";
import { readSeries } from "../../core/release/cycle/series.ts";
import { fixesOf, type BranchFixes } from "../../core/release/backport/fix.ts";
import { ladderOf, type KnownSeries, type Ladder } from "../../core/release/backport/ladder.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Commit } from "../../git/commit.ts";
import { openRepository, type Repository } from "../../git/repository.ts";
import { parseRefPattern } from "../../git/slots.ts";
import { EXIT } from "../exit.ts";
import { ofGit } from "../problems.ts";
import type { CliProblem, Terminal } from "../say.ts";

export interface BranchesFrom {
  readonly directory?: string;
  readonly remote?: string;
  readonly trunk?: string;
  /** A series_status.yaml. */
  readonly series?: string;
}

export interface Branches {
  readonly git: Repository;
  readonly trunk: BranchName;
  readonly tips: ReadonlyMap<BranchName, Sha>;
  readonly series: readonly KnownSeries[];
}

export async function gatherBranches(
  { env, cwd }: Terminal,
  from: BranchesFrom,
): Promise<Result<Branches, CliProblem>> {
  const git = openRepository(path.resolve(cwd, from.directory ?? "."), { env });
  const remote = from.remote ?? "origin";
  const away = `refs/remotes/${remote}/`;
  const tips = new Map<BranchName, Sha>();
  for (const prefix of [away, "refs/heads/"]) {
    const pattern = parseRefPattern(`${prefix}*`) ?? parseRefName(prefix.slice(0, -1));
    const deep = parseRefName(prefix.slice(0, -1));
    if (pattern === undefined || deep === undefined) return unusable("remote", remote);
    const refs = await git.refs(deep);
    if (!refs.ok) return fail(ofGit(refs.problem));
    for (const { name, sha } of refs.value) {
      const branch = parseBranchName(name.slice(prefix.length));
      if (branch !== undefined && branch !== "HEAD") tips.set(branch, sha);
    }
    if (tips.size > 0) break;
  }
  const wanted = from.trunk === undefined ? ["main", "master"] : [from.trunk];
  const trunk = [...tips.keys()].find((branch) => wanted.includes(branch));
  if (trunk === undefined) return unusable("default branch", wanted.join(" or "));
  const series = from.series === undefined ? ok([]) : await seriesIn(path.resolve(cwd, from.series), from.series);
  return series.ok ? ok({ git, trunk, tips, series: series.value }) : series;
}

function unusable(what: string, found: string): Result<never, CliProblem> {
  return fail({
    message: `Cannot read the branches: there is no ${what} ${found} here`,
    hint: `name it with --${what === "remote" ? "remote" : "trunk"}, or run \`git fetch\` first`,
    exit: EXIT.refused,
  });
}

async function seriesIn(file: string, shown: string): Promise<Result<readonly KnownSeries[], CliProblem>> {
  try {
    const read = readSeries(shown, await readFile(file, "utf8"));
    if (read.ok) return read;
    const message = read.problem.map((one) => `${one.path}:${one.line}:${one.column}: ${one.message}`).join("\n");
    return fail({ message, hint: "mend the file", exit: EXIT.malformed });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail({ message: `Cannot read ${shown}: ${why}`, hint: "name a series_status.yaml", exit: EXIT.malformed });
  }
}

/** Of the family that the named branch is in, or that most branches are in: `stable/…`. */
export function ladderNear({ tips, trunk, series }: Branches, named: string | undefined): Result<Ladder, CliProblem> {
  const all = [...tips.keys()];
  const near =
    named === undefined ? all.find((branch) => branch.startsWith("stable/")) : all.find((one) => one === named);
  if (near === undefined) {
    const there = all.filter((branch) => /^(?:stable|unmaintained)\//.test(branch));
    return fail({
      message: `Cannot find ${named === undefined ? "a branch stable/…" : `the branch "${named}"`} here${there.length === 0 ? "" : `; there are ${there.join(", ")}`}`,
      hint: "name one that is here, or run `git fetch` first",
      exit: EXIT.refused,
    });
  }
  return ok(ladderOf({ branches: all, defaultBranch: trunk, near, series }));
}

export interface BranchHistory {
  readonly branch: BranchName;
  /** What the default branch does not have, without merges; newest first. */
  readonly own: readonly Commit[];
  readonly all: readonly Commit[];
  readonly fixes: BranchFixes;
  /** Own commits that are left out. */
  readonly byBots: number;
}

/** One or two processes for each branch. The default branch is read back to where the oldest of them left it. */
export async function readHistories(
  { git, trunk, tips }: Branches,
  ladder: Ladder,
  bots: readonly string[],
): Promise<Result<ReadonlyMap<BranchName, BranchHistory>, CliProblem>> {
  const main = tips.get(trunk);
  const found = new Map<BranchName, BranchHistory>();
  if (main === undefined) return ok(found);
  const forks = new Set<Sha>();
  for (const { branch } of ladder) {
    const tip = tips.get(branch);
    if (tip === undefined || branch === trunk) continue;
    const own = await git.commits({ from: tip, notReachableFrom: [main] });
    if (!own.ok) return fail(ofGit(own.problem));
    const fork = await git.mergeBase(main, tip);
    if (!fork.ok) return fail(ofGit(fork.problem));
    if (fork.value !== undefined) forks.add(fork.value);
    found.set(branch, historyOf(branch, own.value, bots));
  }
  // The oldest fork is behind all others: what is reachable from every fork nobody asks about.
  const oldest = await oldestOf(git, [...forks]);
  if (!oldest.ok) return oldest;
  const since = oldest.value === undefined ? {} : { notReachableFrom: [oldest.value] };
  const commits = await git.commits({ from: main, ...since });
  if (!commits.ok) return fail(ofGit(commits.problem));
  found.set(trunk, { ...historyOf(trunk, commits.value, bots), own: [] });
  // What a branch had of the default branch when it left it: newer branches have the work of theirs by that.
  for (const { branch } of ladder) {
    const here = found.get(branch);
    const tip = tips.get(branch);
    if (branch === trunk || here === undefined || tip === undefined || oldest.value === undefined) continue;
    const whole = await git.commits({ from: tip, notReachableFrom: [oldest.value] });
    if (!whole.ok) return fail(ofGit(whole.problem));
    found.set(branch, { ...here, all: whole.value, fixes: fixesOf(whole.value) });
  }
  return ok(found);
}

function historyOf(branch: BranchName, commits: readonly Commit[], bots: readonly string[]): BranchHistory {
  const single = commits.filter(({ parents }) => parents.length < 2);
  const own = single.filter(({ author }) => !bots.includes(author.email.toLowerCase()));
  return { branch, own, byBots: single.length - own.length, all: commits, fixes: fixesOf(commits) };
}

async function oldestOf(git: Repository, forks: readonly Sha[]): Promise<Result<Sha | undefined, CliProblem>> {
  let oldest = forks[0];
  for (const fork of forks.slice(1)) {
    if (oldest === undefined) break;
    const common = await git.mergeBase(oldest, fork);
    if (!common.ok) return fail(ofGit(common.problem));
    oldest = common.value;
  }
  return ok(oldest);
}

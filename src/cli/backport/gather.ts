/**
 * The live branches of the clone that is here, and what each has: read from git alone, nothing is fetched and nothing written. A shallow
 * clone is refused: what lies behind its edge would be missing on every branch.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { parseBranchName, parseRefName, type BranchName, type Sha } from "../../core/ids.ts";
import { readSeries } from "../../core/release/cycle/series.ts";
import { fixesOf, type BranchFixes } from "../../core/release/backport/fix.ts";
import { standing } from "../../core/release/backport/standing.ts";
import { ladderOf, type KnownSeries, type Ladder } from "../../core/release/backport/ladder.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Commit } from "../../git/commit.ts";
import type { Place } from "../../git/read.ts";
import { openRepository, type Repository } from "../../git/repository.ts";
import { readText } from "../disk.ts";
import { EXIT } from "../exit.ts";
import { ofGit } from "../problems.ts";
import { openAt } from "../release/tree.ts";
import type { CliProblem, Terminal } from "../say.ts";

export interface BranchesFrom {
  readonly directory?: string;
  readonly remote?: string;
  readonly trunk?: string;
  /** A series_status.yaml. */
  readonly series?: string;
}

export interface Clone {
  /** At the top of the work tree. */
  readonly git: Repository;
  readonly place: Place;
  /** It has no work tree, or it is the git directory itself that was named. */
  readonly isBare: boolean;
}

export interface Branches extends Clone {
  readonly trunk: BranchName;
  readonly tips: ReadonlyMap<BranchName, Sha>;
  readonly series: readonly KnownSeries[];
}

export async function openClone(
  { env, cwd }: Terminal,
  directory: string | undefined,
): Promise<Result<Clone, CliProblem>> {
  const folder = path.resolve(cwd, directory ?? ".");
  const here = await openAt(folder, env);
  const place = await here.discover();
  if (!place.ok) return fail(ofGit(place.problem));
  const { topLevel, gitDir, commonDir } = place.value;
  if (existsSync(path.join(commonDir, "shallow")))
    return fail({
      message: "Cannot tell what the branches have: this clone is shallow, its history is cut off",
      hint: "run `git fetch --unshallow`; in a workflow set `fetch-depth: 0` for actions/checkout",
      exit: EXIT.refused,
    });
  // One without a configuration takes the folder that it is in for a work tree.
  const isBare = topLevel === undefined || gitDir === folder;
  return ok({ git: isBare ? here : openRepository(topLevel, { env }), place: place.value, isBare });
}

export async function gatherBranches(terminal: Terminal, from: BranchesFrom): Promise<Result<Branches, CliProblem>> {
  const clone = await openClone(terminal, from.directory);
  if (!clone.ok) return clone;
  const tips = new Map<BranchName, Sha>();
  const away = `refs/remotes/${from.remote ?? "origin"}/`;
  for (const prefix of from.remote === undefined ? [away, "refs/heads/"] : [away]) {
    const below = parseRefName(prefix.slice(0, -1));
    if (below === undefined) return unusable("remote", from.remote ?? "");
    const refs = await clone.value.git.refs(below);
    if (!refs.ok) return fail(ofGit(refs.problem));
    for (const { name, sha } of refs.value) {
      const branch = parseBranchName(name.slice(prefix.length));
      if (branch !== undefined) tips.set(branch, sha);
    }
    if (tips.size > 0) break;
  }
  if (tips.size === 0) return unusable(from.remote === undefined ? "branch" : "branch of the remote", from.remote);
  const wanted = from.trunk === undefined ? ["main", "master"] : [from.trunk];
  const trunk = [...tips.keys()].find((branch) => wanted.includes(branch));
  if (trunk === undefined) return unusable("default branch", wanted.join(" or "));
  const file = from.series;
  const series = file === undefined ? ok([]) : await seriesIn(path.resolve(terminal.cwd, file), file);
  return series.ok ? ok({ ...clone.value, trunk, tips, series: series.value }) : series;
}

/** Of a series, and named where any is. */
export function isAsked({ trunk }: Branches, named: readonly string[], branch: BranchName): boolean {
  return branch !== trunk && (named.length === 0 || named.includes(branch));
}

function unusable(what: string, found = ""): Result<never, CliProblem> {
  const wanted = `${what} ${found}`.trim();
  const way = what === "default branch" ? "name it with --trunk" : "name the remote with --remote";
  return fail({
    message: `Cannot read the branches: there is no ${wanted} here`,
    hint: `${way}, or run \`git fetch\` first`,
    exit: EXIT.refused,
  });
}

async function seriesIn(file: string, shown: string): Promise<Result<readonly KnownSeries[], CliProblem>> {
  const text = await readText(file, shown);
  if (!text.ok) return fail({ ...text.problem, hint: "name a series_status.yaml" });
  const read = readSeries(shown, text.value);
  if (read.ok) return read;
  const message = read.problem.map((one) => `${one.path}:${one.line}:${one.column}: ${one.message}`).join("\n");
  return fail({ message, hint: "mend the file", exit: EXIT.malformed });
}

/** Of the family that the first named branch is in, or `stable/…`. Each named one is on it, and is not the default branch. */
export function ladderNear({ tips, trunk, series }: Branches, named: readonly string[]): Result<Ladder, CliProblem> {
  const all = [...tips.keys()];
  const [first] = named;
  const near =
    first === undefined ? all.find((branch) => branch.startsWith("stable/")) : all.find((one) => one === first);
  if (near === undefined) {
    const there = all.filter((branch) => /^(?:stable|unmaintained)\//.test(branch));
    return fail({
      message: `Cannot find ${first === undefined ? "a branch stable/…" : `the branch "${first}"`} here${there.length === 0 ? "" : `; there are ${there.join(", ")}`}`,
      hint: "name one that is here, or run `git fetch` first",
      exit: EXIT.refused,
    });
  }
  const ladder = ladderOf({ branches: all, defaultBranch: trunk, near, series });
  const older = ladder.map(({ branch }) => branch).filter((branch) => branch !== trunk);
  const strange = named.find((name) => !older.some((branch) => branch === name));
  if (strange === undefined) return ok(ladder);
  return fail({
    message: `Cannot use "${strange}": it is no older branch that is alive here; there are ${older.join(", ")}`,
    hint: "name one of them; a series that has ended gets no more fixes",
    exit: EXIT.refused,
  });
}

export interface BranchHistory {
  readonly branch: BranchName;
  /** What the default branch does not have, without merges; newest first. */
  readonly own: readonly Commit[];
  readonly all: readonly Commit[];
  readonly bySha: ReadonlyMap<string, Commit>;
  /** Of what nobody has reverted there. */
  readonly fixes: BranchFixes;
  /** Own commits that are left out. */
  readonly byBots: number;
  /** What all branches have in common ends here; absent where nothing is in common. */
  readonly since?: Sha;
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
  const since = oldest.value;
  const commits = await git.commits({ from: main, ...(since === undefined ? {} : { notReachableFrom: [since] }) });
  if (!commits.ok) return fail(ofGit(commits.problem));
  found.set(trunk, { ...historyOf(trunk, commits.value, bots), own: [], ...(since === undefined ? {} : { since }) });
  // What a branch had of the default branch when it left it: newer branches have the work of theirs by that.
  for (const { branch } of ladder) {
    const here = found.get(branch);
    const tip = tips.get(branch);
    if (branch === trunk || here === undefined || tip === undefined || oldest.value === undefined) continue;
    const whole = await git.commits({ from: tip, notReachableFrom: [oldest.value] });
    if (!whole.ok) return fail(ofGit(whole.problem));
    found.set(branch, { ...here, ...contentOf(whole.value) });
  }
  return ok(found);
}

function historyOf(branch: BranchName, commits: readonly Commit[], bots: readonly string[]): BranchHistory {
  const single = commits.filter(({ parents }) => parents.length < 2);
  const own = single.filter(({ author }) => !bots.includes(author.email.toLowerCase()));
  return { branch, own, byBots: single.length - own.length, ...contentOf(commits) };
}

function contentOf(all: readonly Commit[]): Pick<BranchHistory, "all" | "bySha" | "fixes"> {
  return { all, bySha: new Map(all.map((commit) => [commit.sha, commit])), fixes: fixesOf(standing(all)) };
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

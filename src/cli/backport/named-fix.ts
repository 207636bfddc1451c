/** From what a user types to the commits of a fix: a commit, a range `A..B`, or a Change-Id; and the branch that it landed on. */
import type { BranchName } from "../../core/ids.ts";
import { idOf } from "../../core/release/backport/fix.ts";
import type { Ladder } from "../../core/release/backport/ladder.ts";
import { nameOf } from "../../core/release/backport/stable-rule.ts";
import { standing } from "../../core/release/backport/standing.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Commit } from "../../git/commit.ts";
import { EXIT, ofGit } from "../problems.ts";
import { oneLine, type CliProblem } from "../say.ts";
import type { Branches } from "./gather.ts";

export interface NamedFix {
  /** In the order in which they are picked. None is a merge, each has a parent. */
  readonly commits: readonly Commit[];
  /** The newest branch that has all of them. */
  readonly origin: BranchName;
  /** Merges of a range, which bring nothing of their own. */
  readonly leftOut: readonly Commit[];
}

const MOST_COMMITS = 100;

export async function findFix(
  branches: Branches,
  ladder: Ladder,
  words: readonly string[],
): Promise<Result<NamedFix, CliProblem>> {
  const found = new Map<string, Commit>();
  for (const word of words) {
    const commits = await commitsOf(branches, ladder, word);
    if (!commits.ok) return commits;
    for (const commit of commits.value) found.set(commit.sha, commit);
  }
  const all = [...found.values()];
  const commits = all.filter(({ parents }) => parents.length === 1);
  const leftOut = all.filter(({ parents }) => parents.length > 1);
  const root = all.find(({ parents }) => parents.length === 0);
  if (root !== undefined)
    return refused(`Cannot pick ${shown(root)}: it is a root commit`, "name a commit that changes something");
  if (commits.length === 0) return refused("Cannot pick a range that has merges alone", "name the commits themselves");
  if (commits.length > MOST_COMMITS)
    return refused(
      `Cannot bring ${commits.length} commits to older branches at once: at most ${MOST_COMMITS}`,
      "name the commits of one fix; a range `A..B` has what B has and A has not",
    );
  const origin = await originOf(branches, ladder, commits);
  if (!origin.ok) return origin;
  const reverted = await revertedOn(branches, origin.value, commits);
  if (!reverted.ok) return reverted;
  return ok({ commits, origin: origin.value, leftOut });
}

async function commitsOf(
  branches: Branches,
  ladder: Ladder,
  word: string,
): Promise<Result<readonly Commit[], CliProblem>> {
  if (/^I[0-9a-f]{8,40}$/.test(word)) return commitCalled(branches, ladder, word);
  if (/^#\d+$/.test(word))
    return fail({
      message: `Cannot look up ${word}: a clone does not know which commits a pull request landed as`,
      hint: "name the commit or its Change-Id; on the pull request a comment `/backport <branch>` does the same",
      exit: EXIT.malformed,
    });
  const [from, to, ...more] = word.split("..");
  if (to === undefined) {
    const commit = await commitAt(branches, word);
    if (!commit.ok || commit.value.parents.length < 2) return commit.ok ? ok([commit.value]) : commit;
    const name = commit.value.sha.slice(0, 10);
    return refused(`Cannot pick ${shown(commit.value)}: it is a merge`, `name what it brought: ${name}^1..${name}^2`);
  }
  if (more.length > 0 || from === undefined || from === "" || to === "" || to.startsWith("."))
    return fail({
      message: `Cannot read the range ${JSON.stringify(word)}`,
      hint: "write it as A..B: what B has and A has not",
      exit: EXIT.malformed,
    });
  const [first, last] = [await commitAt(branches, from), await commitAt(branches, to)];
  if (!first.ok) return first;
  if (!last.ok) return last;
  const between = await branches.git.commits({ from: last.value.sha, notReachableFrom: [first.value.sha] });
  if (!between.ok) return fail(ofGit(between.problem));
  if (between.value.length > 0) return ok(between.value.toReversed());
  return refused(`Cannot pick ${word}: there is no commit in it`, `${to} has nothing that ${from} has not`);
}

async function commitAt({ git }: Branches, word: string): Promise<Result<Commit, CliProblem>> {
  const sha = await git.resolve(word);
  if (!sha.ok) return fail(ofGit(sha.problem));
  if (sha.value === undefined)
    return fail({
      message: `Cannot find the commit ${JSON.stringify(word)} here`,
      hint: "run `git fetch`, or name a commit, a range A..B or a whole Change-Id",
      exit: EXIT.malformed,
    });
  const commit = await git.commit(sha.value);
  return commit.ok ? commit : fail(ofGit(commit.problem));
}

/** On the newest branch that has it. */
async function commitCalled(
  { git, tips, trunk }: Branches,
  ladder: Ladder,
  id: string,
): Promise<Result<readonly Commit[], CliProblem>> {
  const main = tips.get(trunk);
  for (const { branch } of ladder) {
    const tip = tips.get(branch);
    if (tip === undefined || main === undefined) continue;
    const above = branch === trunk ? {} : { notReachableFrom: [main] };
    const said = await git.commits({ from: tip, ...above, saying: [`Change-Id: ${id}`] });
    if (!said.ok) return fail(ofGit(said.problem));
    const called = said.value.filter(
      ({ message, parents }) => parents.length < 2 && idOf(message)?.startsWith(id) === true,
    );
    if (called.length === 1) return ok(called);
    if (called.length > 1)
      return refused(
        `Cannot tell which commit ${id} is: on ${branch} there are ${called.map(shown).join(", ")}`,
        "name one of them",
      );
  }
  return fail({
    message: `Cannot find ${id} on ${ladder.map(({ branch }) => branch).join(", ")}`,
    hint: "run `git fetch`; if it is open still, let it land first",
    exit: EXIT.malformed,
  });
}

/** Of each commit the newest branch; of these the oldest, so that it has all of them. */
async function originOf(
  { git, tips }: Branches,
  ladder: Ladder,
  commits: readonly Commit[],
): Promise<Result<BranchName, CliProblem>> {
  let origin = 0;
  for (const commit of commits) {
    let at = -1;
    for (const [rung, { branch }] of ladder.entries()) {
      const tip = at < 0 ? tips.get(branch) : undefined;
      const has = tip === undefined ? ok(false) : await git.isAncestor(commit.sha, tip);
      if (!has.ok) return fail(ofGit(has.problem));
      if (has.value) at = rung;
    }
    if (at < 0)
      return refused(
        `Cannot bring ${shown(commit)} to older branches: it is on none of ${ladder.map(({ branch }) => branch).join(", ")}`,
        "let it land first; if it has, run `git fetch`",
      );
    origin = Math.max(origin, at);
  }
  const rung = ladder[origin];
  return rung === undefined ? refused("There is no branch here", "run `git fetch`") : ok(rung.branch);
}

/** A fix that was taken back where it landed goes no further down. */
async function revertedOn(
  { git, tips }: Branches,
  branch: BranchName,
  commits: readonly Commit[],
): Promise<Result<void, CliProblem>> {
  const [tip, first] = [tips.get(branch), commits[0]];
  if (tip === undefined || first === undefined) return ok(undefined);
  const reverts = await git.commits({ from: tip, notReachableFrom: [first.sha], saying: ["This reverts commit "] });
  if (!reverts.ok) return fail(ofGit(reverts.problem));
  const left = new Set(standing([...reverts.value, ...commits.toReversed()]).map(({ sha }) => sha));
  const gone = commits.find(({ sha }) => !left.has(sha));
  if (gone === undefined) return ok(undefined);
  return refused(
    `Cannot bring ${shown(gone)} to older branches: it was reverted on ${branch}`,
    "bring what came in its place; or name the range without it",
  );
}

export function shown(commit: Pick<Commit, "sha" | "message">): string {
  return oneLine(nameOf(commit));
}

function refused(message: string, hint: string): Result<never, CliProblem> {
  return fail({ message, hint, exit: EXIT.refused });
}

/**
 * The stack as this clone has it: the target as the server has it now, the commits above it, ids for those without.
 * A dry run downloads objects and moves nothing; a submit also moves the target's tracking ref.
 */
import { lacksChangeId, linear, orderStack, type StackProblem } from "../core/change/stack.ts";
import { type Stack } from "../core/change/change.ts";
import { subjectOf } from "../core/commit-message/message.ts";
import { branchRef, parseRefName, type BranchName, type RefName, type Sha } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { type Commit } from "../git/commit.ts";
import { type GitProblem } from "../git/problem.ts";
import { type Desk } from "./desk.ts";
import { giveIds, type GivenIds } from "./give-ids.ts";
import { withoutChangeId } from "./new-change-id.ts";
import { EXIT, ofGit, ofStack } from "./problems.ts";
import { leftOut, resolveTo, upTo } from "./prefix.ts";
import { rebaseOnto } from "./rebase-stack.ts";
import { type CliProblem } from "./say.ts";

export interface GatheredStack {
  readonly target: BranchName;
  readonly targetTip: Sha;
  /** What HEAD is now. */
  readonly head: Sha;
  readonly stack: Stack;
  /** Commits that were given a Change-Id, by their new SHA. */
  readonly given: GivenIds;
  /** With `--to`: the commits above it, which stay. */
  readonly left: readonly { readonly commit: Sha; readonly subject: string; readonly branch?: BranchName }[];
  /** The branch to move to the top of `stack` before anything is sent; absent = HEAD stays. */
  readonly move?: BranchMove;
  /** `-F` put the stack onto the target's tip, without the commits that have become empty there. */
  readonly rebased?: { readonly dropped: readonly string[] };
}

export interface BranchMove {
  readonly ref: RefName;
  readonly from: Sha;
  readonly to: Sha;
  /** The files are others there, so the work tree, which is clean, follows. */
  readonly files: boolean;
}

export interface GatherOptions {
  readonly dryRun: boolean;
  /** `-i`. */
  readonly newChangeId: boolean;
  /** `-F`. */
  readonly rebase: boolean;
  /** `--to`, as typed; never with `-F`. */
  readonly to?: string;
}

export async function gatherStack(
  desk: Desk,
  target: BranchName,
  { dryRun, newChangeId, rebase, to }: GatherOptions,
): Promise<Result<GatheredStack, CliProblem>> {
  if (desk.place.head.kind === "unborn") return fail(ofStack({ kind: "nothing-above-target" }, above(desk, target)));
  const tips = await tipsOf(desk, target, dryRun);
  if (!tips.ok) return tips;
  const { targetTip, head } = tips.value;
  const found = await desk.repository.commits({ from: head, notReachableFrom: [targetTip] });
  if (!found.ok) return fail(ofGit(found.problem));
  const commits = newChangeId
    ? found.value.map((commit) => (commit.sha === head ? withoutChangeId(commit) : commit))
    : found.value;
  const last = to === undefined ? ok(head) : await resolveTo(desk, to, { commits, target });
  if (!last.ok) return last;
  const complete = await giveMissingIds(desk, commits, { head, target, last: last.value });
  if (!complete.ok) return complete;
  const moved = rebase ? await rebaseStack(desk, target, { ...complete.value, targetTip }) : ok(complete.value);
  if (!moved.ok) return moved;
  const { commits: finished, tip, given, rebased } = moved.value;
  const top = to === undefined ? tip : complete.value.last;
  const sent = upTo(finished, top);
  const stack = orderStack(sent, top);
  if (!stack.ok) return fail(stackProblem(desk, target, stack.problem));
  const left = leftOut(finished, { sent, target });
  const done = {
    ...{ target, targetTip, head, stack: stack.value, given, left },
    ...(rebased === undefined ? {} : { rebased }),
  };
  if (tip === head) return ok(done);
  const { head: where } = desk.place;
  if (where.kind !== "branch") return fail(detachedWithoutId(finished.length, rebase));
  const before = commits.find(({ sha }) => sha === head)?.tree;
  const files = before !== finished.find(({ sha }) => sha === tip)?.tree;
  if (files && !dryRun) {
    const clean = await checkClean(desk, target);
    if (!clean.ok) return clean;
  }
  return ok({ ...done, move: { ref: branchRef(where.branch), from: head, to: tip, files } });
}

/** Before anything is sent: git would refuse only where an edit is in the way, and then half is done. */
async function checkClean(desk: Desk, target: BranchName): Promise<Result<void, CliProblem>> {
  const clean = await desk.repository.isClean();
  if (!clean.ok) return fail(ofGit(clean.problem));
  if (clean.value) return ok(undefined);
  return fail({
    message: `Cannot rebase onto ${above(desk, target)}: there are edits in your work tree that are not committed`,
    hint: "commit or `git stash` them first; nothing was sent",
    exit: EXIT.refused,
  });
}

/** In memory; a conflict names the first commit in the way. */
async function rebaseStack(
  desk: Desk,
  target: BranchName,
  { commits, tip, given, targetTip }: Completed & { readonly targetTip: Sha },
): Promise<Result<Completed, CliProblem>> {
  if (commits.length === 0) return ok({ commits, tip, given });
  const line = linear(commits, tip);
  if (!line.ok) return fail(stackProblem(desk, target, line.problem));
  const rebased = await rebaseOnto(desk.repository, targetTip, line.value);
  if (!rebased.ok) return fail(ofGit(rebased.problem));
  if (rebased.value.kind === "conflict") return fail(conflictWith(above(desk, target), rebased.value));
  const { became, dropped } = rebased.value;
  if (rebased.value.tip === tip) return ok({ commits, tip, given });
  const renamed = [...given].flatMap(([sha, one]) => {
    const now = became.get(sha);
    return now === undefined ? [] : [[now, one] as const];
  });
  return ok({
    commits: rebased.value.commits,
    tip: rebased.value.tip,
    given: new Map(renamed),
    rebased: { dropped: dropped.map(({ sha, message }) => `${sha.slice(0, 7)} "${subjectOf(message)}"`) },
  });
}

/** `onto`: `origin/main`. */
export function conflictWith(
  onto: string,
  { commit, subject, files }: { readonly commit: Sha; readonly subject: string; readonly files: readonly string[] },
): CliProblem {
  return {
    message: `Cannot send ${commit.slice(0, 7)} "${subject}": it conflicts with ${onto} in ${files.join(", ")}`,
    hint: `\`git rebase ${onto}\`, resolve, and run \`git review\` again; nothing was sent and your files are untouched`,
    exit: EXIT.conflict,
  };
}

export interface Tips {
  readonly targetTip: Sha;
  readonly head: Sha;
}

/** The target as the server has it now, and HEAD. A dry run writes no ref. */
export async function tipsOf(desk: Desk, target: BranchName, dryRun: boolean): Promise<Result<Tips, CliProblem>> {
  return dryRun ? tipsWithoutTrace(desk, target) : fetchTips(desk, target);
}

async function fetchTips(desk: Desk, target: BranchName): Promise<Result<Tips, CliProblem>> {
  const tracking = parseRefName(`refs/remotes/${desk.location.remote}/${target}`);
  if (tracking === undefined) return fail(ofGit({ kind: "unsafe-name", what: "remote", text: desk.location.remote }));
  const spec = { from: branchRef(target), to: tracking, force: true };
  const fetched = await desk.say.during(
    `Fetching ${target} from ${desk.location.remote}`,
    desk.repository.fetch(desk.remote, [spec]),
  );
  if (!fetched.ok) return fail(targetProblem(desk, target, fetched.problem));
  return readTips(desk, target, tracking);
}

/** By URL and without a destination, so that neither FETCH_HEAD nor a tracking ref nor a reflog is written. */
async function tipsWithoutTrace(desk: Desk, target: BranchName): Promise<Result<Tips, CliProblem>> {
  const listed = await desk.repository.listRemote(desk.remoteUrl, branchRef(target));
  if (!listed.ok) return fail(targetProblem(desk, target, listed.problem));
  const targetTip = listed.value.find(({ name }) => name === branchRef(target))?.sha;
  if (targetTip === undefined) return fail(noSuchTarget(desk, target));
  const fetched = await desk.repository.fetch(desk.remoteUrl, [{ from: branchRef(target) }]);
  if (!fetched.ok) return fail(targetProblem(desk, target, fetched.problem));
  const head = await desk.repository.resolve("HEAD");
  if (!head.ok) return fail(ofGit(head.problem));
  return head.value === undefined ? fail(unreadableHead()) : ok({ targetTip, head: head.value });
}

/** One process for both when HEAD is a branch. */
async function readTips(desk: Desk, target: BranchName, tracking: RefName): Promise<Result<Tips, CliProblem>> {
  const { head: where } = desk.place;
  const own = where.kind === "branch" ? branchRef(where.branch) : undefined;
  const refs = await desk.repository.refs(tracking, ...(own === undefined ? [] : [own]));
  if (!refs.ok) return fail(ofGit(refs.problem));
  const targetTip = refs.value.find(({ name }) => name === tracking)?.sha;
  if (targetTip === undefined) return fail(noSuchTarget(desk, target));
  if (own !== undefined) {
    const head = refs.value.find(({ name }) => name === own)?.sha;
    return head === undefined ? fail(unreadableHead()) : ok({ targetTip, head });
  }
  const head = await desk.repository.resolve("HEAD");
  if (!head.ok) return fail(ofGit(head.problem));
  return head.value === undefined ? fail(unreadableHead()) : ok({ targetTip, head: head.value });
}

interface Completed {
  readonly commits: readonly Commit[];
  readonly tip: Sha;
  readonly given: GatheredStack["given"];
  readonly rebased?: GatheredStack["rebased"];
}

async function giveMissingIds(
  desk: Desk,
  commits: readonly Commit[],
  { head, target, last }: { head: Sha; target: BranchName; last: Sha },
): Promise<Result<Completed & { readonly last: Sha }, CliProblem>> {
  const sent = upTo(commits, last);
  if (!sent.some(lacksChangeId)) return ok({ commits, tip: head, last, given: new Map() });
  const ordered = linear(commits, head);
  if (!ordered.ok) return fail(stackProblem(desk, target, ordered.problem));
  const index = ordered.value.findIndex(({ sha }) => sha === last);
  const above = new Set(ordered.value.slice(index + 1).map(({ sha }) => sha));
  const given = await giveIds(desk.repository, ordered.value, { leave: above });
  if (!given.ok) return fail(ofGit(given.problem));
  const { commits: all } = given.value;
  return ok({ ...given.value, tip: all.at(-1)?.sha ?? head, last: all[index]?.sha ?? last });
}

export function above(desk: Desk, target: BranchName): string {
  return `${desk.location.remote}/${target}`;
}

function stackProblem(desk: Desk, target: BranchName, problem: StackProblem): CliProblem {
  const described = ofStack(problem, above(desk, target));
  const { head } = desk.place;
  if (problem.kind !== "nothing-above-target") return described;
  const here = head.kind === "branch" ? `"${head.branch}" has` : "this detached HEAD has";
  return { ...described, message: `Nothing to send: ${here} no commit above ${above(desk, target)}` };
}

function targetProblem(desk: Desk, target: BranchName, problem: GitProblem): CliProblem {
  return problem.kind === "missing-object" ? noSuchTarget(desk, target) : ofGit(problem);
}

function noSuchTarget(desk: Desk, target: BranchName): CliProblem {
  const { owner, name, host } = desk.location;
  const asked = desk.asked.branch !== undefined;
  return {
    message: `Cannot send to "${target}": ${owner}/${name} on ${host} has no such branch${asked ? ", and git review no such verb" : ""}`,
    hint: asked
      ? "name a branch of the server, or see the verbs with `git review -h`"
      : "name one that is there: `git review <branch>`, or defaultbranch in .gitreview",
    exit: asked ? EXIT.usage : EXIT.refused,
  };
}

function detachedWithoutId(count: number, rebase: boolean): CliProblem {
  const what = `${rebase ? "rebase" : "give a Change-Id to"} ${count === 1 ? "the commit" : "the commits"}`;
  return {
    message: `Cannot ${what} of a detached HEAD: there is no branch to keep the new ones`,
    hint: "make a branch first: `git switch -c <topic>`, then run `git review` again",
    exit: EXIT.refused,
  };
}

function unreadableHead(): CliProblem {
  return {
    message: "Cannot read what HEAD stands on",
    hint: "`git status` and `git fsck` say more; then run `git review` again",
    exit: EXIT.refused,
  };
}

/**
 * The commits that a push to Gerrit turns into changes: all above the target, each with one
 * Change-Id. A dry run moves nothing and, after a fetch, asks nobody; a submit also moves the target's tracking ref.
 */
import { commitName, linear, orderStack, type StackProblem } from "../../core/change/stack.ts";
import { changeIdOf } from "../../core/commit-message/change-id.ts";
import { subjectOf } from "../../core/commit-message/message.ts";
import { branchRef, parseRefName, type ChangeId, type RefName, type Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { type Commit } from "../../git/commit.ts";
import { type GitProblem } from "../../git/problem.ts";
import { giveIds, type GivenIds } from "../give-ids.ts";
import { withoutChangeId } from "../new-change-id.ts";
import { EXIT, ofGit, ofStack } from "../problems.ts";
import { type CliProblem } from "../say.ts";
import { type GerritDesk } from "./desk.ts";

export interface SentCommit {
  readonly commit: Sha;
  readonly id: ChangeId;
  readonly subject: string;
}

export interface GatheredCommits {
  readonly targetTip: Sha;
  /** What HEAD is now. */
  readonly head: Sha;
  /** What is pushed. */
  readonly tip: Sha;
  /** Bottom first; a merge stands above what it merges. */
  readonly commits: readonly SentCommit[];
  /** One line of commits, oldest first; absent where there is a merge among them. */
  readonly line?: readonly Commit[];
  readonly given: GivenIds;
}

export interface GatherOptions {
  readonly dryRun: boolean;
  /** `-i`. */
  readonly newChangeId: boolean;
  /** `-u`. */
  readonly update: boolean;
}

export async function gatherCommits(
  desk: GerritDesk,
  options: GatherOptions,
): Promise<Result<GatheredCommits, CliProblem>> {
  if (desk.place.head.kind === "unborn") return fail(nothing(desk));
  const tips = await readTips(desk, options);
  if (!tips.ok) return tips;
  const { targetTip, head } = tips.value;
  const listed = await desk.repository.commits({ from: head, notReachableFrom: [targetTip] });
  if (!listed.ok) return fail(ofGit(listed.problem));
  const commits = options.newChangeId
    ? listed.value.map((one) => (one.sha === head ? withoutChangeId(one) : one))
    : listed.value;
  if (commits.length === 0) return fail(nothing(desk));
  if (commits.some(({ parents }) => parents.length > 1)) return withMerges(desk, { targetTip, head }, commits);
  const ordered = linear(commits, head);
  if (!ordered.ok) return fail(problemOf(desk, ordered.problem));
  const complete = await giveIds(desk.repository, ordered.value, { spell: true });
  if (!complete.ok) return fail(ofGit(complete.problem));
  const { commits: line, given } = complete.value;
  const tip = line.at(-1)?.sha ?? head;
  const stack = orderStack(line, tip);
  if (!stack.ok) return fail(problemOf(desk, stack.problem));
  if (given.size > 0 && desk.place.head.kind !== "branch") return fail(detachedWithoutId(given.size));
  return ok({
    targetTip,
    head,
    tip,
    line,
    given,
    commits: stack.value.map(({ commit, id, subject }) => ({ commit, id, subject })),
  });
}

/** What is merged may be anybody's, so nothing is rewritten: every commit needs an id of its own. */
function withMerges(
  desk: GerritDesk,
  tips: { readonly targetTip: Sha; readonly head: Sha },
  commits: readonly Commit[],
): Result<GatheredCommits, CliProblem> {
  const sent: SentCommit[] = [];
  for (const commit of [...commits].reverse()) {
    const id = changeIdOf(commit.message);
    if (!id.ok) return fail(problemOf(desk, { kind: "change-id", commit: commitName(commit), problem: id.problem }));
    sent.push({ commit: commit.sha, id: id.value, subject: subjectOf(commit.message) });
  }
  return ok({ ...tips, tip: tips.head, commits: sent, given: new Map() });
}

/** `gerrit/master`, for people. */
export function above({ location }: Pick<GerritDesk, "location">): string {
  return `${location.remote}/${location.branch}`;
}

export function trackingRef({ location }: Pick<GerritDesk, "location">): RefName | undefined {
  return parseRefName(`refs/remotes/${location.remote}/${location.branch}`);
}

interface Tips {
  readonly targetTip: Sha;
  readonly head: Sha;
}

/**
 * A submit fetches the target first. A dry run takes what the clone knows of it, so that it needs no network; with -u, or
 * where it knows nothing, the server is asked.
 */
async function readTips(desk: GerritDesk, { dryRun, update }: GatherOptions): Promise<Result<Tips, CliProblem>> {
  if (!dryRun) {
    const fetched = await fetchTarget(desk);
    if (!fetched.ok) return fetched;
  }
  const known = await localTips(desk);
  if (!known.ok) return known;
  const { head } = known.value;
  if (head === undefined) return fail(nothing(desk));
  const asked = dryRun && (update || known.value.targetTip === undefined);
  const targetTip = asked ? await targetWithoutTrace(desk) : ok(known.value.targetTip);
  if (!targetTip.ok) return targetTip;
  return targetTip.value === undefined ? fail(noSuchTarget(desk)) : ok({ targetTip: targetTip.value, head });
}

/** One process where HEAD is a branch, else two. */
async function localTips(desk: GerritDesk): Promise<Result<Partial<Tips>, CliProblem>> {
  const { repository, place, location } = desk;
  const tracking = trackingRef(desk);
  if (tracking === undefined) return fail(ofGit({ kind: "unsafe-name", what: "remote", text: location.remote }));
  const own = place.head.kind === "branch" ? branchRef(place.head.branch) : undefined;
  const refs = await repository.refs(tracking, ...(own === undefined ? [] : [own]));
  if (!refs.ok) return fail(ofGit(refs.problem));
  const shaOf = (ref: RefName): Sha | undefined => refs.value.find(({ name }) => name === ref)?.sha;
  const detached = own === undefined ? await repository.resolve("HEAD") : ok(undefined);
  if (!detached.ok) return fail(ofGit(detached.problem));
  const head = own === undefined ? detached.value : shaOf(own);
  const targetTip = shaOf(tracking);
  return ok({ ...(head === undefined ? {} : { head }), ...(targetTip === undefined ? {} : { targetTip }) });
}

async function fetchTarget(desk: GerritDesk): Promise<Result<void, CliProblem>> {
  const { repository, remote, say, location } = desk;
  const tracking = trackingRef(desk);
  if (tracking === undefined) return fail(ofGit({ kind: "unsafe-name", what: "remote", text: location.remote }));
  const spec = { from: branchRef(location.branch), to: tracking, force: true };
  const label = `Fetching ${location.branch} from ${location.remote}`;
  const fetched = await say.during(label, repository.fetch(remote, [spec]));
  return fetched.ok ? fetched : fail(targetProblem(desk, fetched.problem));
}

/** By URL and without a destination, so that neither FETCH_HEAD nor a tracking ref nor a reflog is written. */
async function targetWithoutTrace(desk: GerritDesk): Promise<Result<Sha, CliProblem>> {
  const { repository, branchUrl, location } = desk;
  const ref = branchRef(location.branch);
  const listed = await repository.listRemote(branchUrl, ref);
  if (!listed.ok) return fail(targetProblem(desk, listed.problem));
  const tip = listed.value.find(({ name }) => name === ref)?.sha;
  if (tip === undefined) return fail(noSuchTarget(desk));
  const here = await repository.commit(tip);
  if (here.ok) return ok(tip);
  const fetched = await repository.fetch(branchUrl, [{ from: ref }]);
  return fetched.ok ? ok(tip) : fail(targetProblem(desk, fetched.problem));
}

function targetProblem(desk: GerritDesk, problem: GitProblem): CliProblem {
  return problem.kind === "missing-object" ? noSuchTarget(desk) : ofGit(problem);
}

function problemOf(desk: GerritDesk, problem: StackProblem): CliProblem {
  return problem.kind === "nothing-above-target" ? nothing(desk) : ofStack(problem, above(desk));
}

function nothing(desk: GerritDesk): CliProblem {
  const { head } = desk.place;
  const here = head.kind === "branch" ? `"${head.branch}" has` : "this HEAD has";
  return {
    message: `Nothing to send: ${here} no commit above ${above(desk)}`,
    hint: "commit your work first, then run `git review` again",
    exit: EXIT.refused,
  };
}

function noSuchTarget({ location, asked }: GerritDesk): CliProblem {
  return {
    message: `Cannot send to "${location.branch}": ${location.project} on ${location.host} has no such branch`,
    hint:
      asked.branch === undefined
        ? "name one that is there: `git review <branch>`, or defaultbranch in .gitreview"
        : "name a branch of the server, or see the verbs with `git review -h`",
    exit: asked.branch === undefined ? EXIT.refused : EXIT.usage,
  };
}

function detachedWithoutId(count: number): CliProblem {
  return {
    message: `Cannot give a Change-Id to ${count === 1 ? "the commit" : "the commits"} of a detached HEAD: there is no branch to keep the new ones`,
    hint: "make a branch first: `git switch -c <topic>`, then run `git review` again",
    exit: EXIT.refused,
  };
}

/**
 * `-d`, `-x`, `-X`, `-N` and `-m` on GitHub. The newest patch set comes from the pull request; an older one from where the service
 * keeps it (ADR 0031), else from what the forge remembers of forced pushes. A patch set never changes, so one that this clone
 * has fetched before is taken from it: no request, also without a network.
 */
import { type ChangeReference, parseChangeReference, parseComparison } from "../../core/change/change-reference.ts";
import { type FetchOptions } from "../submit-options.ts";
import { deskOf, type Desk, type Workshop } from "../desk.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { EXIT, ofForge, ofGit } from "../problems.ts";
import { oneLine, type CliProblem } from "../say.ts";
import { type Location } from "../../config/locate.ts";
import { parseHeadBranch } from "../../core/change/change.ts";
import { parseReviewBase } from "../../core/change/review-base.ts";
import { type BranchName, type Sha } from "../../core/ids.ts";
import { type ChangeRead } from "../../forge/forge.ts";
import { type Commit } from "../../git/commit.ts";
import { parseRemoteAddress } from "../../git/slots.ts";
import { putOnBranch, reviewBranch, type Landed } from "./branch.ts";
import { compare, type Standing } from "./compare.ts";
import { type GitHubClone } from "./clone.ts";
import { fetchPatchSet, keptPatchSets, localPatchSet } from "./patch-sets.ts";
import { pick } from "./pick.ts";

export async function bringFromGitHub(
  workshop: Workshop,
  location: Location,
  options: FetchOptions,
): Promise<Result<number, CliProblem>> {
  const clone = cloneOf(workshop, location);
  if (options.how === "compare") return compareSets(clone, options);
  const reference = parseChangeReference(options.change);
  if (reference === undefined) return fail(notAReference(options.change));
  const brought = await bring(clone, reference);
  if (!brought.ok) return brought;
  return options.how === "download" ? land(clone, brought.value) : pickOne(clone, brought.value, options.how);
}

/** The forge is asked for the first time where a patch set is not here yet. */
function cloneOf(workshop: Workshop, location: Location): GitHubClone {
  let desk: Promise<Result<Desk, CliProblem>> | undefined;
  const changes = new Map<number, Promise<Result<ChangeRead, CliProblem>>>();
  const clone: GitHubClone = {
    ...workshop,
    location,
    desk: () => (desk ??= deskOf(workshop, location)),
    change(number) {
      const known = changes.get(number) ?? readChange(clone, number);
      changes.set(number, known);
      return known;
    },
  };
  return clone;
}

async function readChange(clone: GitHubClone, number: number): Promise<Result<ChangeRead, CliProblem>> {
  const desk = await clone.desk();
  if (!desk.ok) return desk;
  const { forge, project, location, say } = desk.value;
  const read = await say.during(`Asking ${location.host}`, forge.readChange(project, number));
  return read.ok ? read : fail(ofForge(read.problem));
}

interface Brought {
  readonly number: number;
  readonly patchSet?: number;
  readonly commit: Commit;
  readonly target: BranchName | undefined;
  /** Absent where nobody was asked. */
  readonly change?: ChangeRead;
}

async function bring(clone: GitHubClone, reference: ChangeReference): Promise<Result<Brought, CliProblem>> {
  const number = await numberOf(clone, reference);
  if (!number.ok) return number;
  const { patchSet } = reference;
  const head =
    patchSet === undefined ? await newest(clone, number.value) : await older(clone, { number: number.value, patchSet });
  if (!head.ok) return head;
  const commit = await clone.repository.commit(head.value.sha);
  if (!commit.ok) return fail(ofGit(commit.problem));
  const { change } = head.value;
  const target = change === undefined ? clone.location.target : targetOf(change);
  return ok({
    ...{ number: number.value, commit: commit.value, target },
    ...(patchSet === undefined ? {} : { patchSet }),
    ...(change === undefined ? {} : { change }),
  });
}

async function numberOf(clone: GitHubClone, { name, at }: ChangeReference): Promise<Result<number, CliProblem>> {
  const { host, owner, name: repository } = clone.location;
  const here = `${owner}/${repository}`;
  if (at !== undefined && (at.host !== host || (at.project ?? here).toLowerCase() !== here.toLowerCase()))
    return fail({
      message: `Cannot bring a change of ${at.host}${at.project === undefined ? "" : `/${at.project}`} here: this clone sends to ${here} on ${host}`,
      hint: "run it in a clone of that project, or name its remote with `-r <remote>`",
      exit: EXIT.refused,
    });
  if (name.kind === "number") return ok(name.number);
  const desk = await clone.desk();
  if (!desk.ok) return desk;
  const open = await desk.value.say.during(`Asking ${host}`, desk.value.forge.openChanges(desk.value.project));
  if (!open.ok) return fail(ofForge(open.problem));
  const same = open.value.filter(({ headBranch }) => parseHeadBranch(headBranch)?.id === name.id);
  const onTarget = same.find(({ headBranch }) => parseHeadBranch(headBranch)?.target === clone.location.target);
  const [first] = same;
  if (first !== undefined) return ok((onTarget ?? first).number);
  return fail({
    message: `Cannot find ${name.id} on ${host}: none of the ${open.value.length} open changes of ${here} has this Change-Id`,
    hint: "name it by its number; `git review -l` lists the open ones",
    exit: EXIT.refused,
  });
}

interface Head {
  readonly sha: Sha;
  readonly change?: ChangeRead;
}

async function newest(clone: GitHubClone, number: number): Promise<Result<Head, CliProblem>> {
  const change = await clone.change(number);
  if (!change.ok) return change;
  const fetched = await fetchPatchSet(clone, { number, head: change.value.head });
  return fetched.ok ? ok({ sha: fetched.value, change: change.value }) : fetched;
}

async function older(
  clone: GitHubClone,
  { number, patchSet }: { readonly number: number; readonly patchSet: number },
): Promise<Result<Head, CliProblem>> {
  const local = await localPatchSet(clone, { change: number, n: patchSet });
  if (!local.ok) return local;
  if (local.value !== undefined) return ok({ sha: local.value });
  const fetched = await fetchPatchSet(clone, { number, n: patchSet });
  return fetched.ok ? ok({ sha: fetched.value }) : fetched;
}

function targetOf({ base, headBranch }: ChangeRead): BranchName {
  return (parseHeadBranch(base) ?? parseReviewBase(base) ?? parseHeadBranch(headBranch))?.target ?? base;
}

async function land(clone: GitHubClone, brought: Brought): Promise<Result<number, CliProblem>> {
  const { number, patchSet, commit, target, change } = brought;
  const author = authorOf(clone, commit, change);
  const topic = patchSet === undefined && change !== undefined ? topicOf(change) : undefined;
  const named = { author, number, ...(topic === undefined ? {} : { topic }) };
  const branch = reviewBranch(patchSet === undefined ? named : { ...named, patchSet });
  const remote = parseRemoteAddress(clone.location.remote);
  if (branch === undefined || remote === undefined)
    return fail(ofGit({ kind: "unsafe-name", what: "branch", text: `review/${author}/${number}` }));
  const kept = await keptPatchSets(clone, number);
  if (!kept.ok) return kept;
  const pushes = change?.pushes.flatMap(({ before, after }) => [after, ...(before === undefined ? [] : [before])]);
  const former = new Set([...kept.value.values(), ...(pushes ?? [])]);
  const follows = target === undefined ? {} : { follows: { remote, upstream: target } };
  const landed = await putOnBranch(clone, { branch, head: commit.sha, ...follows, former });
  if (!landed.ok) return landed;
  tell(clone, brought, { branch, landed: landed.value });
  return ok(EXIT.ok);
}

function tell(
  { say }: GitHubClone,
  { number, patchSet, commit, change }: Brought,
  { branch, landed }: { readonly branch: BranchName; readonly landed: Landed },
): void {
  const named = `#${number}${patchSet === undefined ? "" : `, patch set ${patchSet}`}`;
  const did = { made: "is on the new branch", moved: "is on the branch", there: "was already on the branch" }[landed];
  const subject = change?.title ?? commit.message.split("\n")[0] ?? "";
  say.result(`${named}  ${oneLine(subject)}  ${did} ${say.colour("green", branch)}`);
  if (change !== undefined && change.state !== "open") say.note(`It is ${change.state}`);
  if (change === undefined || parseHeadBranch(change.headBranch) !== undefined) return;
  const owner = change.headRepository ?? "a fork that is gone";
  say.note(
    `It was not sent by git review: \`git review\` would open another pull request for what you commit here. Its branch is ${change.headBranch} of ${owner}`,
  );
}

/** As `gitreview.branchauthor` asks: the name or email of the commit's author, or the login of the pull request's. */
function authorOf({ settings }: GitHubClone, { author }: Commit, change: ChangeRead | undefined): string | undefined {
  const which = settings.text("branchauthor");
  if (which === "email") return author.email;
  return which === "username" && change !== undefined ? change.author.login : author.name;
}

function topicOf({ labels }: ChangeRead): string | undefined {
  return labels.find((label) => label.startsWith("topic:"))?.slice("topic:".length);
}

async function pickOne(
  clone: GitHubClone,
  { number, commit, target }: Brought,
  how: Exclude<FetchOptions["how"], "download" | "compare">,
): Promise<Result<number, CliProblem>> {
  const base = await baseOf(clone, { commit, target });
  if (!base.ok) return base;
  if (base.value !== commit.parents[0])
    return fail({
      message: `Cannot cherry-pick #${number}: it is no single commit on ${target ?? "its target"}, and which of its commits you want is not known`,
      hint: `\`git cherry-pick ${base.value.slice(0, 12)}..${commit.sha.slice(0, 12)}\` takes all of them; they are here now`,
      exit: EXIT.refused,
    });
  const [subject = ""] = commit.message.split("\n");
  return pick(clone, { change: `#${number}`, commit: commit.sha, subject, how });
}

/** Of a commit that carries a Change-Id the one below; of a change of several commits the merge base with its target. */
async function baseOf(
  { repository, location }: GitHubClone,
  { commit, target }: Pick<Brought, "commit" | "target">,
): Promise<Result<Sha, CliProblem>> {
  const [parent] = commit.parents;
  const single = commit.parents.length === 1 && /^Change-Id: I[0-9a-f]{40}$/m.test(commit.message);
  if (parent !== undefined && (single || target === undefined)) return ok(parent);
  const tip = await repository.resolve(`refs/remotes/${location.remote}/${target}`);
  if (!tip.ok) return fail(ofGit(tip.problem));
  if (tip.value === undefined) return ok(parent ?? commit.sha);
  const base = await repository.mergeBase(tip.value, commit.sha);
  if (!base.ok) return fail(ofGit(base.problem));
  return ok(base.value ?? parent ?? commit.sha);
}

async function compareSets(clone: GitHubClone, options: FetchOptions): Promise<Result<number, CliProblem>> {
  const asked = parseComparison(options.change);
  if (asked === undefined)
    return fail({
      message: `Cannot compare ${JSON.stringify(options.change)}: it does not name two patch sets of a change`,
      hint: "write `-m 12,1-3` for patch sets 1 and 3 of #12, or `-m 12,1` for 1 and the newest",
      exit: EXIT.malformed,
    });
  const older = await bring(clone, { ...asked.change, patchSet: asked.from });
  if (!older.ok) return older;
  const newer = await bring(clone, asked.to === undefined ? asked.change : { ...asked.change, patchSet: asked.to });
  if (!newer.ok) return newer;
  const target = newer.value.target ?? older.value.target;
  const standing = async ({ commit, patchSet }: Brought, n: number): Promise<Result<Standing, CliProblem>> => {
    const base = await baseOf(clone, { commit, target });
    return base.ok ? ok({ n: patchSet ?? n, head: commit.sha, base: base.value }) : base;
  };
  const from = await standing(older.value, asked.from);
  if (!from.ok) return from;
  const to = await standing(newer.value, newestKnown(await keptPatchSets(clone, newer.value.number), asked.from));
  if (!to.ok) return to;
  return compare(clone, { older: from.value, newer: to.value, plain: !options.rebase });
}

/** For the words alone. */
function newestKnown(kept: Result<ReadonlyMap<number, Sha>, CliProblem>, least: number): number {
  return kept.ok ? Math.max(least, ...kept.value.keys()) : least;
}

function notAReference(text: string): CliProblem {
  return {
    message: `Cannot bring ${JSON.stringify(text)} here: it names no change`,
    hint: "give a number (12), a patch set of it (12,3), a Change-Id, or the address of its page; `git review -l` lists the open ones",
    exit: EXIT.malformed,
  };
}

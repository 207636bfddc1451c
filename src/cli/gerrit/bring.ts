/** `-d`, `-x`, `-X`, `-N` and `-m` on Gerrit: one question to the server, one fetch. FETCH_HEAD is not written. */
import { parseChangeReference, parseComparison, type ChangeReference } from "../../core/change/change-reference.ts";
import { branchRef, parseRefName, type Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { newestPatchSet, type GerritChange, type GerritPatchSet } from "../../forge/gerrit/change.ts";
import { type FetchSpec } from "../../git/slots.ts";
import { putOnBranch, reviewBranch } from "../bring/branch.ts";
import { compare, type Standing } from "../bring/compare.ts";
import { pick } from "../bring/pick.ts";
import { type GerritClone } from "../desk.ts";
import { EXIT, ofGit } from "../problems.ts";
import { oneLine, type CliProblem } from "../say.ts";
import { type FetchOptions } from "../submit-options.ts";
import { hostWithPort } from "./credentials.ts";
import { ofGerrit, openGerritDesk, type GerritDesk } from "./desk.ts";

/** git-review's own codes. */
const NOT_FOUND = 36;
const FETCH_FAILED = 37;
const NO_SUCH_PATCH_SET = 38;
const NOT_TO_COMPARE = 39;

export async function bringFromGerrit(clone: GerritClone, options: FetchOptions): Promise<Result<number, CliProblem>> {
  const opened = await openGerritDesk(clone);
  if (!opened.ok) return opened;
  const desk = opened.value;
  if (options.how === "compare") return compareSets(desk, options);
  const reference = parseChangeReference(options.change);
  if (reference === undefined) return fail(notAReference(options.change));
  const change = await look(desk, reference);
  if (!change.ok) return change;
  const set = patchSetOf(change.value, reference.patchSet);
  if (!set.ok) return set;
  if (options.how === "download") return download(desk, change.value, { set: set.value, asked: reference.patchSet });
  const fetched = await fetchSets(desk, [set.value]);
  if (!fetched.ok) return fetched;
  const { number, subject } = change.value;
  return pick(desk, { change: `${number},${set.value.number}`, commit: set.value.commit, subject, how: options.how });
}

/** Of several changes with one id, the one for the target branch, else the first. Source: git-review. */
async function look(desk: GerritDesk, { name, at }: ChangeReference): Promise<Result<GerritChange, CliProblem>> {
  const { server, location, say } = desk;
  const host = hostWithPort(location);
  if (at !== undefined && at.host.replace(/:\d+$/, "") !== location.host) return fail(elsewhere(at.host, host));
  const found = await say.during(`Asking ${location.host}`, server.changes(name, location.project));
  if (!found.ok) return fail(ofGerrit(found.problem));
  const change = found.value.find(({ branch }) => branch === location.branch) ?? found.value[0];
  const asked = name.kind === "number" ? String(name.number) : name.id;
  if (change === undefined) {
    return fail({
      message: `Cannot find the change ${asked}: ${host} has none, or does not show it to you`,
      hint: "`git review -l` lists the open ones",
      exit: NOT_FOUND,
    });
  }
  if (change.project === location.project) return ok(change);
  return fail({
    message: `Cannot bring ${asked} here: it is a change of ${change.project}, and this is a clone of ${location.project}`,
    hint: `run it in a clone of ${change.project}`,
    exit: NOT_FOUND,
  });
}

function patchSetOf(change: GerritChange, asked: number | undefined): Result<GerritPatchSet, CliProblem> {
  const set = asked === undefined ? newestPatchSet(change) : change.patchSets.find(({ number }) => number === asked);
  if (set !== undefined) return ok(set);
  const numbers = change.patchSets.map(({ number }) => number).join(", ");
  return fail({
    message: `Cannot find patch set ${asked ?? "1"} of ${change.number}: it has ${numbers === "" ? "none" : numbers}`,
    hint: "name one of these, or none for the newest",
    exit: NO_SUCH_PATCH_SET,
  });
}

interface Downloaded {
  readonly set: GerritPatchSet;
  /** Absent: the newest was meant, whatever its number. */
  readonly asked: number | undefined;
}

async function download(
  desk: GerritDesk,
  change: GerritChange,
  { set, asked }: Downloaded,
): Promise<Result<number, CliProblem>> {
  const { location, say, remote } = desk;
  const branch = reviewBranch({
    author: change.owner[location.branchAuthor],
    number: change.number,
    ...(change.topic === undefined || change.topic === location.branch ? {} : { topic: change.topic }),
    ...(asked === undefined ? {} : { patchSet: asked }),
  });
  if (branch === undefined) return fail(ofGit({ kind: "unsafe-name", what: "branch", text: change.topic ?? "" }));
  const target = await unknownTarget(desk, change);
  if (!target.ok) return target;
  const fetched = await fetchSets(desk, [set], target.value);
  if (!fetched.ok) return fetched;
  const former = new Set<Sha>(change.patchSets.map(({ commit }) => commit));
  const landing = { branch, head: set.commit, former };
  const tracked = { remote, upstream: change.branch };
  const landed = await putOnBranch(desk, location.exists ? { ...landing, follows: tracked } : landing);
  if (!landed.ok) return landed;
  const did = { made: "is on the new branch", moved: "is on the branch", there: "was already on the branch" }[
    landed.value
  ];
  say.result(`${change.number},${set.number}  ${oneLine(change.subject)}  ${did} ${say.colour("green", branch)}`);
  if (change.status !== "open") say.note(`It is ${change.status}`);
  return ok(EXIT.ok);
}

/** The target's tracking ref, where this clone does not have it yet, so that the new branch can follow it. */
async function unknownTarget(
  { repository, location }: GerritDesk,
  { branch }: GerritChange,
): Promise<Result<FetchSpec | undefined, CliProblem>> {
  const tracking = parseRefName(`refs/remotes/${location.remote}/${branch}`);
  if (!location.exists || location.usePushUrl || tracking === undefined) return ok(undefined);
  const known = await repository.refs(tracking);
  if (!known.ok) return fail(ofGit(known.problem));
  return ok(known.value.length > 0 ? undefined : { from: branchRef(branch), to: tracking });
}

async function compareSets(desk: GerritDesk, options: FetchOptions): Promise<Result<number, CliProblem>> {
  const asked = parseComparison(options.change);
  if (asked === undefined || asked.from === asked.to) {
    return fail({
      message: `Cannot compare ${JSON.stringify(options.change)}: it does not name two patch sets of a change`,
      hint: "write `-m 12,1-3` for patch sets 1 and 3 of 12, or `-m 12,1` for 1 and the newest",
      exit: NOT_TO_COMPARE,
    });
  }
  const change = await look(desk, asked.change);
  if (!change.ok) return change;
  const from = patchSetOf(change.value, asked.from);
  if (!from.ok) return from;
  const to = patchSetOf(change.value, asked.to);
  if (!to.ok) return to;
  const fetched = await fetchSets(desk, [from.value, to.value]);
  if (!fetched.ok) return fetched;
  const older = await standing(desk, from.value);
  if (!older.ok) return older;
  const newer = await standing(desk, to.value);
  if (!newer.ok) return newer;
  return compare(desk, { older: older.value, newer: newer.value, plain: !options.rebase });
}

/** A change is one commit: its base is what it stands on. */
async function standing({ repository }: GerritDesk, set: GerritPatchSet): Promise<Result<Standing, CliProblem>> {
  const commit = await repository.commit(set.commit);
  if (!commit.ok) return fail(ofGit(commit.problem));
  return ok({ n: set.number, head: set.commit, base: commit.value.parents[0] ?? set.commit });
}

/** What is here already is not fetched again. `also` comes with it in one go; a target that is not made yet is no problem. */
async function fetchSets(
  desk: GerritDesk,
  sets: readonly GerritPatchSet[],
  also?: FetchSpec,
): Promise<Result<void, CliProblem>> {
  const { repository, changeUrl, say } = desk;
  const missing: FetchSpec[] = [];
  for (const { ref, commit } of sets) {
    const here = await repository.commit(commit);
    if (!here.ok && here.problem.kind !== "missing-object") return fail(ofGit(here.problem));
    if (!here.ok) missing.push({ from: ref });
  }
  const specs = also === undefined ? missing : [...missing, also];
  if (specs.length === 0) return ok(undefined);
  const names = specs.map(({ from }) => from).join(", ");
  const fetched = await say.during(`Fetching ${names}`, repository.fetch(changeUrl, specs));
  if (fetched.ok) return ok(undefined);
  if (fetched.problem.kind !== "missing-object") return fail(ofGit(fetched.problem));
  if (also !== undefined) return fetchSets(desk, sets);
  return fail({ ...ofGit(fetched.problem), exit: FETCH_FAILED });
}

function elsewhere(there: string, here: string): CliProblem {
  return {
    message: `Cannot bring a change of ${there} here: this clone sends to ${here}`,
    hint: "give its number, if the two names are of one server",
    exit: EXIT.refused,
  };
}

function notAReference(text: string): CliProblem {
  return {
    message: `Cannot bring ${JSON.stringify(text)} here: it names no change`,
    hint: "give a number (12), a patch set of it (12,3), a Change-Id, or the address of its page; `git review -l` lists the open ones",
    exit: EXIT.malformed,
  };
}

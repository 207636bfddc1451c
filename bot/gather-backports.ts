/**
 * Where the backports that were asked for stand: on which branches the fix is, and which pull requests bring it. All from git and from
 * the list of pull requests; the forge is asked for nothing, except to hear what was said on a merged change.
 */
import { askerOf, settledBackport, type BackportFacts } from "../src/core/gate/backport-merged.ts";
import { digestOf } from "../src/core/gate/reports.ts";
import { parseChangeId, type BranchName, type Sha } from "../src/core/ids.ts";
import { branchesOnTheWay, type Asked, type Branches } from "../src/core/release/backport/asked.ts";
import { idOf } from "../src/core/release/backport/fix.ts";
import { conflictsIn } from "../src/core/release/backport/message.ts";
import type { Found } from "../src/core/release/backport/plan.ts";
import { ok, type Result } from "../src/core/result.ts";
import type { Commit } from "../src/git/commit.ts";
import type { GitProblem } from "../src/git/problem.ts";
import { isOn } from "./gather-backport.ts";
import type { Ground } from "./gather-ground.ts";
import { hearBackports } from "./hear-backport.ts";
import type { Mirror, Tips } from "./mirror.ts";
import { gitProblem, type ServiceProblem } from "./problem.ts";
import type { Service } from "./service.ts";
import { askedIn } from "./store/backports.ts";
import { patchSetsOf } from "./store/patch-sets.ts";
import { publishedDigests } from "./store/published.ts";
import { saveRequester } from "./store/remembered.ts";

/** Before anybody says how a change was merged: what is heard of it is heard once. */
export async function gatherBackports(
  service: Service,
  ground: Ground,
  stirred: ReadonlySet<number>,
): Promise<Result<readonly BackportFacts[], ServiceProblem>> {
  const heard = await hearBackports(service, ground, stirred);
  if (!heard.ok) return heard;
  const published = await publishedDigests(service.store, ground.facts.id);
  const live = { branches: [...ground.tips.branches.keys()], defaultBranch: ground.facts.defaultBranch };
  const found: BackportFacts[] = [];
  for (const { asked, text } of askedIn(published)) {
    const digest = digestOf(text);
    if (published[settledBackport(asked.change)] === digest) continue;
    const read = await factsOf(service, ground, { asked, live });
    if (!read.ok) return { ok: false, problem: gitProblem(read.problem) };
    found.push({ ...live, asked, digest, found: read.value });
  }
  return ok(found);
}

type Read<T> = Promise<Result<T, GitProblem>>;

async function factsOf(
  service: Service,
  ground: Ground,
  { asked, live }: { readonly asked: Asked; readonly live: Branches },
): Read<BackportFacts["found"]> {
  const commits = await fixOf(service, ground, asked);
  if (!commits.ok) return commits;
  const found: Record<string, Found> = {};
  for (const branch of branchesOnTheWay(asked, live)) {
    const here = await foundOn(service, ground, { asked, branch, commits: commits.value });
    if (!here.ok) return here;
    found[branch] = here.value;
  }
  return ok(found);
}

async function foundOn(
  service: Service,
  ground: Ground,
  {
    asked,
    branch,
    commits,
  }: { readonly asked: Asked; readonly branch: BranchName; readonly commits: readonly Commit[] },
): Read<Found> {
  const { mirror, tips, pulls } = ground;
  const tip = tips.branches.get(branch);
  if (tip === undefined || commits.length === 0 || asked.empty.includes(branch)) return ok({ kind: "empty" });
  let has = true;
  for (const commit of commits) {
    const contained = await mirror.known.isAncestor(commit.sha, tip);
    if (!contained.ok) return contained;
    const on = contained.value
      ? contained
      : await isOn(commit, tip, { mirror, branches: tips.branches, target: asked.origin });
    if (!on.ok) return on;
    has &&= on.value;
  }
  if (has) return ok({ kind: "there" });
  const ids = commits.flatMap(({ message }) => idOf(message) ?? []);
  const own = backportBranch(asked, { branch, commits });
  // Newest number first: one that was opened again by hand comes before what was closed.
  const bringing = pulls.filter(({ base, headBranch, local }) => {
    if (base !== branch) return false;
    const id = parseChangeId(headBranch.split("/").at(-1) ?? "");
    return (local && headBranch === own) || (id !== undefined && ids.includes(id));
  });
  const open = bringing.find(({ state }) => state === "open");
  if (open !== undefined) {
    if (open.headBranch === own) await rememberRequester(service, ground, { asked, branch, change: open.change });
    const head = await mirror.known.commits({ from: open.head, max: 1 });
    const isMended = !head.ok || head.value.every(({ message }) => conflictsIn(message).length === 0);
    return ok({ kind: "open", change: open.change, ...(isMended ? {} : { conflict: true as const }) });
  }
  const closed = bringing.find(({ state, headBranch }) => state === "closed" && headBranch === own);
  return ok(closed === undefined ? { kind: "absent" } : { kind: "closed", change: closed.change });
}

/** Ours, opened by a look that died before it could say for whom. */
async function rememberRequester(
  { store }: Service,
  { facts, open }: Ground,
  { asked, branch, change }: { readonly asked: Asked; readonly branch: BranchName; readonly change: number },
): Promise<void> {
  const headline = open.find((one) => one.headline.number === change)?.headline;
  if (headline?.author.id !== facts.viewer.id || asked.asks.length === 0) return;
  await saveRequester(store, facts.id, { change, requester: askerOf(asked, branch) });
}

/** Of the pull request that we open. */
export function backportBranch(
  { change }: Pick<Asked, "change">,
  { branch, commits }: { readonly branch: BranchName; readonly commits: readonly Pick<Commit, "message">[] },
): string {
  const id = commits.map(({ message }) => idOf(message)).find((one) => one !== undefined);
  return `review/backport/${branch}/${id ?? change}`;
}

/**
 * The commits to be picked, oldest first: those that were reviewed where they are in the branch, else the ones that landed in their
 * place. Merges bring nothing of their own.
 */
export async function fixOf(
  { store }: Pick<Service, "store">,
  { facts, mirror, tips }: { readonly facts: Ground["facts"]; readonly mirror: Mirror; readonly tips: Tips },
  { change, head, landed, origin }: Asked,
): Read<readonly Commit[]> {
  const recorded = (await patchSetsOf(store, facts.id, change)).findLast(({ patchSet }) => patchSet.sha === head);
  const reviewed = await rangeOf(mirror, recorded?.patchSet.sha, recorded?.patchSet.parent);
  if (!reviewed.ok) return reviewed;
  const tip = tips.branches.get(origin) ?? landed;
  const contained = await mirror.known.isAncestor(head, tip);
  if (contained.ok && contained.value && reviewed.value.length > 0) return ok(reviewed.value);
  const one = await mirror.git.commit(landed);
  if (!one.ok) return one;
  const [first, second] = one.value.parents;
  if (second !== undefined) return rangeOf(mirror, second, first);
  // Rebased: as many as were reviewed, each as it was called.
  const replayed = await mirror.known.commits({ from: landed, max: Math.max(reviewed.value.length, 1) });
  if (!replayed.ok) return replayed;
  const oldestFirst = [...replayed.value].reverse();
  const same = oldestFirst.every((commit, at) => subject(commit) === subject(reviewed.value[at]));
  return ok(same ? oldestFirst : [one.value]);
}

async function rangeOf(mirror: Mirror, from: Sha | undefined, base: Sha | undefined): Read<readonly Commit[]> {
  if (from === undefined || base === undefined) return ok([]);
  const range = await mirror.known.commits({ from, notReachableFrom: [base] });
  return range.ok ? ok([...range.value].reverse().filter(({ parents }) => parents.length === 1)) : range;
}

function subject(commit: Pick<Commit, "message"> | undefined): string | undefined {
  return commit?.message.split("\n")[0];
}

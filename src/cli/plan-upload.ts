/** From the gathered stack to the plan: the conflict check in memory and the server's view, side by side. */
import { headBranch, type Change } from "../core/change/change.ts";
import { branchesToRead, planUpload, type HeadFork, type RemoteView, type UploadPlan } from "../core/change/upload.ts";
import { allowedWishes, type Wishes } from "../core/change/wishes.ts";
import { parseBranchName, type BranchName, type Sha } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { type StackRead } from "../forge/forge.ts";
import { type Desk } from "./desk.ts";
import { above, conflictWith, type GatheredStack } from "./gather-stack.ts";
import { branchTips, changesIn, homeOf } from "./heads.ts";
import { readMemory, readReflog, type Memory } from "./memory.ts";
import { ofForge, ofGit, ofUpload } from "./problems.ts";
import { type CliProblem } from "./say.ts";

export interface PlannedUpload {
  readonly plan: UploadPlan;
  readonly memory: Memory;
  /** Who sends. */
  readonly viewer: string;
  /** Where new heads go; absent = to the project. */
  readonly fork?: HeadFork;
  /** Exactly these leases: a push that finds another value is not tried with that one. */
  readonly strict?: boolean;
  /** `--no-thin`: false. */
  readonly thin?: boolean;
}

export interface PlanOptions {
  /** Off: a stack that does not merge with the target is sent all the same. */
  readonly conflictCheck: boolean;
  readonly wishes?: Wishes;
}

export async function planFor(
  desk: Desk,
  gathered: GatheredStack,
  { conflictCheck, wishes = {} }: PlanOptions,
): Promise<Result<PlannedUpload, CliProblem>> {
  const memory = await readMemory(desk.place);
  const left = new Set(gathered.left.map(({ branch }) => branch));
  const sentFromHere = sentFrom(desk, memory, gathered.target).filter((branch) => !left.has(branch));
  const branches = branchesToRead(gathered.stack, gathered.target, sentFromHere);
  const [conflict, read] = await Promise.all([
    conflictCheck ? checkConflict(desk, gathered) : ok(undefined),
    desk.say.during(
      `Asking ${desk.location.host}`,
      desk.forge.readStack(desk.project, branches, { wishes: asks(wishes) }),
    ),
  ]);
  if (!read.ok) return fail(ofForge(read.problem));
  const home = homeOf(desk, read.value);
  if (!home.ok) return home;
  if (!conflict.ok) return conflict;
  const view = await viewOf(desk, { gathered, memory, sentFromHere, read: read.value, fork: home.value });
  if (!view.ok) return view;
  const { permission } = read.value.repository;
  const allowed = allowedWishes(wishes, permission);
  for (const note of allowed.notes) desk.say.note(note);
  const plan = planUpload(gathered.stack, view.value, allowed.wishes);
  if (!plan.ok) return fail(ofUpload(plan.problem, desk.location.remote));
  return ok({
    plan: plan.value,
    memory,
    ...(home.value === undefined ? {} : { fork: home.value }),
    viewer: read.value.repository.viewer.login,
  });
}

/** One process for the common case; on a conflict, one or two more for each commit up to the one in the way. */
async function checkConflict(desk: Desk, gathered: GatheredStack): Promise<Result<void, CliProblem>> {
  const { stack, targetTip, target } = gathered;
  const top = stack.at(-1);
  if (top === undefined || stack[0]?.parent === targetTip) return ok(undefined);
  const merged = await desk.repository.mergeTree(targetTip, top.commit);
  if (!merged.ok) return fail(ofGit(merged.problem));
  if (merged.value.kind === "clean") return ok(undefined);
  const first = await firstConflict(desk, gathered);
  if (!first.ok) return first;
  const files = first.value?.files ?? merged.value.files;
  const commit = first.value?.change ?? top;
  return fail(conflictWith(above(desk, target), { ...commit, files }));
}

async function firstConflict(
  desk: Desk,
  { stack, targetTip }: GatheredStack,
): Promise<Result<{ change: Change; files: readonly string[] } | undefined, CliProblem>> {
  const start = await desk.repository.treeOf(targetTip);
  if (!start.ok) return fail(ofGit(start.problem));
  let tree = start.value;
  for (const change of stack) {
    const replayed = await desk.repository.replay({ sha: change.commit, parents: [change.parent] }, { tree });
    if (!replayed.ok) return fail(ofGit(replayed.problem));
    if (replayed.value.kind === "conflict") return ok({ change, files: replayed.value.files });
    tree = replayed.value.tree;
  }
  return ok(undefined);
}

interface ViewParts {
  readonly gathered: GatheredStack;
  readonly memory: Memory;
  readonly sentFromHere: readonly BranchName[];
  readonly read: StackRead;
  readonly fork: HeadFork | undefined;
}

async function viewOf(desk: Desk, parts: ViewParts): Promise<Result<RemoteView, CliProblem>> {
  const { gathered, memory, sentFromHere, read, fork } = parts;
  const changes = changesIn(desk, read);
  const own = gathered.stack.flatMap(({ id, commit }) => {
    const branch = headBranch(gathered.target, id);
    return branch === undefined ? [] : [{ branch, commit, change: changes[branch] }];
  });
  // A pull request that is closed or somebody's, or missing although we pushed its branch, does not say where the branch is.
  const unsure = own.flatMap(({ branch, commit, change }) => {
    const hidden = change?.state === "closed" || (change?.theirs === true && change.head !== commit);
    return hidden || (change === undefined && memory[branch] !== undefined) ? [branch] : [];
  });
  const branches = await branchTips(desk, unsure, fork);
  if (!branches.ok) return branches;
  const changed = own.flatMap(({ branch, commit, change }) => {
    const heads = [change?.state === "open" ? change.head : undefined, branches.value[branch]];
    return heads.flatMap((head) => (head === undefined || head === commit ? [] : [head]));
  });
  const seen = await seenOf(desk, changed, memory);
  return ok({
    target: gathered.target,
    changes,
    ...(fork === undefined ? {} : { fork }),
    branches: branches.value,
    sent: memory,
    seen,
    sentFromHere,
    viewer: read.repository.viewer.login,
  });
}

/** Whether it matters what a pull request has already. */
function asks({ reviewers = [], labels = [] }: Wishes): boolean {
  return reviewers.length + labels.length > 0;
}

/** Of these heads of the server, those that this clone sent or stood on, or that lie below something it stood on. */
export async function seenOf(desk: Desk, heads: readonly Sha[], memory: Memory): Promise<ReadonlySet<Sha>> {
  const sent = new Set(Object.values(memory).map(({ head }) => head));
  if (heads.every((head) => sent.has(head))) return new Set(heads);
  const reflog = await readReflog(desk.place);
  const seen = new Set<Sha>();
  for (const head of heads) {
    if (sent.has(head) || reflog.has(head) || (await isBelow(desk, head, reflog))) seen.add(head);
  }
  return seen;
}

/** A lower commit of a stack that arrived whole. An object that is gone counts as never seen. */
async function isBelow(desk: Desk, head: Sha, reflog: ReadonlySet<Sha>): Promise<boolean> {
  const entries = [...reflog].slice(-200);
  if (entries.length === 0) return false;
  const outside = await desk.repository.commits({ from: head, notReachableFrom: entries, max: 1 });
  return outside.ok && outside.value.length === 0;
}

function sentFrom(desk: Desk, memory: Memory, target: BranchName): readonly BranchName[] {
  const { head } = desk.place;
  if (head.kind !== "branch") return [];
  return Object.entries(memory).flatMap(([name, sent]) => {
    const branch = parseBranchName(name);
    return branch !== undefined && sent.from === head.branch && name.startsWith(`review/${target}/`) ? [branch] : [];
  });
}

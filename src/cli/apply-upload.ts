/**
 * The plan's effects, in the order that keeps the server from merging or closing anything by accident: pull requests
 * that move to the target first, then one atomic leased push, then everything else. Each is safe to repeat: an upload
 * that stopped half-way is finished by running `git review` again.
 */
import { type PlannedWrite, type PushedBranch, type UploadPlan } from "../core/change/upload.ts";
import { branchOfRef, branchRef, type BranchName } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { type ForgeProblem } from "../forge/forge.ts";
import { type GitProblem } from "../git/problem.ts";
import { type Desk } from "./desk.ts";
import { type GatheredStack } from "./gather-stack.ts";
import { writeMemory, type Memory, type SentBranch } from "./memory.ts";
import { branchTips, seenOf, type PlannedUpload } from "./plan-upload.ts";
import { EXIT, ofForge, ofGit, ofUpload } from "./problems.ts";
import { type CliProblem } from "./say.ts";

/** By head branch: the pull requests made by this upload. */
export type Created = Readonly<Record<string, { readonly number: number; readonly url: string }>>;

export interface Applied {
  readonly created: Created;
  /** What a refused write leaves undone; the push went through. */
  readonly undone: readonly CliProblem[];
}

export async function applyUpload(
  desk: Desk,
  gathered: GatheredStack,
  planned: PlannedUpload,
): Promise<Result<Applied, CliProblem>> {
  const { plan, memory } = planned;
  const moved = await moveBranch(desk, gathered);
  if (!moved.ok) return moved;
  const retargeted = await retarget(desk, plan.retargetFirst);
  if (!retargeted.ok) return retargeted;
  const pushed = await pushAll(desk, planned);
  if (!pushed.ok) return fail(plan.retargetFirst.length === 0 ? pushed.problem : partly(pushed.problem));
  await writeMemory(desk.place, remember(desk, plan, memory));
  return write(desk, plan);
}

async function moveBranch(desk: Desk, { move }: GatheredStack): Promise<Result<void, CliProblem>> {
  if (move === undefined) return ok(undefined);
  const moved = await desk.repository.updateRef(move.ref, move, "git review: Change-Ids given");
  return moved.ok ? ok(undefined) : fail(ofGit(moved.problem));
}

/** All or stop: pushing while one of these still has its old base could close it. */
async function retarget(desk: Desk, writes: readonly PlannedWrite[]): Promise<Result<void, CliProblem>> {
  if (writes.length === 0) return ok(undefined);
  const outcomes = await desk.say.during("Retargeting", desk.forge.writeStack(desk.project, { writes }));
  if (!outcomes.ok) return fail(partly(ofForge(outcomes.problem)));
  for (const outcome of outcomes.value) if (!outcome.ok) return fail(partly(ofForge(outcome.problem)));
  return ok(undefined);
}

async function pushAll(desk: Desk, planned: PlannedUpload): Promise<Result<void, CliProblem>> {
  const { plan } = planned;
  const label = `Sending ${plan.push.length} to ${desk.location.remote}`;
  const pushed = await desk.say.during(label, push(desk, plan.push));
  if (pushed.ok) return ok(undefined);
  // A server that loses the race itself calls it a refusal, and only where the branches are now tells the two apart.
  if (pushed.problem.kind === "stale" || pushed.problem.kind === "rejected")
    return pushAgain(desk, planned, pushed.problem);
  return fail(pushProblem(desk, pushed.problem));
}

/** A lease did not hold. Either an earlier run of ours left the branch there, or somebody else was faster. */
async function pushAgain(desk: Desk, planned: PlannedUpload, first: GitProblem): Promise<Result<void, CliProblem>> {
  const { plan, memory } = planned;
  const tips = await branchTips(
    desk,
    plan.push.map(({ branch }) => branch),
  );
  if (!tips.ok) return tips;
  const moved = plan.push.flatMap((one) => (tips.value[one.branch] === one.from ? [] : [one]));
  if (moved.length === 0) return fail(pushProblem(desk, first));
  const heads = moved.flatMap(({ branch, to }) => {
    const tip = tips.value[branch];
    return tip === undefined || tip === to ? [] : [tip];
  });
  const seen = await seenOf(desk, heads, memory);
  for (const { branch, to } of moved) {
    const head = tips.value[branch];
    if (head === undefined || head === to || seen.has(head)) continue;
    const step = plan.steps.find((one) => one.branch === branch);
    if (step === undefined) continue;
    const remote = step.kind === "create" ? step.replaces : step.remote;
    const foreign = {
      kind: "foreign",
      change: step.change,
      branch,
      head,
      ...(remote === undefined ? {} : { remote }),
    } as const;
    return fail(ofUpload(foreign, desk.location.remote));
  }
  const again = plan.push.flatMap(({ branch, to }): PushedBranch[] => {
    const from = tips.value[branch];
    if (from === to) return [];
    return [{ branch, to, ...(from === undefined ? {} : { from }) }];
  });
  const pushed = await push(desk, again);
  return pushed.ok ? ok(undefined) : fail(pushProblem(desk, pushed.problem));
}

async function push(desk: Desk, branches: readonly PushedBranch[]): Promise<Result<unknown, GitProblem>> {
  if (branches.length === 0) return ok(undefined);
  const moves = branches.map(({ branch, from, to }) => ({ ref: branchRef(branch), from, to }));
  return desk.repository.push(desk.remote, moves);
}

function pushProblem(desk: Desk, problem: GitProblem): CliProblem {
  if (problem.kind !== "stale") return ofGit(problem);
  const branches = problem.refs.map(({ ref }) => branchOfRef(ref) ?? ref).join(", ");
  return {
    message: `Cannot send: while this ran, somebody else moved ${branches} on ${desk.location.remote}. Nothing was pushed`,
    hint: "run `git review` again: it looks at what is there now",
    exit: EXIT.refused,
  };
}

async function write(desk: Desk, plan: UploadPlan): Promise<Result<Applied, CliProblem>> {
  if (plan.writes.length === 0) return ok({ created: {}, undone: [] });
  const label = `Writing ${plan.writes.length} to ${desk.location.host}`;
  const outcomes = await desk.say.during(label, desk.forge.writeStack(desk.project, { writes: plan.writes }));
  // The commits are there already: whatever goes wrong now is finished by the next run.
  if (!outcomes.ok) return fail(partly(ofForge(outcomes.problem)));
  const created: Record<string, { number: number; url: string }> = {};
  const problems: ForgeProblem[] = [];
  plan.writes.forEach((one, index) => {
    const outcome = outcomes.value[index];
    if (outcome === undefined) return;
    if (!outcome.ok) problems.push(outcome.problem);
    else if (one.kind === "create") created[one.head] = outcome.value;
  });
  return ok({ created, undone: problems.map((problem) => partly(ofForge(problem))) });
}

/** Newest last, so that the file forgets the oldest first. */
function remember(desk: Desk, plan: UploadPlan, memory: Memory): Memory {
  const { head } = desk.place;
  const from = head.kind === "branch" ? { from: head.branch } : {};
  const now: [BranchName, SentBranch][] = plan.steps.flatMap((step) => {
    if (step.kind === "merged") return [];
    const patchSet = step.kind === "create" ? 1 : step.patchSet;
    const sent = { head: step.change.commit, tree: step.change.tree, ...from };
    return [[step.branch, patchSet === undefined ? sent : { ...sent, patchSet }]];
  });
  const gone = new Set<string>([...now.map(([branch]) => branch), ...finished(plan, memory, from.from)]);
  const kept = Object.entries(memory).filter(([branch]) => !gone.has(branch));
  return Object.fromEntries([...kept, ...now]);
}

/** Changes once sent from this branch that are neither in the stack nor open any more. */
function finished(plan: UploadPlan, memory: Memory, from: BranchName | undefined): readonly string[] {
  const open = new Set<string>(plan.orphans.map(({ headBranch }) => headBranch));
  const here = from === undefined ? [] : Object.entries(memory).filter(([, sent]) => sent.from === from);
  return here.flatMap(([branch]) => (branch.startsWith(`review/${plan.target}/`) && !open.has(branch) ? [branch] : []));
}

function partly(problem: CliProblem): CliProblem {
  return {
    message: `${problem.message}. Part of the upload is done`,
    hint: `${problem.hint}; then run \`git review\` again, which finishes it`,
    exit: EXIT.partlyDone,
  };
}

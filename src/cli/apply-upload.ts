/**
 * The plan's effects, in the order that keeps the server from merging or closing anything by accident: pull requests
 * that move to the target first, then one atomic leased push, then everything else. Each is safe to repeat: an upload
 * that stopped half-way is finished by running `git review` again.
 */
import { textsToFinish, withForkNamed } from "../core/change/overlap.ts";
import { hasEffects, type PlannedWrite, type UploadPlan } from "../core/change/upload.ts";
import { type BranchName } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { systemClock } from "../clock.ts";
import { type Answer, type StackWrites, type WriteOutcome, type WrittenChange } from "../forge/forge.ts";
import { type Desk } from "./desk.ts";
import { type GatheredStack } from "./gather-stack.ts";
import { readJournal, recordOf, writeJournal } from "./journal.ts";
import { writeMemory, type Memory, type SentBranch } from "./memory.ts";
import { makeFork } from "./make-fork.ts";
import { type PlannedUpload } from "./plan-upload.ts";
import { EXIT, ofForge, ofGit } from "./problems.ts";
import { pushAll } from "./push-upload.ts";
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
  const housed = await withFork(desk, planned);
  if (!housed.ok) return housed;
  const { plan } = housed.value;
  const forget = await note(desk, gathered, housed.value);
  const moved = await moveBranch(desk, gathered);
  if (!moved.ok) {
    await forget();
    return moved;
  }
  const retargeted = await retarget(desk, plan.retargetFirst);
  if (!retargeted.ok) return retargeted;
  const pushed = await pushAll(desk, housed.value);
  if (!pushed.ok) {
    if (plan.retargetFirst.length > 0) return fail(partly(pushed.problem));
    if (gathered.move === undefined) await forget();
    return fail(pushed.problem);
  }
  await writeMemory(desk.place, remember(desk, gathered, housed.value));
  return write(desk, plan);
}

/** Before anything else is done, so that nothing is where there can be none. */
async function withFork(desk: Desk, planned: PlannedUpload): Promise<Result<PlannedUpload, CliProblem>> {
  const { plan, fork } = planned;
  if (fork === undefined || fork.exists || !plan.push.some((one) => one.fork === fork.name)) return ok(planned);
  const made = await makeFork(desk, plan.target);
  return made.ok ? ok({ ...planned, plan: withForkNamed(plan, fork.name, made.value) }) : made;
}

/** For `undo`, before anything is done. The answer takes the note back where nothing came of it. */
async function note(
  desk: Desk,
  gathered: GatheredStack,
  { plan, memory }: PlannedUpload,
): Promise<() => Promise<void>> {
  if (!hasEffects(plan) && gathered.move === undefined) return async () => {};
  const before = await readJournal(desk.place);
  await writeJournal(desk.place, [...before, recordOf(desk, { gathered, plan, memory, now: systemClock.now() })]);
  return () => writeJournal(desk.place, before);
}

async function moveBranch(desk: Desk, { move, rebased }: GatheredStack): Promise<Result<void, CliProblem>> {
  if (move === undefined) return ok(undefined);
  if (move.files) {
    const reset = await desk.repository.resetKeep(move.to);
    return reset.ok ? ok(undefined) : fail(ofGit(reset.problem));
  }
  const moved = await desk.repository.updateRef(
    move.ref,
    move,
    `git review: ${rebased === undefined ? "Change-Ids given" : "rebased"}`,
  );
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

/** What is wished for a new pull request comes after it, since only then it has an id. */
async function write(desk: Desk, plan: UploadPlan): Promise<Result<Applied, CliProblem>> {
  const now = plan.wishes.flatMap(({ on, wish }) => (on === undefined ? [] : [{ kind: "wish" as const, ...on, wish }]));
  const first = await writeAll(desk, [...plan.writes, ...now]);
  // The commits are there already: whatever goes wrong now is finished by the next run.
  if (!first.ok) return fail(partly(ofForge(first.problem)));
  const created: Record<string, WrittenChange> = {};
  plan.writes.forEach((one, index) => {
    const outcome = first.value[index];
    if (one.kind === "create" && outcome?.ok === true) created[one.head] = outcome.value;
  });
  const later = plan.wishes.flatMap(({ on, branch, wish }) => {
    const made = created[branch];
    return on !== undefined || made === undefined ? [] : [{ kind: "wish" as const, ...made, wish }];
  });
  const second = await writeAll(desk, [...textsToFinish(plan, created), ...later]);
  if (!second.ok) return fail(partly(ofForge(second.problem)));
  const problems = [...first.value, ...second.value].flatMap((one) => (one.ok ? [] : [one.problem]));
  return ok({ created, undone: problems.map((problem) => partly(ofForge(problem))) });
}

async function writeAll(desk: Desk, writes: StackWrites["writes"]): Answer<readonly WriteOutcome[]> {
  if (writes.length === 0) return ok([]);
  return desk.say.during(
    `Writing ${writes.length} to ${desk.location.host}`,
    desk.forge.writeStack(desk.project, { writes }),
  );
}

/** Newest last, so that the file forgets the oldest first. */
function remember(desk: Desk, { left }: GatheredStack, { plan, memory }: PlannedUpload): Memory {
  const { head } = desk.place;
  const from = head.kind === "branch" ? { from: head.branch } : {};
  const now: [BranchName, SentBranch][] = plan.steps.flatMap((step) => {
    if (step.kind === "merged" || (step.kind !== "create" && step.remote.theirs === true)) return [];
    const patchSet = step.kind === "create" ? 1 : step.patchSet;
    const sent = { head: step.change.commit, tree: step.change.tree, ...from };
    return [[step.branch, patchSet === undefined ? sent : { ...sent, patchSet }]];
  });
  const above = left.map(({ branch }) => branch);
  const over = finished(plan, memory, from.from).filter((branch) => !above.some((one) => one === branch));
  const gone = new Set<string>([...now.map(([branch]) => branch), ...over]);
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

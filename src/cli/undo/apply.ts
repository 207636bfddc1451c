/** The undo plan's effects, in its order. Each is safe to repeat: an undo that stopped half-way is finished by running it again. */
import { type SubmitRecord, type UndoPlan } from "../../core/change/undo.ts";
import { type BranchName } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { type StackWrites } from "../../forge/forge.ts";
import { type PushMove } from "../../git/remote.ts";
import { type Desk } from "../desk.ts";
import { moveHeads } from "../heads.ts";
import { readMemory, writeMemory, type SentBranch } from "../memory.ts";
import { EXIT, ofForge, ofGit } from "../problems.ts";
import { type CliProblem } from "../say.ts";
import { moveLocal, type LocalMove } from "./local.ts";

export async function applyUndo(
  desk: Desk,
  record: SubmitRecord,
  { plan, local }: { readonly plan: UndoPlan; readonly local: LocalMove | undefined },
): Promise<Result<void, CliProblem>> {
  const { say, forge, project, location } = desk;
  const first = await write(desk, plan.retargetFirst);
  if (!first.ok) return fail(partly(first.problem));
  const started = plan.retargetFirst.length > 0;
  const back = await push(desk, plan.push);
  if (!back.ok) return fail(started ? partly(back.problem) : back.problem);
  const turns = plan.turns.map(({ number, nodeId, to }) => ({
    kind: "wish" as const,
    ...{ number, nodeId, wish: { kind: to } },
  }));
  const written = await write(desk, [...plan.writes, ...turns]);
  if (!written.ok) return fail(partly(written.problem));
  for (const { number } of plan.close) {
    const closed = await say.during(`Closing #${number} on ${location.host}`, forge.close(project, number));
    if (!closed.ok) return fail(partly(ofForge(closed.problem)));
  }
  const gone = await push(
    desk,
    plan.remove.map((one) => ({ ...one, to: undefined })),
  );
  if (!gone.ok) return fail(partly(gone.problem));
  await remember(desk, plan);
  const moved = local === undefined ? ok(undefined) : await moveLocal(desk, record, local);
  return moved.ok ? ok(undefined) : fail(partly(moved.problem));
}

async function write(desk: Desk, writes: StackWrites["writes"]): Promise<Result<void, CliProblem>> {
  if (writes.length === 0) return ok(undefined);
  const label = `Writing ${writes.length} to ${desk.location.host}`;
  const outcomes = await desk.say.during(label, desk.forge.writeStack(desk.project, { writes }));
  if (!outcomes.ok) return fail(ofForge(outcomes.problem));
  for (const outcome of outcomes.value) if (!outcome.ok) return fail(ofForge(outcome.problem));
  return ok(undefined);
}

type Move = Omit<PushMove, "ref"> & { readonly branch: BranchName; readonly fork?: string };

/** One atomic push for each repository: the project, and the person's fork. */
async function push(desk: Desk, moves: readonly Move[]): Promise<Result<void, CliProblem>> {
  for (const fork of new Set(moves.map((move) => move.fork))) {
    const here = moves.filter((move) => move.fork === fork);
    const to = fork ?? desk.location.remote;
    const pushed = await desk.say.during(`Sending ${here.length} to ${to}`, moveHeads(desk, here, fork));
    if (pushed.ok) continue;
    if (pushed.problem.kind !== "stale") return fail(ofGit(pushed.problem));
    const refs = pushed.problem.refs.map(({ ref }) => ref.replace(/^refs\/heads\//, "")).join(", ");
    return fail({
      message: `Cannot undo: while this ran, somebody else moved ${refs} on ${to}. No branch was moved`,
      hint: "run `git review undo` again: it looks at what is there now",
      exit: EXIT.refused,
    });
  }
  return ok(undefined);
}

/** What this clone knew of the branches before, so that a later submit knows the same. */
async function remember(desk: Desk, plan: UndoPlan): Promise<void> {
  const memory = new Map<string, SentBranch>(Object.entries(await readMemory(desk.place)));
  for (const { change, kind } of plan.steps) {
    if (kind === "kept") continue;
    memory.delete(change.branch);
    if (change.sent !== undefined) memory.set(change.branch, change.sent);
  }
  await writeMemory(desk.place, Object.fromEntries(memory));
}

function partly(problem: CliProblem): CliProblem {
  return {
    message: `${problem.message}. Part of the submit is taken back`,
    hint: `${problem.hint}; then run \`git review undo\` again, which finishes it`,
    exit: EXIT.partlyDone,
  };
}

/**
 * `git review restack`: the local stack put onto the target's newest tip and onto what was merged or amended below, in memory. The
 * branch, its files and the branches inside the stack move at the end, all together and only if nothing is in the way.
 */
import { type Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { openDesk, targetOf, type Desk } from "../desk.ts";
import { above } from "../gather-stack.ts";
import { writeMemory } from "../memory.ts";
import { EXIT, ofGit } from "../problems.ts";
import { applyMoves, planMoves } from "../restack/move.ts";
import { gatherRestack, type GatheredRestack } from "../restack/gather.ts";
import { replaySteps, type Replayed, type Restacked } from "../restack/replay.ts";
import { restackJson, restackLines } from "../restack/show.ts";
import { oneLine, type CliProblem, type Say, type Terminal } from "../say.ts";

export interface RestackOptions {
  readonly branch?: string;
  readonly remote?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export async function restack(
  terminal: Terminal,
  say: Say,
  { branch, remote, dryRun, json }: RestackOptions,
): Promise<Result<number, CliProblem>> {
  const asked = { ...(branch === undefined ? {} : { branch }), ...(remote === undefined ? {} : { remote }) };
  const opened = await openDesk(terminal, say, asked);
  if (!opened.ok) return opened;
  const desk = opened.value;
  const target = await targetOf(desk);
  if (!target.ok) return target;
  const gathered = await gatherRestack(desk, target.value, { dryRun });
  if (!gathered.ok) return gathered;
  const { steps, commits, targetTip } = gathered.value;
  const replayed = await replaySteps(desk.repository, steps, { target: targetTip, commits });
  if (!replayed.ok) return fail(ofGit(replayed.problem));
  if (replayed.value.kind === "conflict") return fail(conflict(desk, gathered.value, replayed.value));
  const moves = await planMoves(desk, gathered.value, replayed.value);
  if (!moves.ok) return moves;
  if (!dryRun) {
    const applied = await applyMoves(desk, moves.value);
    if (!applied.ok) return applied;
    await rememberTaken(desk, gathered.value, replayed.value.rows);
  }
  const shown = { gathered: gathered.value, rows: replayed.value.rows, moves: moves.value, dryRun };
  if (json) say.json(restackJson(desk, shown));
  else for (const line of restackLines(desk, shown)) say.result(line);
  return ok(EXIT.ok);
}

/** Somebody else's patch set is in this stack now, perhaps replayed: the next submit may build on it. */
async function rememberTaken(
  desk: Desk,
  { memory, commits }: GatheredRestack,
  rows: readonly Replayed[],
): Promise<void> {
  const taken = rows.flatMap(({ step }) => {
    if ((step.kind !== "take" && step.kind !== "as-sent") || step.at.branch === undefined) return [];
    const tree = commits.get(step.head)?.tree;
    if (tree === undefined || memory[step.at.branch]?.head === step.head) return [];
    return [[step.at.branch, { head: step.head, tree }] as const];
  });
  if (taken.length > 0) await writeMemory(desk.place, { ...memory, ...Object.fromEntries(taken) });
}

function conflict(
  desk: Desk,
  { target, targetTip }: GatheredRestack,
  { step, onto, files }: Extract<Restacked, { kind: "conflict" }>,
): CliProblem {
  const name = (sha: Sha): string => sha.slice(0, 7);
  const ground = onto === targetTip.sha ? above(desk, target) : "what it would stand on";
  const theirs =
    step.kind === "take" && step.remote !== undefined
      ? `#${step.remote.number} as ${step.remote.author.login} or another has amended it, ${name(step.head)},`
      : `${name(step.at.commit)} "${oneLine(step.at.subject)}"`;
  return {
    message: `Cannot restack ${theirs}: it conflicts with ${ground} in ${files.join(", ")}`,
    // All that lies below is there already as objects.
    hint: `\`git rebase --onto ${onto.slice(0, 12)} ${name(step.at.commit)}^\` stops there for you to resolve it; nothing was changed`,
    exit: EXIT.conflict,
  };
}

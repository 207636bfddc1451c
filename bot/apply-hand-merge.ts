/**
 * Undoes a merge by hand into the branch of a lower change (RULINGS 10): the branch goes back by lease, a pull request of
 * our own stands for the merged one, votes are asked for again, and one comment says so. Each step looks whether it was
 * done: after a crash the next look goes on from there. What may not be done is said instead.
 */
import {
  handMergeOf,
  handMergeSlot,
  handMergeWords,
  type HandMerge,
  type Undoing,
} from "../src/core/gate/hand-merge.ts";
import type { Action } from "../src/core/gate/snapshot.ts";
import { branchRef } from "../src/core/ids.ts";
import { ok, type Result } from "../src/core/result.ts";
import type { ChangeRead } from "../src/forge/forge.ts";
import { describeForgeProblem } from "../src/forge/problem.ts";
import type { Applied, Applying } from "./applying.ts";
import { forgeProblem, gitProblem } from "./problem.ts";
import { completePatchSet, patchSetsOf } from "./store/patch-sets.ts";
import { markPublished } from "./store/published.ts";
import { requesterOf, saveRequester } from "./store/remembered.ts";

type Undo = Extract<Action, { kind: "undo-hand-merge" }>;

/** Of the comment; one for each merged pull request. */
const SLOT = "hand-merge";

export async function applyHandMerge(at: Applying, action: Undo): Promise<Applied> {
  const { service, gathered } = at;
  const upper = await service.forge.readChange(gathered.ref, action.change);
  if (!upper.ok) return { kind: "problem", problem: forgeProblem(upper.problem) };
  const lower = await service.forge.readChange(gathered.ref, action.lower);
  if (!lower.ok) return { kind: "problem", problem: forgeProblem(lower.problem) };
  const { headBranch, pushes } = lower.value;
  const tip = gathered.tips.branches.get(headBranch);
  const found = handMergeOf(upper.value, { headBranch, tip, pushes });
  if (found.kind === "pushed") return settled(at, action, "a push");

  const put = await putBack(at, found, headBranch);
  if ("kind" in put) return put;
  if (put.restored) await forgetMerge(at, action, upper.value);
  const replacement = put.restored ? await replace(at, upper.value, action) : ok("");
  if (!replacement.ok) return replacement.problem;
  const body = handMergeWords({
    ...{ change: action.change, lower: action.lower, base: headBranch, target: targetOf(at, action) },
    ...put,
    replacement: replacement.value,
    ...(found.by === undefined ? {} : { by: found.by }),
  });
  const said = await service.forge.comment(gathered.ref, action.change, SLOT, body);
  if (!said.ok) return { kind: "problem", problem: forgeProblem(said.problem) };
  service.log.info({ ...action, ...put, replacement: replacement.value }, "a merge by hand was dealt with");
  return settled(at, action, body);
}

/** Not asked about again. */
async function settled({ service, gathered }: Applying, { change }: Undo, digest: string): Promise<Applied> {
  const mark = { repository: gathered.facts.id, slot: handMergeSlot(change), digest };
  await markPublished(service.store, mark, service.clock.now());
  return { kind: "changed" };
}

function targetOf({ gathered }: Applying, { lower }: Undo): Undoing["target"] {
  const snapshot = gathered.snapshot.changes.find(({ change }) => change.number === lower);
  return snapshot?.change.branch ?? gathered.facts.defaultBranch;
}

async function putBack(
  { gathered }: Applying,
  found: Exclude<HandMerge, { kind: "pushed" }>,
  branch: ChangeRead["headBranch"],
): Promise<Pick<Undoing, "restored" | "why"> | Applied> {
  if (found.kind === "undone") return { restored: true };
  if (found.kind === "overtaken") return { restored: false, why: "more was pushed to it since" };
  const { git, address } = gathered.mirror;
  const here = await git.commit(found.before);
  const brought = here.ok ? here : await git.fetch(address, [{ from: found.before }]);
  if (!brought.ok) return { kind: "problem", problem: gitProblem(brought.problem) };
  const pushed = await git.push(address, [{ ref: branchRef(branch), from: found.merged, to: found.before }]);
  if (pushed.ok) return { restored: true };
  if (pushed.problem.kind === "stale") return { kind: "changed" };
  if (pushed.problem.kind === "rejected") return { restored: false, why: "a rule of the repository forbids it" };
  return { kind: "problem", problem: gitProblem(pushed.problem) };
}

/** Whoever pressed the button has not worked on the lower change: what they made is gone from it, to the last byte. */
async function forgetMerge(
  { service, gathered }: Applying,
  { lower }: Undo,
  { mergeCommit }: Pick<ChangeRead, "mergeCommit">,
): Promise<void> {
  const recorded = await patchSetsOf(service.store, gathered.facts.id, lower);
  for (const { patchSet } of recorded) {
    if (patchSet.sha !== mergeCommit || patchSet.undone === true) continue;
    await completePatchSet(service.store, gathered.facts.id, lower, { ...patchSet, undone: true });
  }
}

/** Answers its number, or why there is none. */
async function replace(at: Applying, upper: ChangeRead, action: Undo): Promise<Result<number | string, Applied>> {
  const { service, gathered } = at;
  const { ref, facts, tips, mirror } = gathered;
  if (upper.headRepository?.toLowerCase() !== `${ref.owner}/${ref.name}`.toLowerCase()) {
    return ok("its branch is in a fork, where the service may not write");
  }
  // One that was closed as unmerged by its author, or is there already after a crash.
  const open = gathered.snapshot.pulls?.find(
    ({ state, headBranch }) => state === "open" && headBranch === upper.headBranch,
  );
  const requester = (await requesterOf(service.store, facts.id, action.change)) ?? upper.author;
  if (open !== undefined) {
    await saveRequester(service.store, facts.id, { change: open.change, requester });
    return ok(open.change);
  }
  if (!tips.branches.has(upper.headBranch)) {
    // The forge deletes branches after a merge, where it is told to.
    const made = await mirror.git.push(mirror.address, [
      { ref: branchRef(upper.headBranch), from: undefined, to: upper.head },
    ]);
    if (!made.ok && made.problem.kind === "rejected") return ok("its branch was deleted, and may not be made again");
    if (!made.ok && made.problem.kind !== "stale") {
      return { ok: false, problem: { kind: "problem", problem: gitProblem(made.problem) } };
    }
  }
  const body = `${upper.body}\n\nReplaces #${upper.number}, which was merged into \`${upper.base}\` by hand.\n\nOn-behalf-of: @${requester.login}`;
  const { headBranch: head, base, title } = upper;
  const opened = await service.forge.openChange(ref, { head, base, title, body: body.trim() });
  if (opened.ok) {
    await saveRequester(service.store, facts.id, { change: opened.value.number, requester });
    return ok(opened.value.number);
  }
  const { kind } = opened.problem;
  if (kind === "refused" || kind === "forbidden") return ok(describeForgeProblem(opened.problem).message);
  return { ok: false, problem: { kind: "problem", problem: forgeProblem(opened.problem) } };
}

/**
 * One action, done. Each is safe to repeat: what was begun is in the effect table, what it does is a compare-and-swap or
 * an upsert, and what it rests on is looked at again just before. A crash between two steps is resumed by the next look,
 * which decides the same and finds the first step done.
 */
import { slotOf } from "../src/core/gate/decide.ts";
import type { Action } from "../src/core/gate/snapshot.ts";
import { never } from "../src/core/result.ts";
import type { Result } from "../src/core/result.ts";
import type { ForgeProblem } from "../src/forge/forge.ts";
import { keyOf, type Applied, type Applying } from "./applying.ts";
import { applyArchive } from "./apply-archive.ts";
import { applyBackport, settleBackport } from "./apply-backport.ts";
import { applyBuild } from "./apply-build.ts";
import { applyClose } from "./apply-close.ts";
import { applyKeepPatchSets } from "./apply-patch-sets.ts";
import { applyRelease, settleReleases } from "./apply-release.ts";
import { applyHandMerge } from "./apply-hand-merge.ts";
import { putReviewBase } from "./apply-review-base.ts";
import { landOrRemember, pushAgain, runAgain, stopRuns } from "./apply-watch.ts";
import { checkOf } from "./check-text.ts";
import { forgeProblem, gitProblem } from "./problem.ts";
import { beginEffect, endEffect } from "./store/effects.ts";
import { markPublished, recordVerdict } from "./store/published.ts";
import { buildById, endItem, releaseBuild, saveBuild, saveItem } from "./store/queue.ts";
import { tipOf } from "../src/core/gate/identity.ts";

export async function apply(at: Applying, action: Action): Promise<Applied> {
  const { service, gathered, fence } = at;
  const effect = { repository: gathered.facts.id, key: keyOf(action) };
  if (isSilent(action)) return perform(at, action);
  await beginEffect(service.store, { ...effect, action: action.kind, fence }, service.clock.now());
  const applied = await perform(at, action);
  const state = applied.kind === "problem" ? "refused" : "done";
  await endEffect(service.store, effect, { state }, service.clock.now());
  return applied;
}

/** Kept in tables of their own, or upserts that leave a digest: no trace of theirs is needed. */
function isSilent({ kind }: Action): boolean {
  const own = ["keep-patch-sets", "archive-patch-sets"];
  return [...own, "publish-check", "report", "enqueue", "dequeue", "settle-releases", "settle-backport"].includes(kind);
}

async function perform(at: Applying, action: Action): Promise<Applied> {
  const { service, gathered } = at;
  const { forge, store, clock } = service;
  const repository = gathered.facts.id;
  switch (action.kind) {
    case "keep-patch-sets":
      return applyKeepPatchSets(at, action);
    case "archive-patch-sets":
      return applyArchive(at, action);
    case "publish-check":
      return publishCheck(at, action);
    case "report": {
      const done = said(await forge.comment(gathered.ref, action.change, action.slot, action.body));
      if (done.kind === "said") await mark(at, action, action.digest);
      return done;
    }
    case "enqueue":
      await saveItem(store, repository, { target: action.target, item: action.item }, clock.now());
      return { kind: "changed" };
    case "dequeue":
      await endItem(store, { repository, item: action.item }, action, clock.now());
      return { kind: "changed" };
    case "build":
      return action.again === undefined ? applyBuild(at, action) : pushAgain(at, action, action.again);
    case "compose":
      // Lanes are an opt-in that no policy offers yet.
      return { kind: "nothing" };
    case "cancel":
      return cancel(at, action);
    case "rerun":
      return runAgain(at, action);
    case "land":
      return landOrRemember(at, action);
    case "retarget":
      return changed(await forge.retarget(gathered.ref, action.change, action.to));
    case "put-review-base":
      return putReviewBase(at, action);
    case "undo-hand-merge":
      return applyHandMerge(at, action);
    case "delete-branch": {
      const { git, address } = gathered.mirror;
      const gone = await git.push(address, [{ ref: action.ref, from: action.was, to: undefined }]);
      if (gone.ok || gone.problem.kind === "stale") return { kind: "changed" };
      return { kind: "problem", problem: gitProblem(gone.problem) };
    }
    case "release":
      return applyRelease(at, action);
    case "settle-releases":
      return settleReleases(at, action);
    case "backport":
      return applyBackport(at, action);
    case "settle-backport":
      return settleBackport(at, action);
    case "close":
      return applyClose(at, action);
    default:
      return never(action);
  }
}

async function publishCheck(at: Applying, action: Extract<Action, { kind: "publish-check" }>): Promise<Applied> {
  const { service, gathered } = at;
  const done = said(await service.forge.publishCheck(gathered.ref, checkOf(action, gathered)));
  if (done.kind !== "said") return done;
  await mark(at, action, action.digest);
  const { change, head: sha, digest, verdict: result } = action;
  const verdict = { repository: gathered.facts.id, change, sha, digest, result };
  await recordVerdict(service.store, verdict, service.clock.now());
  return done;
}

/** Its runs are stopped. The next build takes the slot anyway; an idle slot is emptied so that nobody reads an old state out of it. */
async function cancel(at: Applying, { build: id, ref }: Extract<Action, { kind: "cancel" }>): Promise<Applied> {
  const { service, gathered } = at;
  const repository = gathered.facts.id;
  const known = await buildById(service.store, repository, id);
  if (known === undefined) return { kind: "nothing" };
  const tip = tipOf(known.build);
  if (tip !== undefined) {
    await stopRuns(at, tip, ref);
    const { git, address } = gathered.mirror;
    const gone = await git.push(address, [{ ref, from: tip, to: undefined }]);
    if (!gone.ok && gone.problem.kind !== "stale") return { kind: "problem", problem: gitProblem(gone.problem) };
  }
  await saveBuild(service.store, repository, { ...known, build: { ...known.build, state: { kind: "cancelled" } } });
  await releaseBuild(service.store, repository, id, service.clock.now());
  return { kind: "changed" };
}

async function mark({ service, gathered }: Applying, action: Action, digest: string): Promise<void> {
  const slot = slotOf(action);
  if (slot === undefined) return;
  await markPublished(service.store, { repository: gathered.facts.id, slot, digest }, service.clock.now());
}

function said(result: Result<unknown, ForgeProblem>): Applied {
  return result.ok ? { kind: "said" } : { kind: "problem", problem: forgeProblem(result.problem) };
}

function changed(result: Result<unknown, ForgeProblem>): Applied {
  return result.ok ? { kind: "changed" } : { kind: "problem", problem: forgeProblem(result.problem) };
}

/**
 * Puts patch sets under `refs/changes/` on the forge: one push for all that are new, each leased on not being there. Where one
 * is there already and says something else, somebody meddled, and it is put right. A ref that the forge refuses (such as one
 * with workflow edits, for an App without that right) is left out with a line in the log: nothing rests on it.
 */
import { patchSetFolder, patchSetRef } from "../src/core/change/patch-set-ref.ts";
import { keptUpTo, patchSetSlot } from "../src/core/gate/keep-patch-sets.ts";
import type { Action, KeptPatchSet } from "../src/core/gate/snapshot.ts";
import type { RefName, Sha } from "../src/core/ids.ts";
import { ok, type Result } from "../src/core/result.ts";
import type { GitProblem } from "../src/git/problem.ts";
import { parseRefPattern } from "../src/git/slots.ts";
import type { Applied, Applying } from "./applying.ts";
import type { Mirror } from "./mirror.ts";
import { gitProblem } from "./problem.ts";
import { markPublished } from "./store/published.ts";

export async function applyKeepPatchSets(
  at: Applying,
  { sets }: Extract<Action, { kind: "keep-patch-sets" }>,
): Promise<Applied> {
  const { mirror } = at.gathered;
  const pushed = await mirror.git.push(
    mirror.address,
    sets.map((one) => ({ ref: patchSetRef(one), from: undefined, to: one.sha })),
  );
  if (!pushed.ok) {
    const problem = await oneByOne(at, sets, pushed.problem);
    if (problem !== undefined) return { kind: "problem", problem: gitProblem(problem) };
  }
  await remember(at, sets);
  return { kind: "said" };
}

/** Answers what may pass, so that it is tried again; what will not is told and left. */
async function oneByOne(
  { service, gathered }: Applying,
  sets: readonly KeptPatchSet[],
  first: GitProblem,
): Promise<GitProblem | undefined> {
  if (!isLasting(first)) return first;
  const { mirror } = gathered;
  const there = await refsOf(mirror, sets);
  if (!there.ok) return there.problem;
  for (const one of sets) {
    const ref = patchSetRef(one);
    const from = there.value.get(ref);
    if (from === one.sha) continue;
    if (from !== undefined)
      service.log.warn({ ref, found: from }, "a patch set was changed by somebody else; put right");
    const pushed = await mirror.git.push(mirror.address, [{ ref, from, to: one.sha }]);
    if (pushed.ok) continue;
    if (!isLasting(pushed.problem)) return pushed.problem;
    service.log.info({ ref, problem: pushed.problem.kind }, "the forge does not take this patch set under its number");
  }
  return undefined;
}

/** `failed`: git itself stopped, as it does where a commit is gone. */
function isLasting({ kind }: GitProblem): boolean {
  return ["stale", "rejected", "missing-object", "failed"].includes(kind);
}

async function refsOf(
  { git, address }: Mirror,
  sets: readonly KeptPatchSet[],
): Promise<Result<ReadonlyMap<RefName, Sha>, GitProblem>> {
  const folders = [...new Set(sets.map(({ change }) => patchSetFolder(change)))];
  const patterns = folders.flatMap((folder) => parseRefPattern(`${folder}*`) ?? []);
  const listed = await git.listRemote(address, ...patterns);
  return listed.ok ? ok(new Map(listed.value.map(({ name, sha }) => [name, sha]))) : listed;
}

async function remember({ service, gathered }: Applying, sets: readonly KeptPatchSet[]): Promise<void> {
  const newest = new Map(sets.map((one) => [one.change, one]));
  for (const [change, one] of newest) {
    const published = { repository: gathered.facts.id, slot: patchSetSlot(change), digest: keptUpTo(one) };
    await markPublished(service.store, published, service.clock.now());
  }
}

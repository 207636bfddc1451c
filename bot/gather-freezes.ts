/**
 * The release cycle as the tip of the default branch has it: what its freezes stop and whom exceptions let through, for every target. A
 * stable branch does not carry the cycle's files, and an old copy of them would say yesterday's dates (ADR 39). What cannot be read
 * closes the gate for what it may concern.
 */
import type { RepoId, Sha } from "../src/core/ids.ts";
import { isCycleFile, type CycleFolders } from "../src/core/release/freeze/cycle-files.ts";
import { cycleState } from "../src/core/release/freeze/cycle-state.ts";
import { NO_CYCLE, type CycleState } from "../src/core/release/freeze/freezes-of.ts";
import { describeGitProblem } from "../src/git/problem.ts";
import type { Repository } from "../src/git/repository.ts";
import type { Ground } from "./gather-ground.ts";
import type { TargetPolicy } from "./gather-policy.ts";
import type { Service } from "./service.ts";

/** Files of all cycles together. */
const MOST_FILES = 10_000;

export interface KnownCycle {
  readonly tip: Sha;
  readonly folders: CycleFolders;
  readonly state: CycleState;
}

/** Read once for each tip. */
export async function gatherFreezes(
  { policyMemory }: Pick<Service, "policyMemory">,
  { facts, policies, mirror }: Pick<Ground, "facts" | "policies" | "mirror">,
): Promise<CycleState> {
  const of = policies.get(facts.defaultBranch);
  if (of === undefined) return NO_CYCLE;
  if (!of.policy.ok) return behindBroken(of);
  const folders = of.policy.value.cycle;
  if (folders === undefined) return NO_CYCLE;
  const known = policyMemory.cycles.get(facts.id);
  if (known?.tip === of.tip && same(known.folders, folders)) return known.state;
  const state = await readCycle(mirror.git, { tip: of.tip, folders });
  if (state.lasting) policyMemory.cycles.set(facts.id, { tip: of.tip, folders, state: state.value });
  return state.value;
}

/** Kept by the repository's id. */
export type KnownCycles = Map<RepoId, KnownCycle>;

/** Changes for other branches have a policy that can be read, and only a cycle could concern them. */
function behindBroken({ target, layers }: TargetPolicy): CycleState {
  if (!layers.some(({ text }) => /^["']?cycle["']?\s*:/m.test(text))) return NO_CYCLE;
  const why = `the policy of ${target} is broken, and it says where the cycle's files are; mend it`;
  return { ...NO_CYCLE, unread: [why] };
}

async function readCycle(
  git: Pick<Repository, "list" | "blobs">,
  { tip, folders }: { readonly tip: Sha; readonly folders: CycleFolders },
): Promise<{ readonly value: CycleState; readonly lasting: boolean }> {
  const unread = (why: string, lasting: boolean) => ({ value: { ...NO_CYCLE, folders, unread: [why] }, lasting });
  const paths = new Set<string>();
  for (const folder of new Set([folders.files, folders.exceptions])) {
    const listed = await git.list(tip, folder);
    if (!listed.ok) return unread(describeGitProblem(listed.problem).message, false);
    for (const { path } of listed.value) if (isCycleFile(folders, path)) paths.add(path);
  }
  if (paths.size > MOST_FILES)
    return unread(`there are ${paths.size} of its files, at most ${MOST_FILES} are read: remove old cycles`, true);
  const wanted = [...paths].sort();
  const blobs = await git.blobs(wanted.map((path) => ({ at: tip, path })));
  if (!blobs.ok) return unread(describeGitProblem(blobs.problem).message, false);
  const files = wanted.map((path, at) => ({ path, text: Buffer.from(blobs.value[at] ?? []).toString("utf8") }));
  return { value: cycleState(folders, files), lasting: true };
}

function same(a: CycleFolders, b: CycleFolders): boolean {
  return a.files === b.files && a.exceptions === b.exceptions;
}

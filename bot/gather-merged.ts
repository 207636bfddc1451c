/** Changes that were open at the last look and are merged at this one, as far as somebody has to ask whether the gate did it. */
import type { MergedFacts } from "../src/core/gate/unattested.ts";
import type { ChangeRead } from "../src/forge/forge.ts";
import type { Ground } from "./gather-ground.ts";
import type { Service } from "./service.ts";

/**
 * What cannot be read, or what the forge does not say, is left out: nobody is accused on half the facts, and `plustwo policy audit`
 * finds it later.
 */
export async function gatherMerged(
  { forge }: Service,
  { ref, policies, ended }: Pick<Ground, "ref" | "policies" | "ended">,
): Promise<readonly MergedFacts[]> {
  const found: MergedFacts[] = [];
  for (const change of ended) {
    const policy = policies.get(change.base)?.policy;
    const landed = landedAs(change);
    if (policy?.ok !== true || policy.value.mode !== "enforce" || landed === undefined) continue;
    const checks = await forge.ownChecks(ref, [change.head, landed]);
    if (!checks.ok) continue;
    const { number, base: target, head } = change;
    found.push({ change: number, target, mode: policy.value.mode, head, landed, checks: checks.value });
  }
  return found;
}

function landedAs({ state, mergeCommit }: ChangeRead) {
  return state === "merged" ? mergeCommit : undefined;
}

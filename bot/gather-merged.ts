/**
 * Changes that were merged while the service watched, as far as somebody has to ask whether the gate did it (threat T38). Each is answered
 * once and for all: at once where nothing is to be told, else when it has been told (`rememberTold`). Until then every look asks again, so a
 * service that dies in between, or a forge that is silent, loses no merge.
 */
import { judgeMerge, type MergedFacts } from "../src/core/gate/unattested.ts";
import type { GateSnapshot } from "../src/core/gate/snapshot.ts";
import type { ChangeRead } from "../src/forge/forge.ts";
import type { Gathered } from "./gather.ts";
import type { Ground } from "./gather-ground.ts";
import type { TargetPolicy } from "./gather-policy.ts";
import type { Service } from "./service.ts";
import { saveMergeAudits, type MergeAudit } from "./store/merge-audits.ts";

/** Those to tell of. While the policy cannot be read nobody is accused, and nobody acquitted. */
export async function gatherMerged(
  service: Service,
  { ref, facts, policies, merged }: Pick<Ground, "ref" | "facts" | "policies" | "merged">,
  gates: readonly GateSnapshot[],
): Promise<readonly MergedFacts[]> {
  const found: MergedFacts[] = [];
  const answered: MergeAudit[] = [];
  for (const change of merged) {
    const { number, base: target, head } = change;
    const policy = policies.get(target);
    const mode = modeOf(policy);
    if (mode === "unknown") continue;
    const landed = landedAs(change);
    // Into a branch that is gone, or into that of another change: no target of a gate.
    if (policy === undefined || mode !== "enforce" || landed === undefined) {
      answered.push({ change: number, target, found: "not-enforced" });
      continue;
    }
    const checks = await service.forge.ownChecks(ref, [head, landed]);
    if (!checks.ok) continue;
    const by = change.mergedBy === undefined ? {} : { by: change.mergedBy.login };
    const one: MergedFacts = { change: number, target, mode, head, landed, checks: checks.value, ...by };
    const finding = judgeMerge(one, gates);
    if (finding.kind === "uncertified") found.push(one);
    else answered.push({ change: number, target, found: finding.kind, landed, ...by });
  }
  await saveMergeAudits(service.store, facts.id, answered, service.clock.now());
  return found;
}

/** After every word of a look was said. */
export async function rememberTold(
  { store, clock }: Service,
  { facts, snapshot }: Pick<Gathered, "facts" | "snapshot">,
): Promise<void> {
  const told = (snapshot.merged ?? []).flatMap((one): readonly MergeAudit[] => {
    const finding = judgeMerge(one, snapshot.gates);
    if (finding.kind !== "uncertified") return [];
    const { change, target, landed, by } = one;
    const { missing } = finding;
    return [{ change, target, found: "uncertified", landed, missing, ...(by === undefined ? {} : { by }) }];
  });
  await saveMergeAudits(store, facts.id, told, clock.now());
}

function modeOf(policy: TargetPolicy | undefined) {
  if (policy === undefined || policy.layers.length === 0) return "none";
  return policy.policy.ok ? policy.policy.value.mode : "unknown";
}

function landedAs({ state, mergeCommit }: ChangeRead) {
  return state === "merged" ? mergeCommit : undefined;
}

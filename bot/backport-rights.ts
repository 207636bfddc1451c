/**
 * Who may ask for a backport to a branch, by the policy of that branch: it has to be enforced there, and whoever comments needs the right
 * to give Code-Review +2. What cannot be read lets nobody ask.
 */
import type { BranchName } from "../src/core/ids.ts";
import { groupsOf, permittedRange } from "../src/core/policy/policy.ts";
import type { Person, PolicySnapshot } from "../src/core/policy/snapshot.ts";
import type { Mode } from "../src/core/policy/verdict.ts";
import { ok, type Result } from "../src/core/result.ts";
import type { RepositoryFacts } from "../src/forge/forge.ts";
import { gatherGroups } from "./gather-changes.ts";
import type { Ground } from "./gather-ground.ts";
import { gatherOrganisation } from "./gather-organisation.ts";
import { gatherPolicy, type TargetPolicy } from "./gather-policy.ts";
import type { Mirror, Tips } from "./mirror.ts";
import { gitProblem, type ServiceProblem } from "./problem.ts";
import type { Service } from "./service.ts";

export interface BranchRights {
  /** `none`: nothing of ours is on that branch. `unknown`: its policy cannot be read. */
  readonly mode: Mode | "none" | "unknown";
  /** Half a sentence: why nobody may ask. Absent: some may. */
  readonly closed?: string;
  /** Half a sentence where this person may not ask. */
  whyNot(by: Person): Promise<string | undefined>;
}

type Place = { readonly facts: RepositoryFacts; readonly mirror: Mirror; readonly tips: Tips };

/** Of one look: each branch is read once. */
export function branchRights(
  service: Service,
  ground: Ground,
): (branch: BranchName) => Promise<Result<BranchRights, ServiceProblem>> {
  const known = new Map<BranchName, BranchRights>();
  return async (branch) => {
    const before = known.get(branch);
    if (before !== undefined) return ok(before);
    const read = await policyOn(service, ground, branch);
    if (!read.ok) return read;
    const rights = rightsOf(service, ground, { branch, policy: read.value });
    known.set(branch, rights);
    return ok(rights);
  };
}

function rightsOf(
  service: Service,
  ground: Ground,
  { branch, policy }: { readonly branch: BranchName; readonly policy: TargetPolicy | undefined },
): BranchRights {
  const mode = modeOf(policy);
  const closed = closedFor(policy);
  if (policy?.policy.ok !== true || closed !== undefined)
    return { mode, ...(closed === undefined ? {} : { closed }), whyNot: () => Promise.resolve(closed) };
  const { value } = policy.policy;
  let groups: { groups: PolicySnapshot["groups"]; incomplete: PolicySnapshot["incomplete"] } | undefined;
  return {
    mode,
    async whyNot(by) {
      const at = { ...ground, policies: new Map([[branch, policy]]) };
      groups ??= (await gatherGroups(service, at)).get(branch) ?? { groups: {}, incomplete: [] };
      const range = permittedRange(value, "Code-Review", {
        ...{ id: by.id, owner: false, branch },
        groups: groupsOf(groups.groups, by.id),
      });
      if (range !== undefined && range.max >= 2) return undefined;
      return groups.incomplete.length > 0
        ? "the members of its groups could not be read, so nobody may ask now; comment `/backport` again later"
        : `@${by.login} may not give Code-Review +2 there, and only who may asks for a backport`;
    },
  };
}

/** Of a branch as it is now; `undefined`: it is gone. */
export async function policyOn(
  service: Service,
  { facts, mirror, tips }: Place,
  branch: BranchName,
): Promise<Result<TargetPolicy | undefined, ServiceProblem>> {
  const tip = tips.branches.get(branch);
  if (tip === undefined) return ok(undefined);
  const shared = await gatherOrganisation(service, facts, { mirror, tips });
  if (!shared.ok) return shared;
  const target = await gatherPolicy(mirror, { target: branch, tip, shared: shared.value }, service.presets);
  return target.ok ? target : { ok: false, problem: gitProblem(target.problem) };
}

/** Half a sentence; `undefined` where plustwo may open a pull request. */
export function closedFor(policy: TargetPolicy | undefined): string | undefined {
  const mode = modeOf(policy);
  if (policy === undefined) return "the branch is gone";
  if (mode === "unknown") return "its policy cannot be read, so nobody may ask for a backport there";
  return mode === "enforce" ? undefined : "its policy is not enforced, so plustwo opens nothing there";
}

function modeOf(policy: TargetPolicy | undefined): BranchRights["mode"] {
  if (policy === undefined || policy.layers.length === 0) return "none";
  if (policy.incomplete.length > 0) return "unknown";
  return policy.policy.ok ? policy.policy.value.mode : "unknown";
}

/**
 * The repository that a release file names: this one, or another of the same owner that has agreed to be tagged from here. What it is
 * called now counts: a file that says an old name is told the new one.
 */
import { loadPolicy } from "../src/core/policy/load.ts";
import type { Policy } from "../src/core/policy/policy.ts";
import type { ReleaseOrder } from "../src/core/release/release/order.ts";
import { ok, type Result } from "../src/core/result.ts";
import type { ForgeProblem, RepositoryFacts } from "../src/forge/forge.ts";
import type { Ground } from "./gather-ground.ts";
import { layerOf, POLICY_FILE } from "./gather-policy.ts";
import type { Service } from "./service.ts";

export type From = Pick<Ground, "ref" | "facts" | "mirror" | "tips" | "policies" | "pulls">;

export interface Target {
  readonly facts: RepositoryFacts;
  /** It wants no tag without a signature. */
  readonly signed: boolean;
}

/** `forbidden`: why it is not tagged from here, a clause. */
export async function targetOf(
  { forge, presets }: Service,
  { ref, facts, policies }: From,
  { repository }: Pick<ReleaseOrder, "repository">,
): Promise<Result<Target | { readonly forbidden: string }, ForgeProblem>> {
  const here = nameOf(ref);
  const shown = `\`${repository}\``;
  const policyHere = policies.get(facts.defaultBranch)?.policy;
  const signedHere = policyHere?.ok === true && policyHere.value.releases.signed === true;
  const archived = `${shown} is archived, and takes no tags`;
  if (isCalled(repository, here)) return ok(facts.archived ? { forbidden: archived } : { facts, signed: signedHere });
  const [owner = "", name = ""] = repository.split("/");
  if (!isCalled(owner, ref.owner))
    return ok({ forbidden: `${shown} is of another owner than \`${here}\`, whose files it cannot be tagged by` });
  const there = await forge.repository({ owner, name });
  if (!there.ok) {
    const { kind } = there.problem;
    if (kind !== "not-found" && kind !== "forbidden") return there;
    return ok({ forbidden: `there is no ${shown}, or plustwo is not installed in it` });
  }
  const target = there.value;
  const now = nameOf(target.ref);
  if (!isCalled(now, repository)) return ok({ forbidden: `${shown} is called \`${now}\` now: write that` });
  if (target.archived) return ok({ forbidden: archived });
  const text = await forge.file(target.ref, target.defaultBranch, POLICY_FILE);
  if (!text.ok) return text;
  const shared = policies.get(facts.defaultBranch)?.layers.filter(({ from }) => from === "org") ?? [];
  const own = text.value === undefined ? [] : [layerOf("repo", POLICY_FILE, text.value)];
  const policy = loadPolicy([...shared, ...own], presets);
  if (policy.ok && agreed(policy.value, here))
    return ok({ facts: target, signed: signedHere || policy.value.releases.signed === true });
  const why = policy.ok ? "does not name" : "cannot be read, so it does not name";
  return ok({ forbidden: `the policy of ${shown} ${why} \`${here}\` under \`releases: { from: … }\`` });
}

function agreed({ releases }: Policy, here: string): boolean {
  return releases.from.some((allowed) => isCalled(allowed, here));
}

function nameOf({ owner, name }: RepositoryFacts["ref"]): string {
  return `${owner}/${name}`;
}

function isCalled(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

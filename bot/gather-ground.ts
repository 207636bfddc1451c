/**
 * The ground of a look: who is open, what git has, where each change goes, and the policy of each target. The list of
 * changes is read before git, so that git is never older than what it is asked about.
 */
import type { BranchName } from "../src/core/ids.ts";
import { ok, type Result } from "../src/core/result.ts";
import type {
  ChangeHeadline,
  ChangeRead,
  RepositoryFacts,
  RepositoryRef,
  WatchedHeadline,
} from "../src/forge/forge.ts";
import { canonicalJson } from "../src/core/policy/canonical-json.ts";
import { gateTargets } from "./gather-gate.ts";
import { gatherOrganisation } from "./gather-organisation.ts";
import { gatherPolicy, type TargetPolicy } from "./gather-policy.ts";
import { chainOf, type Chain, type ChainProblem } from "./gather-stack.ts";
import { openMirror, refresh, type Mirror, type Tips } from "./mirror.ts";
import { ownHeads, type OwnHeads } from "./own-heads.ts";
import { readPaused, type Paused } from "./pause.ts";
import { forgeProblem, gitProblem, type ServiceProblem } from "./problem.ts";
import { recallRepository } from "./remember-repository.ts";
import type { Service } from "./service.ts";
import { recordedTargets } from "./store/judged.ts";
import { knownPulls, savePulls, type KnownPull } from "./store/pulls.ts";
import { unauditedMerges } from "./store/merge-audits.ts";
import { openItems } from "./store/queue.ts";

export interface Ground {
  readonly ref: RepositoryRef;
  readonly facts: RepositoryFacts;
  readonly mirror: Mirror;
  readonly tips: Tips;
  readonly paused: readonly Paused[];
  /** Head branches that we moved ourselves: everything here but `tips` tells the head that was reviewed. */
  readonly own: OwnHeads;
  readonly pulls: readonly KnownPull[];
  /** Merged while the service watched, and how is not answered yet (`gather-merged.ts`). */
  readonly merged: readonly ChangeRead[];
  /** Newest first. */
  readonly open: readonly OpenChange[];
  readonly policies: ReadonlyMap<BranchName, TargetPolicy>;
}

export interface OpenChange {
  readonly headline: WatchedHeadline;
  readonly chain: Result<Chain, ChainProblem>;
}

export async function gatherGround(service: Service, facts: RepositoryFacts): Promise<Result<Ground, ServiceProblem>> {
  const { ref, id } = facts;
  const listed = await service.forge.watchedChanges(ref);
  if (!listed.ok) return { ok: false, problem: forgeProblem(listed.problem) };
  const own = await ownHeads(service.store, id);
  const headlines = listed.value.map(own.headline);
  const token = await service.gitToken(ref);
  if (!token.ok) return { ok: false, problem: forgeProblem(token.problem) };
  const at = {
    directory: service.gitDirectory,
    repository: id,
    url: service.gitUrl(ref),
    token: token.value,
    memory: service.memory,
    ...(service.signal === undefined ? {} : { signal: service.signal }),
  };
  const mirror = await openMirror(at);
  if (!mirror.ok) return { ok: false, problem: gitProblem(mirror.problem) };
  const tips = await refresh(
    mirror.value,
    headlines.map(({ number }) => number),
  );
  if (!tips.ok) return { ok: false, problem: gitProblem(tips.problem) };
  const paused = await readPaused(mirror.value, tips.value.pauses);
  if (!paused.ok) return { ok: false, problem: gitProblem(paused.problem) };
  const followed = await followPulls(service, facts, headlines);
  if (!followed.ok) return followed;
  const pulls = await recallRepository(service, facts, { headlines, pulls: followed.value.pulls });
  if (!pulls.ok) return pulls;
  const recorded = await recordedTargets(service.store, id);
  const open = headlines.map((headline): OpenChange => {
    const { number: change, base } = headline;
    return { headline, chain: chainOf({ change, base }, pulls.value, recorded.get(change)) };
  });
  const heads = new Set(pulls.value.map(({ headBranch }) => headBranch));
  const targets = [
    ...open.flatMap(({ chain }) => (chain.ok ? [chain.value.target] : [])),
    // What was merged into another change's branch went to no target.
    ...followed.value.merged.flatMap(({ base }) => (heads.has(base) ? [] : [base])),
  ];
  const policies = await gatherPolicies(service, facts, {
    ...{ mirror: mirror.value, tips: tips.value },
    targets: [...targets, ...gateTargets(await openItems(service.store, id)), facts.defaultBranch],
  });
  if (!policies.ok) return policies;
  return ok({
    ref,
    facts,
    mirror: mirror.value,
    tips: tips.value,
    paused: paused.value,
    own,
    pulls: pulls.value,
    merged: followed.value.merged,
    open,
    policies: policies.value,
  });
}

/** Remembers the open ones, and asks once what became of those that left the list. */
async function followPulls(
  service: Service,
  { ref, id }: RepositoryFacts,
  headlines: readonly ChangeHeadline[],
): Promise<Result<{ readonly pulls: readonly KnownPull[]; readonly merged: readonly ChangeRead[] }, ServiceProblem>> {
  const here = new Set(headlines.map(({ number }) => number));
  const known = await knownPulls(service.store, id);
  const left = known.filter(({ change, state }) => state === "open" && !here.has(change));
  const ended: ChangeRead[] = [];
  for (const { change } of left) {
    const read = await service.forge.readChange(ref, change);
    if (!read.ok) return { ok: false, problem: forgeProblem(read.problem) };
    ended.push(read.value);
  }
  const name = `${ref.owner}/${ref.name}`.toLowerCase();
  const pulls = [...headlines, ...ended].map((headline): KnownPull => ({
    change: headline.number,
    state: headline.state,
    head: headline.head,
    headBranch: headline.headBranch,
    local: headline.headRepository?.toLowerCase() === name,
    base: headline.base,
  }));
  const before = new Map(known.map((pull) => [pull.change, canonicalJson(pull)]));
  const moved = pulls.filter((pull) => before.get(pull.change) !== canonicalJson(pull));
  if (moved.length > 0) await savePulls(service.store, id, moved, service.clock.now());
  return ok({
    pulls: moved.length > 0 ? await knownPulls(service.store, id) : known,
    merged: await unansweredMerges(service, { ref, id }, ended),
  });
}

/** Also those of a look that did not live to tell. One that cannot be read now is asked for again by the next look. */
async function unansweredMerges(
  { store, forge }: Service,
  { ref, id }: Pick<RepositoryFacts, "ref" | "id">,
  ended: readonly ChangeRead[],
): Promise<readonly ChangeRead[]> {
  const found: ChangeRead[] = [];
  for (const change of await unauditedMerges(store, id)) {
    const known = ended.find(({ number }) => number === change);
    const read = known === undefined ? await forge.readChange(ref, change) : ok(known);
    if (read.ok) found.push(read.value);
  }
  return found;
}

async function gatherPolicies(
  service: Service,
  facts: RepositoryFacts,
  { mirror, tips, targets }: Pick<Ground, "mirror" | "tips"> & { readonly targets: readonly BranchName[] },
): Promise<Result<ReadonlyMap<BranchName, TargetPolicy>, ServiceProblem>> {
  const shared = await gatherOrganisation(service, facts, { mirror, tips });
  if (!shared.ok) return shared;
  const found = new Map<BranchName, TargetPolicy>();
  for (const target of new Set(targets)) {
    const tip = tips.branches.get(target);
    if (tip === undefined) continue;
    const policy = await gatherPolicy(mirror, { target, tip, shared: shared.value }, service.presets);
    if (!policy.ok) return { ok: false, problem: gitProblem(policy.problem) };
    found.set(target, policy.value);
  }
  return ok(found);
}

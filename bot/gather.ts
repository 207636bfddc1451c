/**
 * Everything a decision about one repository may rest on, read anew: the forge, the mirror, the store. Payloads of
 * webhooks are not among it. The order keeps it consistent: the list of changes first, then git, then each change.
 */
import { foldedUpTo } from "../src/core/gate/archive-patch-sets.ts";
import { PATCH_SET_SLOTS } from "../src/core/gate/keep-patch-sets.ts";
import type { RepositorySnapshot, PullFacts } from "../src/core/gate/snapshot.ts";
import { tipOf } from "../src/core/gate/identity.ts";
import type { Sha } from "../src/core/ids.ts";
import type { Check, PolicySnapshot } from "../src/core/policy/snapshot.ts";
import { ok, type Result } from "../src/core/result.ts";
import type { RepositoryFacts, RepositoryRef } from "../src/forge/forge.ts";
import { attend, type Attended, type Attending } from "./attend.ts";
import { gatherChanges, gatherGroups } from "./gather-changes.ts";
import { gatherBackports } from "./gather-backports.ts";
import { gatherFreezes } from "./gather-freezes.ts";
import { gatherGate } from "./gather-gate.ts";
import { gatherMerged } from "./gather-merged.ts";
import { gatherReleases } from "./gather-releases.ts";
import { gatherReviewBases, restingBelow } from "./gather-review-bases.ts";
import { watchGate } from "./gather-watch.ts";
import { gatherGround, type Ground } from "./gather-ground.ts";
import type { Mirror, Tips } from "./mirror.ts";
import { forgeProblem, type ServiceProblem } from "./problem.ts";
import type { Service } from "./service.ts";
import { endedPulls } from "./store/pulls.ts";
import { publishedDigests } from "./store/published.ts";
import { buildsOf, openItems } from "./store/queue.ts";
import { asksForNothing } from "./without-policy.ts";

export interface Gathered {
  readonly ref: RepositoryRef;
  readonly facts: RepositoryFacts;
  readonly mirror: Mirror;
  readonly tips: Tips;
  readonly snapshot: RepositorySnapshot;
  /** Changes for targets without a policy file; nothing is decided about them. */
  readonly unasked: readonly PolicySnapshot[];
  /** All open changes, also those that were not read. */
  readonly open: Ground["open"];
  readonly attended: Attended;
}

export async function gather(
  service: Service,
  facts: RepositoryFacts,
  attending: Attending,
): Promise<Result<Gathered, ServiceProblem>> {
  const ground = await gatherGround(service, facts);
  if (!ground.ok) return ground;
  const { ref, mirror, tips, open, policies } = ground.value;
  const queued = await openItems(service.store, facts.id);
  const ids = queued.map(({ item }) => item.id);
  const built = (await buildsOf(service.store, facts.id, ids)).flatMap(({ build }) => tipOf(build) ?? []);
  const groups = await gatherGroups(service, ground.value);
  const cycle = await gatherFreezes(service, ground.value);
  const inQueue = new Set(queued.flatMap(({ item }) => item.members.map(({ change }) => change)));
  const attended = await attend(service, ground.value, { queued: inQueue, groups, cycle }, attending);
  const awake = open.filter(({ headline }) => attended.awake.has(headline.number));
  const checks = await gatherChecks(service, ref, [...awake.map(({ headline }) => headline.head), ...built]);
  const reading = { groups, cycle, judged: attended.judged };
  let changes = await gatherChanges(service, ground.value, { ...reading, awake, checks });
  const resting = restingBelow(ground.value, changes);
  if (resting.length > 0) {
    const all = [...awake, ...resting];
    const heads = [...all.map(({ headline }) => headline.head), ...built];
    changes = await gatherChanges(service, ground.value, {
      ...{ ...reading, awake: all },
      checks: await gatherChecks(service, ref, heads),
    });
  }
  // A recheck that was heard just now lets what was refused be tried again.
  const builds = await buildsOf(service.store, facts.id, ids);
  const gates = [];
  for (const policy of policies.values()) {
    const here = queued.filter(({ target }) => target === policy.target).map(({ item }) => item);
    gates.push(
      await watchGate(
        service,
        { ref, id: facts.id, sources: policy.policy.ok ? policy.policy.value.checks : [] },
        await gatherGate(service, {
          repository: facts.id,
          policy,
          mergeMethods: facts.mergeMethods,
          paused: ground.value.paused,
          items: here,
          builds: builds.filter(({ target }) => target === policy.target).map(({ build }) => build),
          checks,
        }),
      ),
    );
  }
  const backports = await gatherBackports(service, ground.value, attending);
  if (!backports.ok) return backports;
  const published = await publishedDigests(service.store, facts.id);
  const ended = await endedPulls(service.store, facts.id, {
    upTo: foldedUpTo(service.clock.now()),
    slots: PATCH_SET_SLOTS,
  });
  const asked = changes.filter((change) => !asksForNothing(change));
  const merged = await gatherMerged(service, ground.value, gates);
  const releases = await gatherReleases(service, ground.value, published);
  const reviewBases = await gatherReviewBases(ground.value, asked);
  if (!releases.ok) return releases;
  const snapshot = {
    ...{ gates, changes: asked, pulls: pullFacts(ground.value), merged, ended, published },
    ...(releases.value === undefined ? {} : { releases: releases.value }),
    ...(backports.value.length === 0 ? {} : { backports: backports.value }),
    ...(reviewBases === undefined ? {} : { reviewBases }),
  };
  return ok({ ref, facts, mirror, tips, snapshot, open, attended, unasked: changes.filter(asksForNothing) });
}

async function gatherChecks(
  service: Service,
  ref: RepositoryRef,
  shas: readonly Sha[],
): Promise<readonly Check[] | ServiceProblem> {
  if (shas.length === 0) return [];
  const read = await service.forge.readChecks(ref, [...new Set(shas)]);
  return read.ok ? read.value : forgeProblem(read.problem);
}

/** Open pull requests, and merged ones whose branch is still there or that went into the branch of an open one. */
function pullFacts({ pulls, tips }: Ground): readonly PullFacts[] {
  const open = new Set(pulls.flatMap(({ state, headBranch }) => (state === "open" ? [headBranch] : [])));
  return pulls.flatMap((pull): readonly PullFacts[] => {
    const branchTip = pull.local ? tips.branches.get(pull.headBranch) : undefined;
    const isLeft = pull.state === "merged" && (branchTip !== undefined || open.has(pull.base));
    if (pull.state !== "open" && !isLeft) return [];
    const { change, state, head, headBranch, base } = pull;
    return [{ change, state, head, headBranch, base, ...(branchTip === undefined ? {} : { branchTip }) }];
  });
}

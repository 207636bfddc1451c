/** The policy snapshots of all open changes, lower ones first: what stands on a change needs to know whether it is ready. */
import type { BranchName, Sha } from "../src/core/ids.ts";
import { evaluateOrClose } from "../src/core/policy/evaluate.ts";
import { refuseTwins } from "../src/core/policy/same-change-id.ts";
import { policyNeeds } from "../src/core/policy/policy.ts";
import type { Check, LowerChange, PolicySnapshot } from "../src/core/policy/snapshot.ts";
import type { CycleState } from "../src/core/release/freeze/freezes-of.ts";
import { fail, type Result } from "../src/core/result.ts";
import type { ChangeRead } from "../src/forge/forge.ts";
import { describeForgeProblem } from "../src/forge/problem.ts";
import type { Ground } from "./gather-ground.ts";
import { gatherChange, unreadChange } from "./gather-change.ts";
import type { OpenBackport } from "./gather-backport.ts";
import { gatherPeople } from "./gather-people.ts";
import type { TargetPolicy } from "./gather-policy.ts";
import { footingOf, type Chain, type Footing, type FootingProblem } from "./gather-stack.ts";
import { describeProblem, type ServiceProblem } from "./problem.ts";
import type { Service } from "./service.ts";
import { openedFor } from "./hand-merge-requester.ts";
import { hearRecheck } from "./hear-recheck.ts";
import { restingClaims } from "./same-change-id.ts";
import type { JudgedRow } from "./store/judged.ts";
import { knownHeads, patchSetsOf } from "./store/patch-sets.ts";

interface Going {
  readonly change: ChangeRead;
  readonly chain: Chain;
  readonly policy: TargetPolicy;
}

export interface ChangesOf {
  /** The open changes to read. */
  readonly awake: Ground["open"];
  readonly groups: ReadonlyMap<BranchName, Groups>;
  readonly cycle: CycleState;
  /** What earlier looks left behind. */
  readonly judged: ReadonlyMap<number, JudgedRow>;
  /** Of their heads, or why they could not be read. */
  readonly checks: readonly Check[] | ServiceProblem;
}

export async function gatherChanges(
  service: Service,
  ground: Ground,
  { awake, groups, cycle, judged, checks }: ChangesOf,
): Promise<readonly PolicySnapshot[]> {
  const going: Going[] = [];
  const snapshots = new Map<number, PolicySnapshot>();
  // What shares its head with one of them is told on the same check.
  const heads = new Set(awake.map(({ headline }) => headline.head));
  const reading = ground.open.filter(({ headline }) => heads.has(headline.head));
  for (const { headline, chain } of reading) {
    const target = chain.ok ? chain.value.target : ground.facts.defaultBranch;
    const policy = ground.policies.get(target) ?? noPolicy(target, headline.head);
    const head = ground.tips.pulls.get(headline.number) ?? headline.head;
    if (await hasLanded(ground, head, ground.policies.get(target)?.tip)) continue;
    const closed = (why: string): void => {
      const at = { policy, target, groups: groups.get(target)?.groups ?? {}, now: service.clock.now() };
      snapshots.set(headline.number, unreadChange(at, headline, why));
    };
    if (!chain.ok) {
      closed(`its base "${chain.problem.at}" leads back to itself; give one of the pull requests another base`);
      continue;
    }
    const read = await service.forge.readChange(ground.ref, headline.number);
    if (read.ok) {
      const change = ground.own.read(read.value);
      await hearRecheck(service, ground.facts.id, change);
      going.push({ change, chain: chain.value, policy });
    } else closed(describeForgeProblem(read.problem).message);
  }
  for (const one of bottomFirst(going)) {
    const of = groups.get(one.chain.target) ?? { groups: {}, incomplete: [] };
    const incomplete = [...of.incomplete, ...checksMissing(checks), ...headMoved(one.change, ground)];
    const opened = await openedFor(service, ground.facts, one.change);
    const snapshot = await gatherChange(service, {
      ref: ground.ref,
      ...(opened.requester === undefined ? {} : { requester: opened.requester }),
      repository: ground.facts.id,
      mirror: ground.mirror,
      policy: one.policy,
      target: one.chain.target,
      defaultBranch: ground.facts.defaultBranch,
      branches: ground.tips.branches,
      open: openBackports(ground),
      change: one.change,
      groups: of.groups,
      cycle,
      checks: "kind" in checks ? [] : checks,
      footing: await footings(service, ground, one),
      lower: (standsOn) => lowerChanges(service, { ground, one, standsOn, snapshots }),
      incomplete: [...incomplete, ...opened.incomplete],
    });
    snapshots.set(one.change.number, snapshot);
  }
  const read = reading.flatMap(({ headline }) => snapshots.get(headline.number) ?? []);
  return refuseTwins(read, restingClaims(ground.open, judged, read));
}

function openBackports({ open }: Ground): readonly OpenBackport[] {
  return open.flatMap(({ headline: { number, headBranch }, chain }) =>
    chain.ok ? [{ number, headBranch, target: chain.value.target }] : [],
  );
}

/** In the target already: the forge is about to call it merged, and nothing is left to decide. */
async function hasLanded({ mirror }: Ground, head: Sha, tip: Sha | undefined): Promise<boolean> {
  if (tip === undefined) return false;
  const contained = await mirror.known.isAncestor(head, tip);
  return contained.ok && contained.value;
}

export interface Groups {
  readonly groups: PolicySnapshot["groups"];
  readonly incomplete: PolicySnapshot["incomplete"];
}

const MEMBERS = "the members of the groups";

/** By target. A team that cannot be read leaves its group out, which closes the gate. */
export async function gatherGroups(
  service: Service,
  { ref, policies }: Ground,
): Promise<ReadonlyMap<BranchName, Groups>> {
  const found = new Map<BranchName, Groups>();
  for (const { target, policy, layers, incomplete: unread } of policies.values()) {
    if (!policy.ok) {
      found.set(target, { groups: {}, incomplete: unread });
      continue;
    }
    const needs = policyNeeds(policy.value);
    const members = needs.teams.length === 0 ? undefined : await service.forge.members(needs.teams);
    const problem = members?.ok === false ? members.problem : undefined;
    const groups: Record<string, PolicySnapshot["groups"][string]> = {};
    for (const [name, group] of Object.entries(needs.groups)) {
      if (problem !== undefined && group.teams.length > 0) continue;
      const inTeams = group.teams.flatMap((team) => (members?.ok === true ? (members.value[team] ?? []) : []));
      const people = [...group.users, ...inTeams].map(({ id, login }) => [id, { id, login }] as const);
      groups[name] = [...new Map(people).values()].sort((a, b) => a.id - b.id);
    }
    const incomplete = problem === undefined ? [] : [{ what: MEMBERS, why: describeForgeProblem(problem).message }];
    const people = await gatherPeople(service, ref, { layers, users: needs.users });
    found.set(target, { groups, incomplete: [...unread, ...incomplete, ...people] });
  }
  return found;
}

function checksMissing(checks: readonly Check[] | ServiceProblem): PolicySnapshot["incomplete"] {
  return "kind" in checks ? [{ what: "the checks of the head", why: describeProblem(checks) }] : [];
}

/** Somebody pushed between the forge's answer and git's: the webhook of that push brings us back. */
function headMoved(change: ChangeRead, { tips, own }: Ground): PolicySnapshot["incomplete"] {
  const at = tips.pulls.get(change.number);
  const tip = at === undefined ? undefined : own.reviewed(change.number, at);
  if (tip === change.head) return [];
  const found = tip === undefined ? "git has no head of it" : `git has ${tip.slice(0, 7)}`;
  return [{ what: "the head", why: `the forge says ${change.head.slice(0, 7)}, ${found}; looking again` }];
}

function noPolicy(target: BranchName, head: Sha): TargetPolicy {
  const problem = {
    kind: "no-requirements" as const,
    path: ".github/plustwo.yml",
    key: "",
    line: 1,
    column: 1,
    message: `the target branch ${target} does not exist`,
    hint: "give the pull request a base that exists",
  };
  return { target, tip: head, layers: [], policy: fail([problem]), incomplete: [] };
}

/** A change after all that its base chain goes through. */
function bottomFirst(going: readonly Going[]): readonly Going[] {
  return [...going].sort(
    (a, b) => a.chain.through.length - b.chain.through.length || a.change.number - b.change.number,
  );
}

/** Heads of changes that may be below this one: those its bases go through, and those that were opened before it. */
async function footings(
  service: Service,
  { mirror, facts }: Ground,
  { change, chain, policy }: Going,
): Promise<(head: Sha) => Promise<Result<Footing, FootingProblem>>> {
  const heads = await knownHeads(service.store, facts.id);
  const through = new Set(chain.through.map((pull) => pull.change));
  const isLower = (sha: Sha): number | undefined =>
    heads.get(sha)?.find((number) => through.has(number) || number < change.number);
  return (head) => footingOf(mirror, { head, tip: policy.tip }, isLower);
}

interface LowerOf {
  readonly ground: Ground;
  readonly one: Going;
  readonly standsOn: Footing["standsOn"];
  readonly snapshots: ReadonlyMap<number, PolicySnapshot>;
}

/** Nearest first: what the commits stand on, then open changes that the bases name and the commits do not contain. */
async function lowerChanges(service: Service, of: LowerOf): Promise<readonly LowerChange[]> {
  const { ground, one, standsOn } = of;
  const contained = new Set(standsOn.map(({ change }) => change));
  const named = one.chain.through.filter(({ change, state }) => state !== "merged" && !contained.has(change));
  const apart = [];
  for (const { change, head } of named) {
    // In the target by another way: nothing of it is missing here.
    const landed = await ground.mirror.known.isAncestor(head, one.policy.tip);
    if (landed.ok && landed.value) continue;
    const base = await ground.mirror.known.mergeBase(head, one.change.head);
    apart.push({ change, sha: base.ok && base.value !== undefined ? base.value : one.policy.tip });
  }
  const lower: LowerChange[] = [];
  for (const { change, sha } of [...standsOn, ...apart]) lower.push(await lowerChange(service, of, { change, sha }));
  return lower;
}

async function lowerChange(
  service: Service,
  { ground, one, snapshots }: LowerOf,
  { change, sha }: { readonly change: number; readonly sha: Sha },
): Promise<LowerChange> {
  const pull = ground.pulls.find((known) => known.change === change);
  const recorded = await patchSetsOf(service.store, ground.facts.id, change);
  const snapshot = snapshots.get(change);
  const policy = snapshot === undefined ? undefined : ground.policies.get(snapshot.change.branch)?.policy;
  const verdict =
    snapshot === undefined || policy === undefined ? undefined : evaluateOrClose(policy, snapshot, service.clock.now());
  const builtOn = recorded.findLast(({ patchSet }) => patchSet.sha === sha)?.patchSet.n;
  const current = recorded.at(-1)?.patchSet.n;
  return {
    number: change,
    builtOn: sha,
    currentHead: pull?.head ?? sha,
    state: pull?.state ?? "closed",
    target: snapshot?.change.branch ?? recorded.at(-1)?.target ?? one.chain.target,
    ready: verdict?.submittable ?? false,
    ...(builtOn === undefined ? {} : { builtOnPatchSet: builtOn }),
    ...(current === undefined ? {} : { currentPatchSet: current }),
  };
}

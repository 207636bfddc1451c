/**
 * Whether the owners of every touched path have approved. An approval is a standing vote of the policy's `owners.vote` by somebody who
 * owns the path at the target and did not contribute; it is each person's once, whatever accounts they have. Votes are held against
 * groups of paths with the same owners, so that many files cost no more than their owners do.
 */
import type { UserId } from "../ids.ts";
import { cover, type Coverage } from "../owners/coverage.ts";
import { EVERYBODY, type Owner, type OwnerList } from "../owners/owner.ts";
import { setCovers, type Hole } from "../owners/set-cover.ts";
import { whyContributor } from "./contributors.ts";
import type { Facts } from "./facts.ts";
import { plainly, type Judgement } from "./judgement.ts";
import { coverageRules } from "./load-owners.ts";
import type { OwnersTest } from "./operators-owners.ts";
import { ownerPeople, type Candidate, type OwnerPeople } from "./owner-people.ts";
import { sayNeeds, type AskOf, type Unmet } from "./owner-words.ts";
import type { OwnersPolicy } from "./policy.ts";
import type { PolicySnapshot } from "./snapshot.ts";
import { notCounted, signed, type StandingVote } from "./tally.ts";
import type { Action, VoteNotCounted } from "./verdict.ts";

export function judgeOwners({ fact }: OwnersTest, facts: Facts): Judgement {
  const { policy, snapshot } = facts;
  if (policy.owners === undefined) return plainly(false, { why: "the policy has no `owners`" });
  const coverage = coverageOf(policy.owners, snapshot);
  switch (fact) {
    case "enabled":
      return plainly(isEnabled(coverage, policy.owners), { why: "no path it touches needs an owner's approval" });
    case "approved":
      return coverage.problems.length === 0
        ? judgeApproval(coverage, policy.owners, facts)
        : plainly(false, { why: `nobody can say who owns its paths: ${coverage.problems.slice(0, 3).join("; ")}` });
  }
}

/** Without a file every path is without an owner: where the policy lets nobody else approve those, that closes (threat T9). */
function isEnabled({ source, extra, needs, problems }: Coverage, { fallback }: OwnersPolicy): boolean {
  return problems.length > 0 || (needs.length > 0 && (source !== undefined || extra || fallback === "none"));
}

/** The same files and the same owners are put together once: an explanation asks many times with other votes. */
const coverages = new WeakMap<OwnersPolicy, WeakMap<object, WeakMap<object, Coverage>>>();

export function coverageOf(owners: OwnersPolicy, { facts, change }: PolicySnapshot): Coverage {
  const byOwners = coverages.get(owners) ?? new WeakMap<object, WeakMap<object, Coverage>>();
  const byTexts = byOwners.get(facts.owners) ?? new WeakMap<object, Coverage>();
  const coverage = byTexts.get(change.files) ?? cover(facts.owners, change.files, coverageRules(owners));
  coverages.set(owners, byOwners.set(facts.owners, byTexts.set(change.files, coverage)));
  return coverage;
}

interface Approver {
  readonly cast: StandingVote;
  readonly human: string;
  readonly names: ReadonlySet<Owner>;
}

function judgeApproval(coverage: Coverage, owners: OwnersPolicy, facts: Facts): Judgement {
  const people = ownerPeople(facts);
  const { approvers, contributing } = approvalsOf(owners, facts, people);
  const ownsIn = rememberOwners();
  const used = new Set<Approver>();
  const unmet: Unmet[] = [];
  for (const need of coverage.needs) {
    const anybody = need.everybody || (need.lists.length === 0 && owners.fallback === "anyone");
    const approving = approvers.filter((one) => anybody || need.lists.some((list) => ownsIn(list, one)));
    const humans = new Set(approving.map(({ human }) => human));
    for (const one of approving) used.add(one);
    const groups = need.groups.filter((group) => {
      const inGroup = approvers.filter(({ cast }) => people.isIn(group, cast.vote.user.id));
      for (const one of inGroup) used.add(one);
      return inGroup.length === 0;
    });
    const missing = Math.max(0, need.count - humans.size);
    if (missing > 0 || groups.length > 0) unmet.push({ need, anybody, humans, missing, groups });
  }
  const counted = approvers.filter((one) => used.has(one));
  const askOf = candidatesFor(people, unmet.length);
  const turns = unmet.length === 0 ? [] : turnsOf(unmet, askOf, people, owners);
  return {
    value: unmet.length === 0,
    evidence: counted.map(({ cast }) => cast.id),
    counted: counted.map(({ cast: { vote, value, why, id } }) => ({
      by: vote.user,
      label: vote.label,
      value,
      patchSet: vote.patchSet,
      why,
      id,
    })),
    notCounted: passedOver(contributing, coverage, { facts, people, owners }),
    why: unmet.length === 0 ? "every path's owners have approved" : sayNeeds(unmet, askOf, { people, coverage, facts }),
    turns,
  };
}

/** Standing votes that are high enough, by account; those of contributors apart. */
function approvalsOf(
  { vote }: OwnersPolicy,
  { tallies, contributors }: Facts,
  people: OwnerPeople,
): { readonly approvers: readonly Approver[]; readonly contributing: readonly StandingVote[] } {
  const high = (tallies.get(vote.label)?.standing ?? []).filter(({ value }) => value >= vote.value);
  return {
    approvers: high
      .filter(({ vote: { user } }) => !contributors.known.has(user.id))
      .map((cast) => ({
        cast,
        human: people.humanOf(cast.vote.user.id),
        names: people.namesOf(cast.vote.user.id),
      })),
    contributing: high.filter(({ vote: { user } }) => contributors.known.has(user.id)),
  };
}

/** Asked once per list and person, however many paths the list owns. */
function rememberOwners(): (list: OwnerList, approver: Approver) => boolean {
  const known = new Map<OwnerList, Map<Approver, boolean>>();
  return (list, approver) => {
    const answers = known.get(list) ?? new Map<Approver, boolean>();
    const answer = answers.get(approver) ?? owns(list, approver.names);
    known.set(list, answers.set(approver, answer));
    return answer;
  };
}

function owns({ has }: OwnerList, names: ReadonlySet<Owner>): boolean {
  if (has.has(EVERYBODY)) return true;
  for (const name of names) if (has.has(name)) return true;
  return false;
}

/** Votes of owners that would have counted: a contributor's, and those that did not reach the head. */
function passedOver(
  contributing: readonly StandingVote[],
  { needs }: Coverage,
  { facts, people, owners }: { readonly facts: Facts; readonly people: OwnerPeople; readonly owners: OwnersPolicy },
): readonly VoteNotCounted[] {
  const lists = new Set(needs.flatMap((need) => need.lists));
  const isOwner = (id: UserId) => {
    const names = people.namesOf(id);
    return [...lists].some((list) => owns(list, names));
  };
  return [
    ...contributing
      .filter(({ vote }) => isOwner(vote.user.id))
      .map(({ vote }) => notCounted(vote, "contributor", whyContributor(facts.contributors, vote.user))),
    ...(facts.tallies.get(owners.vote.label)?.lost ?? []).filter(
      ({ by, value }) => value >= owners.vote.value && isOwner(by.id),
    ),
  ];
}

/** So many people at most are named for one group of paths, in all groups together. */
const MOST_NAMED = 100_000;
const FEWEST_NAMED = 20;

/** Who could still approve: one per human, by name. */
function candidatesFor(people: OwnerPeople, needs: number): AskOf {
  const most = Math.max(FEWEST_NAMED, Math.floor(MOST_NAMED / Math.max(1, needs)));
  const byList = new Map<OwnerList, readonly Candidate[]>();
  const anybody = byName(people.anybody());
  const inList = (list: OwnerList) => {
    const known = byList.get(list) ?? byName(list.owners.flatMap((owner) => people.candidatesOf(owner)));
    byList.set(list, known);
    return known;
  };
  return ({ need, anybody: open, humans }) => {
    const found = new Map<string, Candidate>();
    for (const list of open ? [anybody] : need.lists.map(inList))
      for (const candidate of list) {
        if (found.size >= most) break;
        if (!humans.has(candidate.human) && !found.has(candidate.human)) found.set(candidate.human, candidate);
      }
    return byName([...found.values()]);
  };
}

function byName(candidates: readonly Candidate[]): readonly Candidate[] {
  return [...candidates].sort((a, b) => (a.login < b.login ? -1 : a.login > b.login ? 1 : 0));
}

function turnsOf(
  unmet: readonly Unmet[],
  askOf: AskOf,
  people: OwnerPeople,
  { vote }: OwnersPolicy,
): readonly (readonly Action[])[] {
  const holes = new Map<string, Hole>();
  const dig = (missing: number, candidates: readonly Candidate[]) => {
    const who = candidates.map(({ login }) => login);
    const key = who.join(" ");
    holes.set(key, { who, missing: Math.max(missing, holes.get(key)?.missing ?? 0) });
  };
  for (const one of unmet) {
    if (one.missing > 0) dig(one.missing, askOf(one));
    for (const group of one.groups) dig(1, byName(people.membersOf(group)));
  }
  return setCovers([...holes.values()]).map((choices) =>
    choices.map(({ who, need }): Action => ({
      kind: "vote",
      who,
      need,
      do: `vote ${vote.label}${signed(vote.value)}`,
    })),
  );
}

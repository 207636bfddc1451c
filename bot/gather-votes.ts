/**
 * The votes of one change: what its reviews say now, and what they said when they were first seen. An edit, a dismissal
 * or a deletion changes the state of a recorded vote, never its value (threats T16, T17).
 */
import { groupsOf, permittedRange, type Policy } from "../src/core/policy/policy.ts";
import type { PatchSet, Person, PolicySnapshot, Vote } from "../src/core/policy/snapshot.ts";
import { votesOfReviews, type VoteContext } from "../src/core/review/vote.ts";
import type { BranchName, RepoId } from "../src/core/ids.ts";
import type { Instant } from "../src/core/time.ts";
import type { ChangeRead, ReviewRead } from "../src/forge/forge.ts";
import type { Service } from "./service.ts";
import { recordVotes, votesOf } from "./store/votes.ts";

export interface VotesOf {
  readonly repository: RepoId;
  readonly change: ChangeRead;
  readonly target: BranchName;
  readonly policy: Policy;
  readonly groups: PolicySnapshot["groups"];
  readonly patchSets: readonly PatchSet[];
}

/** Oldest first. Records what is new or has changed. */
export async function gatherVotes(service: Service, of: VotesOf): Promise<readonly Vote[]> {
  const { repository, change } = of;
  const now = service.clock.now();
  const read = votesOfReviews(change.reviews, (voter) => contextFor(voter, of)).votes.map((vote) =>
    rightsAreKnown(of) ? vote : withoutRights(vote),
  );
  const recorded = await votesOf(service.store, repository, change.number);
  const votes = remembered(recorded, read, { reviews: change.reviews, now });
  await recordVotes(service.store, { repository, change: change.number }, votes, now);
  return votes;
}

function contextFor(voter: Person, { policy, groups, target, change, patchSets }: VotesOf): VoteContext {
  const rights = {
    id: voter.id,
    owner: voter.id === change.author.id,
    branch: target,
    groups: groupsOf(groups, voter.id),
  };
  return { labels: policy.labels, permitted: (label) => permittedRange(policy, label, rights), patchSets };
}

/** While a group cannot be read nobody knows who might give what: that must not be remembered as the right that was had. */
function rightsAreKnown({ policy, groups }: VotesOf): boolean {
  return Object.keys(policy.groups).every((name) => Object.hasOwn(groups, name));
}

function withoutRights({ permitted: _, ...vote }: Vote): Vote {
  return vote;
}

/** What is read now, with what was known before. */
export function remembered(
  recorded: readonly Vote[],
  read: readonly Vote[],
  { reviews, now }: { readonly reviews: readonly ReviewRead[]; readonly now: Instant },
): readonly Vote[] {
  const before = new Map(recorded.map((vote) => [keyOf(vote), vote]));
  const current = read.map((vote) => merge(before.get(keyOf(vote)), vote));
  const here = new Set(current.map(keyOf));
  const vanished = recorded.filter((vote) => !here.has(keyOf(vote))).map((vote) => ended(vote, reviews, now));
  return [...current, ...vanished].sort((a, b) => a.at - b.at);
}

function merge(known: Vote | undefined, read: Vote): Vote {
  if (known === undefined) return read;
  // The right it was given with is the one it was first seen with (ruling 44).
  const permitted = known.permitted ?? read.permitted;
  const same = { ...read, ...(permitted === undefined ? {} : { permitted }) };
  return read.state === "current" ? same : { ...same, value: known.value };
}

/** The review says nothing on this label any more. */
function ended(vote: Vote, reviews: readonly ReviewRead[], now: Instant): Vote {
  if (vote.state !== "current") return vote;
  const review = reviews.find(({ id }) => id === vote.source.id);
  const state = review === undefined ? "deleted" : review.state === "dismissed" ? "dismissed" : "edited";
  return { ...vote, state, endedAt: review?.editedAt ?? now };
}

function keyOf(vote: Vote): string {
  return `${vote.source.id} ${vote.label}`;
}

/**
 * A merge of the past as the snapshot that a policy would have been asked about, at the moment it was merged. What the forge gives back
 * no more is named in `incomplete`, where this policy could depend on it: then nothing is concluded from the verdict. What it gives
 * only as it is today is in `past-worlds.ts`.
 */
import { changeIdOf } from "../commit-message/change-id.ts";
import { requesterOf } from "../change/requester.ts";
import { parseChangeId, type Sha } from "../ids.ts";
import { testsOf } from "../policy/asks.ts";
import { missingFacts } from "../policy/missing-facts.ts";
import { groupsOf, permittedRange, type Policy } from "../policy/policy.ts";
import type { ChangedFile, ChangeKind, PatchSet, Person, PolicySnapshot, Signature } from "../policy/snapshot.ts";
import { overridesOfReviews } from "../review/override-line.ts";
import { votesOfReviews, type Review } from "../review/vote.ts";
import { shortSha, type MergeCommit, type MergeFacts, type MergeReview } from "./merge.ts";
import { checksThen } from "./past-checks.ts";
import type { PastHead } from "./past-heads.ts";

/** Its own commits at one head, above what it stood on. */
export type PastRange =
  | {
      readonly known: true;
      readonly base: Sha;
      readonly tree: Sha;
      /** Oldest first. */
      readonly commits: readonly PastCommit[];
    }
  | { readonly known: false; readonly why: string };

export type PastCommit = Pick<MergeCommit, "sha" | "message" | "parents" | "authors" | "committer">;

export interface PastPatchSet extends PastHead {
  readonly range: PastRange;
  /** Against the one before; REWORK where one of the two is not known. */
  readonly kind: ChangeKind;
}

export interface PastFacts {
  readonly merge: MergeFacts;
  /** `owner/name`. */
  readonly repository: string;
  /** Where the target stood before. */
  readonly base: Sha;
  /** Oldest first; the last is the head that was merged. */
  readonly patchSets: readonly PastPatchSet[];
  readonly files: readonly ChangedFile[];
}

export function pastSnapshot(facts: PastFacts, policy: Policy, groups: PolicySnapshot["groups"]): PolicySnapshot {
  const { merge, base, repository } = facts;
  const reviews = reviewsAtMerge(merge);
  const patchSets = patchSetsOf(facts);
  const context = (voter: Person) => {
    const rights = {
      ...{ id: voter.id, owner: voter.id === merge.author.id, branch: merge.base },
      groups: groupsOf(groups, voter.id),
    };
    return {
      ...{ labels: policy.labels, patchSets },
      permitted: (label: string) => permittedRange(policy, label, rights),
    };
  };
  const commits = commitsOf(facts);
  const changeId = changeIdIn(merge, commits);
  const requester = requesterOf(
    { author: merge.author, body: merge.body, messages: commits.map((one) => one.message) },
    [
      ...merge.reviews.read.map(({ by }) => by),
      ...Object.values(groups).flatMap((members) => members.map((one) => ({ ...one, type: "User" as const }))),
    ],
  );
  const snapshot: PolicySnapshot = {
    version: 1,
    policy: [],
    change: {
      ...{ number: merge.number, repository, owner: merge.author, branch: merge.base, base },
      ...{ head: merge.head.sha, headBranch: merge.headBranch, draft: false, title: merge.title, body: merge.body },
      ...(requester === undefined ? {} : { requester }),
      ...(changeId === undefined ? {} : { changeId }),
      ...{ hashtags: [], openedAt: merge.openedAt, below: [], foreignCommits: [], reviewers: [] },
      commits: commits.map(({ sha, message, parents }) => ({ sha, message, parents: parents.length })),
      ...{ patchSets, files: facts.files },
    },
    votes: votesOfReviews(reviews, context).votes,
    ...{ checks: checksThen(merge), groups, freezes: [], overrides: overridesOfReviews(reviews).words },
    facts: {
      ...{ unresolved: merge.threads?.unresolved ?? 0, bidi: [], owners: [] },
      notGathered: ["bidi", "backport", "owners", "topic", "hashtag"],
    },
    incomplete: notRead(facts, policy),
    now: merge.mergedAt,
  };
  const asked = missingFacts(policy, snapshot).map((why) => ({ what: "what it asks", why }));
  return { ...snapshot, incomplete: [...snapshot.incomplete, ...asked] };
}

/** As they stood then. One that was given later is none; a dismissal that came later is none either. */
function reviewsAtMerge({ reviews, mergedAt }: MergeFacts): readonly Review[] {
  return reviews.read.flatMap((review): readonly Review[] => {
    const { id, by, body, at, editedAt, commit, dismissal, state } = review;
    if (at > mergedAt || commit === undefined) return [];
    const stood = state === "dismissed" && dismissal !== undefined && dismissal.at > mergedAt ? dismissal.was : state;
    const edited = editedAt === undefined || editedAt > mergedAt ? {} : { editedAt };
    return [{ id, by, body, at, sha: commit.sha, state: stood, ...edited }];
  });
}

function patchSetsOf({ patchSets, base }: PastFacts): readonly PatchSet[] {
  return patchSets.map(({ sha, at, by, kind, range }, index) => {
    const before = patchSets[index - 1]?.range;
    const carried = new Set(before?.known === true ? before.commits.map((commit) => commit.sha) : []);
    return {
      ...{ n: index + 1, sha, kind, pusher: by, at },
      ...(range.known ? { parent: range.base, tree: range.tree } : { parent: base, tree: sha }),
      ...peopleOf(range.known ? range.commits : [], carried),
    };
  });
}

/** As the service reads them: who was in the patch set before is carried, and counted there. */
function peopleOf(
  commits: readonly PastCommit[],
  before: ReadonlySet<Sha>,
): Pick<PatchSet, "authors" | "committers" | "coauthors"> {
  const carry = ({ sha }: PastCommit, one: Signature): Signature => (before.has(sha) ? { ...one, carried: true } : one);
  return {
    authors: commits.flatMap((commit) => commit.authors.slice(0, 1).map((one) => carry(commit, one))),
    committers: commits.flatMap((commit) => (commit.committer === undefined ? [] : [carry(commit, commit.committer)])),
    coauthors: commits.flatMap((commit) =>
      commit.authors.slice(1).map((one) => carry(commit, isSuggestion(commit) ? { ...one, via: "suggestion" } : one)),
    ),
  };
}

/** GitHub commits a suggestion in its own name, with the suggesting person as co-author. */
function isSuggestion({ committer }: PastCommit): boolean {
  return committer?.email === "noreply@github.com";
}

function commitsOf({ patchSets }: PastFacts): readonly PastCommit[] {
  const range = patchSets.at(-1)?.range;
  return range?.known === true ? range.commits : [];
}

function changeIdIn({ head, headBranch }: MergeFacts, commits: readonly PastCommit[]) {
  const message = commits.find(({ sha }) => sha === head.sha)?.message;
  const named = message === undefined ? undefined : changeIdOf(message);
  return named?.ok === true ? named.value : parseChangeId(headBranch.split("/").at(-1) ?? "");
}

/** Lists that are longer than what was read, and what was written over since. */
function notRead({ merge, patchSets }: PastFacts, policy: Policy): PolicySnapshot["incomplete"] {
  const { commits, reviews, forcePushes, checks, threads } = merge;
  const found: { readonly what: string; readonly why: string }[] = [];
  const add = (what: string, why: string | undefined) => void (why === undefined || found.push({ what, why }));
  const voters = votersOf(merge);
  add("its commits", commits.cut);
  add("its reviews", reviews.cut);
  add("its patch sets", forcePushes.cut);
  if (policy.checks.length > 0) add("its checks", checks.cut);
  const forgotten = voters.find(({ commit }) => commit === undefined);
  add("its votes", forgotten && `GitHub has forgotten the commit that ${forgotten.by.login} reviewed`);
  const rewritten = voters.find(({ editedAt }) => editedAt !== undefined && editedAt > merge.mergedAt);
  add(
    "its votes",
    rewritten && `${rewritten.by.login} edited a review after the merge, and what it said before is gone`,
  );
  for (const { sha, range } of patchSets)
    if (!range.known && (voters.length > 0 || sha === merge.head.sha)) add(`its patch set ${shortSha(sha)}`, range.why);
  const asks = testsOf(policy).some((test) => test.kind === "change" && test.fact.kind === "unresolved");
  if (asks && threads?.cut === true) add("its conversations", "there are more than 100");
  return found;
}

/** Reviews of others that may have said something, as far as they were there: edited later, an empty one may have been a vote. */
export function votersOf({ reviews, mergedAt, author }: MergeFacts): readonly MergeReview[] {
  return reviews.read.filter(
    ({ at, state, body, by, editedAt }) =>
      at <= mergedAt &&
      state !== "pending" &&
      (state !== "commented" || body !== "" || editedAt !== undefined) &&
      (by.id !== author.id || body !== "" || editedAt !== undefined),
  );
}

/**
 * From the recorded votes on one label to those that stand on the newest patch set, and why the others do not.
 *
 * Per person and label the newest vote counts and nothing older revives. A sticky veto is lifted only by a later vote that is
 * surely its author's: dismissal, deletion and edits leave it standing, and so does a later review that somebody has edited,
 * because whoever may edit reviews could otherwise write the lifting vote (threats T16, T17).
 * Rights (ruling 44): a positive vote counts as far as its author may vote now and might when it was given; a negative one as
 * far as any right ever held, and in full where that is unknown. Bots never vote (T12).
 */
import { formatInstant } from "../time.ts";
import { carry, isStickyVeto, kindSentence, type Carried } from "./copy.ts";
import type { Label, Range } from "./policy.ts";
import type { PolicySnapshot, Vote } from "./snapshot.ts";
import type { NotCountedReason, VoteNotCounted } from "./verdict.ts";
import type { Voters } from "./voters.ts";

export interface StandingVote {
  readonly vote: Vote;
  /** After rights; never 0. */
  readonly value: number;
  /** Why it still counts, or counts for less; empty for a vote given on the head and counted in full. */
  readonly why: string;
  readonly id: string;
}

export interface Tally {
  /** Oldest vote first, at most one per person. */
  readonly standing: readonly StandingVote[];
  readonly lost: readonly VoteNotCounted[];
}

/** What votes are judged against. */
export interface Rights {
  readonly snapshot: PolicySnapshot;
  readonly voters: Voters;
}

/** `votes`: those on this label, in any order. */
export function tally(label: Label, votes: readonly Vote[], rights: Rights): Tally {
  const standing: StandingVote[] = [];
  const lost: VoteNotCounted[] = [];
  for (const chain of chains(votes)) {
    const judged = judgeChain(chain, label, rights);
    if (judged === undefined) continue;
    if ("reason" in judged) lost.push(judged);
    else standing.push(judged);
  }
  return { standing: standing.sort((a, b) => byTime(a.vote, b.vote)), lost };
}

/** The tally after one more vote, the newest of its author on this label: as if all were counted again. */
export function tallyWith(before: Tally, vote: Vote, label: Label, rights: Rights): Tally {
  const [chain] = chains(
    rights.snapshot.votes.filter(({ user, label: on }) => user.id === vote.user.id && on === label.name).concat(vote),
  );
  const judged = chain === undefined ? undefined : judgeChain(chain, label, rights);
  const standing = before.standing.filter((one) => one.vote.user.id !== vote.user.id);
  const lost = before.lost.filter(({ by }) => by.id !== vote.user.id);
  if (judged === undefined) return { standing, lost };
  return "reason" in judged ? { standing, lost: [...lost, judged] } : { standing: [...standing, judged], lost };
}

/** A person's votes on one label to the one that stands, or why none does; undefined where there is nothing to say. */
function judgeChain(
  chain: readonly [Vote, ...Vote[]],
  label: Label,
  rights: Rights,
): StandingVote | VoteNotCounted | undefined {
  const vote = effective(chain, label);
  const judged = judge(vote, label, rights);
  if ("reason" in judged) return vote.value === 0 ? undefined : notCounted(vote, judged.reason, judged.why);
  return judged.value === 0 ? undefined : { vote, id: voteId(vote), ...judged };
}

export function notCounted(vote: Vote, reason: NotCountedReason, why: string): VoteNotCounted {
  return { by: vote.user, label: vote.label, value: vote.value, patchSet: vote.patchSet, reason, why };
}

export function voteId(vote: Vote): string {
  return `vote:${vote.source.id}:${vote.label}`;
}

/** "+2", "−1", "0": with the minus people read. */
export function signed(value: number): string {
  return value > 0 ? `+${value}` : value < 0 ? `−${-value}` : "0";
}

type Judged =
  { readonly value: number; readonly why: string } | { readonly reason: NotCountedReason; readonly why: string };

/** The votes per person, each oldest first; never empty. */
function chains(votes: readonly Vote[]): readonly (readonly [Vote, ...Vote[]])[] {
  const byPerson = new Map<number, [Vote, ...Vote[]]>();
  for (const vote of [...votes].sort(byTime)) {
    const chain = byPerson.get(vote.user.id);
    if (chain === undefined) byPerson.set(vote.user.id, [vote]);
    else chain.push(vote);
  }
  return [...byPerson.values()];
}

function effective(chain: readonly [Vote, ...Vote[]], label: Label): Vote {
  const newest = chain.at(-1) ?? chain[0];
  const lastWord = chain.findLast((vote) => isVeto(vote, label) || isSurelyTheirs(vote));
  return lastWord !== undefined && isVeto(lastWord, label) ? lastWord : newest;
}

/** `superseded` is not taken on trust here: what took its place has to be in the chain. */
function isVeto(vote: Vote, label: Label): boolean {
  return isStickyVeto(label, vote.value) && vote.state !== "retracted";
}

/** A dismissed review of unknown value is recorded as 0; it lifts nothing. */
function isSurelyTheirs(vote: Vote): boolean {
  return vote.state !== "edited" && !(vote.state === "dismissed" && vote.value === 0);
}

function judge(vote: Vote, label: Label, rights: Rights): Judged {
  if (label.computed.length > 0)
    return { reason: "void-range", why: `${label.name} is computed from checks; nobody votes on it` };
  if (vote.user.type === "Bot") return { reason: "bot", why: "a bot's vote never counts as a person's" };
  const { value, why: clamped } = clamp(vote, label, rights);
  if (value === 0) return vote.value === 0 ? { value, why: "" } : { reason: "void-range", why: clamped };
  const stuck = isVeto(vote, label) && isStickyVeto(label, value);
  if (!stuck) {
    const gone = ended(vote);
    if (gone !== undefined) return gone;
  }
  const carried = carry({ value, patchSet: vote.patchSet, sha: vote.sha }, label, rights.snapshot.change.patchSets);
  const kept = keptBecause(carried, vote);
  return kept.ok
    ? { value, why: [kept.why, clamped].filter((text) => text !== "").join("; ") }
    : { reason: "outdated", why: kept.why };
}

function ended(vote: Vote): Judged | undefined {
  switch (vote.state) {
    case "current":
      return undefined;
    case "superseded":
      return { reason: "dismissed", why: "a later vote took its place" };
    case "retracted":
      return { reason: "dismissed", why: `${vote.user.login} took it back` };
    case "dismissed":
      return { reason: "dismissed", why: "the review was dismissed, and no older vote revives; vote again" };
    case "deleted":
      return { reason: "dismissed", why: "the review was deleted, and no older vote revives; vote again" };
    case "edited":
      return { reason: "edited", why: "the review was edited after it was given; vote again" };
  }
}

function keptBecause(carried: Carried, vote: Vote): { readonly ok: boolean; readonly why: string } {
  switch (carried.kind) {
    case "here":
      return {
        ok: true,
        why: vote.state === "current" ? "" : `stands though it was ${vote.state}: only ${vote.user.login} lifts it`,
      };
    case "stuck":
      return { ok: true, why: `a veto stays until ${vote.user.login} votes again` };
    case "copied":
      return {
        ok: true,
        why: `kept: patch set ${carried.steps
          .filter((s, i, all) => i === all.length - 1 || s.kind !== "NO_CHANGE")
          .map(kindSentence)
          .join(", ")}`,
      };
    case "outdated":
      return { ok: false, why: `given on patch set ${vote.patchSet}; ${kindSentence(carried.step)}` };
    case "nowhere":
      return { ok: false, why: `given on ${vote.sha.slice(0, 7)}, which is no patch set of this change` };
  }
}

function clamp(vote: Vote, label: Label, { voters }: Rights): { readonly value: number; readonly why: string } {
  const inLabel = Math.min(Math.max(vote.value, label.min), label.max);
  const now: Range = voters.rangeOf(vote.user.id, label.name) ?? { min: 0, max: 0 };
  const then = vote.permitted;
  if (inLabel > 0) {
    const value = Math.max(0, Math.min(inLabel, now.max, then?.max ?? now.max));
    return { value, why: value === inLabel ? "" : reduced(vote, value, now.max < inLabel ? "may" : "might then") };
  }
  const value = then === undefined ? inLabel : Math.min(0, Math.max(inLabel, Math.min(now.min, then.min)));
  return { value, why: value === inLabel ? "" : reduced(vote, value, "may") };
}

function reduced(vote: Vote, value: number, may: "may" | "might then"): string {
  const { login } = vote.user;
  if (value === 0)
    return `${login} ${may === "may" ? "may" : "might"} not vote ${vote.label} ${signed(vote.value)}${may === "may" ? "" : " when it was given"}`;
  return may === "may"
    ? `counts as ${signed(value)}, the most that ${login} may give`
    : `counts as ${signed(value)}, the most that ${login} might give at ${formatInstant(vote.at)}`;
}

function byTime(a: Vote, b: Vote): number {
  return (
    a.at - b.at ||
    compareIds(a.source.id, b.source.id) ||
    b.value - a.value ||
    a.patchSet - b.patchSet ||
    compareTexts(a.state, b.state)
  );
}

/** Review ids grow; "9" comes before "10". */
function compareIds(a: string, b: string): number {
  return a.length - b.length || compareTexts(a, b);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Is a motion carried? From the facts of a pull request: who voted on it, when its content last changed, and whose votes count. */
import { parseDuration, sayInstant, after, type Instant } from "../../time.ts";
import type { ChangeKind, PolicySnapshot } from "../../policy/snapshot.ts";
import { neededOf, type VoteRule } from "./vote-rules.ts";

export type MotionState = "carried" | "open" | "against" | "unknown";

export interface MotionOutcome {
  readonly state: MotionState;
  /** People's logins, each once. */
  readonly inFavour: readonly string[];
  readonly against: readonly string[];
  readonly members: number;
  readonly needed: number;
  /** When its content last changed; the days count from here. */
  readonly since?: Instant;
  /** When it may be carried at the earliest. */
  readonly until?: Instant;
  /** Why not, or what it waits for; empty when carried. */
  readonly why: readonly string[];
}

/** They leave what is proposed as it was: a rebase, a merge of the target, another message. */
const SAME_CONTENT: readonly ChangeKind[] = [
  ...(["NO_CHANGE", "NO_CODE_CHANGE", "TRIVIAL_REBASE", "TRIVIAL_REBASE_WITH_MESSAGE_UPDATE"] as const),
  ...(["MERGE_FIRST_PARENT_UPDATE", "TARGET_MERGE"] as const),
];

const DAY_MS = parseDuration("1d") ?? 86_400_000;

export function decideMotion(rule: VoteRule, snapshot: PolicySnapshot, now: Instant): MotionOutcome {
  const { change, groups, incomplete } = snapshot;
  const members = groups[rule.members];
  const unknown = [
    ...incomplete.map(({ what, why }) => `${what} could not be read: ${why}`),
    ...(members === undefined ? [`who the members (${rule.members}) are is not known`] : []),
    // A third of nobody is nobody, and nobody can object.
    ...(members?.length === 0 ? [`nobody is one of the members (${rule.members})`] : []),
    ...rule.alsoFrom.flatMap((name) => (groups[name] === undefined ? [`who ${name} is is not known`] : [])),
  ];
  const content = change.patchSets.findLast(({ n, kind }) => n === 1 || !SAME_CONTENT.includes(kind));
  const since = content?.at;
  if (since === undefined && rule.days > 0) unknown.push("when its content last changed is not known");
  const ids = new Set<number>((members ?? []).map(({ id }) => id));
  const said = currentVotes(snapshot, rule, content?.n ?? 1);
  const counted = said.filter(({ id }) => ids.has(id) && (rule.ownerCounts || id !== change.owner.id));
  const inFavour = counted.filter(({ value }) => value > 0).map(({ login }) => login);
  const against = counted.filter(({ value }) => value < 0).map(({ login }) => login);
  const needed = neededOf(rule, ids.size);
  const until = since === undefined ? undefined : after(since, rule.days * DAY_MS);
  const tally = { inFavour, against, members: ids.size, needed };
  const times = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
  if (unknown.length > 0) return { state: "unknown", ...tally, ...times, why: unknown };
  const objections = [
    ...(rule.noneAgainst && against.length > 0 ? [`${against.join(", ")} voted against, and nobody may`] : []),
    ...(rule.moreThanAgainst && against.length > 0 && inFavour.length <= against.length
      ? [`${inFavour.length} in favour are not more than ${against.length} against`]
      : []),
  ];
  const missing = [
    ...(inFavour.length < needed ? [`${inFavour.length} of ${needed} votes in favour`] : []),
    ...rule.alsoFrom.flatMap((name) => {
      const group = new Set<number>((groups[name] ?? []).map(({ id }) => id));
      return said.some(({ id, value }) => value > 0 && group.has(id)) ? [] : [`nobody of ${name} is in favour`];
    }),
    ...(until !== undefined && now < until ? [`it is decided ${sayInstant(until)} at the earliest`] : []),
  ];
  const state = objections.length > 0 ? "against" : missing.length > 0 ? "open" : "carried";
  return { state, ...tally, ...times, why: [...objections, ...missing] };
}

interface Said {
  readonly id: number;
  readonly login: string;
  readonly value: number;
}

/** Each person's newest vote on the label, given on the content as it is; bots never vote. */
function currentVotes({ votes }: PolicySnapshot, { label }: VoteRule, content: number): readonly Said[] {
  const newest = new Map<number, Said>();
  const standing = votes.filter((vote) => vote.label === label && vote.user.type === "User");
  for (const { user, value, state, patchSet } of [...standing].sort((a, b) => a.at - b.at)) {
    const counts = state === "current" && patchSet >= content;
    // An objection that was dismissed or edited by others is still one, until its author votes again.
    const kept = counts ? value : Math.min(0, value);
    newest.set(user.id, { id: user.id, login: user.login, value: kept });
  }
  return [...newest.values()];
}

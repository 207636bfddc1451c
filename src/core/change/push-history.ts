/**
 * Which patch sets a change has had, from what the forge says was pushed and what is recorded already. The forge cuts times
 * to seconds and reads its log after the head, so neither alone says which pushes belong to the change.
 */
import type { BranchName, Sha } from "../ids.ts";
import type { Person } from "../policy/snapshot.ts";
import type { Instant } from "../time.ts";

/** A head that is not recorded yet. Without `at` nobody knows when it became one. */
export interface Push {
  readonly sha: Sha;
  readonly by?: Person;
  readonly at?: Instant;
  readonly source: "seen" | "pushes";
}

/** The forge's `ChangeRead` is one. */
export interface PushedChange {
  readonly head: Sha;
  readonly openedAt: Instant;
  /** Oldest first; those before the change was opened are among them. */
  readonly pushes: readonly {
    readonly by?: Person;
    readonly before?: Sha;
    readonly after: Sha;
    readonly at?: Instant;
  }[];
}

/** Oldest first; the same commit twice in a row is one that got another target or other commits of its own. */
export interface Known {
  readonly sha: Sha;
  readonly target: BranchName;
}

/** Heads the change had and the record has not, oldest first. Ends with the head, unless that is recorded already. */
export function unrecorded(recorded: readonly Known[], change: PushedChange, target: BranchName): readonly Push[] {
  const history = upTo(change.head, pushesOf(change, recorded[0]?.sha));
  const rest = afterRecorded(recorded, history);
  const newest = recorded.at(-1);
  const last = rest.at(-1)?.sha ?? newest?.sha;
  const missing = last === change.head ? [] : [headPush(change, history)];
  // The same commit for another target is another patch set: votes were given for somewhere else (threat T21).
  const moved = newest !== undefined && newest.target !== target && rest.length === 0 && missing.length === 0;
  return [...rest, ...missing, ...(moved ? [withoutPush(change)] : [])];
}

/** The head as a patch set that nobody pushed: the time of its push says nothing about it. */
export function withoutPush(change: PushedChange): Push {
  const { at: _, ...push } = headPush(change, pushesOf(change));
  return push;
}

/** Pushes since the change was opened, the head it was opened with first. Where that is recorded, it says so better than a time. */
function pushesOf({ pushes: all, openedAt }: PushedChange, openedWith?: Sha): readonly Push[] {
  const isBefore = ({ at }: PushedChange["pushes"][number]): boolean => at !== undefined && at <= openedAt;
  const known = all.findLastIndex((push) => push.after === openedWith && isBefore(push));
  const since = all.slice(Math.max(0, known >= 0 ? known : all.findLastIndex(isBefore)));
  const [first] = since;
  const before: readonly Push[] =
    first?.before === undefined || isBefore(first) ? [] : [{ sha: first.before, source: "pushes" }];
  const pushes = since.map(({ after, by, at }): Push => ({
    sha: after,
    source: "pushes",
    ...(by === undefined ? {} : { by }),
    ...(at === undefined ? {} : { at }),
  }));
  return [...before, ...pushes].filter(({ sha }, index, list) => sha !== list[index - 1]?.sha);
}

/** The log of pushes is read after the head: what was pushed in between belongs to the next look. */
function upTo(head: Sha, history: readonly Push[]): readonly Push[] {
  const at = history.findLastIndex(({ sha }) => sha === head);
  return at < 0 ? history : history.slice(0, at + 1);
}

/**
 * What follows the recorded ones in the history: each is looked for after the one before it, so that a push away and
 * back is three patch sets. A record that does not fit the history means that the history is cut: nothing is added.
 */
function afterRecorded(recorded: readonly Known[], history: readonly Push[]): readonly Push[] {
  let at = 0;
  let previous: Sha | undefined;
  for (const { sha: wanted } of recorded) {
    if (wanted === previous) continue;
    previous = wanted;
    const found = history.findIndex(({ sha }, index) => index >= at && sha === wanted);
    if (found < 0) return [];
    at = found + 1;
  }
  return history.slice(at);
}

function headPush({ head }: PushedChange, history: readonly Push[]): Push {
  const known = history.findLast(({ sha }) => sha === head);
  return { ...(known ?? { sha: head }), source: "seen" };
}

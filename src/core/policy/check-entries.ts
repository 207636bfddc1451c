/**
 * The results that one entry of a check stands on, in the check phase and in the gate alike: those of its pinned producer on one
 * commit whose names match, the newest of each name and event (rulings 7, 23, 47). Two jobs of one name in one run both count.
 *
 * Nothing is "absent" merely because it is not there yet. That no result comes is settled when all of these hold:
 * 1. nothing else of that producer on this commit is unfinished (a job that `needs` others appears only after them);
 * 2. a result that is required always is there and finished, by its own producer: the commit has been noticed;
 * 3. `within` (5 min where nothing is said) has passed since the commit came, and since the producer's last result on it ended;
 * 4. for a status: nobody else has set one of that name, which could hide the pinned account's.
 * Only pinned producers are asked for it, so nobody else's result can settle anything.
 */
import { after, type Instant } from "../time.ts";
import { matchesGlob } from "./glob.ts";
import { GITHUB_ACTIONS, type CheckEntry, type CheckSource, type Producer } from "./policy.ts";
import type { Check } from "./snapshot.ts";

/** The commit the results are asked of. */
export interface AskedCommit {
  /** Those on exactly this commit. */
  readonly results: readonly Check[];
  /** Whether a job of Actions ran for this question: its event and branch. */
  readonly counts: (job: Check) => boolean;
  /** When the commit came; undefined = not known, and waiting begins with the first finished result. */
  readonly since: Instant | undefined;
  /** All checks of the policy: which results are required always. */
  readonly sources: readonly CheckSource[];
  readonly now: Instant;
}

export interface EntryStanding {
  readonly entry: CheckEntry;
  /** By name, then event. Empty: see `absence`. */
  readonly legs: readonly Check[];
  readonly absence: Absence;
  /** Its workflow's run for a newcomer, which has no jobs before a maintainer approves it. */
  readonly unapproved?: Check;
}

export type Absence =
  | { readonly kind: "there" }
  /** The producer is still at work on this commit or has only just stopped: until then, where time alone ends it. */
  | { readonly kind: "awaited"; readonly until?: Instant }
  /** Nothing is on its way that we know of, and nothing says that none comes. `without`: its producer ended on this commit without it. */
  | { readonly kind: "silent"; readonly without?: true }
  /** No result comes; said only of an entry that is `required: if-present`. */
  | { readonly kind: "settled" };

export function standingOfEntry(entry: CheckEntry, asked: AskedCommit): EntryStanding {
  const pinned = asked.results.filter((result) => isFrom(result, entry.producer, asked));
  const named = pinned.filter((result) => !isUnapproved(result));
  const legs = newestOf(named.filter(({ name }) => matchesGlob(entry.pattern, name)));
  if (legs.length > 0) return { entry, legs, absence: { kind: "there" } };
  const unapproved = pinned.findLast(isUnapproved);
  return unapproved === undefined
    ? { entry, legs, absence: absenceOf(entry, named, asked) }
    : { entry, legs, absence: { kind: "silent" }, unapproved };
}

/** Source: src/forge/github/checks.ts, a run without jobs. */
function isUnapproved({ name, conclusion }: Check): boolean {
  return name === "" && conclusion === "action_required";
}

/** Of the same name from elsewhere: named in sentences, never counted. */
export function foreignTo(entry: CheckEntry, asked: AskedCommit): readonly Check[] {
  return asked.results.filter(
    (result) => matchesGlob(entry.pattern, result.name) && !isFrom(result, entry.producer, asked),
  );
}

/** "github-actions, .github/workflows/ci.yml". */
export function describeProducer(producer: Producer): string {
  switch (producer.kind) {
    case "actions":
      return `${GITHUB_ACTIONS.slug}, ${producer.workflow}`;
    case "app":
      return producer.app.slug;
    case "status":
      return `a status by ${producer.by.login} (id ${producer.by.id})`;
  }
}

function isFrom(result: Check, producer: Producer, { counts }: AskedCommit): boolean {
  switch (producer.kind) {
    case "actions":
      return (
        result.kind === "job" &&
        result.app?.id === GITHUB_ACTIONS.id &&
        result.workflow === producer.workflow &&
        counts(result)
      );
    case "app":
      return result.kind === "check-run" && result.app?.id === producer.app.id;
    case "status":
      return result.kind === "status" && result.creator?.id === producer.by.id;
  }
}

/** The newest of each name and event, and whatever else its run calls the same. */
function newestOf(results: readonly Check[]): readonly Check[] {
  const byName = new Map<string, Check[]>();
  for (const result of results) {
    const key = JSON.stringify([result.name, result.event ?? ""]);
    const known = byName.get(key);
    if (known === undefined) byName.set(key, [result]);
    else known.push(result);
  }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, same]) => newestRun(same));
}

function newestRun(same: readonly Check[]): readonly Check[] {
  const ordered = [...same].sort(older);
  const newest = ordered.at(-1);
  if (newest === undefined) return [];
  return newest.run === undefined
    ? [newest]
    : ordered.filter(({ run, attempt }) => run === newest.run && attempt === newest.attempt);
}

function older(a: Check, b: Check): number {
  const runs = a.run !== undefined && b.run !== undefined ? a.run - b.run : 0;
  const attempts = a.run !== undefined && a.run === b.run ? a.attempt - b.attempt : 0;
  return runs || attempts || a.at - b.at || a.attempt - b.attempt || rank(a) - rank(b);
}

/** Of two that cannot be told apart by time, the one that closes wins. */
function rank(check: Check): number {
  return check.status !== "completed" ? 1 : check.conclusion === "success" ? 0 : 2;
}

function absenceOf(entry: CheckEntry, pinned: readonly Check[], asked: AskedCommit): Absence {
  if (pinned.some(({ status }) => status !== "completed")) return { kind: "awaited" };
  const quiet = newest(pinned.map(({ at }) => at));
  if (entry.required === "always") {
    const until = quiet === undefined ? undefined : after(quiet, entry.withinMs);
    if (until === undefined) return { kind: "silent" };
    return asked.now >= until ? { kind: "silent", without: true } : { kind: "awaited", until };
  }
  const noticed = firstNoticed(asked);
  const hidden = entry.producer.kind === "status" && foreignTo(entry, asked).length > 0;
  if (noticed === undefined || hidden) return { kind: "silent" };
  const from = newest([asked.since ?? noticed, ...(quiet === undefined ? [] : [quiet])]) ?? noticed;
  const until = after(from, entry.withinMs);
  return asked.now >= until ? { kind: "settled" } : { kind: "awaited", until };
}

/** When the first result that is required always had ended. */
function firstNoticed(asked: AskedCommit): Instant | undefined {
  const always = asked.sources.flatMap(({ entries }) => entries.filter(({ required }) => required === "always"));
  const ends = always.flatMap((entry) =>
    asked.results
      .filter((result) => result.status === "completed" && !isUnapproved(result))
      .filter(({ name }) => matchesGlob(entry.pattern, name))
      .filter((result) => isFrom(result, entry.producer, asked))
      .map(({ at }) => at),
  );
  return ends.length === 0 ? undefined : ends.reduce((least, at) => (at < least ? at : least));
}

function newest(instants: readonly Instant[]): Instant | undefined {
  return instants.reduce<Instant | undefined>((last, at) => (last === undefined || at > last ? at : last), undefined);
}

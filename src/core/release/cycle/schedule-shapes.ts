/**
 * The shapes of a cycle's schedule: its weeks, as `schedule.yaml` of openstack/releases has them, and its events, ours, each with an
 * exact date. A schedule of weeks alone is whole; events stand under `events:` in it or beside it in `events.yaml`.
 */
import type { Place } from "../../policy/yaml-text.ts";
import { dayAfter, instantsOf, parseLocalTime, startOfDay, type Day, type Instant } from "../../time.ts";

export interface Schedule {
  readonly startWeek: Written<Day>;
  readonly releaseWeek: Written<Day>;
  /** In the order of the file. The first has no name: it is the release week of the cycle before. */
  readonly weeks: readonly Week[];
  /** In the order of the file; empty where it has none. */
  readonly events: readonly CycleEvent[];
}

/** A value, and where it stands. `path` is the file's, as it was given. */
export interface Written<T> {
  readonly value: T;
  readonly path: string;
  readonly place: Place;
}

export interface Week {
  readonly start: Day;
  readonly end: Day;
  /** `R-25` to `R+0`. */
  readonly name?: string;
  readonly xProject: readonly string[];
  readonly projectSpecific: readonly string[];
  readonly path: string;
  readonly place: Place;
}

/** What stops at the gate while a freeze stands. A project's own begin with `x-`. */
export type FreezeName = (typeof FREEZES)[number] | `x-${string}`;

export const FREEZES = [
  "membership",
  "library",
  "client-library",
  "feature",
  "requirements",
  "soft-string",
  "hard-string",
  "release",
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];

export const EVENT_KINDS = ["milestone", "freeze", "deadline", "release", "election", "meeting", "other"] as const;

/** Something with a date: a deadline, or with `until` a window from the start of `day` to the end of that day. */
export interface CycleEvent {
  /** As weeks list it under `x-project` or `project-specific`; `h-ff`. */
  readonly id: string;
  readonly day: Day;
  /** The last day of a window. */
  readonly until?: Day;
  /** `17:00` in `zone`. Without one a deadline is the end of its day. Never together with `until`. */
  readonly time?: string;
  /** Of the IANA database; `UTC` where the file names none. */
  readonly zone: string;
  readonly kind: EventKind;
  /** Teams or deliverables; `all` where the file names none. */
  readonly scope: "all" | readonly string[];
  /** For people. */
  readonly text?: string;
  readonly gate: GateEffect;
  readonly path: string;
  readonly place: Place;
}

/** Both empty: the gate does not care. A window that begins a freeze also ends it. */
export interface GateEffect {
  readonly begins: readonly FreezeName[];
  readonly ends: readonly FreezeName[];
}

/**
 * When it is: of a deadline both are the same, its time or the end of its day (the first instant of the next); of a window the start
 * of its first day and the end of its last. Where clocks show the time twice `from` is the first and `to` the last (ruling 52).
 */
export function spanOf({ day, until, time, zone }: CycleEvent): { readonly from: Instant; readonly to: Instant } {
  const local = time === undefined ? undefined : parseLocalTime(`${day}T${time}`);
  if (local !== undefined) {
    const { first, last } = instantsOf(local, zone);
    return { from: first, to: last };
  }
  const from = startOfDay(until === undefined ? dayAfter(day, 1) : day, zone).first;
  return { from, to: startOfDay(dayAfter(until ?? day, 1), zone).last };
}

/** The instant of a deadline; of a window its first. */
export function instantOf(event: CycleEvent): Instant {
  return spanOf(event).from;
}

export function isFreezeName(text: string): text is FreezeName {
  return FREEZES.some((one) => one === text) || /^x-[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text);
}

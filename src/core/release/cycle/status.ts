/** Where a cycle is at an instant: the week, the phase, what is next, and which freezes stand. */
import { dayAfter, startOfDay, type Instant } from "../../time.ts";
import { weeksBefore } from "./check-schedule.ts";
import { spanOf, type CycleEvent, type Schedule, type Week } from "./schedule-shapes.ts";
import { freezeWindows, type FreezeWindow } from "./windows.ts";

/** The milestone that is worked for; `before` the first week, `released` after the release. */
export type Phase = "before" | "milestone-1" | "milestone-2" | "milestone-3" | "rc1" | "final" | "released";

export interface CycleStatus {
  readonly phase: Phase;
  /** Absent outside of the cycle. */
  readonly week?: Week;
  /** To the release week; negative after it. */
  readonly weeksToRelease: number;
  /** The soonest first; all that is to come. */
  readonly next: readonly { readonly id: string; readonly at: Instant; readonly event?: CycleEvent }[];
  /** Windows of days that are open, such as an election. */
  readonly open: readonly CycleEvent[];
  readonly freezes: readonly FreezeWindow[];
}

const STEPS: readonly (readonly [Phase, RegExp])[] = [
  ["milestone-1", /-1$/],
  ["milestone-2", /-2$/],
  ["milestone-3", /-3$/],
  ["rc1", /-rc1$/],
];

export function statusAt(schedule: Schedule, now: Instant): CycleStatus {
  const { weeks, events, startWeek } = schedule;
  const week = weeks.findLast(
    (one) => startOf(one) <= now && one.name !== undefined && now < startOfDay(dayAfter(one.start, 7), "UTC").first,
  );
  const end = releasedAt(schedule);
  const named = weeks.flatMap(({ name, start }) =>
    name === undefined ? [] : [{ name, at: startOfDay(start, "UTC").first }],
  );
  const [first] = named;
  const at = named.findLast((one) => one.at <= now);
  const late = at === undefined ? 0 : Math.floor((now - at.at) / 604_800_000);
  const early = first === undefined ? 0 : Math.ceil((first.at - now) / 604_800_000);
  const weeksToRelease =
    at !== undefined ? weeksBefore(at.name) - late : first === undefined ? 0 : weeksBefore(first.name) + early;
  return {
    phase: now < startOfDay(startWeek.value, "UTC").first ? "before" : now >= end ? "released" : phaseOf(schedule, now),
    ...(week === undefined ? {} : { week }),
    weeksToRelease,
    next: nextOf(schedule, now),
    open: events.filter((event) => event.until !== undefined && spanOf(event).from <= now && now < spanOf(event).to),
    freezes: freezeWindows(events, end).filter(({ from, to }) => from <= now && now < to),
  };
}

/** The end of the release's day; where no event says it, of the release week. */
export function releasedAt({ events, weeks, releaseWeek }: Schedule): Instant {
  const release = events.findLast(({ kind, id }) => kind === "release" && /-final$|-release$/.test(id));
  if (release !== undefined) return spanOf(release).to;
  const last = weeks.find(({ name }) => name !== undefined && weeksBefore(name) === 0);
  return startOfDay(dayAfter(last?.end ?? dayAfter(releaseWeek.value, 4), 1), "UTC").last;
}

function phaseOf(schedule: Schedule, now: Instant): Phase {
  const next = STEPS.find(([, end]) => {
    const at = milestoneAt(schedule, end);
    return at !== undefined && now < at;
  });
  return next?.[0] ?? "final";
}

/** Of an event its time; of an id that only a week lists the end of that week. */
function milestoneAt({ events, weeks }: Schedule, end: RegExp): Instant | undefined {
  const event = events.find(({ id, kind }) => kind === "milestone" && end.test(id));
  if (event !== undefined) return spanOf(event).to;
  const week = weeks.find(
    ({ name, xProject }) => name !== undefined && xProject.some((id) => /^[a-z]+-/.test(id) && end.test(id)),
  );
  return week === undefined ? undefined : endOf(week);
}

function nextOf({ events, weeks }: Schedule, now: Instant): CycleStatus["next"] {
  const dated = new Set(events.map(({ id }) => id));
  const listed = weeks
    .filter(({ name }) => name !== undefined)
    .flatMap((week) => week.xProject.filter((id) => !dated.has(id)).map((id) => ({ id, at: endOf(week) })));
  const all = [...events.map((event) => ({ id: event.id, at: spanOf(event).from, event })), ...listed];
  return all.filter(({ at }) => at > now).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

function startOf({ start }: Week): Instant {
  return startOfDay(start, "UTC").first;
}

function endOf({ end }: Week): Instant {
  return startOfDay(dayAfter(end, 1), "UTC").first;
}

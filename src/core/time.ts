/**
 * Instants, local times, days and durations. The one room of core that touches `Date` and `Intl`, and only to parse and print.
 * An Instant is milliseconds since 1970 in UTC; in JSON it is ISO-8601 with Z.
 */
declare const brand: unique symbol;
export type Instant = number & { readonly [brand]: "Instant" };

const DURATION = /^(\d{1,9})(ms|s|m|h|d|w)$/;
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

export function instant(milliseconds: number): Instant {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- where a number becomes an Instant
  return milliseconds as Instant;
}

const ISO = /^(\d{4}-\d{2}-\d{2})(?:T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2}))?$/;

/** ISO 8601 with a zone, or a day alone, which begins in UTC. A day or an hour that no calendar has is refused. */
export function parseInstant(text: string): Instant | undefined {
  const day = ISO.exec(text)?.[1];
  // JavaScript reads 30 February as 2 March.
  if (day === undefined || !isOfCalendar(day)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : instant(at);
}

function isOfCalendar(day: string): boolean {
  const at = Date.parse(`${day}T00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}

export function formatInstant(at: Instant): string {
  return new Date(at).toISOString();
}

export function after(at: Instant, milliseconds: number): Instant {
  return instant(at + milliseconds);
}

/** `30s`, `0s`, `72h`, `7d` in milliseconds. A bare number is refused: units are always written. */
export function parseDuration(text: string): number | undefined {
  const found = DURATION.exec(text);
  if (found === null) return undefined;
  const [, amount, unit] = found;
  return isUnit(unit) ? Number(amount) * UNIT_MS[unit] : undefined;
}

/** A date and a time of day as a clock on a wall shows them: without a zone it is no instant. */
export interface LocalTime {
  /** The milliseconds since 1970 that it would be in UTC. */
  readonly asUtc: number;
}

const LOCAL_TIME = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2}))?)?$/;
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+){0,2}$/;
const DAY_MS = 86_400_000;

/** `2026-09-01T00:00`, seconds and time optional, years 1970 to 2199. A day or an hour that no calendar has is refused; an offset too. */
export function parseLocalTime(text: string): LocalTime | undefined {
  const found = LOCAL_TIME.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0));
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  const read = new Date(asUtc);
  const is = [
    read.getUTCFullYear(),
    read.getUTCMonth() + 1,
    read.getUTCDate(),
    read.getUTCHours(),
    read.getUTCMinutes(),
  ];
  const same = [year, month, day, hour, minute].every((part, index) => part === is[index]);
  return same && second < 60 && year >= 1970 && year < 2200 ? { asUtc } : undefined;
}

/** A name of the IANA database, such as `Europe/Berlin`; an offset such as `+02:00` is none, because it knows no summer. */
export function isTimeZone(name: string): boolean {
  if (!ZONE_NAME.test(name)) return false;
  try {
    offsets(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * The instants at which clocks of the zone show that time: one, but when they are set back the same time comes twice, and when
 * they are set forward some times never come: those are the instant of the step. The zone must be one (`isTimeZone`).
 */
export function instantsOf({ asUtc }: LocalTime, zone: string): { readonly first: Instant; readonly last: Instant } {
  const offsetAt = offsets(zone);
  // No zone is further than a day from UTC, and none steps twice within these two days.
  const around = [offsetAt(asUtc - DAY_MS), offsetAt(asUtc + DAY_MS)];
  const found = around.map((offset) => asUtc - offset).filter((at) => at + offsetAt(at) === asUtc);
  if (found.length > 0) return { first: instant(Math.min(...found)), last: instant(Math.max(...found)) };
  const step = stepBetween(asUtc - Math.max(...around), asUtc - Math.min(...around), offsetAt);
  return { first: instant(step), last: instant(step) };
}

declare const dayBrand: unique symbol;
/** A day of the calendar, without a zone: `2026-11-30`. Days compare as texts do. */
export type Day = string & { readonly [dayBrand]: "Day" };

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Years 1970 to 2199. A day that no calendar has is refused. */
export function parseDay(text: string): Day | undefined {
  return DAY.test(text) && parseLocalTime(text) !== undefined ? asDay(text) : undefined;
}

/** The day that it is in UTC. */
export function dayOf(at: Instant): Day {
  return asDay(formatInstant(at).slice(0, 10));
}

/** So many days later, or earlier when negative. */
export function dayAfter(day: Day, days: number): Day {
  return dayOf(instant(Date.parse(day) + days * DAY_MS));
}

/** From `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export function weekdayOf(day: Day): Weekday {
  return WEEKDAYS[new Date(Date.parse(day)).getUTCDay()] ?? "Sunday";
}

/** The Monday of its week, which begins on Mondays. */
export function mondayOf(day: Day): Day {
  return dayAfter(day, -((new Date(Date.parse(day)).getUTCDay() + 6) % 7));
}

/** The same day of the month so many months later; the month's last where it is shorter. */
export function monthsAfter(day: Day, months: number): Day {
  const [year = 0, month = 0, date = 0] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return dayOf(instant(Date.UTC(year, month - 1 + months, Math.min(date, last))));
}

/** The first instant of the day in a zone, which must be one (`isTimeZone`); `last` where its clocks show midnight twice. */
export function startOfDay(day: Day, zone: string): { readonly first: Instant; readonly last: Instant } {
  return instantsOf({ asUtc: Date.parse(day) }, zone);
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** As sentences have it: "1 Oct 2026 02:00 UTC". Cut to the minute; an instant within a minute is told as that minute's end. */
export function sayInstant(at: Instant): string {
  const read = new Date(Math.ceil(at / 60_000) * 60_000);
  const [, time = ""] = read.toISOString().split("T");
  return `${read.getUTCDate()} ${MONTHS[read.getUTCMonth()] ?? ""} ${read.getUTCFullYear()} ${time.slice(0, 5)} UTC`;
}

/** As sentences have it: "Mon 30 Nov 2026". */
export function sayDay(day: Day): string {
  const [year = "", month = "", date = ""] = day.split("-");
  return `${weekdayOf(day).slice(0, 3)} ${Number(date)} ${MONTHS[Number(month) - 1] ?? ""} ${year}`;
}

/** Milliseconds in the largest unit that leaves no rest: "72h" is "3 days", "4h" is "4 hours". */
export function sayDuration(milliseconds: number): string {
  const units = [
    ["day", UNIT_MS.d],
    ["hour", UNIT_MS.h],
    ["minute", UNIT_MS.m],
    ["second", UNIT_MS.s],
  ] as const;
  const unit = units.find(([, ms]) => milliseconds >= ms && milliseconds % ms === 0);
  if (unit === undefined) return `${milliseconds} milliseconds`;
  const count = milliseconds / unit[1];
  return `${count} ${unit[0]}${count === 1 ? "" : "s"}`;
}

/** How far clocks of the zone are ahead of UTC at an instant, in milliseconds. Throws for a name that is no zone. */
function offsets(zone: string): (at: number) => number {
  if (zone === "UTC") return () => 0;
  const clock = new Intl.DateTimeFormat("en-US-u-ca-iso8601-nu-latn", {
    timeZone: zone,
    hourCycle: "h23",
    ...({ year: "numeric", month: "numeric", day: "numeric" } as const),
    ...({ hour: "numeric", minute: "numeric", second: "numeric" } as const),
  });
  return (at) => {
    const shown = new Map(clock.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => shown.get(type) ?? 0;
    const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
    return local - Math.floor(at / 1_000) * 1_000;
  };
}

/** The first instant of the offset that holds at `late`; another one holds at `early`. */
function stepBetween(early: number, late: number, offsetAt: (at: number) => number): number {
  const before = offsetAt(early);
  let [from, to] = [early, late];
  while (to - from > 1) {
    const middle = Math.floor((from + to) / 2);
    if (offsetAt(middle) === before) from = middle;
    else to = middle;
  }
  return to;
}

function asDay(text: string): Day {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- where a text becomes a Day
  return text as Day;
}

function isUnit(text: string | undefined): text is keyof typeof UNIT_MS {
  return text !== undefined && text in UNIT_MS;
}

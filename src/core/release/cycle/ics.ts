/**
 * A schedule as a calendar (RFC 5545): one event a week, as openstack/releases publishes them, and one for every deadline at its
 * exact date. UIDs come from ids, so that a calendar that has them updates them; SEQUENCE counts the changes of the file.
 */
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { dayAfter, formatInstant, type Day, type Instant } from "../../time.ts";
import { instantOf, type CycleEvent, type Schedule, type Week } from "./schedule-shapes.ts";

export interface CalendarOf {
  /** `hibiscus`: with the domain it makes UIDs. */
  readonly series: string;
  readonly domain: string;
  /** How often the file was changed after it was made. */
  readonly sequence: number;
  /** When it was last changed. */
  readonly changed: Instant;
  /** Only one of the two; else both. */
  readonly only?: "weeks" | "deadlines";
}

/** Lines end in CRLF and have at most 75 bytes. */
export function toCalendar(schedule: Schedule, of: CalendarOf): string {
  const title = of.series.slice(0, 1).toUpperCase() + of.series.slice(1);
  const texts = new Map(schedule.events.map(({ id, text }) => [id, text ?? id]));
  const weeks = of.only === "deadlines" ? [] : schedule.weeks.flatMap((week) => weekLines(week, title, { of, texts }));
  const events = of.only === "weeks" ? [] : schedule.events.flatMap((event) => eventLines(event, title, of));
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//plustwo//release cycle//EN",
    "CALSCALE:GREGORIAN",
    `X-WR-CALNAME:${escaped(`${title} release cycle`)}`,
    ...weeks,
    ...events,
    "END:VCALENDAR",
  ];
  return `${lines.map(folded).join("\r\n")}\r\n`;
}

interface Names {
  readonly of: CalendarOf;
  readonly texts: ReadonlyMap<string, string>;
}

function weekLines(week: Week, title: string, { of, texts }: Names): readonly string[] {
  const { name, start, end } = week;
  if (name === undefined) return [];
  const said = week.xProject.map((id) => texts.get(id) ?? id);
  const also = week.projectSpecific.map((id) => texts.get(id) ?? id);
  return [
    "BEGIN:VEVENT",
    `UID:${escaped(of.series)}-${name}@${of.domain}`,
    ...stamps(of),
    `DTSTART;VALUE=DATE:${compact(start)}`,
    `DTEND;VALUE=DATE:${compact(dayAfter(end, 1))}`,
    `SUMMARY:${escaped(`${title} ${name}${said.length === 0 ? "" : ` (${said.join(", ")})`}`)}`,
    ...(also.length === 0 ? [] : [`DESCRIPTION:${escaped(also.join("\n"))}`]),
    "TRANSP:TRANSPARENT",
    "END:VEVENT",
  ];
}

function eventLines(event: CycleEvent, title: string, of: CalendarOf): readonly string[] {
  const { id, day, until, time, text, kind, scope, gate } = event;
  // A day without a time is shown as that day, not as the midnight that ends it; without DTEND a time is an instant.
  const when =
    time === undefined
      ? [`DTSTART;VALUE=DATE:${compact(day)}`, `DTEND;VALUE=DATE:${compact(dayAfter(until ?? day, 1))}`]
      : [`DTSTART:${stamp(instantOf(event))}`];
  const effects = [
    ...gate.begins.map((freeze) => `begins the ${freeze} freeze`),
    ...gate.ends.map((freeze) => `ends the ${freeze} freeze`),
  ];
  return [
    "BEGIN:VEVENT",
    `UID:${escaped(of.series)}-${id}@${of.domain}`,
    ...stamps(of),
    ...when,
    `SUMMARY:${escaped(`${title}: ${text ?? id}`)}`,
    ...(effects.length === 0 ? [] : [`DESCRIPTION:${escaped(effects.join("\n"))}`]),
    `CATEGORIES:${[kind, ...(scope === "all" ? [] : scope)].map(escaped).join(",")}`,
    "TRANSP:TRANSPARENT",
    "END:VEVENT",
  ];
}

function stamps({ changed, sequence }: CalendarOf): readonly string[] {
  return [`DTSTAMP:${stamp(changed)}`, `LAST-MODIFIED:${stamp(changed)}`, `SEQUENCE:${sequence}`];
}

function stamp(at: Instant): string {
  return `${formatInstant(at).slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}

function compact(day: Day): string {
  return day.replaceAll("-", "");
}

/** A text value: section 3.3.11. */
function escaped(text: string): string {
  return text.replaceAll(/[\\;,]/g, "\\$&").replaceAll(/\r\n|\r|\n/g, "\\n");
}

/** Section 3.1: a line of more than 75 bytes goes on in the next, after a space; never within a character. */
function folded(line: string): string {
  const lines: string[] = [];
  let [part, bytes] = ["", 0];
  for (const character of line) {
    const more = utf8ToBytes(character).length;
    if (bytes + more > 75) {
      lines.push(part);
      [part, bytes] = [" ", 1];
    }
    part += character;
    bytes += more;
  }
  return [...lines, part].join("\r\n");
}

/** What the weeks of a schedule must mean together. One cause is told once: twenty-six names off by three are one wrong `release-week`. */
import { dayAfter, daysBetween, mondayOf, weekdayOf, type Day } from "../../time.ts";
import { checkEvents } from "./check-events.ts";
import type { CycleProblem, CycleRule } from "./problem.ts";
import type { Schedule, Week, Written } from "./schedule-shapes.ts";
import { seriesBefore, type Series } from "./series.ts";

export interface ScheduleContext {
  /** Of the project, newest first; absent where it keeps none. */
  readonly series?: readonly Series[];
  /** The series whose schedule it is, by name or id. */
  readonly name?: string;
  /** The anchors of the text for people beside it; absent where there is none. */
  readonly anchors?: ReadonlySet<string>;
}

/** In the order of the file. Empty: nothing is wrong. */
export function checkSchedule(schedule: Schedule, context: ScheduleContext = {}): readonly CycleProblem[] {
  const { weeks } = schedule;
  const problems = [
    ...checkMonday(schedule.startWeek, "start-week-monday", "start-week"),
    ...checkMonday(schedule.releaseWeek, "release-week-monday", "release-week"),
    ...weeks.flatMap(checkShape),
    ...weeks.flatMap((week, index) => checkStep(week, weeks[index - 1])),
    ...checkFirst(schedule),
    ...checkNames(schedule),
    ...checkSeries(schedule, context),
    ...checkEvents(schedule, context),
  ];
  return problems.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line));
}

/** How many weeks the name says before the release week: `R-25` is 25, `R+1` is -1; `R-0`, as old schedules have it, is `R+0`. */
export function weeksBefore(name: string): number {
  const count = Number(name.slice(1));
  return count === 0 ? 0 : -count;
}

/** `R-25`; the release week is `R+0`. */
export function weekName(before: number): string {
  return before > 0 ? `R-${before}` : `R+${-before}`;
}

/** The names, of the week that begins on `start`, when the release week begins on `release`. */
function nameOf(start: Day, release: Day): string {
  return weekName(Math.floor((daysBetween(start, release) + 6) / 7));
}

function checkMonday({ value, path, place }: Written<Day>, rule: CycleRule, key: string): readonly CycleProblem[] {
  const weekday = weekdayOf(value);
  if (weekday === "Monday") return [];
  const to = mondayOf(value);
  const message = `\`${key}\` is ${value}, a ${weekday}`;
  return [{ rule, path, ...place, message, hint: `weeks begin on Mondays: that week begins on ${to}` }];
}

function checkShape(week: Week): readonly CycleProblem[] {
  const at = { path: week.path, ...week.place };
  const weekday = weekdayOf(week.start);
  const days = daysBetween(week.start, week.end) + 1;
  const problems: CycleProblem[] = [];
  if (weekday !== "Monday")
    problems.push({
      ...{ rule: "week-start-monday", ...at },
      message: `${sayWeek(week)} starts on ${week.start}, a ${weekday}`,
      hint: `start it on ${mondayOf(week.start)}`,
    });
  if (days < 5 || days > 7)
    problems.push({
      ...{ rule: "week-length", ...at },
      message: `${sayWeek(week)} goes from ${week.start} to ${week.end}: ${days === 1 ? "1 day" : `${days} days`}`,
      hint: `end it on its Friday, ${dayAfter(mondayOf(week.start), 4)}`,
    });
  const ids = [...week.xProject, ...week.projectSpecific];
  for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index)))
    problems.push({
      ...{ rule: "duplicate-id", ...at },
      message: `${sayWeek(week)} lists \`${id}\` twice`,
      hint: "keep one of them",
    });
  return problems;
}

function checkStep(week: Week, before: Week | undefined): readonly CycleProblem[] {
  if (before === undefined) return [];
  const step = daysBetween(before.start, week.start);
  if (step === 7) return [];
  const found = step < 0 ? `${-step} days before` : `${step} days after`;
  return [
    {
      ...{ rule: "week-contiguous", path: week.path, ...week.place },
      message: `${sayWeek(week)} starts on ${week.start}, ${found} the one above it`,
      hint: `weeks follow each other: after ${before.start} comes ${dayAfter(before.start, 7)}`,
    },
  ];
}

function checkFirst({ startWeek, weeks }: Schedule): readonly CycleProblem[] {
  const first = weeks.find(({ name }) => name !== undefined);
  if (first === undefined || first.start === startWeek.value || mondayOf(startWeek.value) === first.start) return [];
  return [
    {
      ...{ rule: "start-week-first", path: startWeek.path, ...startWeek.place },
      message: `\`start-week\` is ${startWeek.value}, and the first week that has a name, ${first.name ?? ""}, starts on ${first.start}`,
      hint: `write ${first.start}, or give the weeks before it their names`,
    },
  ];
}

function checkNames({ weeks, releaseWeek }: Schedule): readonly CycleProblem[] {
  const release = mondayOf(releaseWeek.value);
  const named = weeks.flatMap((week) => (week.name === undefined ? [] : [{ week, name: week.name }]));
  const off = named.map(({ week, name }) => weeksBefore(name) - weeksBefore(nameOf(week.start, release)));
  const [by = 0] = off;
  const last = named.find(({ name }) => weeksBefore(name) === 0);
  const problems: CycleProblem[] = [];
  const atRelease = { path: releaseWeek.path, ...releaseWeek.place };
  if (named.length > 1 && by !== 0 && off.every((one) => one === by))
    return [
      {
        ...{ rule: "week-name", ...atRelease },
        message: `\`release-week\` is ${releaseWeek.value}, and all ${named.length} names are off by ${Math.abs(by)}: ${last === undefined ? "no week is R+0" : `R+0 starts on ${last.week.start}`}`,
        hint: last === undefined ? "name the release week R+0" : `write ${last.week.start}, or name the weeks anew`,
      },
    ];
  for (const [index, { week, name }] of named.entries())
    if (off[index] !== 0)
      problems.push({
        ...{ rule: "week-name", path: week.path, ...week.place },
        message: `the week of ${week.start} is called ${name}`,
        hint: `it is ${nameOf(week.start, release)}: the release week starts on ${release}`,
      });
  for (const week of weeks.slice(1))
    if (week.name === undefined && week.start > (named[0]?.week.start ?? week.start))
      problems.push({
        ...{ rule: "week-name-missing", path: week.path, ...week.place },
        message: `the week of ${week.start} has no name`,
        hint: `it is ${nameOf(week.start, release)}`,
      });
  if (last === undefined)
    problems.push({
      ...{ rule: "release-week-last", ...atRelease },
      message: `no week is called R+0`,
      hint: `the week of ${release} is the release week`,
    });
  return problems;
}

function checkSeries({ releaseWeek, weeks }: Schedule, { series, name }: ScheduleContext): readonly CycleProblem[] {
  if (series === undefined || name === undefined) return [];
  const at = { path: releaseWeek.path, ...releaseWeek.place };
  const ours = series.find((one) => one.name === name || one.releaseId === name);
  if (ours === undefined)
    return [
      {
        ...{ rule: "series-unknown", ...at },
        message: `no series is called \`${name}\``,
        hint: "add it to series_status.yaml, or name the schedule's series with --series",
      },
    ];
  const problems: CycleProblem[] = [];
  const [release, date] = [mondayOf(releaseWeek.value), ours.initialRelease];
  if (date !== undefined && (date < release || date > dayAfter(release, 6)))
    problems.push({
      ...{ rule: "release-date", ...at },
      message: `\`release-week\` is ${releaseWeek.value}, and ${ours.path}:${ours.place.line} releases ${name} on ${date}`,
      hint: `that day is in the week of ${mondayOf(date)}: change one of the two`,
    });
  const before = seriesBefore(series, ours);
  const first = weeks[0];
  if (before?.initialRelease !== undefined && first !== undefined && first.name === undefined) {
    const from = mondayOf(before.initialRelease);
    if (first.start !== from)
      problems.push({
        ...{ rule: "previous-release", path: first.path, ...first.place },
        message: `the first week starts on ${first.start}, and ${before.path}:${before.place.line} released ${before.name} on ${before.initialRelease}`,
        hint: `the first week is the release week of the cycle before: start it on ${from}`,
      });
  }
  return problems;
}

function sayWeek({ name, start }: Week): string {
  return name === undefined ? `the week of ${start}` : `week ${name}`;
}

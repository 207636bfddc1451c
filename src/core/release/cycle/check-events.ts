/** What the ids and the events of a schedule must mean together: each in its week, freezes in pairs, elections in their season. */
import { dayAfter, sayDay } from "../../time.ts";
import type { ScheduleContext } from "./check-schedule.ts";
import type { CycleProblem } from "./problem.ts";
import { spanOf, type CycleEvent, type Schedule, type Week } from "./schedule-shapes.ts";

/** What follows on what, by the end of its id: `h-1` is `1`. */
const MILESTONES = ["1", "2", "3", "rc1", "finalrc", "final"];
const ELECTION = ["nominations", "campaigning", "voting", "close"];
/** Weeks before the release, of the earliest and the latest. */
const ELECTION_SEASON = { from: 8, to: 1 };

export function checkEvents(schedule: Schedule, { anchors }: ScheduleContext): readonly CycleProblem[] {
  return [
    ...checkIds(schedule, anchors),
    ...checkMilestones(schedule),
    ...checkElections(schedule),
    ...checkWeeks(schedule),
    ...checkFreezes(schedule.events),
  ];
}

/** An id means nothing unless something says what it is: an event, or an anchor of the text for people. */
function checkIds({ weeks, events }: Schedule, anchors: ReadonlySet<string> | undefined): readonly CycleProblem[] {
  const known = new Set([...events.map(({ id }) => id), ...(anchors ?? [])]);
  const problems: CycleProblem[] = [];
  if (anchors !== undefined || events.length > 0)
    for (const { week, id } of listedIds(weeks))
      // The first week's are of the cycle before.
      if (week.name !== undefined && !known.has(id))
        problems.push({
          ...{ rule: "unknown-id", path: week.path, ...week.place },
          message: `${week.name} lists \`${id}\`, and nothing says what it is`,
          hint: `add an event of this id${anchors === undefined ? "" : " or an anchor to schedule.rst"}, or correct it`,
        });
  const seen = new Set<string>();
  for (const { id, path, place } of events) {
    if (seen.has(id))
      problems.push({
        ...{ rule: "duplicate-id", path, ...place },
        message: `two events have the id \`${id}\``,
        hint: "give each an id of its own; a window is one event with `until`",
      });
    seen.add(id);
  }
  return problems;
}

function checkMilestones({ weeks }: Schedule): readonly CycleProblem[] {
  const letter = letterOf(weeks);
  if (letter === undefined) return [];
  let reached = -1;
  return weeks.flatMap((week): readonly CycleProblem[] => {
    const steps = week.xProject.flatMap((id) => {
      const step = id.startsWith(`${letter}-`) ? MILESTONES.indexOf(id.slice(letter.length + 1)) : -1;
      return step < 0 ? [] : [{ id, step }];
    });
    const late = steps.filter(({ step }) => step < reached);
    reached = Math.max(reached, ...steps.map(({ step }) => step));
    return late.map(({ id }) => ({
      ...{ rule: "milestone-order", path: week.path, ...week.place },
      message: `\`${id}\` comes after \`${letter}-${MILESTONES[reached] ?? ""}\``,
      hint: `milestones come in this order: ${MILESTONES.join(", ")}`,
    }));
  });
}

/** The prefix of its own ids: that of its release candidate or its first milestone. */
function letterOf(weeks: readonly Week[]): string | undefined {
  const own = weeks.filter(({ name }) => name !== undefined).flatMap(({ xProject }) => xProject);
  for (const end of ["-rc1", "-3", "-2", "-1"]) {
    const found = own.find((id) => id.endsWith(end));
    if (found !== undefined) return found.slice(0, -end.length);
  }
  return undefined;
}

function checkElections({ weeks, events }: Schedule): readonly CycleProblem[] {
  const firsts = new Map<string, number>();
  const problems: CycleProblem[] = [];
  const held = new Set(events.flatMap(({ id, kind }) => (kind === "election" ? [id] : [])));
  for (const [index, week] of weeks.entries())
    for (const id of [...week.xProject, ...week.projectSpecific]) {
      const step = /^(.+)-election-(\w+)$/.exec(id);
      if ((step === null && !held.has(id)) || week.name === undefined) continue;
      const before = -Number(week.name.slice(1));
      if (before > ELECTION_SEASON.from || before < ELECTION_SEASON.to)
        problems.push({
          ...{ rule: "election-window", path: week.path, ...week.place },
          message: `\`${id}\` is in ${week.name}`,
          hint: `elections lie between R-${ELECTION_SEASON.from} and R-${ELECTION_SEASON.to}, so that the next cycle begins with its leads`,
        });
      if (step === null) continue;
      if (!firsts.has(id)) firsts.set(id, index);
      const order = ELECTION.indexOf(step[2] ?? "");
      const later = ELECTION.slice(order + 1).find((one) => {
        const first = firsts.get(`${step[1] ?? ""}-election-${one}`);
        return order >= 0 && first !== undefined && first < (firsts.get(id) ?? index);
      });
      if (later !== undefined)
        problems.push({
          ...{ rule: "election-order", path: week.path, ...week.place },
          message: `\`${id}\` comes after ${later}`,
          hint: `an election goes through ${ELECTION.join(", ")}`,
        });
    }
  return problems;
}

function checkWeeks({ weeks, events }: Schedule): readonly CycleProblem[] {
  const [first, last] = [weeks[0], weeks.at(-1)];
  if (first === undefined || last === undefined) return [];
  return events.flatMap((event): readonly CycleProblem[] => {
    const at = { path: event.path, ...event.place };
    const until = event.until ?? event.day;
    if (event.day < first.start || until > dayAfter(last.start, 6))
      return [
        {
          ...{ rule: "event-outside", ...at },
          message: `\`${event.id}\` is on ${event.day < first.start ? event.day : until}, outside of the cycle`,
          hint: `the cycle goes from ${first.start} to ${last.end}`,
        },
      ];
    const listing = weeks.filter(({ xProject, projectSpecific }) =>
      [...xProject, ...projectSpecific].includes(event.id),
    );
    const inside = weeks.filter(({ start }) => start <= until && event.day <= dayAfter(start, 6));
    const [stray] = listing.filter((week) => !inside.includes(week));
    if (stray !== undefined)
      return [
        {
          ...{ rule: "event-week", ...at },
          message: `\`${event.id}\` is on ${sayDay(event.day)}, and ${stray.name ?? "the first week"} lists it`,
          hint: `list it in ${sayNames(inside)}, or correct the date`,
        },
      ];
    const missing = inside.filter((week) => !listing.includes(week));
    if (missing.length === 0) return [];
    return [
      {
        ...{ rule: "event-unlisted", ...at },
        message: `\`${event.id}\` is on ${sayDay(event.day)}, and ${sayNames(missing)} does not list it`,
        hint: `add \`${event.id}\` to its \`${event.scope === "all" ? "x-project" : "project-specific"}\``,
      },
    ];
  });
}

/** Dates that contradict each other: when such a freeze stands is not known, so the gate is closed. */
export function checkFreezes(events: readonly CycleEvent[]): readonly CycleProblem[] {
  const standing = new Map<string, CycleEvent>();
  const problems: CycleProblem[] = [];
  const inOrder = [...events].sort((a, b) => spanOf(a).from - spanOf(b).from);
  for (const event of inOrder) {
    const at = { path: event.path, ...event.place };
    for (const freeze of event.gate.ends) {
      if (!standing.delete(freeze))
        problems.push({
          ...{ rule: "freeze-pair", closes: "everything", ...at },
          message: `\`${event.id}\` ends the freeze \`${freeze}\`, which has not begun`,
          hint: `add \`begins: [${freeze}]\` to the event that begins it, or remove it here`,
        });
    }
    for (const freeze of event.gate.begins) {
      const before = standing.get(freeze);
      if (before !== undefined)
        problems.push({
          ...{ rule: "freeze-pair", closes: "everything", ...at },
          message: `\`${event.id}\` begins the freeze \`${freeze}\`, which stands since \`${before.id}\``,
          hint: "end it first, or begin it once",
        });
      // A window ends what it begins.
      else if (event.until === undefined) standing.set(freeze, event);
    }
  }
  return problems;
}

function listedIds(weeks: readonly Week[]): readonly { readonly week: Week; readonly id: string }[] {
  return weeks.flatMap((week) => [...week.xProject, ...week.projectSpecific].map((id) => ({ week, id })));
}

function sayNames(weeks: readonly Week[]): string {
  return weeks.length === 0 ? "its week" : weeks.map(({ name }) => name ?? "the first week").join(", ");
}

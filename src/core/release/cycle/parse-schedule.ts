/** From the text of `schedule.yaml`, and of `events.yaml` beside it, to a schedule. What its values mean together is `check-schedule.ts`. */
import type { YamlPath } from "../../policy/yaml-text.ts";
import { fail, ok, type Result } from "../../result.ts";
import { isTimeZone, parseLocalTime, type Day } from "../../time.ts";
import {
  dayAt,
  fieldsAt,
  listAt,
  needed,
  oneOf,
  openSource,
  textAt,
  textsAt,
  wrong,
  type Fields,
  type Source,
} from "./fields.ts";
import type { CycleProblem } from "./problem.ts";
import {
  EVENT_KINDS,
  FREEZES,
  isFreezeName,
  type CycleEvent,
  type FreezeName,
  type GateEffect,
  type Schedule,
  type Week,
  type Written,
} from "./schedule-shapes.ts";

/** A file as it was read. `path` is what messages say. */
export interface CycleText {
  readonly path: string;
  readonly text: string;
}

const ID = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
  says: "an id of letters, digits, `.`, `_` and `-`, such as `h-ff`",
};
const WEEK_NAME = { pattern: /^R[+-](?:0|[1-9]\d?)$/, says: "a name such as `R-25` or `R+0`" };
const NAME = { pattern: /^\S(?:.{0,98}\S)?$/, says: "a name of one line" };
const TEXT = { pattern: /^[^\n]{1,300}$/, says: "one line of at most 300 characters" };
const TIME = { pattern: /^(?:[01]\d|2[0-3]):[0-5]\d$/, says: "a time such as '17:00', in quotes" };
const ZONE = { pattern: /^[A-Za-z][A-Za-z0-9_+/-]*$/, says: "`UTC`, or a name such as `Europe/Berlin`" };
const EVENT_KEYS = ["id", "date", "until", "time", "timezone", "kind", "scope", "text", "gate"];

/** All problems of both files. `events` may be absent, and a schedule may have its events itself, but not both. */
export function readSchedule(schedule: CycleText, events?: CycleText): Result<Schedule, readonly CycleProblem[]> {
  const opened = openSource(schedule.path, schedule.text, "a schedule");
  const beside = events === undefined ? undefined : openSource(events.path, events.text, "a list of events");
  const unreadable = [opened, beside].flatMap((one) => (one === undefined || one.ok ? [] : one.problem));
  if (!opened.ok || (beside !== undefined && !beside.ok)) return fail(unreadable);
  const source = opened.value;
  const keys = ["start-week", "release-week", "cycle", "events"];
  const fields = fieldsAt(source, [], source.yaml.value, { keys, what: "a schedule" });
  if (fields === undefined) return fail(source.problems);
  const startWeek = writtenDay(source, fields, "start-week");
  const releaseWeek = writtenDay(source, fields, "release-week");
  const cycle = needed(source, [], fields, { key: "cycle", value: fields["cycle"] });
  const weeks = listAt(source, ["cycle"], cycle).flatMap(({ at, value }) => weekAt(source, at, value) ?? []);
  if (Array.isArray(cycle) && cycle.length === 0)
    wrong(source, ["cycle"], {
      rule: "missing-key",
      message: "`cycle` has no week",
      hint: "`plustwo cycle init` writes them",
    });
  const inside = eventsAt(source, ["events"], fields["events"]);
  const outside = beside === undefined ? [] : besideEvents(beside.value);
  if (fields["events"] !== undefined && beside !== undefined)
    wrong(source, ["events"], {
      rule: "wrong-value",
      message: `it has events of its own, and ${beside.value.path} stands beside it`,
      hint: "keep them in one of the two",
    });
  const problems = [...source.problems, ...(beside?.value.problems ?? [])];
  if (problems.length > 0 || startWeek === undefined || releaseWeek === undefined) return fail(problems);
  return ok({ startWeek, releaseWeek, weeks, events: [...inside, ...outside] });
}

function writtenDay(source: Source, fields: Fields, key: string): Written<Day> | undefined {
  const value = needed(source, [], fields, { key, value: dayAt(source, [key], fields[key]) });
  return value === undefined ? undefined : { value, path: source.path, place: source.yaml.at([key]) };
}

function weekAt(source: Source, at: YamlPath, value: unknown): Week | undefined {
  const keys = ["start", "end", "name", "x-project", "project-specific"];
  const fields = fieldsAt(source, at, value, { keys, what: "a week" });
  if (fields === undefined) return undefined;
  const start = needed(source, at, fields, { key: "start", value: dayAt(source, [...at, "start"], fields["start"]) });
  const end = needed(source, at, fields, { key: "end", value: dayAt(source, [...at, "end"], fields["end"]) });
  const name = textAt(source, [...at, "name"], fields["name"], WEEK_NAME);
  // A key without a value is an empty list, as old schedules have it.
  const xProject = textsAt(source, [...at, "x-project"], fields["x-project"] ?? undefined, ID);
  const projectSpecific = textsAt(source, [...at, "project-specific"], fields["project-specific"] ?? undefined, ID);
  if (start === undefined || end === undefined) return undefined;
  return {
    ...{ start, end, xProject, projectSpecific },
    ...(name === undefined ? {} : { name }),
    path: source.path,
    place: source.yaml.at(at),
  };
}

function besideEvents(source: Source): readonly CycleEvent[] {
  const { value } = source.yaml;
  const fields = fieldsAt(source, [], value, { keys: ["events"], what: "a list of events" });
  if (fields === undefined) return [];
  return eventsAt(source, ["events"], needed(source, [], fields, { key: "events", value: fields["events"] }));
}

function eventsAt(source: Source, at: YamlPath, value: unknown): readonly CycleEvent[] {
  return listAt(source, at, value).flatMap((one) => eventAt(source, one.at, one.value) ?? []);
}

function eventAt(source: Source, at: YamlPath, value: unknown): CycleEvent | undefined {
  const fields = fieldsAt(source, at, value, { keys: EVENT_KEYS, what: "an event" });
  if (fields === undefined) return undefined;
  const under = (key: string) => [...at, key];
  const id = needed(source, at, fields, { key: "id", value: textAt(source, under("id"), fields["id"], ID) });
  const day = needed(source, at, fields, { key: "date", value: dayAt(source, under("date"), fields["date"]) });
  const kind = needed(source, at, fields, {
    key: "kind",
    value: oneOf(source, under("kind"), fields["kind"], { words: EVENT_KINDS }),
  });
  const until = dayAt(source, under("until"), fields["until"]);
  const time = textAt(source, under("time"), fields["time"], TIME);
  const zone = textAt(source, under("timezone"), fields["timezone"], ZONE) ?? "UTC";
  const scope =
    fields["scope"] === undefined || fields["scope"] === "all"
      ? ("all" as const)
      : textsAt(source, under("scope"), fields["scope"], NAME);
  const text = textAt(source, under("text"), fields["text"], TEXT);
  const gate = gateAt(source, under("gate"), fields["gate"]);
  if (!isTimeZone(zone))
    wrong(source, under("timezone"), {
      rule: "event-zone",
      message: `\`${zone}\` is no time zone`,
      hint: "write `UTC`, or a name such as `Europe/Berlin`; an offset knows no summer time",
    });
  if (until !== undefined && time !== undefined)
    wrong(source, under("time"), {
      rule: "event-window",
      message: "a window of days has a `time` too",
      hint: "keep `until`, or `time` for a deadline: a window goes from the start of `date` to the end of `until`",
    });
  if (until !== undefined && day !== undefined && until < day)
    wrong(source, under("until"), {
      rule: "event-window",
      message: `the window ends on ${until}, before it begins on ${day}`,
      hint: "`until` is its last day",
    });
  if (day !== undefined && time !== undefined && parseLocalTime(`${day}T${time}`) === undefined) return undefined;
  if (id === undefined || day === undefined || kind === undefined) return undefined;
  return {
    ...{ id, day, zone, kind, scope, gate },
    ...(until === undefined ? {} : { until }),
    ...(time === undefined ? {} : { time }),
    ...(text === undefined ? {} : { text }),
    path: source.path,
    place: source.yaml.at(at),
  };
}

function gateAt(source: Source, at: YamlPath, value: unknown): GateEffect {
  if (value === undefined) return { begins: [], ends: [] };
  const fields = fieldsAt(source, at, value, { keys: ["begins", "ends"], what: "`gate`" });
  if (fields === undefined) return { begins: [], ends: [] };
  return {
    begins: freezesAt(source, [...at, "begins"], fields["begins"]),
    ends: freezesAt(source, [...at, "ends"], fields["ends"]),
  };
}

function freezesAt(source: Source, at: YamlPath, value: unknown): readonly FreezeName[] {
  return listAt(source, at, value).flatMap((one): readonly FreezeName[] => {
    if (typeof one.value === "string" && isFreezeName(one.value)) return [one.value];
    wrong(source, one.at, {
      rule: "wrong-value",
      message: `\`${String(one.value)}\` is no freeze`,
      hint: `write one of: ${FREEZES.join(", ")}; a name of your own begins with \`x-\``,
    });
    return [];
  });
}

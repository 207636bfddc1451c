import { describe, expect, it } from "vitest";
import { readSchedule } from "../../../../src/core/release/cycle/parse-schedule.ts";
import { makeSchedule, DEFAULT_OFFSETS } from "../../../../src/core/release/cycle/make-schedule.ts";
import type { Schedule } from "../../../../src/core/release/cycle/schedule-shapes.ts";
import { parseDeliverable, type Deliverable } from "../../../../src/core/release/deliverable/deliverable.ts";
import { dueOf, dueWeek } from "../../../../src/core/release/deliverable/due.ts";
import { formatInstant, instant, parseDay, type Day } from "../../../../src/core/time.ts";

const A = "a".repeat(40);
const day = (text: string): Day => {
  const read = parseDay(text);
  if (read === undefined) throw new Error(`${text} is a day`);
  return read;
};

function schedule(sidecar: boolean): Schedule {
  const made = makeSchedule(
    {
      ...{ name: "hibiscus", id: "2026.2", before: "gazpacho", offsets: DEFAULT_OFFSETS, zone: "UTC" },
      ...{ previous: day("2026-03-30"), release: day("2026-09-28") },
    },
    { sidecar },
  );
  if (!made.ok) throw new Error(made.problem.message);
  const read = readSchedule({ path: "schedule.yaml", text: made.value.schedule });
  if (!read.ok) throw new Error(read.problem[0]?.message);
  return read.value;
}

const inWeek = (of: Schedule, text: string): readonly string[] =>
  (dueWeek(of, day(text))?.events ?? []).map(({ id, deadline }) => `${id} ${formatInstant(deadline).slice(0, 10)}`);

describe("what a week asks for", () => {
  it.each<[string, readonly string[]]>([
    ["2026-05-13", ["h-1 2026-05-15"]],
    ["2026-08-17", ["h-final-lib 2026-08-21"]],
    ["2026-08-30", ["h-3 2026-08-28", "h-final-clientlib 2026-08-28"]],
    ["2026-09-07", ["h-rc1 2026-09-11"]],
    ["2026-09-14", []],
    ["2026-10-01", ["h-final 2026-10-01"]],
    ["2026-06-01", ["h-cycle-trail 2026-06-05"]],
    // The release of the cycle before stands in the first week, which has no name.
    ["2026-03-31", []],
    ["2027-01-01", []],
  ])("on %s: %j", (text, events) => {
    expect(inWeek(schedule(false), text)).toEqual(events);
  });
  it("weeks without events are read as well: the day is their Thursday", () => {
    expect(inWeek(schedule(true), "2026-09-07")).toEqual(["h-rc1 2026-09-11"]);
    expect(inWeek(schedule(true), "2026-09-30")).toEqual(["h-final 2026-10-02"]);
  });
});

function file(type: string, model: string, ...versions: readonly string[]): Deliverable {
  const listed = versions.map(
    (one) => `  - version: ${one}\n    projects:\n      - repo: acme/x\n        hash: ${A}\n`,
  );
  const text = `team: x\ntype: ${type}\nrelease-model: ${model}\n${versions.length > 0 ? `releases:\n${listed.join("")}` : ""}`;
  const read = parseDeliverable({ path: "deliverables/hibiscus/x.yaml", series: "hibiscus", name: "x" }, text);
  if (!read.ok) throw new Error(read.problem[0]?.message);
  return read.value;
}

const EVENTS = [
  ["-1", "milestone 1"],
  ["-final-lib", "the final release of libraries"],
  ["-3", "milestone 3"],
  ["-final-clientlib", "the final release of client libraries"],
  ["-rc1", "the first candidates"],
  ["-finalrc", "the last candidates"],
  ["-final", "the release"],
] as const;

/** By the end of the event's id. */
function asked(of: Deliverable): Readonly<Record<string, string>> {
  const all = EVENTS.flatMap(([ends, what]) => {
    const event = { id: `h${ends}`, what, deadline: instant(0), trailing: false };
    const due = dueOf(of, [event], { trailing: false });
    return due === undefined
      ? []
      : [[ends, `${due.type}${due.stableBranch ? "+branch" : ""}${due.onlyWhenNew ? "?" : ""}`]];
  });
  return Object.fromEntries(all) as Readonly<Record<string, string>>;
}

describe("which release a deliverable is due for (`?`: only where something is new)", () => {
  it.each<[string, Deliverable, Readonly<Record<string, string>>]>([
    ["a library", file("library", "cycle-with-intermediary"), { "-1": "notes?", "-final-lib": "notes+branch?" }],
    [
      "a client library",
      file("client-library", "cycle-with-intermediary"),
      { "-1": "notes?", "-final-clientlib": "notes+branch?" },
    ],
    ["a service with candidates", file("service", "cycle-with-rc"), { "-rc1": "rc", "-finalrc": "rc" }],
    [
      "one that has a candidate",
      file("service", "cycle-with-rc", "1.0.0.0rc1"),
      { "-finalrc": "rc?", "-final": "final" },
    ],
    ["one that is released", file("service", "cycle-with-rc", "1.0.0.0rc1", "1.0.0"), {}],
    [
      "one with milestones",
      file("service", "cycle-with-milestones"),
      { "-1": "milestone", "-3": "milestone", "-rc1": "rc", "-finalrc": "rc" },
    ],
    ["a service without candidates", file("service", "cycle-with-intermediary"), { "-rc1": "notes+branch?" }],
    ["a tempest plugin", file("tempest-plugin", "cycle-with-intermediary"), { "-rc1": "notes?" }],
    ["what trails the cycle", file("trailing", "cycle-with-rc", "1.0.0.0rc1"), {}],
    ["what has no tags", file("service", "untagged"), {}],
    ["a series that ended", file("library", "cycle-with-intermediary", "1.0.0", "2026.2-eol"), {}],
  ])("%s", (_, of, due) => {
    expect(asked(of)).toEqual(due);
  });
  it("what trails is due in the cycle after its own", () => {
    const of = file("trailing", "cycle-with-rc", "1.0.0.0rc1");
    const events = dueWeek(schedule(false), day("2026-06-01"))?.events ?? [];
    expect(dueOf(of, events, { trailing: true })).toMatchObject({ type: "final", event: { id: "h-cycle-trail" } });
    expect(dueOf(of, events, { trailing: false })).toBeUndefined();
  });
});

// The release cycle as files: what is read, what is refused with rule and line, what is made, and what a calendar reader finds.
import ICAL from "ical.js";
import { describe, expect, it } from "vitest";
import { advance, maintainedUntil } from "../../../src/core/release/cycle/advance.ts";
import { checkSchedule, type ScheduleContext } from "../../../src/core/release/cycle/check-schedule.ts";
import { checkSeries } from "../../../src/core/release/cycle/check-series.ts";
import { toCalendar } from "../../../src/core/release/cycle/ics.ts";
import { editSeries } from "../../../src/core/release/cycle/edit-series.ts";
import { DEFAULT_OFFSETS, makeSchedule, type CyclePlan } from "../../../src/core/release/cycle/make-schedule.ts";
import { idAfter, letterAfter, nameProblem } from "../../../src/core/release/cycle/names.ts";
import { readSchedule } from "../../../src/core/release/cycle/parse-schedule.ts";
import { branchOf, formatSeries, readSeries, replaceSeries } from "../../../src/core/release/cycle/series.ts";
import { instantOf, spanOf } from "../../../src/core/release/cycle/schedule-shapes.ts";
import { statusAt } from "../../../src/core/release/cycle/status.ts";
import { dayAfter, formatInstant, parseDay, parseInstant, type Day, type Instant } from "../../../src/core/time.ts";

const day = (text: string): Day => parseDay(text) ?? expect.fail(`${text} is no day`);
const time = (text: string): Instant => parseInstant(text) ?? expect.fail(`${text} is no time`);

const plan = (more: Partial<CyclePlan> = {}): CyclePlan => ({
  ...{ name: "hibiscus", id: "2026.2", before: "gazpacho", zone: "UTC", offsets: DEFAULT_OFFSETS },
  ...{ previous: day("2026-03-30"), release: day("2026-09-28") },
  ...more,
});

function made(more: Partial<CyclePlan> = {}): string {
  const result = makeSchedule(plan(more), { sidecar: false });
  return result.ok ? result.value.schedule : expect.fail(result.problem.message);
}

function read(text: string) {
  const result = readSchedule({ path: "h.yaml", text });
  return result.ok ? result.value : expect.fail(result.problem.map(({ message }) => message).join("; "));
}

/** `4 week-name`, one a problem. */
function found(text: string, context: ScheduleContext = {}): readonly string[] {
  const result = readSchedule({ path: "h.yaml", text });
  const problems = result.ok ? checkSchedule(result.value, context) : result.problem;
  return problems.map(({ line, rule, message, hint }) => {
    expect(message).not.toBe("");
    expect(hint).not.toBe("");
    return `${line} ${rule}`;
  });
}

/** Weeks alone, as the schedules of openstack/releases are. */
const bare = (more: Partial<CyclePlan> = {}): string => made(more).replace(/events:[^]*/, "");

describe("a schedule that is made", () => {
  it("has the weeks and offsets that openstack/releases has had since ocata", () => {
    const { weeks, startWeek, releaseWeek } = read(made());
    expect([startWeek.value, releaseWeek.value, weeks.length]).toEqual(["2026-04-06", "2026-09-28", 27]);
    const listed = weeks.filter(({ xProject }) => xProject.length > 0);
    expect(listed.map(({ name = "before", xProject }) => `${name}: ${xProject.join(" ")}`)).toEqual([
      "before: g-final",
      "R-20: h-1",
      "R-17: h-cycle-trail",
      "R-13: h-2 h-mf",
      "R-7: h-extra-acs",
      "R-6: h-final-lib",
      "R-5: h-3 h-ff h-final-clientlib h-soft-sf h-rf",
      "R-4: h-cycle-highlights",
      "R-3: h-rc1 h-hard-sf",
      "R-1: h-finalrc",
      "R+0: h-final",
    ]);
  });

  it("has every deadline on a Thursday, the release on a Wednesday, and nothing that check finds", () => {
    const { events } = read(made());
    expect(events.find(({ id }) => id === "h-ff")?.day).toBe("2026-08-27");
    expect(events.find(({ id }) => id === "h-final")?.day).toBe("2026-09-30");
    expect(found(made())).toEqual([]);
  });

  it.each(Array.from({ length: 43 }, (_, index) => index + 18))("of %i weeks has nothing that check finds", (weeks) => {
    const offsets = { m1: 15, m2: 10, trailing: 9, highlights: 3 };
    const text = made({ release: dayAfter(day("2026-03-30"), 7 * weeks), offsets });
    expect(found(text)).toEqual([]);
  });

  it("keeps its events beside it for readers that know only the keys of openstack/releases", () => {
    const result = makeSchedule(plan(), { sidecar: true });
    if (!result.ok || result.value.events === undefined) return expect.fail("no events");
    const { schedule, events } = result.value;
    expect(schedule).not.toContain("events:");
    const both = readSchedule({ path: "s.yaml", text: schedule }, { path: "events.yaml", text: events });
    expect(both.ok && both.value.events).toHaveLength(16);
    expect(both.ok && checkSchedule(both.value)).toEqual([]);
  });

  it.each([
    [{ previous: day("2026-03-31") }, "Cannot make a schedule: --prev 2026-03-31 is a Tuesday"],
    [{ release: day("2026-09-30") }, "Cannot make a schedule: --release 2026-09-30 is a Wednesday"],
    [{ release: day("2026-03-02") }, "Cannot make a schedule: from 2026-03-30 to 2026-03-02 are -4 weeks"],
    [
      { offsets: { ...DEFAULT_OFFSETS, m1: 40 } },
      "Cannot make a schedule: --m1 R-40 is not within the 26 weeks of the cycle",
    ],
    [
      { offsets: { ...DEFAULT_OFFSETS, m1: 12 } },
      "Cannot make a schedule: milestone 1 is R-12, milestone 2 R-13 and milestone 3 R-5",
    ],
  ])("is refused for %o", (more, message) => {
    const result = makeSchedule(plan(more), { sidecar: false });
    expect(result.ok ? "made" : result.problem.message).toBe(message);
  });
});

describe("what check finds", () => {
  it.each([
    [
      "a week that starts on a Tuesday",
      bare().replace("start: '2026-05-04'", "start: '2026-05-05'"),
      ["21 week-start-monday", "21 week-length", "21 week-contiguous", "24 week-contiguous"],
    ],
    ["a week of 15 days", bare().replace("end: '2026-04-10'", "end: '2026-04-20'"), ["9 week-length"]],
    ["a week that ends too soon", bare().replace("end: '2026-10-02'", "end: '2026-09-30'"), ["108 week-length"]],
    [
      "a step of three weeks back",
      bare().replace("start: '2026-04-13'\n    end: '2026-04-17'", "start: '2026-03-16'\n    end: '2026-03-20'"),
      ["12 week-contiguous", "12 week-name", "15 week-contiguous"],
    ],
    [
      "names off by three, told once",
      bare().replace("release-week: '2026-09-28'", "release-week: '2026-10-19'"),
      ["3 week-name"],
    ],
    ["one wrong name", bare().replace("name: R-20\n", "name: R-21\n"), ["24 week-name"]],
    [
      "a start week that is not the first",
      bare().replace("start-week: '2026-04-06'", "start-week: '2026-04-13'"),
      ["2 start-week-first"],
    ],
    [
      "a start week on a Wednesday",
      bare().replace("start-week: '2026-04-06'", "start-week: '2026-04-08'"),
      ["2 start-week-monday"],
    ],
    [
      "a release week on a Wednesday",
      bare().replace("release-week: '2026-09-28'", "release-week: '2026-09-30'"),
      ["3 release-week-monday"],
    ],
    ["an id listed twice in a week", bare().replace("- h-1\n", "- h-1\n      - h-1\n"), ["24 duplicate-id"]],
    ["a week without a name in the middle", bare().replace("    name: R-21\n", ""), ["21 week-name-missing"]],
    [
      "milestones out of order",
      bare().replace("- h-1\n", "- h-x\n").replace("- h-2\n", "- h-3\n").replace("- h-extra-acs", "- h-2"),
      [expect.stringContaining("milestone-order")],
    ],
    ["an election too early", bare().replace("- h-1\n", "- i-election-voting\n"), ["24 election-window"]],
    [
      "an election of several too early",
      bare().replace("- h-1\n", "- ptl-tc-election-voting\n"),
      ["24 election-window"],
    ],
    [
      "an election that only its event says to be one",
      made()
        .replace("- h-extra-acs\n", "- h-vote\n      - h-extra-acs\n")
        .replace("- h-1\n", "- h-1\n      - h-nominations\n")
        .replace(
          "events:\n",
          "events:\n  - { id: h-vote, date: 2026-08-11, kind: election }\n  - { id: h-nominations, date: 2026-05-12, kind: election }\n",
        ),
      ["24 election-window"],
    ],
  ])("%s", (_, text, problems) => {
    expect(found(text)).toEqual(problems);
  });

  it.each([
    [
      "an event in another week than the one that lists it",
      made().replace("date: '2026-08-27'", "date: '2026-08-20'"),
      ["event-week"],
    ],
    ["an event that no week lists", made().replace("      - h-ff\n", ""), ["event-unlisted"]],
    ["an id that is no event", made().replace("- h-ff\n", "- h-fff\n"), ["unknown-id", "event-unlisted"]],
    ["two events of one id", made().replace("- id: h-rf", "- id: h-ff"), ["unknown-id", "duplicate-id"]],
    ["an event after the cycle", made().replace("date: '2026-09-30'", "date: '2027-09-30'"), ["event-outside"]],
    ["a freeze that ends and never began", made().replace("begins: [feature]", "begins: [x-feature]"), ["freeze-pair"]],
  ])("%s", (_, text, rules) => {
    expect(found(text).map((one) => one.split(" ")[1])).toEqual(rules);
  });

  it("a release week that is not the one of series_status.yaml, and a series that is not there", () => {
    const series = readSeries("s.yaml", "- name: hibiscus\n  status: development\n  initial-release: 2026-10-07\n");
    if (!series.ok) return expect.fail("unread");
    expect(found(bare(), { series: series.value, name: "hibiscus" })).toEqual(["3 release-date"]);
    expect(found(bare(), { series: series.value, name: "indri" })).toEqual(["3 series-unknown"]);
  });

  it.each([
    ["nothing", "", ["1 yaml"]],
    ["no YAML", "cycle: [", ["1 yaml"]],
    ["a list", "- a\n", ["1 wrong-value"]],
    ["an unknown key", bare().replace("start-week", "start-weak"), ["2 unknown-key", "2 missing-key"]],
    ["a day that no calendar has", bare().replace("2026-04-10", "2026-04-31"), ["10 wrong-value"]],
    ["weeks that are no list", "start-week: 2026-04-06\nrelease-week: 2026-09-28\ncycle: 3\n", ["3 wrong-value"]],
    ["no week", "start-week: 2026-04-06\nrelease-week: 2026-09-28\ncycle: []\n", ["3 missing-key"]],
    ["a freeze nobody knows", made().replace("[feature]", "[featur]"), [expect.stringContaining("wrong-value")]],
    ["a kind nobody knows", made().replace("kind: release", "kind: relase"), [expect.stringContaining("wrong-value")]],
    [
      "a zone that is an offset",
      made().replace("kind: release", "timezone: '+02:00'\n    kind: release"),
      [expect.stringContaining("wrong-value")],
    ],
    [
      "a window that ends before it begins",
      made().replace("kind: release", "until: 2026-09-29\n    kind: release"),
      [expect.stringContaining("event-window")],
    ],
  ])("and refuses to read: %s", (_, text, problems) => {
    expect(found(text)).toEqual(problems);
  });
});

describe("when an event is", () => {
  const event = (more: string) =>
    read(
      `${bare()}events:\n  - id: h-ff\n${more.includes("date:") ? "" : "    date: 2026-08-27\n"}    kind: freeze\n${more}`,
    ).events[0] ?? expect.fail();

  it.each([
    ["", "2026-08-28T00:00:00.000Z"],
    ["    timezone: America/New_York\n", "2026-08-28T04:00:00.000Z"],
    ["    time: '17:00'\n", "2026-08-27T17:00:00.000Z"],
    ["    time: '17:00'\n    timezone: Europe/Berlin\n", "2026-08-27T15:00:00.000Z"],
    ["    until: 2026-09-02\n", "2026-08-27T00:00:00.000Z"],
    // Clocks there go forward over this time, and back over that one: both ends of it count, so a freeze is the longer one.
    ["    time: '02:30'\n    date: 2026-03-29\n    timezone: Europe/Berlin\n", "2026-03-29T01:00:00.000Z"],
    ["    time: '02:30'\n    date: 2026-10-25\n    timezone: Europe/Berlin\n", "2026-10-25T00:30:00.000Z"],
  ])("a deadline is the end of its day, unless it has a time: %j", (more, at) => {
    expect(formatInstant(instantOf(event(more)))).toBe(at);
  });

  it("a window ends with its last day", () => {
    expect(formatInstant(spanOf(event("    until: 2026-09-02\n")).to)).toBe("2026-09-03T00:00:00.000Z");
  });
});

describe("the status of a cycle", () => {
  it.each([
    ["2026-04-01T00:00Z", "before", undefined, 26, ""],
    ["2026-05-14T23:59Z", "milestone-1", "R-20", 20, ""],
    ["2026-05-15T00:00Z", "milestone-2", "R-20", 20, ""],
    ["2026-08-27T23:59Z", "milestone-3", "R-5", 5, "membership library"],
    ["2026-08-28T00:00Z", "rc1", "R-5", 5, "membership library feature requirements soft-string client-library"],
    ["2026-09-11T00:00Z", "final", "R-3", 3, "membership library client-library hard-string"],
    ["2026-10-01T00:00Z", "released", "R+0", 0, ""],
  ])("at %s is %s in week %s", (at, phase, week, left, freezes) => {
    const status = statusAt(read(made()), time(at));
    expect([status.phase, status.week?.name, status.weeksToRelease]).toEqual([phase, week, left]);
    expect(status.freezes.map(({ freeze }) => freeze).sort()).toEqual(freezes.split(" ").filter(Boolean).sort());
  });

  it("names what is next also where only weeks say it", () => {
    expect(statusAt(read(bare()), time("2026-09-20T00:00Z")).next.map(({ id }) => id)).toEqual([
      "h-finalrc",
      "h-final",
    ]);
  });
});

describe("the calendar", () => {
  const long = "Größe; Länge, und \\ alles: ".repeat(6);
  const text = made()
    .replace("text: Feature freeze", `text: '${long.trim()}'`)
    .replace("id: h-rc1\n", "id: h-rc1\n    time: '17:00'\n");
  const calendar = (sequence = 3) =>
    toCalendar(read(text), { series: "hibiscus", domain: "example.org", sequence, changed: time("2026-03-01T12:00Z") });

  it("is read back by ical.js: 26 weeks and 16 deadlines, each with its day, its text and its place in time", () => {
    const events = new ICAL.Component(ICAL.parse(calendar()))
      .getAllSubcomponents("vevent")
      .map((one) => new ICAL.Event(one));
    expect(events).toHaveLength(26 + 16);
    expect(new Set(events.map(({ uid }) => uid)).size).toBe(42);
    expect(events.every(({ sequence }) => sequence === 3)).toBe(true);
    const of = (id: string) => events.find(({ uid }) => uid === `hibiscus-${id}@example.org`) ?? expect.fail(id);
    expect(of("h-ff").summary).toBe(`Hibiscus: ${long.trim()}`);
    expect([of("h-ff").startDate.toString(), of("h-ff").endDate.toString()]).toEqual(["2026-08-27", "2026-08-28"]);
    expect(of("h-rc1").startDate.toString()).toBe("2026-09-10T17:00:00Z");
    expect([of("R-20").startDate.toString(), of("R-20").endDate.toString()]).toEqual(["2026-05-11", "2026-05-16"]);
    expect(of("R-20").summary).toBe("Hibiscus R-20 (Milestone 1 of 2026.2)");
  });

  it("has lines of at most 75 bytes that end in CRLF, and splits no character", () => {
    const lines = calendar().split("\r\n");
    expect(lines.every((line) => Buffer.byteLength(line) <= 75 && !line.includes("\n"))).toBe(true);
    expect(calendar()).not.toContain("\uFFFD");
  });
});

const LIVES = `---
- name: indri
  release-id: 2027.1
  status: future
  slurp: yes
  initial-release: 2027-03-24
  next-phase:
    status: development
    date: 2026-10-01
- name: hibiscus
  release-id: 2026.2
  status: development
  initial-release: 2026-09-30
  next-phase:
    status: maintained
    date: 2026-09-30
- name: caracal
  release-id: 2024.1
  status: unmaintained
  slurp: yes
  initial-release: 2024-04-03
  next-phase:
    status: end of life
- name: zed
  status: end of life
  initial-release: 2022-10-05
  eol-date: 2025-12-19
`;

function lives(text = LIVES) {
  const result = readSeries("s.yaml", text);
  return result.ok ? result.value : expect.fail(result.problem.map(({ message }) => message).join("; "));
}

describe("the series", () => {
  it("are written as they were read, byte for byte, and nothing is wrong with them", () => {
    expect(formatSeries(lives())).toBe(LIVES);
    for (const one of lives()) expect(replaceSeries(LIVES, one)).toBe(LIVES);
    expect(checkSeries(lives())).toEqual([]);
  });

  describe("that is edited", () => {
    const edit = (text: string, what: Parameters<typeof editSeries>[2]) => {
      const all = readSeries("s.yaml", text);
      if (!all.ok) return expect.fail("unread");
      // Their places are those of this text.
      const changed = (what.changed ?? []).flatMap((one) => {
        const { place } = all.value.find(({ name }) => name === one.name) ?? one;
        return [{ ...one, place }];
      });
      const { text: edited, anew } = editSeries(text, all.value, { ...what, changed });
      const read = readSeries("s.yaml", edited);
      return { anew, names: read.ok ? read.value.map(({ name, status }) => `${name} ${status}`) : [], edited };
    };
    const [indri, ...others] = lives().map(({ name, status }) => `${name} ${status}`);
    const began = lives()
      .slice(0, 1)
      .map((one) => ({ ...one, status: "development" as const }));
    const LAYOUTS: readonly (readonly [string, string, boolean])[] = [
      ["as it is written", LIVES, false],
      ["indented", LIVES.replaceAll(/^(?=[- ] )/gm, "  "), true],
      [
        "on few lines",
        `[{name: indri, release-id: 2027.1, status: future, slurp: yes}, {name: hibiscus, release-id: 2026.2, status: development}]\n`,
        true,
      ],
    ];

    it.each(LAYOUTS)("%s loses no series, whichever changes", (_, text, expected) => {
      const { anew, names } = edit(text, { changed: began });
      expect([anew, names[0]]).toEqual([expected, "indri development"]);
      expect(names.slice(1)).toEqual(expected && text.startsWith("[") ? ["hibiscus development"] : others);
    });

    it.each(LAYOUTS)("%s loses no series when one is added", (_, text, expected) => {
      const [entry] = began;
      const added = { ...(entry ?? expect.fail()), name: "jasper", releaseId: "2027.2", slurp: false };
      const { anew, names } = edit(text, { added });
      expect([anew, names[0], names[1]]).toEqual([expected, "jasper development", indri]);
      expect(names).toHaveLength(text.startsWith("[") ? 3 : others.length + 2);
    });
  });

  it("keep an id as it is written, for 2026.10 is not 2026.1", () => {
    expect(lives("- name: a\n  release-id: 2026.10\n  status: future\n")[0]?.releaseId).toBe("2026.10");
  });

  it("have their branch by id and status", () => {
    expect(lives().map(branchOf)).toEqual([undefined, undefined, "unmaintained/2024.1", undefined]);
  });

  it.each([
    ["status: future", "status: futre", "4 series-status"],
    ["slurp: yes\n  initial-release: 2027", "slurp: maybe\n  initial-release: 2027", "5 wrong-value"],
    ["  release-id: 2027.1", "  release-no: 2027.1", "3 unknown-key"],
    ["release-id: 2027.1", "release-id: 2027", "3 wrong-value"],
    ["  status: future\n", "", "2 missing-key"],
    ["name: indri", "name: hibiscus", "10 series-name"],
    ["2027-03-24", "24.3.2027", "6 wrong-value"],
  ])("are refused with the line: %j as %j", (right, wrong, problem) => {
    const result = readSeries("s.yaml", LIVES.replace(right, wrong));
    expect(result.ok ? [] : result.problem.map(({ line, rule }) => `${line} ${rule}`)).toEqual([problem]);
  });

  it.each([
    ["slurp: yes\n  initial-release: 2027", "initial-release: 2027", "series-slurp"],
    ["2027-03-24", "2026-03-24", "series-order"],
    ["    status: maintained", "    status: unmaintained", "series-next-phase"],
    ["status: future\n", "status: maintained\n", "series-life"],
    ["  next-phase:\n    status: end of life", "  eol-date: 2027-01-01", "series-eol"],
    ["status: end of life\n  initial", "status: unmaintained\n  initial", "series-eol"],
  ])("are checked for what they mean together: %j as %j", (right, wrong, rule) => {
    expect(checkSeries(lives(LIVES.replace(right, wrong))).map((one) => one.rule)).toContain(rule);
  });
});

describe("what is due", () => {
  it("nothing before its day, and each by its own date", () => {
    expect(advance(lives(), day("2026-09-29"))).toEqual([]);
    const due = advance(lives(), day("2026-10-01"));
    expect(due.map(({ after: { name, status, nextPhase } }) => [name, status, nextPhase])).toEqual([
      ["indri", "development", { status: "maintained", date: "2027-03-24" }],
      ["hibiscus", "maintained", { status: "end of life", date: "2028-03-29" }],
    ]);
  });

  it("the end of an unmaintained series only when it is asked for, and a month ahead", () => {
    expect(advance(lives(), day("2026-01-01"), ["2024.1"]).map(({ after }) => after.nextPhase)).toEqual([
      { status: "end of life", date: "2026-02-01" },
    ]);
    const ahead = LIVES.replace("    status: end of life", "    status: end of life\n    date: 2026-02-01");
    expect(advance(lives(ahead), day("2026-01-31"))).toEqual([]);
    expect(advance(lives(ahead), day("2026-02-01")).map(({ after }) => [after.status, after.eolDate])).toEqual([
      ["end of life", "2026-02-01"],
    ]);
  });

  it.each([
    ["2025-10-01", "2027-04-28"],
    ["2026-04-01", "2027-10-27"],
    ["2024-10-02", "2026-04-29"],
    ["2023-10-04", "2025-04-30"],
  ])("released on %s a series was maintained to %s", (release, until) => {
    expect(maintainedUntil(day(release))).toBe(until);
  });
});

describe("names", () => {
  it("go through the alphabet and begin again, ids through the year", () => {
    expect([
      letterAfter("indri"),
      letterAfter("zed"),
      idAfter("2026.2"),
      idAfter("2027.1"),
      idAfter("2027.2", 4),
    ]).toEqual([...["J", "A", "2027.1", "2027.2", "2027.3"]]);
    expect(nameProblem("aster", "zed")).toBeUndefined();
    expect(nameProblem("bell", "zed")).toBe("`bell` does not begin with A, the letter after `zed`");
  });
});

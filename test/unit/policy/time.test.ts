import { describe, expect, it } from "vitest";
import { parseExpression } from "../../../src/core/policy/expression.ts";
import { establish } from "../../../src/core/policy/facts.ts";
import { judgeTime } from "../../../src/core/policy/judge-time.ts";
import { readTimeTest } from "../../../src/core/policy/operators-time.ts";
import type { PolicySnapshot } from "../../../src/core/policy/snapshot.ts";
import {
  after,
  formatInstant,
  instant,
  instantsOf,
  isTimeZone,
  parseInstant,
  parseLocalTime,
  sayDuration,
  sayInstant,
} from "../../../src/core/time.ts";
import { alice, NOW, patchSet, policy, robot, snapshot, vote } from "./sample.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const at = (text: string) => parseInstant(text)!;
const NAMES = { labels: [], groups: [], checks: [], freezes: ["thaw"] };

function read(text: string) {
  const parsed = parseExpression(text);
  if (!parsed.ok || parsed.value.kind !== "atom") throw new Error(`${text} is no atom`);
  return readTimeTest(text, parsed.value.atom, NAMES);
}

function judged(text: string, of: PolicySnapshot = snapshot(), now = NOW) {
  const test = read(text);
  if (test?.ok !== true) throw new Error(`${text} cannot be read`);
  return judgeTime(test.value, establish(policy(), of, now));
}

describe("the operators about time", () => {
  it.each([
    ["min-age:soon", "`soon` is no duration"],
    ["min-age:7", "`7` is no duration"],
    ["quiet:72h", "`quiet:72h` does not say whether longer or shorter is meant"],
    ["age:>=7", "`7` is no duration"],
    ["freeze:thow", "there is no freeze `thow`"],
  ])("%s is a problem with a hint", (text, message) => {
    const found = read(text);
    expect(found?.ok === false ? found.problem : undefined).toMatchObject({
      message,
      hint: expect.stringMatching(/write/),
    });
  });

  it("they leave other operators alone", () => {
    expect(read("label:Code-Review=MAX")).toBeUndefined();
  });
});

describe("age", () => {
  const opened = instant(NOW - 7 * DAY);
  const of = (openedAt: number) => snapshot({ change: { openedAt: instant(openedAt) } });
  it.each([
    ["min-age:7d", opened, true, undefined],
    ["min-age:7d", opened + 1, false, NOW + 1],
    ["age:>=7d", opened, true, undefined],
    ["age:>7d", opened, false, NOW + 1],
    ["age:>7d", opened - 1, true, undefined],
    ["age:<7d", opened, false, undefined],
    ["age:<7d", opened + 1, true, NOW + 1],
    ["age:<=7d", opened, true, NOW + 1],
  ])("%s of a change opened at %i is %s, and turns at %s", (text, openedAt, value, wakeAt) => {
    const found = judged(text, of(openedAt));
    expect([found.value, found.wakeAt]).toEqual([value, wakeAt]);
    if (wakeAt !== undefined) expect(judged(text, of(openedAt), instant(wakeAt)).value).toBe(!value);
  });

  it("says until when, and that nobody has to do anything", () => {
    expect(judged("min-age:7d")).toMatchObject({
      why: "it has to be open for 7 days: until 8 Sep 2026 11:27 UTC",
      turns: [[{ kind: "wait", who: [], need: 0, do: "wait until 8 Sep 2026 11:27 UTC" }]],
    });
  });
});

describe("quiet time", () => {
  const pushed = instant(NOW - 72 * HOUR);
  const of = (more: Partial<PolicySnapshot> = {}, sets = [patchSet(1, { at: pushed })]) =>
    snapshot({ change: { openedAt: instant(NOW - 90 * DAY), patchSets: sets }, ...more });

  it("counts from the newest patch set, to the millisecond", () => {
    expect(judged("quiet:>=72h", of()).value).toBe(true);
    const early = judged("quiet:>=72h", of(), instant(NOW - 1));
    expect([early.value, early.wakeAt]).toEqual([false, NOW]);
    expect(early.why).toBe("it has to be quiet for 3 days: until 1 Sep 2026 12:00 UTC, if nobody pushes code or votes");
    expect(judged("quiet:>72h", of()).wakeAt).toBe(NOW + 1);
  });

  it("starts anew with a vote, with what becomes of a vote, and not with a bot's", () => {
    const cast = instant(NOW - HOUR);
    const wake = (more: Partial<PolicySnapshot>) => judged("quiet:>=72h", of(more)).wakeAt;
    expect(wake({ votes: [vote(alice, "Code-Review+1", { at: cast })] })).toBe(after(cast, 72 * HOUR));
    const dismissed = { at: instant(NOW - 80 * HOUR), endedAt: cast, state: "dismissed" as const };
    expect(wake({ votes: [vote(alice, "Code-Review-1", dismissed)] })).toBe(after(cast, 72 * HOUR));
    expect(wake({ votes: [vote(robot, "Code-Review-1", { at: cast })] })).toBeUndefined();
  });

  it("does not start anew with a patch set that is proven to change no code", () => {
    const recent = { at: instant(NOW - HOUR) };
    for (const kind of ["NO_CHANGE", "NO_CODE_CHANGE", "TRIVIAL_REBASE", "TARGET_MERGE"] as const)
      expect(judged("quiet:>=72h", of({}, [patchSet(1, { at: pushed }), patchSet(2, { ...recent, kind })])).value).toBe(
        true,
      );
    expect(judged("quiet:>=72h", of({}, [patchSet(1, { at: pushed }), patchSet(2, recent)])).value).toBe(false);
  });

  it("T39: a patch set of unknown time is not quiet yet, whatever its commits say of their dates", () => {
    const { at: _, ...unknown } = patchSet(2);
    const found = judged("quiet:>=72h", of({}, [patchSet(1, { at: pushed }), unknown]));
    expect(found).toMatchObject({
      value: false,
      why: expect.stringContaining("nobody knows when patch set 2 was pushed"),
    });
    expect(found.wakeAt).toBeUndefined();
    // Once code was pushed at a known time, the earlier gap does not matter any more.
    const { at: __, ...first } = patchSet(1);
    expect(judged("quiet:>=72h", of({}, [first, patchSet(2, { at: pushed })])).value).toBe(true);
  });
});

describe("local times", () => {
  const inZone = (text: string, zone: string) => {
    const { first, last } = instantsOf(parseLocalTime(text)!, zone);
    return [formatInstant(first), formatInstant(last)];
  };

  it.each([
    ["2026-09-01T00:00", "UTC", "2026-09-01T00:00:00.000Z"],
    ["2026-09-01", "UTC", "2026-09-01T00:00:00.000Z"],
    ["2026-09-01T00:00", "Europe/Berlin", "2026-08-31T22:00:00.000Z"],
    ["2026-12-01T00:00:30", "Europe/Berlin", "2026-11-30T23:00:30.000Z"],
    ["2026-09-01T00:00", "America/New_York", "2026-09-01T04:00:00.000Z"],
    ["2026-09-01T00:00", "Asia/Kathmandu", "2026-08-31T18:15:00.000Z"],
    ["2026-09-01T00:00", "Pacific/Kiritimati", "2026-08-31T10:00:00.000Z"],
    ["2099-07-01T12:00", "Europe/Berlin", "2099-07-01T10:00:00.000Z"],
  ])("%s in %s is %s", (text, zone, is) => {
    expect(inZone(text, zone)).toEqual([is, is]);
  });

  it("T39: a time that comes twice, when clocks are set back, is both of its instants", () => {
    expect(inZone("2026-10-25T02:30", "Europe/Berlin")).toEqual([
      "2026-10-25T00:30:00.000Z",
      "2026-10-25T01:30:00.000Z",
    ]);
    expect(inZone("2026-11-01T01:30", "America/New_York")).toEqual([
      "2026-11-01T05:30:00.000Z",
      "2026-11-01T06:30:00.000Z",
    ]);
    // Half an hour only.
    expect(inZone("2026-04-05T01:45", "Australia/Lord_Howe")).toEqual([
      "2026-04-04T14:45:00.000Z",
      "2026-04-04T15:15:00.000Z",
    ]);
  });

  it("T39: a time that never comes, when clocks are set forward, is the instant of the step", () => {
    expect(inZone("2026-03-29T02:30", "Europe/Berlin")).toEqual([
      "2026-03-29T01:00:00.000Z",
      "2026-03-29T01:00:00.000Z",
    ]);
    // A day that was left out.
    expect(inZone("2011-12-30T12:00", "Pacific/Apia")).toEqual([
      "2011-12-30T10:00:00.000Z",
      "2011-12-30T10:00:00.000Z",
    ]);
  });

  it.each([
    "2026-02-29T00:00",
    "2026-13-01T00:00",
    "2026-09-01T24:00",
    "2026-09-01T00:60",
    "2026-9-1",
    "2026-09-01T00:00Z",
    "1969-12-31",
    "",
    "2026-09-01 00:00",
  ])("%s is no local time", (text) => expect(parseLocalTime(text)).toBeUndefined());

  it("zones are names of the IANA database: no offset, no word, nothing made up", () => {
    expect(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5"].map(isTimeZone)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(["", "+02:00", "Europe/Atlantis", "local", "Europe/Berlin ", "../etc"].map(isTimeZone)).toEqual(
      Array(6).fill(false),
    );
  });

  it("are told to people in UTC, never earlier than they are", () => {
    expect(sayInstant(at("2026-10-01T02:00:00Z"))).toBe("1 Oct 2026 02:00 UTC");
    expect(sayInstant(at("2026-10-01T01:59:00.001Z"))).toBe("1 Oct 2026 02:00 UTC");
    expect([72 * HOUR, HOUR, 90_000, 1_500].map(sayDuration)).toEqual([
      "3 days",
      "1 hour",
      "90 seconds",
      "1500 milliseconds",
    ]);
  });
});

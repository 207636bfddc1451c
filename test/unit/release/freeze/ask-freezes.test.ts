/** The dry run of the gate's freezes: what somebody says of a change is asked what the gate would ask. */
import { describe, expect, it } from "vitest";
import { askFreezes, sayStops, type AskedChange } from "../../../../src/core/release/freeze/ask-freezes.ts";
import { cycleState } from "../../../../src/core/release/freeze/cycle-state.ts";
import { readFreezeRules } from "../../../../src/core/release/freeze/freeze-rules.ts";
import { formatInstant, parseInstant } from "../../../../src/core/time.ts";

const FOLDERS = { files: "releases", exceptions: "exceptions" };
const SCHEDULE = `start-week: 2027-01-04
release-week: 2027-01-11
cycle:
  - { start: 2026-12-28, end: 2027-01-01 }
  - { name: R-1, start: 2027-01-04, end: 2027-01-08 }
  - { name: R+0, start: 2027-01-11, end: 2027-01-15 }
events:
  - { id: i-ff, date: 2027-01-05, time: "12:00", kind: freeze, gate: { begins: [feature, requirements] } }
  - { id: i-rc1, date: 2027-01-08, time: "12:00", kind: milestone, gate: { begins: [release], ends: [feature] } }
`;
const RULES = `version: 1
freezes:
  feature: { branches: [main], exempt-paths: ["docs/*"] }
  requirements: { branches: ["*"], paths: [package-lock.json], tag-labels: [dependencies] }
  release: { branches: [main] }
`;
const EXCEPTION = `kind: FFE
requested: 2027-01-05
thread: https://lists.acme.example/7
decided-by: [alice]
expires: 2027-01-07
`;
const state = (more: Readonly<Record<string, string>> = {}) =>
  cycleState(
    FOLDERS,
    Object.entries({ "releases/i/schedule.yaml": SCHEDULE, "releases/freezes.yaml": RULES, ...more }).map(
      ([path, text]) => ({ path, text }),
    ),
  );
const asked = (more: Partial<AskedChange> = {}): AskedChange => ({
  ...{ branch: "main", paths: ["src/a.ts"], tagLabels: [] },
  ...more,
});
const answer = (change: AskedChange, at = "2027-01-06T12:00Z", of = state()) => {
  const { stoppedBy, until, letThrough, toCome, unread } = askFreezes(of, change, parseInstant(at)!);
  return {
    stopped: stoppedBy.map(({ kind }) => kind),
    until: until === undefined ? "-" : formatInstant(until).slice(5, 16),
    through: letThrough.map(({ record }) => record),
    next: toCome.map(({ kind, from }) => `${kind ?? ""} ${formatInstant(from).slice(5, 16)}`),
    unread: unread.length,
  };
};
const nothing = { stopped: [], until: "-", through: [], next: [], unread: 0 };

describe("a change that is asked about", () => {
  it("is stopped by what stands, to the end of whatever follows without a moment between", () => {
    expect(answer(asked())).toEqual({
      ...nothing,
      stopped: ["feature"],
      until: "01-16T00:00",
      next: ["release 01-08T12:00"],
    });
  });

  it.each<[string, AskedChange, readonly string[]]>([
    ["to another branch", asked({ branch: "stable/1" }), []],
    ["to exempt paths alone", asked({ paths: ["docs/a.md"] }), []],
    ["to a path that is named", asked({ branch: "stable/1", paths: ["package-lock.json"] }), ["requirements"]],
    ["with a tag label that is named", asked({ branch: "stable/1", tagLabels: ["dependencies"] }), ["requirements"]],
    ["of unknown paths, which may touch anything", asked({ branch: "stable/1", paths: [] }), ["requirements"]],
    ["to the cycle's own files", asked({ paths: ["releases/freezes.yaml", "exceptions/i/7.yaml"] }), []],
  ])("%s", (_, change, stopped) => {
    expect(answer(change).stopped).toEqual(stopped);
  });

  it("is let through by its exception, and by no other's", () => {
    const granted = state({ "exceptions/i/7.yaml": EXCEPTION });
    expect(answer(asked({ number: 7 }), "2027-01-06T12:00Z", granted)).toEqual({
      ...nothing,
      through: ["exceptions/i/7.yaml"],
      next: ["feature 01-08T00:00", "release 01-08T12:00"],
    });
    expect(answer(asked({ number: 8 }), "2027-01-06T12:00Z", granted).stopped).toEqual(["feature"]);
    expect(answer(asked(), "2027-01-06T12:00Z", granted).stopped).toEqual(["feature"]);
  });

  it("waits where something cannot be read, and says so", () => {
    const broken = state({ "releases/freezes.yaml": "version: 2\n" });
    expect(answer(asked(), "2027-01-01T00:00Z", broken)).toMatchObject({ stopped: [], unread: 2 });
    expect(answer(asked({ paths: ["releases/freezes.yaml"] }), "2027-01-01T00:00Z", broken).unread).toBe(0);
  });
});

it("what a freeze stops is said in a sentence", () => {
  const text = `${RULES}  library: nothing\n  x-own: { branches: [main, "stable/*"], tag-labels: [own], exempt-paths: [a, b] }\n`;
  const rules = readFreezeRules("f.yaml", text);
  expect(rules.ok && [...rules.value].map(([name, rule]) => `${name} stops ${sayStops(rule)}`)).toEqual([
    "feature stops every change to main, but not one to docs/* alone",
    "requirements stops a change to * that touches package-lock.json or with the tag label dependencies",
    "release stops every change to main",
    "library stops nothing",
    "x-own stops a change to main, stable/* with the tag label own, but not one to a, b alone",
  ]);
});

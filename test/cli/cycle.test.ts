// A cycle at somebody's seat: made, checked, looked at, published, advanced; in this process, with real files and a real git.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ICAL from "ical.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCycle } from "../../src/cli/cycle/main.ts";
import { published } from "../support/published.ts";

let dir = "";
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "plustwo-cycle-"))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function cycle(...args: readonly string[]) {
  let [out, err] = ["", ""];
  const stdout = { write: (text: string) => (out += text) };
  const stderr = { write: (text: string) => (err += text) };
  const code = await runCycle(["cycle", ...args], { stdout, stderr, env: process.env, cwd: dir });
  return { code, out, err };
}

const MONDAYS = ["--prev", "2026-11-30", "--release", "2027-05-31"];
const make = (...more: readonly string[]) => cycle("init", "2027.1", "--name", "aster", ...MONDAYS, ...more);
const file = "releases/aster/schedule.yaml";

function commit(message: string): void {
  const who = ["-c", "user.name=Release", "-c", "user.email=release@example.org"];
  execFileSync("git", ["add", "-A"], { cwd: dir });
  execFileSync("git", [...who, "commit", "-q", "-m", message], { cwd: dir });
}

describe("plustwo cycle", () => {
  it("makes a schedule with which check finds nothing, says where the cycle is, and overwrites nothing", async () => {
    expect(await make()).toMatchObject({ code: 0, out: `Wrote ${file}\nWrote releases/series_status.yaml\n` });
    expect(await cycle("check")).toMatchObject({ code: 0, out: "1 schedule, 1 without a problem: nothing is wrong\n" });
    const { out } = await cycle("status", "--at", "2027-05-20");
    expect(out).toMatchInlineSnapshot(`
      "aster · R-2, 2 weeks before the release week · on the way to the release
        20 May 2027 00:00 UTC · releases/aster/schedule.yaml
      Frozen  membership since 5 Mar 2027 00:00 UTC (a-mf) until 3 Jun 2027 00:00 UTC
      Frozen  library since 23 Apr 2027 00:00 UTC (a-final-lib) until 3 Jun 2027 00:00 UTC
      Frozen  client-library since 30 Apr 2027 00:00 UTC (a-final-clientlib) until 3 Jun 2027 00:00 UTC
      Frozen  hard-string since 14 May 2027 00:00 UTC (a-hard-sf) until 3 Jun 2027 00:00 UTC
      Next    Thu 27 May 2027  Final release candidates (a-finalrc)
      Next    Wed 2 Jun 2027  Release of 2027.1 (a-final)
      "
    `);
    const again = await make();
    expect(again.code).toBe(1);
    expect(again.err).toContain(`Cannot make ${file}: it is there already`);
  });

  it("says the same as JSON, before the cycle, in its weeks and after them", async () => {
    await make();
    const at = async (day: string) => published("cycle-status", (await cycle("status", "--at", day, "--json")).out);
    expect(await at("2026-11-01")).toMatchObject({ phase: "before", week: null, freezes: [] });
    expect(await at("2027-05-20")).toMatchObject({
      ...{ at: "2027-05-20T00:00:00.000Z", series: "aster", path: file, phase: "final", weeksToRelease: 2 },
      week: { name: "R-2", start: "2027-05-17", end: "2027-05-21" },
      freezes: [{ freeze: "membership", begunBy: "a-mf", endedBy: "a-final" }, {}, {}, {}],
      next: [{ id: "a-finalrc", kind: "freeze" }, { id: "a-final" }],
    });
    expect(await at("2027-07-01")).toMatchObject({ phase: "released", week: null, next: [] });
  });

  it("says what is wrong with file, line, rule and way out, for people and as JSON", async () => {
    await make();
    writeFileSync(join(dir, file), readFileSync(join(dir, file), "utf8").replace("name: R-20", "name: R-21"));
    const { code, out } = await cycle("check");
    expect(code).toBe(1);
    expect(out).toContain(`${file}:22: [week-name] the week of 2027-01-11 is called R-21\n  → it is R-20`);
    const json = published("cycle-check", (await cycle("check", "--json")).out);
    expect(json).toMatchObject({ files: [file], findings: [{ rule: "week-name", path: file, line: 22, column: 5 }] });
  });

  it("publishes a calendar whose SEQUENCE counts the commits of the file, and whose ids stay", async () => {
    execFileSync("git", ["init", "-q"], { cwd: dir });
    await make();
    commit("first");
    const read = async () => {
      const { out } = await cycle("ics", file, "--domain", "example.org");
      return new ICAL.Component(ICAL.parse(out)).getAllSubcomponents("vevent").map((one) => new ICAL.Event(one));
    };
    const first = await read();
    const text = readFileSync(join(dir, file), "utf8").replace("date: '2027-05-06'", "date: '2027-05-05'");
    writeFileSync(join(dir, file), text);
    commit("second");
    const second = await read();
    expect([first[0]?.sequence, second[0]?.sequence]).toEqual([0, 1]);
    expect(second.map(({ uid }) => uid)).toEqual(first.map(({ uid }) => uid));
    expect((await cycle("ics", file, "--domain", "a b")).code).toBe(3);
    // A clone without its history would count too few, and nobody who subscribes would take the change.
    writeFileSync(join(dir, ".git/shallow"), "");
    expect((await cycle("ics", file)).err).toContain("this clone is shallow");
  });

  it("proposes what is due and writes it when told to; the next series is named after the last", async () => {
    await make();
    const shown = await cycle("advance", "--on", "2026-12-03");
    expect(shown.out).toBe(`2027.1 is development since 2026-12-03
next: maintained on 2027-06-02
  - status: future
  -   status: development
  -   date: 2026-12-03
  + status: development
  +   status: maintained
  +   date: 2027-06-02
`);
    expect(published("cycle-advance", (await cycle("advance", "--on", "2026-12-03", "--json")).out)).toMatchObject({
      changes: [{ name: "aster", from: "future", to: "development", nextPhase: { status: "maintained" } }],
    });
    expect((await cycle("advance", "--on", "2026-12-03", "--write")).code).toBe(0);
    expect(readFileSync(join(dir, "releases/series_status.yaml"), "utf8")).toContain("status: development");
    expect((await cycle("advance", "--on", "2026-12-03")).out).toBe("Nothing is due on 2026-12-03\n");
    expect((await cycle("name")).out).toBe("2027.2, a name with B; after 2027.1 aster\n");
    expect(await cycle("name", "cedar")).toMatchObject({ code: 1 });
    expect(published("cycle-name", (await cycle("name", "cedar", "--json")).out)).toEqual({
      ...{ version: 1, id: "2027.2", letter: "B", slurp: false, after: "aster" },
      problem: "`cedar` does not begin with B, the letter after `aster`",
    });
  });

  it.each<[string, readonly string[], () => void, string]>([
    [
      "a folder where the events are",
      ["check"],
      () => mkdirSync(join(dir, "releases/aster/events.yaml")),
      "Cannot read releases/aster/events.yaml: it is a folder",
    ],
    [
      "a series file that links to itself",
      ["check"],
      () => {
        rmSync(join(dir, "releases/series_status.yaml"));
        symlinkSync("series_status.yaml", join(dir, "releases/series_status.yaml"));
      },
      "Cannot read releases/series_status.yaml: it is a link that leads to itself",
    ],
    [
      "a calendar over a folder",
      ["ics", file, "--out", "releases"],
      () => undefined,
      "Cannot write releases: it is a folder",
    ],
    [
      "a schedule under a file",
      ["init", "2027.1", "--name", "aster", ...MONDAYS, "--out", "releases/series_status.yaml"],
      () => undefined,
      "Cannot write releases/series_status.yaml/aster/schedule.yaml: there is a file where a folder should be",
    ],
  ])("says with 3 what is in the way: %s", async (_, args, there, message) => {
    await make();
    there();
    const { code, err } = await cycle(...args);
    expect({ code, said: err.includes(message) || err, hint: /Hint: .{10}/.test(err) }).toEqual({
      ...{ code: 3, said: true, hint: true },
    });
  });

  it("lists a series before it makes its schedule, so that the next run finishes a half one", async () => {
    await make();
    writeFileSync(join(dir, "releases/bellflower"), "in the way");
    const next = () =>
      cycle("init", "2027.2", "--name", "bellflower", "--prev", "2027-05-31", "--release", "2027-11-29");
    const first = await next();
    expect(first.code).toBe(74);
    expect(first.err).toContain("releases/bellflower/schedule.yaml: there is a file where a folder should be");
    rmSync(join(dir, "releases/bellflower"));
    expect(await next()).toMatchObject({ code: 0, out: "Wrote releases/bellflower/schedule.yaml\n" });
    const listed = readFileSync(join(dir, "releases/series_status.yaml"), "utf8");
    expect(listed.match(/name: bellflower/g)).toHaveLength(1);
  });

  it.each([
    [
      "no schedule anywhere",
      ["check"],
      "Cannot find a schedule: releases and doc/source have no <series>/schedule.yaml",
    ],
    [
      "a file that is not there",
      ["status", "nowhere.yaml"],
      "Cannot read nowhere.yaml: there is no such file or folder",
    ],
    ["no series", ["advance"], "Cannot find series_status.yaml in releases, here or in data"],
    [
      "a day that is no Monday",
      ["init", "2027.1", "--name", "aster", "--prev", "2026-12-01", "--release", "2027-05-31"],
      "--prev 2026-12-01 is a Tuesday",
    ],
    [
      "an id of another year",
      ["init", "2028.1", "--name", "aster", ...MONDAYS],
      "2028.1 is released on 2027-05-31, in another year",
    ],
    ["no id", ["init", "aster", "--name", "aster", ...MONDAYS], "`aster` is no id of a series"],
    ["a day that no calendar has", ["status", "--at", "2027-02-30"], 'Cannot read --at "2027-02-30": it is no time'],
    ["an hour that no day has", ["status", "--at", "2027-02-28T24:00Z"], "it is no time"],
  ])("refuses %s with 3 and leaves nothing behind", async (_, args, message) => {
    const { code, err } = await cycle(...args);
    expect(code).toBe(3);
    expect(err).toContain(message);
    expect(err).toContain("Hint: ");
    expect((await cycle("check")).err).toContain("Cannot find a schedule");
  });
});

// Our own cycle stands in the tree, as every project's does: its schedule and its series hold what `plustwo cycle check` holds.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkSchedule } from "../../src/core/release/cycle/check-schedule.ts";
import { checkSeries } from "../../src/core/release/cycle/check-series.ts";
import { CYCLE_RULES } from "../../src/core/release/cycle/problem.ts";
import { readSchedule } from "../../src/core/release/cycle/parse-schedule.ts";
import { readSeries } from "../../src/core/release/cycle/series.ts";
import { root } from "./files.ts";

const read = (path: string): string => readFileSync(join(root, path), "utf8");
const series = readSeries("releases/series_status.yaml", read("releases/series_status.yaml"));
const schedules = readdirSync(join(root, "releases"), { withFileTypes: true })
  .filter((one) => one.isDirectory())
  .map(({ name }) => name);

describe("the project's own cycle", () => {
  it("has a list of series with which nothing is wrong", () => {
    expect(series.ok ? checkSeries(series.value) : series.problem).toEqual([]);
  });

  it.each(schedules)("has a schedule of %s with which nothing is wrong", (name) => {
    const path = `releases/${name}/schedule.yaml`;
    const schedule = readSchedule({ path, text: read(path) });
    const context = series.ok ? { series: series.value, name } : {};
    expect(schedule.ok ? checkSchedule(schedule.value, context) : schedule.problem).toEqual([]);
  });
});

describe("the rules of a cycle", () => {
  it.each(Object.keys(CYCLE_RULES))("docs/CYCLE.md has %s, and some room finds it", (rule) => {
    expect(read("docs/CYCLE.md")).toContain(`\`${rule}\``);
    const rooms = ["cycle", "freeze"].flatMap((room) =>
      readdirSync(join(root, "src/core/release", room)).map((name) => `src/core/release/${room}/${name}`),
    );
    expect(rooms.some((path) => !path.endsWith("/problem.ts") && read(path).includes(`"${rule}"`))).toBe(true);
  });
});

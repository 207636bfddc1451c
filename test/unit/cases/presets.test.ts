// Every preset decides what its cases say, and each of its tests is seen both ways by one of them.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { coverageOf } from "../../../src/core/cases/coverage.ts";
import { mutateCases } from "../../../src/core/cases/mutate.ts";
import { root } from "../../house/files.ts";
import { casesIn, PRESETS } from "./files.ts";

it("every preset has cases", () => {
  expect(readdirSync(join(root, "policies", "cases")).sort()).toEqual(
    Object.keys(PRESETS)
      .map((name) => `${name}.yml`)
      .sort(),
  );
});

describe.each(Object.keys(PRESETS))("preset:%s", (name) => {
  const run = casesIn(`policies/cases/${name}.yml`);

  it.each(run.results.map((result) => [result.name, result.differences] as const))("%s", (_, differences) => {
    expect(differences).toEqual([]);
  });

  it("has no test that its cases have not seen both ways", () => {
    expect(coverageOf(run).unseen).toEqual([]);
  });
});

it("a case notices every small change of preset:small-team; `npm run policy:cases` asks of all of them", () => {
  const { mutants, alive } = mutateCases(casesIn("policies/cases/small-team.yml"));
  expect(alive).toEqual([]);
  expect(mutants).toBeGreaterThan(50);
});

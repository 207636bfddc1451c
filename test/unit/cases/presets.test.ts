// Every preset decides what its cases say.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseCases } from "../../../src/core/cases/format.ts";
import { runCases } from "../../../src/core/cases/run.ts";
import { describePolicyProblems } from "../../../src/core/policy/problem.ts";
import { root } from "../../house/files.ts";

const folder = join(root, "policies");
const PRESETS = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => [name.slice(0, -".yaml".length), readFileSync(join(folder, name), "utf8")]),
);

it("every preset has cases", () => {
  expect(readdirSync(join(folder, "cases")).sort()).toEqual(
    Object.keys(PRESETS)
      .map((name) => `${name}.yml`)
      .sort(),
  );
});

describe.each(Object.keys(PRESETS))("preset:%s", (name) => {
  const path = `policies/cases/${name}.yml`;
  const file = parseCases(path, readFileSync(join(root, path), "utf8"));
  if (!file.ok) throw new Error(describePolicyProblems(file.problem));
  const run = runCases(file.value, PRESETS);
  if (!run.ok) throw new Error(describePolicyProblems(run.problem));

  it.each(run.value.results.map((result) => [result.name, result.differences] as const))("%s", (_, differences) => {
    expect(differences).toEqual([]);
  });
});

/** The presets of this checkout, and files of cases read and run; the current folder is the checkout's. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseCases } from "../src/core/cases/format.ts";
import { runCases, type CasesRun } from "../src/core/cases/run.ts";
import { describePolicyProblems } from "../src/core/policy/problem.ts";

export function presetTexts(): Readonly<Record<string, string>> {
  const names = readdirSync("policies").filter((name) => name.endsWith(".yaml"));
  return Object.fromEntries(
    names.map((name) => [name.slice(0, -".yaml".length), readFileSync(join("policies", name), "utf8")]),
  );
}

/** In the order of their names. */
export function casesFiles(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yml"))
    .sort()
    .map((name) => join(folder, name));
}

/** Throws what is wrong with the file. */
export function casesIn(path: string, presets: Readonly<Record<string, string>>): CasesRun {
  const file = parseCases(path, readFileSync(path, "utf8"));
  if (!file.ok) throw new Error(describePolicyProblems(file.problem));
  const run = runCases(file.value, presets);
  if (!run.ok) throw new Error(describePolicyProblems(run.problem));
  return run.value;
}

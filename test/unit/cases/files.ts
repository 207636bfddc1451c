/** The presets of this checkout, and files of cases read and run. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseCases } from "../../../src/core/cases/format.ts";
import { runCases, type CasesRun } from "../../../src/core/cases/run.ts";
import { describePolicyProblems } from "../../../src/core/policy/problem.ts";
import { root } from "../../house/files.ts";

const folder = join(root, "policies");
export const PRESETS = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => [name.slice(0, -".yaml".length), readFileSync(join(folder, name), "utf8")]),
);

/** `path` within the checkout. */
export function casesIn(path: string): CasesRun {
  return casesOf(readFileSync(join(root, path), "utf8"), path);
}

export function casesOf(text: string, path = "cases.yml"): CasesRun {
  const file = parseCases(path, text);
  if (!file.ok) throw new Error(describePolicyProblems(file.problem));
  const run = runCases(file.value, PRESETS);
  if (!run.ok) throw new Error(describePolicyProblems(run.problem));
  return run.value;
}

/** What the tests of the importers share: an import that has to work, its policy loaded and linted, its remarks as lines. */
import { expect } from "vitest";
import type { Imported, ImportProblem, Remark } from "../../../src/core/import/report.ts";
import { lintPolicy } from "../../../src/core/policy/lint.ts";
import type { Result } from "../../../src/core/result.ts";

/** The import, whose policy loads without an error. */
export function loading(result: Result<Imported, ImportProblem>): Imported {
  if (!result.ok) throw new Error(`line ${result.problem.line}: ${result.problem.message}; ${result.problem.hint}`);
  const errors = lintPolicy(result.value.policy, {}).filter(({ severity }) => severity === "error");
  expect(errors.map(({ line, message }) => `${line}: ${message}`)).toEqual([]);
  return result.value;
}

/** `7 changed rule "a": if.title` */
export function line({ line: at, fate, construct }: Remark): string {
  return `${at} ${fate} ${construct}`;
}

/** Without what holds for every file. */
export function lines({ remarks }: Imported): readonly string[] {
  return remarks.filter(({ line: at }) => at > 0).map(line);
}

/** What the tests of imports ask: a policy that is made, what it says, and what is told of a construct. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { parse } from "yaml";
import { importGerrit, type SourceFile } from "../../../src/core/import/gerrit.ts";
import type { Fate, Imported } from "../../../src/core/import/report.ts";
import { lintPolicy } from "../../../src/core/policy/lint.ts";
import { root } from "../../house/files.ts";

export function fileOf(name: string): SourceFile {
  return { name, text: readFileSync(join(root, "test/unit/import/files", name), "utf8") };
}

/** Every policy that an import makes is one without errors. */
export function gerrit(...files: readonly (SourceFile | string)[]): Imported {
  const imported = importGerrit(
    files.map((file) => (typeof file === "string" ? { name: "project.config", text: file } : file)),
  );
  if (!imported.ok) throw new Error(imported.problem.message);
  expect(errorsOf(imported.value)).toEqual([]);
  return imported.value;
}

export function errorsOf({ policy }: Imported): readonly string[] {
  return lintPolicy(policy, {}).flatMap(({ severity, message }) => (severity === "error" ? [message] : []));
}

export interface PolicyText {
  readonly mode: string;
  readonly labels: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly access: readonly Readonly<Record<string, unknown>>[];
  readonly submitRequirements: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly groups?: Readonly<Record<string, unknown>>;
  readonly pipelines?: unknown;
}

export function read({ policy }: Imported): PolicyText {
  return parse(policy) as PolicyText;
}

/** `kept: as …` of every remark on a construct that holds this text. */
export function toldOf({ remarks }: Imported, construct: string): readonly string[] {
  return remarks.filter((one) => one.construct.includes(construct)).map(({ fate, how }) => `${fate}: ${how}`);
}

export function constructs({ remarks }: Imported, fate: Fate): readonly string[] {
  return remarks.filter((one) => one.fate === fate).map(({ construct }) => construct);
}

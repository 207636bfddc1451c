/**
 * Sample snapshots as files that other programs can drive: policies/samples/*.json, one for each case of policies/samples/*.yml.
 * Each is held against its schema, evaluated by the product and told in a line; `--write` makes them anew. Fails where a file is
 * missing, not what its case says, refused by the schema, or of another verdict than the case expects.
 */
import { Ajv2020 } from "ajv/dist/2020.js";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compare } from "../src/core/cases/compare.ts";
import { outcomeOf } from "../src/core/cases/format.ts";
import type { CaseResult } from "../src/core/cases/run.ts";
import { evaluateOrClose } from "../src/core/policy/evaluate.ts";
import { explain } from "../src/core/policy/explain.ts";
import { establish } from "../src/core/policy/facts.ts";
import { loadPolicy } from "../src/core/policy/load.ts";
import { formatSnapshot, parseSnapshot } from "../src/core/policy/snapshot-json.ts";
import type { PolicySnapshot } from "../src/core/policy/snapshot.ts";
import { casesFiles, casesIn, presetTexts } from "./policy-files.ts";

const folder = join("policies", "samples");
const presets = presetTexts();
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(
  JSON.parse(readFileSync(join("policies", "snapshot.schema.json"), "utf8")) as object,
);
const samples = casesFiles(folder).flatMap((path) =>
  casesIn(path, presets).results.map((result) => ({ result, file: fileOf(result.name) })),
);
const write = process.argv.includes("--write");
const wanted = new Set(samples.map(({ file }) => file));
const strangers = readdirSync(folder).filter((name) => name.endsWith(".json") && !wanted.has(name));
if (write) {
  for (const name of strangers) rmSync(join(folder, name));
  for (const { file, result } of samples) writeFileSync(join(folder, file), formatSnapshot(result.snapshot));
}
const width = Math.max(...samples.map(({ file }) => file.length));
let failed = 0;
for (const { file, result } of samples) {
  const { line, wrong } = told(join(folder, file), result);
  console.log(`${file.padEnd(width)}  ${line}`);
  for (const sentence of wrong) console.log(`${" ".repeat(width)}  WRONG ${sentence}`);
  failed += wrong.length > 0 ? 1 : 0;
}
if (!write)
  for (const name of strangers) console.log(`${name.padEnd(width)}  WRONG no case says what it is: remove it`);
if (new Set(samples.map(({ file }) => file)).size < samples.length)
  throw new Error("Cannot write the samples: two cases have the same name");
failed += write ? 0 : strangers.length;
console.log(
  failed === 0 ? `\n${samples.length} samples, all as expected` : `\n${failed} of ${samples.length} samples are wrong`,
);
process.exitCode = failed === 0 ? 0 : 1;

function told(
  path: string,
  { keys, snapshot }: CaseResult,
): { readonly line: string; readonly wrong: readonly string[] } {
  if (!existsSync(path)) return { line: "is missing", wrong: ["run `npm run policy:samples -- --write`"] };
  const text = readFileSync(path, "utf8");
  const stale =
    text === formatSnapshot(snapshot) ? [] : ["is not what its case says: run `npm run policy:samples -- --write`"];
  const valid = validate(JSON.parse(text) as unknown)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `schema: ${instancePath} ${message ?? ""}`);
  const read = parseSnapshot(text);
  if (!read.ok)
    return { line: "cannot be read", wrong: read.problem.map(({ path: at, message }) => `${at}: ${message}`) };
  const { verdict, title, computed } = decided(read.value);
  const differences = compare(outcomeOf(keys), verdict, computed);
  const [why] = [...verdict.problems, ...verdict.requirements.flatMap(({ unmetBecause }) => unmetBecause)];
  const line = `${verdict.submittable ? "yes" : "no "}  ${title}${why === undefined ? "" : ` (${why})`}`;
  return { line, wrong: [...stale, ...valid, ...differences] };
}

function decided(snapshot: PolicySnapshot) {
  const policy = loadPolicy(snapshot.policy, presets);
  const verdict = evaluateOrClose(policy, snapshot, snapshot.now);
  const { title } = explain({ verdict, snapshot, now: snapshot.now });
  const computed = () =>
    policy.ok ? establish(policy.value, snapshot, snapshot.now).computed : new Map<string, number>();
  return { verdict, title, computed };
}

function fileOf(name: string): string {
  return `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.json`;
}

// The sample snapshots are what their cases say, fit the published schema, and come out as expected.
import { Ajv2020 } from "ajv/dist/2020.js";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compare } from "../../../src/core/cases/compare.ts";
import { outcomeOf } from "../../../src/core/cases/format.ts";
import { evaluateOrClose } from "../../../src/core/policy/evaluate.ts";
import { establish } from "../../../src/core/policy/facts.ts";
import { loadPolicy } from "../../../src/core/policy/load.ts";
import { formatSnapshot, parseSnapshot } from "../../../src/core/policy/snapshot-json.ts";
import { root } from "../../house/files.ts";
import { casesIn, PRESETS } from "./files.ts";

const folder = join(root, "policies", "samples");
const validate = new Ajv2020({ strict: true }).compile(
  JSON.parse(readFileSync(join(root, "policies", "snapshot.schema.json"), "utf8")) as object,
);
const samples = readdirSync(folder)
  .filter((name) => name.endsWith(".yml"))
  .flatMap((name) => casesIn(join("policies", "samples", name)).results)
  .map((result) => ({ result, file: `${result.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.json` }));

it("every sample belongs to a case, and no two to one", () => {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  expect(files.sort()).toEqual(samples.map(({ file }) => file).sort());
});

describe.each(samples)("$file", ({ file, result }) => {
  const text = readFileSync(join(folder, file), "utf8");

  it("is what its case says (else: npm run policy:samples -- --write)", () => {
    expect(text).toBe(formatSnapshot(result.snapshot));
  });

  it("fits the schema and comes out as expected", () => {
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true);
    const snapshot = parseSnapshot(text);
    if (!snapshot.ok) throw new Error(JSON.stringify(snapshot.problem));
    const policy = loadPolicy(snapshot.value.policy, PRESETS);
    if (!policy.ok) throw new Error(JSON.stringify(policy.problem));
    const verdict = evaluateOrClose(policy, snapshot.value, snapshot.value.now);
    const computed = () => establish(policy.value, snapshot.value, snapshot.value.now).computed;
    expect(compare(outcomeOf(result.keys), verdict, computed)).toEqual([]);
  });
});

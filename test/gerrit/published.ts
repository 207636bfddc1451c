// JSON for scripts, held against the schema that is published for it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { root } from "../support/tools.ts";

/** The parsed document; rejects one that is not of `docs/schemas/<schema>.schema.json`. */
export function published<T>(schema: string, json: string): T {
  const file = join(root, "docs", "schemas", `${schema}.schema.json`);
  const check = new Ajv({ allErrors: true, strict: true, validateFormats: false }).compile(
    JSON.parse(readFileSync(file, "utf8")),
  );
  const value: unknown = JSON.parse(json);
  if (!check(value)) throw new Error(`Not of ${schema}.schema.json: ${JSON.stringify(check.errors)}\n${json}`);
  return value as T;
}

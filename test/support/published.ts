// JSON for scripts, held against the schema that is published for it in docs/schemas.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ErrorObject } from "ajv";
import formats from "ajv-formats";
import { root } from "./tools.ts";

/** What of the document its published schema does not know, or misses. */
export function strangeTo(schema: string, json: string): readonly ErrorObject[] {
  const file = join(root, "docs", "schemas", `${schema}.schema.json`);
  const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });
  formats.default(ajv);
  const check = ajv.compile(JSON.parse(readFileSync(file, "utf8")) as object);
  check(JSON.parse(json));
  return check.errors ?? [];
}

/** The parsed document; rejects one that is not of `docs/schemas/<schema>.schema.json`. */
export function published<T>(schema: string, json: string): T {
  const strange = strangeTo(schema, json);
  if (strange.length > 0) throw new Error(`Not of ${schema}.schema.json: ${JSON.stringify(strange)}\n${json}`);
  return JSON.parse(json) as T;
}

// Reads plain values out of parsed YAML, with sentences that name where in the workflow a value was wrong.
import { checkExpressions, WorkflowError } from "./expressions.ts";

export type Fields = ReadonlyMap<string, unknown>;

/** A mapping with only the named keys; another key is refused, because ignoring it would change what the workflow means. */
export function readFields(value: unknown, where: string, known: readonly string[]): Fields {
  const fields = readMapping(value, where);
  for (const key of fields.keys()) {
    if (!known.includes(key)) {
      throw new WorkflowError(
        `"${key}" in ${where} is not in the subset this forge runs. Known here: ${known.join(", ")}. See local-forge/README.md`,
      );
    }
  }
  return fields;
}

export function readMapping(value: unknown, where: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new WorkflowError(`${capital(where)} must be a mapping, not ${shown(value)}`);
  }
  return new Map(Object.entries(value));
}

export function readList(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new WorkflowError(`${capital(where)} must be a list, not ${shown(value)}`);
  return value;
}

/** A string, or a list of strings; absent is undefined. */
export function readStrings(value: unknown, where: string): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string") return [value];
  return readList(value, where).map((item) => readScalar(item, where));
}

/** Strings, numbers and booleans as text, as GitHub does for `env` and matrix values. */
export function readScalar(value: unknown, where: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value === null) return "";
  throw new WorkflowError(`${capital(where)} must be text, a number or a boolean, not ${shown(value)}`);
}

export function readText(value: unknown, where: string): string | undefined {
  return value === undefined ? undefined : readScalar(value, where);
}

export function readBoolean(value: unknown, where: string): boolean {
  if (value === undefined) return false;
  if (typeof value === "boolean") return value;
  throw new WorkflowError(`${capital(where)} must be true or false here, not ${shown(value)}`);
}

/** An `env` mapping; its expressions are checked, and replaced when the job runs. */
export function readEnv(value: unknown, where: string): ReadonlyMap<string, string> {
  const env = new Map<string, string>();
  if (value === undefined || value === null) return env;
  for (const [key, item] of readMapping(value, where)) {
    const text = readScalar(item, `${where}.${key}`);
    checkExpressions(text);
    env.set(key, text);
  }
  return env;
}

function capital(where: string): string {
  return where.charAt(0).toUpperCase() + where.slice(1);
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a mapping" : `"${String(value)}"`;
}

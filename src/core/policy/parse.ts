/** From the text of one layer to its typed keys, every problem with line and column. Knows nothing of other layers. */
import type { z } from "zod";
import { fail, ok, type Result } from "../result.ts";
import type { PolicyProblem } from "./problem.ts";
import { policyFile, presetPolicy, type PolicyFile, type PresetPolicy } from "./schema.ts";
import { readYaml, type YamlPath, type YamlText } from "./yaml-text.ts";

export interface Parsed<T> {
  readonly path: string;
  readonly keys: T;
  readonly source: YamlText;
}

/** Of a repository or an organisation. */
export function parsePolicyFile(path: string, text: string): Result<Parsed<PolicyFile>, readonly PolicyProblem[]> {
  return parseLayer(path, text, policyFile);
}

export function parsePresetPolicy(path: string, text: string): Result<Parsed<PresetPolicy>, readonly PolicyProblem[]> {
  return parseLayer(path, text, presetPolicy);
}

/** A problem at a path of a parsed layer. */
export function problemIn(
  layer: { readonly path: string; readonly source: YamlText },
  path: YamlPath,
  problem: Pick<PolicyProblem, "kind" | "message" | "hint">,
): PolicyProblem {
  return { ...problem, ...layer.source.at(path), path: layer.path, key: path.join(".") };
}

/** A later layer defines again what an earlier one has defined (rulings 50, 57). */
export function locked(
  layer: { readonly path: string; readonly source: YamlText },
  path: YamlPath,
  { what, by, because }: { readonly what: string; readonly by: string; readonly because: string },
): PolicyProblem {
  return problemIn(layer, path, {
    kind: "locked",
    message: `${what} is defined by ${by}, and ${because}`,
    hint: `remove it here, or change it in ${by}`,
  });
}

/** Beyond that nobody reads on: more than a policy's problems are ever listed. */
const MOST_ISSUES = 60;

function parseLayer<T>(path: string, text: string, schema: z.ZodType<T>): Result<Parsed<T>, readonly PolicyProblem[]> {
  const yaml = readYaml(text);
  if (!yaml.ok) return fail(yaml.problem.map((problem) => ({ ...problem, kind: "yaml" as const, path, key: "" })));
  const source = yaml.value;
  const parsed = schema.safeParse(source.value);
  if (parsed.success) return ok({ path, keys: parsed.data, source });
  const layer = { path, source, schema };
  return fail(parsed.error.issues.slice(0, MOST_ISSUES).flatMap((issue) => worded(issue, layer)));
}

function worded(
  issue: z.core.$ZodIssue,
  layer: { readonly path: string; readonly source: YamlText; readonly schema: z.ZodType },
): readonly PolicyProblem[] {
  const path = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
  const key = path.join(".");
  const at = layer.source.at(path);
  const named = key === "" ? "the policy" : `\`${key}\``;
  const base = { kind: "wrong-value" as const, path: layer.path, key, ...at };
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.slice(0, MOST_ISSUES).map((unknown) => ({
        kind: "unknown-key" as const,
        path: layer.path,
        key: [...path, unknown].join("."),
        ...layer.source.atKey(path, unknown),
        message: `\`${unknown}\` is not a key ${key === "" ? "of a policy file" : `of ${named}`}`,
        hint: unknownKeyHint(unknown, path, layer.schema),
      }));
    case "invalid_key":
      return [
        {
          ...base,
          ...layer.source.atKey(path.slice(0, -1), String(path.at(-1) ?? "")),
          message: `${named} is not a name`,
          hint: issue.issues[0]?.message ?? "use letters, digits and dashes",
        },
      ];
    case "invalid_type":
      return [
        isMissing(layer.source.value, path)
          ? { ...base, message: `${named} is missing`, hint: `add it: it must be ${article(issue.expected)}` }
          : {
              ...base,
              message: `${named} is ${quoted(layer.source.value, path)}, not ${article(issue.expected)}`,
              hint: `write ${article(issue.expected)}`,
            },
      ];
    case "invalid_value":
      return [
        {
          ...base,
          message: isMissing(layer.source.value, path)
            ? `${named} is missing`
            : `${named} cannot be ${quoted(layer.source.value, path)}`,
          hint: `allowed: ${issue.values.map(String).join(", ")}`,
        },
      ];
    case "invalid_format":
      return [
        { ...base, message: `${named} cannot be ${quoted(layer.source.value, path)}`, hint: `write ${issue.message}` },
      ];
    case "invalid_union":
      return wordedUnion(issue, layer);
    case "too_big":
    case "too_small":
    case "custom":
    case "invalid_element":
    case "not_multiple_of":
      return [
        { ...base, message: `${named} is not right: ${issue.message}`, hint: "see policies/README.md for its form" },
      ];
  }
}

/** One or a list of the same: what is wrong with the form that was meant, by what was written. */
function wordedUnion(
  issue: Extract<z.core.$ZodIssue, { readonly code: "invalid_union" }>,
  layer: { readonly path: string; readonly source: YamlText; readonly schema: z.ZodType },
): readonly PolicyProblem[] {
  const written = valueAt(
    layer.source.value,
    issue.path.map((step) => (typeof step === "symbol" ? String(step) : step)),
  );
  const meant = issue.errors.find((issues) => {
    const [first] = issues;
    const whole = first?.code === "invalid_type" && first.path.length === 0 ? first.expected : undefined;
    return Array.isArray(written) ? whole !== "object" && whole !== "string" : whole !== "array";
  });
  return (meant ?? issue.errors[0] ?? []).flatMap((one) =>
    worded({ ...one, path: [...issue.path, ...one.path] }, layer),
  );
}

function unknownKeyHint(unknown: string, path: readonly (string | number)[], schema: z.ZodType): string {
  const allowed = keysAt(schema, path);
  const list = allowed.length === 0 ? "none" : allowed.join(", ");
  if (path.length > 0) return `allowed here: ${list}`;
  if (unknown === "expects") return `only a preset expects something of others; allowed: ${list}`;
  if (["extends", "mode", "dialect"].includes(unknown)) return `a file says that, not a preset; allowed: ${list}`;
  return `allowed: ${list}`;
}

/** The keys the schema knows at a path, found in its JSON Schema so that there is one source. */
function keysAt(schema: z.ZodType, path: readonly (string | number)[]): readonly string[] {
  const described = DESCRIBED.get(schema) ?? schema.toJSONSchema({ io: "input" });
  DESCRIBED.set(schema, described);
  let node: unknown = described;
  for (const step of path) {
    const next = forms(node).map(
      (form) =>
        field(field(form, "properties"), String(step)) ??
        field(form, typeof step === "number" ? "items" : "additionalProperties"),
    );
    node = next.find((found) => found !== undefined);
  }
  return forms(node).flatMap((form) => Object.keys(field(form, "properties") ?? {}));
}

/** A file with a thousand unknown keys asks a thousand times. */
const DESCRIBED = new WeakMap<z.ZodType, object>();

/** One or a list of the same is written as alternatives. */
function forms(node: unknown): readonly unknown[] {
  const any = field(node, "anyOf");
  return Array.isArray(any) ? any : [node];
}

function field(node: unknown, name: string): object | undefined {
  if (typeof node !== "object" || node === null || !Object.hasOwn(node, name)) return undefined;
  const value: unknown = (node as Record<string, unknown>)[name];
  return typeof value === "object" && value !== null ? value : undefined;
}

const MISSING = Symbol("missing");

function isMissing(value: unknown, path: readonly (string | number)[]): boolean {
  return valueAt(value, path) === MISSING;
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  let node: unknown = value;
  for (const step of path) {
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, step)) return MISSING;
    node = (node as Record<string | number, unknown>)[step];
  }
  return node;
}

/** What was found, short enough for a sentence. */
function quoted(value: unknown, path: readonly (string | number)[]): string {
  const found = valueAt(value, path);
  if (Array.isArray(found)) return "a list";
  if (typeof found === "object" && found !== null) return "a map";
  const text = String(found);
  return `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\``;
}

function article(expected: string): string {
  const words: Record<string, string> = {
    object: "a map",
    record: "a map",
    array: "a list",
    string: "text",
    int: "a whole number",
    number: "a number",
    boolean: "true or false",
  };
  return words[expected] ?? expected;
}

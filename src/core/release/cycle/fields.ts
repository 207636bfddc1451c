/** Reading one file of the cycle field by field: each problem with its rule, line and way out; whatever is well formed is still read. */
import { fail, ok, type Result } from "../../result.ts";
import { readYaml, YAML_LIMITS, type YamlPath, type YamlText } from "../../policy/yaml-text.ts";
import { parseDay, type Day } from "../../time.ts";
import type { CycleProblem, CycleRule } from "./problem.ts";

export interface Source {
  readonly path: string;
  readonly text: string;
  readonly yaml: YamlText;
  /** What was found so far; readers add to it. */
  readonly problems: CycleProblem[];
}

export type Fields = Readonly<Record<string, unknown>>;

/** `what`: "a schedule", for messages. */
export function openSource(path: string, text: string, what: string): Result<Source, readonly CycleProblem[]> {
  const yaml = readYaml(text, { ...YAML_LIMITS, what });
  if (yaml.ok) return ok({ path, text, yaml: yaml.value, problems: [] });
  return fail(yaml.problem.map((problem) => ({ ...problem, rule: "yaml" as const, path })));
}

export function wrong(source: Source, at: YamlPath, problem: Pick<CycleProblem, "rule" | "message" | "hint">): void {
  source.problems.push({ ...problem, path: source.path, ...source.yaml.at(at) });
}

/** A map whose keys are all known; unknown ones are told and left out. `undefined`: it is no map. */
export function fieldsAt(
  source: Source,
  at: YamlPath,
  value: unknown,
  { keys, what }: { readonly keys: readonly string[]; readonly what: string },
): Fields | undefined {
  if (!isFields(value)) {
    wrong(source, at, {
      rule: "wrong-value",
      message: `${what} is ${shown(value)}, not a map`,
      hint: `write its keys: ${keys.join(", ")}`,
    });
    return undefined;
  }
  for (const key of Object.keys(value))
    if (!keys.includes(key))
      source.problems.push({
        rule: "unknown-key",
        path: source.path,
        ...source.yaml.atKey(at, key),
        message: `\`${key}\` is not a key of ${what}`,
        hint: `${meant(key, keys)}keys are: ${keys.join(", ")}`,
      });
  return value;
}

/** A list; each entry with its path. Absent is empty. */
export function listAt(
  source: Source,
  at: YamlPath,
  value: unknown,
): readonly { readonly at: YamlPath; readonly value: unknown }[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.map((one: unknown, index) => ({ at: [...at, index], value: one }));
  wrong(source, at, {
    rule: "wrong-value",
    message: `\`${nameOf(at)}\` is ${shown(value)}, not a list`,
    hint: "write each entry on a line of its own, after `- `",
  });
  return [];
}

/** Texts that `form` allows. A number stands for itself as it is written. */
export function textsAt(source: Source, at: YamlPath, value: unknown, form: Form): readonly string[] {
  return listAt(source, at, value).flatMap((one) => textAt(source, one.at, one.value, form) ?? []);
}

export interface Form {
  readonly pattern: RegExp;
  /** "a lower-case word". */
  readonly says: string;
}

/** `undefined`: absent, or wrong and told. */
export function textAt(source: Source, at: YamlPath, value: unknown, { pattern, says }: Form): string | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === "number" ? writtenAt(source, at) : value;
  if (typeof text === "string" && pattern.test(text)) return text;
  wrong(source, at, {
    rule: "wrong-value",
    message: `\`${nameOf(at)}\` is ${shown(value)}`,
    hint: `write ${says}`,
  });
  return undefined;
}

export function oneOf<T extends string>(
  source: Source,
  at: YamlPath,
  value: unknown,
  { words, rule = "wrong-value" }: { readonly words: readonly T[]; readonly rule?: CycleRule },
): T | undefined {
  if (value === undefined) return undefined;
  const found = words.find((word) => word === value);
  if (found === undefined)
    wrong(source, at, {
      rule,
      message: `\`${nameOf(at)}\` is ${shown(value)}`,
      hint: `${typeof value === "string" ? meant(value, words) : ""}write one of: ${words.join(", ")}`,
    });
  return found;
}

export function dayAt(source: Source, at: YamlPath, value: unknown): Day | undefined {
  if (value === undefined) return undefined;
  const day = typeof value === "string" ? parseDay(value) : undefined;
  if (day === undefined)
    wrong(source, at, {
      rule: "wrong-value",
      message: `\`${nameOf(at)}\` is ${shown(value)}, which is no day`,
      hint: "write a day of the calendar as `2026-11-30`",
    });
  return day;
}

/** Tells that it is missing. */
export function needed<T>(
  source: Source,
  at: YamlPath,
  fields: Fields,
  found: { key: string; value: T | undefined },
): T | undefined {
  if (found.value === undefined && fields[found.key] === undefined)
    wrong(source, at, {
      rule: "missing-key",
      message: `\`${found.key}\` is missing${at.length === 0 ? "" : ` from \`${nameOf(at)}\``}`,
      hint: `write \`${found.key}:\` with its value`,
    });
  return found.value;
}

/** The plain text of the value as it stands in the file: `2026.10` is another id than `2026.1`, and one number. */
function writtenAt({ text, yaml }: Source, at: YamlPath): string {
  const { line, column } = yaml.at(at);
  const found = /^[^\s,\]}#]*/.exec((text.split("\n")[line - 1] ?? "").slice(column - 1));
  return found?.[0] ?? "";
}

function nameOf(at: YamlPath): string {
  return at.map(String).join(".");
}

function shown(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  const text = String(value);
  return `\`${text.length > 60 ? `${text.slice(0, 59)}…` : text}\``;
}

/** "did you mean `x`? " where one known word is a letter or two away. */
function meant(word: string, known: readonly string[]): string {
  const near = known.filter((one) => distance(word, one) <= 2);
  return near.length === 1 ? `did you mean \`${near[0] ?? ""}\`? ` : "";
}

/** Letters to change, add or take away; words are short. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].slice(0, 60).entries()) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j += 1)
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (letter === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

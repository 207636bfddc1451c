/** A small file of the tree, read whole by its schema: every problem with its line and the way out. */
import type { z } from "zod";
import { describeIssues } from "../policy/issue-words.ts";
import { readYaml, YAML_LIMITS, type Place, type YamlText } from "../policy/yaml-text.ts";
import { fail, ok, type Result } from "../result.ts";

export interface RecordProblem extends Place {
  readonly path: string;
  /** What kind of thing it is: the text itself, a key that is not one, a key that is not there, a value. */
  readonly of: "yaml" | "unknown-key" | "missing-key" | "value";
  /** The key at the top of the file that it is under; absent: the whole. */
  readonly key?: string;
  readonly message: string;
  readonly hint: string;
}

export interface ReadRecord<T> {
  readonly keys: T;
  readonly source: YamlText;
}

/** `what`: "a list of freezes", for messages. */
export function readRecord<T>(
  { path, text }: { readonly path: string; readonly text: string },
  schema: z.ZodType<T>,
  what: string,
): Result<ReadRecord<T>, readonly RecordProblem[]> {
  const yaml = readYaml(text, { ...YAML_LIMITS, what });
  if (!yaml.ok) return fail(yaml.problem.map((problem) => ({ ...problem, of: "yaml" as const, path })));
  const source = yaml.value;
  const parsed = schema.safeParse(source.value);
  if (parsed.success) return ok({ keys: parsed.data, source });
  return fail(
    describeIssues(parsed.error.issues, source.value).map(({ path: at, key, message, hint }) => ({
      ...{ path, message, hint },
      of: key !== undefined ? "unknown-key" : isThere(source.value, at) ? "value" : "missing-key",
      ...(at[0] === undefined ? {} : { key: String(at[0]) }),
      ...(key === undefined ? source.at(at) : source.atKey(at, key)),
    })),
  );
}

function isThere(value: unknown, path: readonly (string | number)[]): boolean {
  let node = value;
  for (const step of path) {
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, step)) return false;
    node = Object.entries(node).find(([key]) => key === String(step))?.[1];
  }
  return true;
}

/** `schedules/freezes.yaml:3:5: …`, and what to do. */
export function sayRecordProblem({
  path,
  line,
  column,
  message,
  hint,
}: Pick<RecordProblem, "path" | "line" | "column" | "message" | "hint">): string {
  return `${path}:${line}:${column}: ${message}; ${hint}`;
}

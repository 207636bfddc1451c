/** A small file of the tree, read whole by its schema: every problem with its line and the way out. */
import type { z } from "zod";
import { describeIssues } from "../policy/issue-words.ts";
import { readYaml, YAML_LIMITS, type Place, type YamlText } from "../policy/yaml-text.ts";
import { fail, ok, type Result } from "../result.ts";

export interface RecordProblem extends Place {
  readonly path: string;
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
  if (!yaml.ok) return fail(yaml.problem.map((problem) => ({ ...problem, path })));
  const source = yaml.value;
  const parsed = schema.safeParse(source.value);
  if (parsed.success) return ok({ keys: parsed.data, source });
  return fail(
    describeIssues(parsed.error.issues, source.value).map(({ path: at, key, message, hint }) => ({
      path,
      message,
      hint,
      ...(key === undefined ? source.at(at) : source.atKey(at, key)),
    })),
  );
}

/** `schedules/freezes.yaml:3:5: …`, and what to do. */
export function sayRecordProblem({ path, line, column, message, hint }: RecordProblem): string {
  return `${path}:${line}:${column}: ${message}; ${hint}`;
}

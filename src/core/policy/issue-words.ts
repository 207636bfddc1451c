/** What a schema found wrong with a value, in words: where, what was found, what belongs there. */
import type { z } from "zod";

export interface DescribedIssue {
  readonly path: readonly (string | number)[];
  /** Of the map at `path`: the key itself is what is wrong. */
  readonly key?: string;
  readonly message: string;
  readonly hint: string;
}

export function describeIssues(issues: readonly z.core.$ZodIssue[], value: unknown): readonly DescribedIssue[] {
  return issues.flatMap((issue) => describeIssue(issue, value));
}

/** `change.patchSets[1].at`; a name of odd characters stands in quotes. */
export function formatPath(path: readonly (string | number)[]): string {
  return path
    .map((step, index) =>
      typeof step === "number"
        ? `[${step}]`
        : /^[\w@/-]+$/.test(step)
          ? `${index === 0 ? "" : "."}${step}`
          : `[${JSON.stringify(step)}]`,
    )
    .join("");
}

function describeIssue(issue: z.core.$ZodIssue, value: unknown): readonly DescribedIssue[] {
  const path = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
  const named = path.length === 0 ? "the whole" : `\`${formatPath(path)}\``;
  const found = valueAt(value, path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path,
        key,
        message: `\`${clipped(key)}\` is not a key ${path.length === 0 ? "here" : `of ${named}`}`,
        hint: "correct or remove it",
      }));
    case "invalid_key": {
      const key = path.at(-1);
      return [
        {
          path: path.slice(0, -1),
          ...(key === undefined ? {} : { key: String(key) }),
          message: `${named} is not a name`,
          hint: "use another",
        },
      ];
    }
    case "invalid_type":
      return found === undefined
        ? [{ path, message: `${named} is missing`, hint: `add it: it must be ${article(issue.expected)}` }]
        : [
            {
              path,
              message: `${named} is ${quoted(found)}, not ${article(issue.expected)}`,
              hint: `write ${article(issue.expected)}`,
            },
          ];
    case "invalid_value":
      return [
        {
          path,
          message: found === undefined ? `${named} is missing` : `${named} cannot be ${quoted(found)}`,
          hint: `allowed: ${issue.values.map(String).join(", ")}`,
        },
      ];
    case "invalid_union":
      return describeUnion(issue, value, path);
    case "invalid_format":
    case "too_big":
    case "too_small":
    case "custom":
    case "invalid_element":
    case "not_multiple_of":
      return [
        found === undefined
          ? { path, message: `${named} is missing`, hint: "add it" }
          : { path, message: `${named} cannot be ${quoted(found)}`, hint: `it must be ${expectation(issue.message)}` },
      ];
  }
}

/** Of several forms: what is wrong with the one that was meant, by what was written; else every form. */
function describeUnion(
  issue: Extract<z.core.$ZodIssue, { readonly code: "invalid_union" }>,
  value: unknown,
  path: readonly (string | number)[],
): readonly DescribedIssue[] {
  const inside = issue.errors.map((issues) => issues.map((one) => ({ ...one, path: [...path, ...one.path] })));
  const meant = inside.find((issues) => issues.every((one) => one.path.length > path.length || isKeys(one)));
  if (meant !== undefined && meant.length > 0) return describeIssues(meant, value);
  const hints = inside.flatMap((issues) => describeIssues(issues.slice(0, 1), value).map(({ hint }) => hint));
  const [first] = describeIssues(inside[0] ?? [], value);
  return first === undefined ? [] : [{ ...first, hint: [...new Set(hints)].join("; or ") }];
}

function isKeys(issue: z.core.$ZodIssue): boolean {
  return issue.code === "unrecognized_keys";
}

function expectation(message: string): string {
  return message.startsWith("Invalid") || message.startsWith("Too ") ? `right: ${message}` : message;
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  let node: unknown = value;
  for (const step of path) {
    if (typeof node !== "object" || node === null) return undefined;
    node = Object.entries(node).find(([key]) => key === String(step))?.[1];
  }
  return node;
}

function quoted(found: unknown): string {
  if (Array.isArray(found)) return "a list";
  if (typeof found === "object" && found !== null) return "a map";
  return `\`${clipped(String(found))}\``;
}

function clipped(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

const ARTICLES: Readonly<Record<string, string>> = {
  object: "a map",
  record: "a map",
  array: "a list",
  string: "text",
  int: "a whole number",
  number: "a number",
  boolean: "true or false",
};

function article(expected: string): string {
  return ARTICLES[expected] ?? expected;
}

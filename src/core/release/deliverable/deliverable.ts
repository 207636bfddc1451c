/** From the text of `deliverables/<series>/<name>.yaml` to what the rules look at; every problem with file, line and column. */
import type { z } from "zod";
import { fail, ok, type Result } from "../../result.ts";
import { readYaml, type YamlLimits, type YamlText } from "../../policy/yaml-text.ts";
import { parseVersion, versionFromYaml, type Version } from "../version.ts";
import { findingIn, type Finding } from "./finding.ts";
import { RULES, type RuleId } from "./rule.ts";
import { deliverableFile, type DeliverableBranch, type DeliverableFile, type DeliverableRelease } from "./schema.ts";

export interface ListedRelease extends DeliverableRelease {
  /** From 0, oldest first. */
  readonly index: number;
  /** `undefined`: its version cannot be read. */
  readonly parsed: Version | undefined;
}

export interface Deliverable {
  readonly path: string;
  /** The folder: `gazpacho`, `_independent`. */
  readonly series: string;
  /** `nova` of `nova.yaml`. */
  readonly name: string;
  readonly keys: DeliverableFile;
  readonly source: YamlText;
  readonly releases: readonly ListedRelease[];
  readonly branches: readonly DeliverableBranch[];
  /** Of repository-settings, else all that a release tags; in their order. */
  readonly repositories: readonly string[];
  readonly retired: ReadonlySet<string>;
}

/** The largest real file has 140 KB and some 10 000 entries. */
const LIMITS: YamlLimits = {
  bytes: 1_048_576,
  lineLength: 8_192,
  entries: 60_000,
  depth: 16,
  indent: 64,
  what: "a deliverable file",
};

export interface FilePlace {
  readonly path: string;
  readonly series: string;
  readonly name: string;
}

/** `undefined`: the path is no `…/deliverables/<series>/<name>.yaml`. */
export function placeOf(path: string): FilePlace | undefined {
  const [, series, name] = /(?:^|\/)deliverables\/([^/]+)\/([^/]+)\.yaml$/.exec(path) ?? [];
  return series === undefined || name === undefined ? undefined : { path, series, name };
}

export function parseDeliverable(place: FilePlace, text: string): Result<Deliverable, readonly Finding[]> {
  const yaml = readYaml(text, LIMITS);
  if (!yaml.ok)
    return fail(
      yaml.problem.map(({ line, column, message, hint }) => {
        const rule = "yaml.invalid" as const;
        return { rule, level: RULES[rule].level, path: place.path, line, column, message, hint };
      }),
    );
  const source = yaml.value;
  const parsed = deliverableFile.safeParse(source.value);
  if (!parsed.success) {
    const file = { path: place.path, source };
    return fail(parsed.error.issues.slice(0, 60).flatMap((issue) => worded(file, issue)));
  }
  const keys = parsed.data;
  const releases = (keys.releases ?? []).map((release, index) => ({
    ...release,
    index,
    parsed: parseVersion(release.version),
  }));
  const settings = keys["repository-settings"] ?? {};
  const tagged = releases.flatMap(({ projects }) => projects.map(({ repo }) => repo));
  const named = Object.keys(settings);
  return ok({
    ...place,
    keys,
    source,
    releases,
    branches: keys.branches ?? [],
    repositories: named.length > 0 ? named : [...new Set(tagged)],
    retired: new Set(named.filter((name) => settings[name]?.flags?.includes("retired") === true)),
  });
}

function worded(
  file: { readonly path: string; readonly source: YamlText },
  issue: z.core.$ZodIssue,
): readonly Finding[] {
  const path = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
  const written = valueAt(file.source.value, path);
  const key = path.join(".");
  const named = key === "" ? "the file" : `\`${key}\``;
  const last = path.at(-1);
  const told = (rule: RuleId, message: string, hint: string): readonly Finding[] => [
    findingIn(file, rule, { at: path, message, hint }),
  ];
  if (last === "version" && written !== undefined) {
    const version = versionFromYaml(written);
    if (!version.ok && version.problem.kind === "not-text")
      return told("version.not-text", version.problem.message, version.problem.hint);
  }
  const isCommit = last === "hash" || (path[0] === "branches" && path[2] === "location" && path.length === 4);
  if (isCommit && written !== undefined)
    return told(
      "hash.invalid",
      `${named} is ${shown(written)}, not a commit's 40 hex digits`,
      typeof written === "number" ? "YAML reads it as a number: put it in quotes" : "write the whole SHA in lower case",
    );
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((unknown) =>
        findingIn(file, "schema.unknown-key", {
          at: path,
          key: unknown,
          message: `\`${unknown}\` is no key of ${named}`,
          hint: "remove it, or correct its spelling; docs/RELEASE.md lists the keys",
        }),
      );
    case "invalid_type":
      return written === undefined
        ? told("schema.missing-key", `${named} is missing`, `add it: it is ${KINDS[issue.expected] ?? issue.expected}`)
        : told(
            "schema.wrong-value",
            `${named} is ${shown(written)}`,
            `write ${KINDS[issue.expected] ?? issue.expected}; a number or a date that is meant as text stands in quotes`,
          );
    case "invalid_value":
      return written === undefined
        ? told("schema.missing-key", `${named} is missing`, `add one of ${issue.values.map(String).join(", ")}`)
        : told(
            "schema.wrong-value",
            `${named} cannot be ${shown(written)}`,
            `allowed: ${issue.values.map(String).join(", ")}`,
          );
    case "invalid_union":
      return (
        wordedUnion(file, issue, written) ??
        told("schema.wrong-value", `${named} cannot be ${shown(written)}`, "see docs/RELEASE.md for its form")
      );
    case "invalid_key":
    case "invalid_format":
    case "too_big":
    case "too_small":
    case "custom":
    case "invalid_element":
    case "not_multiple_of":
      return written === undefined
        ? told("schema.missing-key", `${named} is missing`, `write ${issue.message}`)
        : told("schema.wrong-value", `${named} cannot be ${shown(written)}`, `write ${issue.message}`);
  }
}

/** Of the forms a value may have, the one that was meant: a map is told as a map. */
function wordedUnion(
  file: { readonly path: string; readonly source: YamlText },
  issue: Extract<z.core.$ZodIssue, { readonly code: "invalid_union" }>,
  written: unknown,
): readonly Finding[] | undefined {
  if (typeof written !== "object" || written === null || Array.isArray(written)) return undefined;
  const meant = issue.errors.find((issues) => issues.some(({ path }) => path.length > 0));
  return meant?.flatMap((one) => worded(file, { ...one, path: [...issue.path, ...one.path] }));
}

const KINDS: Readonly<Record<string, string>> = {
  object: "a map",
  record: "a map",
  array: "a list",
  string: "text",
  int: "a whole number",
  boolean: "true or false",
};

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  let node = value;
  for (const step of path) {
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, step)) return undefined;
    node = Object.entries(node).find(([key]) => key === String(step))?.[1];
  }
  return node;
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  const text = String(value);
  return `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\``;
}

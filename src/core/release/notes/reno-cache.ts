/**
 * `reno.cache`: what a scan found, with the notes' contents, for trees without history such as a released archive. reno reads what is
 * written here, and the other way round. Source: the files that reno 4.1 writes; commits are `!!binary` in them.
 */
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { stringify } from "yaml";
import { parseSha, type Sha } from "../../ids.ts";
import { fail, ok, type Result } from "../../result.ts";
import type { YamlProblem } from "../../policy/yaml-text.ts";
import { PROSE_LIMITS, readPythonYaml, type YamlValue } from "./python-yaml.ts";
import type { Source } from "./report.ts";

export interface RenoCache {
  readonly notes: readonly { readonly version: string; readonly files: readonly Source[] }[];
  /** Seconds since 1970. */
  readonly dates: readonly { readonly version: string; readonly date: number }[];
  readonly contents: ReadonlyMap<string, YamlValue>;
}

export function writeRenoCache({ notes, dates, contents }: RenoCache): string {
  const cache = {
    dates: dates.map(({ version, date }) => ({ date, version })),
    "file-contents": Object.fromEntries([...contents].map(([path, value]) => [path, plainValue(value)])),
    notes: notes.map(({ version, files }) => ({
      files: files.map(({ path, commit }) => [path, commit === undefined ? null : utf8ToBytes(commit)]),
      version,
    })),
  };
  return `---\n${stringify(cache, { version: "1.1", schema: "yaml-1.1", aliasDuplicateObjects: false, lineWidth: 0 })}`;
}

/** A cache may be as large as all notes together. */
export function readRenoCache(text: string): Result<RenoCache, YamlProblem> {
  const yaml = readPythonYaml(text, { ...PROSE_LIMITS, bytes: 64 * 1024 * 1024, entries: 10_000_000 });
  if (!yaml.ok) return fail(yaml.problem[0]);
  const whole = yaml.value.value;
  const notes = field(whole, "notes");
  const dates = field(whole, "dates");
  const contents = field(whole, "file-contents");
  if (notes?.kind !== "list" || dates?.kind !== "list" || contents?.kind !== "map")
    return fail({
      ...{
        line: whole.line,
        column: whole.column,
        message: "it has not the keys `notes`, `dates` and `file-contents`",
      },
      hint: "write it anew with `plustwo notes cache`",
    });
  return ok({
    notes: notes.items.flatMap((one) => {
      const files = field(one, "files");
      const version = textOf(field(one, "version"));
      return files?.kind === "list" && version !== undefined ? [{ version, files: files.items.flatMap(fileOf) }] : [];
    }),
    dates: dates.items.flatMap((one) => {
      const version = textOf(field(one, "version"));
      const date = Number(textOf(field(one, "date")));
      return version === undefined || Number.isNaN(date) ? [] : [{ version, date }];
    }),
    contents: new Map(contents.entries.map(({ key, value }) => [key, value])),
  });
}

function fileOf(value: YamlValue): readonly Source[] {
  const [path, commit] = value.kind === "list" ? value.items : [];
  if (path?.kind !== "text") return [];
  return [
    { path: path.text, commit: commit?.kind === "binary" ? shaFrom(commit.base64) : parseSha(textOf(commit) ?? "") },
  ];
}

function field(value: YamlValue, key: string): YamlValue | undefined {
  return value.kind === "map" ? value.entries.find((entry) => entry.key === key)?.value : undefined;
}

/** `1.0` is a version here, whatever YAML takes it for. */
function textOf(value: YamlValue | undefined): string | undefined {
  if (value?.kind === "text") return value.text;
  return value?.kind === "number" || value?.kind === "date" ? value.written : undefined;
}

function plainValue(value: YamlValue): unknown {
  switch (value.kind) {
    case "text":
      return value.text;
    case "list":
      return value.items.map(plainValue);
    case "map":
      return Object.fromEntries(value.entries.map((entry) => [entry.key, plainValue(entry.value)]));
    case "truth":
      return value.value;
    case "number":
      return Number(value.written.replaceAll("_", ""));
    case "date":
      return value.written;
    case "binary":
      return value.base64;
    case "nothing":
      return null;
  }
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function shaFrom(base64: string): Sha | undefined {
  const bits = [...base64.replace(/=+$/, "")]
    .map((digit) => DIGITS.indexOf(digit).toString(2).padStart(6, "0"))
    .join("");
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2));
  return parseSha(String.fromCharCode(...bytes));
}

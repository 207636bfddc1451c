/**
 * The series of a project, `series_status.yaml` of openstack/releases: read strictly and written as that file is written. The order
 * in the file is the order of the series, newest first. Ids such as `2026.2` are numbers in the file and texts everywhere else.
 */
import type { Place } from "../../policy/yaml-text.ts";
import { fail, ok, type Result } from "../../result.ts";
import type { Day } from "../../time.ts";
import {
  dayAt,
  fieldsAt,
  listAt,
  needed,
  oneOf,
  openSource,
  textAt,
  wrong,
  type Fields,
  type Source,
} from "./fields.ts";
import type { CycleProblem } from "./problem.ts";

/** As a life goes: `extended maintenance` is of the years before 2024. */
export const SERIES_STATUSES = [
  "future",
  "development",
  "maintained",
  "extended maintenance",
  "unmaintained",
  "end of life",
] as const;
export type SeriesStatus = (typeof SERIES_STATUSES)[number];

export interface Series {
  /** `hibiscus`. */
  readonly name: string;
  /** `2026.2`; absent before 2023. */
  readonly releaseId?: string;
  readonly status: SeriesStatus;
  /** A release that the next but one may be upgraded to directly. */
  readonly slurp: boolean;
  /** The day it was, or is to be, released. */
  readonly initialRelease?: Day;
  readonly eolDate?: Day;
  readonly nextPhase?: NextPhase;
  readonly signingKey?: { readonly key: string; readonly start: Day; readonly end?: Day | "present" };
  readonly path: string;
  readonly place: Place;
}

export interface NextPhase {
  readonly status: SeriesStatus;
  /** Absent: nobody knows yet. */
  readonly date?: Day;
}

const KEYS = ["name", "release-id", "status", "slurp", "initial-release", "eol-date", "next-phase", "signing-key"];
const NAME = { pattern: /^[a-z][a-z0-9-]*$/, says: "a lower-case word, such as `hibiscus`" };
const ID = { pattern: /^\d{4}\.[1-9]\d?$/, says: "a year and a count, such as `2026.2`" };
const KEY = { pattern: /^[0-9a-fA-F]{16,64}$/, says: "the fingerprint of a key, in hexadecimal digits" };

/** Newest first. With any problem there is no list. What the values mean together is `check-series.ts`. */
export function readSeries(path: string, text: string): Result<readonly Series[], readonly CycleProblem[]> {
  const opened = openSource(path, text, "a list of series");
  if (!opened.ok) return opened;
  const source = opened.value;
  const seen = new Set<string>();
  const series = listAt(source, [], source.yaml.value ?? []).flatMap(({ at, value }): readonly Series[] => {
    const fields = fieldsAt(source, at, value, { keys: KEYS, what: "a series" });
    const read = fields === undefined ? undefined : seriesAt(source, at, fields);
    for (const id of read === undefined ? [] : [read.name, ...(read.releaseId === undefined ? [] : [read.releaseId])]) {
      if (seen.has(id))
        wrong(source, at, {
          rule: "series-name",
          message: `two series are called \`${id}\``,
          hint: "give each a name and an id of its own",
        });
      seen.add(id);
    }
    return read === undefined ? [] : [read];
  });
  return source.problems.length > 0 ? fail(source.problems) : ok(series);
}

/** What branches, tags and directories are called by: the id where it has one, else the name. */
export function idOf({ name, releaseId }: Pick<Series, "name" | "releaseId">): string {
  return releaseId ?? name;
}

/** The branch of its fixes: `stable/2026.1`, `unmaintained/2024.1`. `undefined`: none yet, or no more. */
export function branchOf(series: Pick<Series, "name" | "releaseId" | "status">): string | undefined {
  switch (series.status) {
    case "future":
    case "development":
    case "end of life":
      return undefined;
    case "unmaintained":
      return `unmaintained/${idOf(series)}`;
    case "maintained":
    case "extended maintenance":
      return `stable/${idOf(series)}`;
  }
}

/** By name or by id. */
export function findSeries(all: readonly Series[], nameOrId: string): Series | undefined {
  return all.find(({ name, releaseId }) => name === nameOrId || releaseId === nameOrId);
}

/** The one whose development comes before it. */
export function seriesBefore(all: readonly Series[], series: Series): Series | undefined {
  return all[all.indexOf(series) + 1];
}

export function seriesAfter(all: readonly Series[], series: Series): Series | undefined {
  return all[all.indexOf(series) - 1];
}

/** The whole file. A list that was read and is written again is byte for byte the file, but for comments and quotes. */
export function formatSeries(all: readonly Series[]): string {
  return `---\n${all.length === 0 ? "[]\n" : all.map(formatOne).join("")}`;
}

/** The lines of one entry, with a line end. */
export function formatOne(series: Series): string {
  const { name, releaseId, status, slurp, initialRelease, eolDate, nextPhase, signingKey } = series;
  const lines = [
    `- name: ${name}`,
    ...(releaseId === undefined ? [] : [`  release-id: ${releaseId}`]),
    `  status: ${status}`,
    ...(slurp ? ["  slurp: yes"] : []),
    ...(initialRelease === undefined ? [] : [`  initial-release: ${initialRelease}`]),
    ...(eolDate === undefined ? [] : [`  eol-date: ${eolDate}`]),
  ];
  if (nextPhase !== undefined) {
    lines.push("  next-phase:", `    status: ${nextPhase.status}`);
    if (nextPhase.date !== undefined) lines.push(`    date: ${nextPhase.date}`);
  }
  if (signingKey !== undefined) {
    lines.push("  signing-key:", `    key: ${signingKey.key}`, `    start: ${signingKey.start}`);
    if (signingKey.end !== undefined) lines.push(`    end: ${signingKey.end}`);
  }
  return `${lines.join("\n")}\n`;
}

/** The text of the file with this one entry put in the place of the one of its name; every other line stays as it is. */
export function replaceSeries(text: string, changed: Series): string {
  const lines = text.split("\n");
  const first = changed.place.line - 1;
  const next = lines.findIndex((line, index) => index > first && /^- /.test(line));
  const entry = lines.slice(first, next < 0 ? lines.length : next);
  const comments = entry.filter((line) => /^\s*#/.test(line));
  const blank = entry.slice(entry.findLastIndex((line) => line.trim() !== "") + 1);
  const [name = "", ...rest] = formatOne(changed).trimEnd().split("\n");
  return [...lines.slice(0, first), name, ...comments, ...rest, ...blank, ...(next < 0 ? [] : lines.slice(next))].join(
    "\n",
  );
}

function seriesAt(source: Source, at: readonly (string | number)[], fields: Fields): Series | undefined {
  const under = (key: string) => [...at, key];
  const name = needed(source, at, fields, { key: "name", value: textAt(source, under("name"), fields["name"], NAME) });
  const status = needed(source, at, fields, {
    key: "status",
    value: oneOf(source, under("status"), fields["status"], { words: SERIES_STATUSES, rule: "series-status" }),
  });
  const releaseId = textAt(source, under("release-id"), fields["release-id"], ID);
  const slurp = oneOf(source, under("slurp"), fields["slurp"], { words: ["yes", "no"] });
  const initialRelease = dayAt(source, under("initial-release"), fields["initial-release"]);
  const eolDate = dayAt(source, under("eol-date"), fields["eol-date"]);
  const nextPhase = nextPhaseAt(source, under("next-phase"), fields["next-phase"]);
  const signingKey = signingKeyAt(source, under("signing-key"), fields["signing-key"]);
  if (name === undefined || status === undefined) return undefined;
  return {
    name,
    ...(releaseId === undefined ? {} : { releaseId }),
    status,
    slurp: slurp === "yes",
    ...(initialRelease === undefined ? {} : { initialRelease }),
    ...(eolDate === undefined ? {} : { eolDate }),
    ...(nextPhase === undefined ? {} : { nextPhase }),
    ...(signingKey === undefined ? {} : { signingKey }),
    path: source.path,
    place: source.yaml.at(at),
  };
}

function nextPhaseAt(source: Source, at: readonly (string | number)[], value: unknown): NextPhase | undefined {
  if (value === undefined) return undefined;
  const fields = fieldsAt(source, at, value, { keys: ["status", "date"], what: "`next-phase`" });
  if (fields === undefined) return undefined;
  const status = needed(source, at, fields, {
    key: "status",
    value: oneOf(source, [...at, "status"], fields["status"], { words: SERIES_STATUSES, rule: "series-status" }),
  });
  const date = dayAt(source, [...at, "date"], fields["date"]);
  return status === undefined ? undefined : { status, ...(date === undefined ? {} : { date }) };
}

function signingKeyAt(source: Source, at: readonly (string | number)[], value: unknown): Series["signingKey"] {
  if (value === undefined) return undefined;
  const fields = fieldsAt(source, at, value, { keys: ["key", "start", "end"], what: "`signing-key`" });
  if (fields === undefined) return undefined;
  const key = needed(source, at, fields, { key: "key", value: textAt(source, [...at, "key"], fields["key"], KEY) });
  const start = needed(source, at, fields, { key: "start", value: dayAt(source, [...at, "start"], fields["start"]) });
  const end = fields["end"] === "present" ? "present" : dayAt(source, [...at, "end"], fields["end"]);
  if (key === undefined || start === undefined) return undefined;
  return { key, start, ...(end === undefined ? {} : { end }) };
}

/**
 * Version numbers of OpenStack deliverables, and the tags that end a series. A version is text, always: YAML reads `1.10` as the
 * number 1.1, so a number where a version is wanted is a problem. Sources: OpenStack releases, "Deliverable Files"; pbr,
 * "Linux/Python Compatible Semantic Versioning"; PEP 440 for the order.
 */
import { fail, ok, type Result } from "../result.ts";

/** In the order of their coming: alpha, beta, release candidate. */
export type PreKind = "a" | "b" | "rc";

export interface PreRelease {
  readonly kind: PreKind;
  readonly number: number;
}

/** `29.0.1`, `29.0.0.0rc2`, or the four parts of an XStatic package (`1.8.2.1`). */
export interface NumberedVersion {
  readonly kind: "numbered";
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** The fourth part; `undefined` for three. */
  readonly build?: number;
  readonly pre?: PreRelease;
}

export type SeriesTagKind = "eol" | "eom" | "em" | "last";

/** `2024.1-eol`, `zed-eom`, `stein-em`, `2023.1-last`: a tag that says what became of a series, and no number. */
export interface SeriesTag {
  readonly kind: "series-tag";
  /** The series' id or name, as it is written before the dash. */
  readonly series: string;
  readonly tag: SeriesTagKind;
}

export type Version = NumberedVersion | SeriesTag;

export type Impact = "patch" | "minor" | "major";

export interface VersionProblem {
  /** `not-text`: YAML read it as something else; `invalid`: it is no version. */
  readonly kind: "not-text" | "invalid";
  readonly message: string;
  readonly hint: string;
}

const SERIES_TAG = /^([A-Za-z0-9][A-Za-z0-9._-]{0,59})-(eol|eom|em|last)$/;
/** Also the older spellings that repositories have: `v1.0.0`, `1.2`, `1.2.0rc1`, `1.2.rc1`, `1.2.3.rc1`. */
const NUMBERED = /^[vV]?(\d{1,15}(?:\.\d{1,15}){1,3})(?:\.?(a|b|rc)(\d{1,15}))?$/;

/** What a text means, also where it is not the canonical spelling; `undefined`: it is no version. */
export function parseVersion(text: string): Version | undefined {
  const tag = SERIES_TAG.exec(text);
  if (tag !== null) {
    const [, series = "", kind = ""] = tag;
    return isSeriesTagKind(kind) ? { kind: "series-tag", series, tag: kind } : undefined;
  }
  return parseNumbered(text);
}

/** Only a number; `undefined` also for `zed-eol`. */
export function parseNumbered(text: string): NumberedVersion | undefined {
  const found = NUMBERED.exec(text);
  if (found === null) return undefined;
  const [, digits = "", pre, count] = found;
  const [major = 0, minor = 0, patch = 0, build] = digits.split(".").map(Number);
  if (!isPreKind(pre)) return { kind: "numbered", major, minor, patch, ...(build === undefined ? {} : { build }) };
  // The fourth part before a pre-release is the 0 of `0rc1`; what else stands there would be lost.
  if (build !== undefined && build !== 0) return undefined;
  return { kind: "numbered", major, minor, patch, pre: { kind: pre, number: Number(count) } };
}

/** A value as YAML gave it. Numbers are refused, even those that could be read: `2.0` and `2.00` are one number. */
export function versionFromYaml(value: unknown): Result<Version, VersionProblem> {
  if (typeof value !== "string")
    return fail({
      kind: "not-text",
      message: `a version is text, and this is ${typeof value === "number" ? `the number ${value}` : "none"}`,
      hint: typeof value === "number" ? `write it in quotes, as it is: "${value}"` : "write a version such as 1.2.3",
    });
  const version = parseVersion(value);
  if (version !== undefined) return ok(version);
  return fail({
    kind: "invalid",
    message: `"${value}" is no version`,
    hint: "write 1.2.3, 1.2.0.0rc1, or a tag of a series such as 2024.1-eol",
  });
}

/** The canonical spelling: three parts, `.0` before a pre-release, no `v`, no leading zeros. Four parts stay four. */
export function formatVersion(version: Version): string {
  switch (version.kind) {
    case "series-tag":
      return `${version.series}-${version.tag}`;
    case "numbered": {
      const { major, minor, patch, build, pre } = version;
      const three = `${major}.${minor}.${patch}`;
      if (pre !== undefined) return `${three}.0${pre.kind}${pre.number}`;
      return build === undefined ? three : `${three}.${build}`;
    }
  }
}

/** The spelling semantic versions have: `1.2` is `1.2.0`. `undefined`: no version, or one that has no such spelling (four parts). */
export function canonicalForm(text: string): string | undefined {
  const version = parseVersion(text);
  if (version === undefined || (version.kind === "numbered" && version.build !== undefined)) return undefined;
  return formatVersion(version);
}

/**
 * Below zero when `one` comes before `other`: `2.0.0.0b1` < `2.0.0.0rc1` < `2.0.0` < `2.0.0.1` < `2.0.1`.
 * Tags of series have no place in this order.
 */
export function compareVersions(one: NumberedVersion, other: NumberedVersion): number {
  return (
    one.major - other.major ||
    one.minor - other.minor ||
    one.patch - other.patch ||
    preRank(one) - preRank(other) ||
    (one.pre?.number ?? 0) - (other.pre?.number ?? 0) ||
    (one.build ?? 0) - (other.build ?? 0)
  );
}

export function isPreRelease(version: Version): boolean {
  return version.kind === "numbered" && version.pre !== undefined;
}

/** What a pre-release leads to: `2.0.0.0rc2` becomes `2.0.0`. */
export function finalOf(version: NumberedVersion): NumberedVersion {
  const { pre: _, ...rest } = version;
  return rest;
}

/** The next version of this impact; a pre-release and a fourth part are dropped. `by`: how many steps, at least 1. */
export function increment(version: NumberedVersion, impact: Impact, by = 1): NumberedVersion {
  const { major, minor, patch } = version;
  switch (impact) {
    case "major":
      return { kind: "numbered", major: major + by, minor: 0, patch: 0 };
    case "minor":
      return { kind: "numbered", major, minor: minor + by, patch: 0 };
    case "patch":
      return { kind: "numbered", major, minor, patch: patch + by };
  }
}

/** The same number as a pre-release of this kind: of `1.0.0.0b2` the next `b` is `1.0.0.0b3`, the next `rc` is `1.0.0.0rc1`. */
export function nextPreRelease(version: NumberedVersion, kind: PreKind): NumberedVersion {
  const { major, minor, patch, pre } = version;
  const number = pre?.kind === kind ? pre.number + 1 : 1;
  return { kind: "numbered", major, minor, patch, pre: { kind, number } };
}

/** What the step from one final version to a later one is; `undefined` when it is no step forward. */
export function impactOf(from: NumberedVersion, to: NumberedVersion): Impact | undefined {
  if (compareVersions(from, to) >= 0) return undefined;
  if (to.major !== from.major) return "major";
  return to.minor !== from.minor ? "minor" : "patch";
}

const PRE_RANKS: Readonly<Record<PreKind, number>> = { a: 0, b: 1, rc: 2 };

function preRank({ pre }: NumberedVersion): number {
  return pre === undefined ? 3 : PRE_RANKS[pre.kind];
}

function isPreKind(text: string | undefined): text is PreKind {
  return text === "a" || text === "b" || text === "rc";
}

function isSeriesTagKind(text: string): text is SeriesTagKind {
  return text === "eol" || text === "eom" || text === "em" || text === "last";
}

/**
 * The next version, from what the notes since the last one say, with its reasons: never a version that has a tag, and never one in the
 * range of another live branch (release-please#2407: two branches that compute one number).
 */
import { fail, ok, type Result } from "../../result.ts";
import {
  compareVersions,
  finalOf,
  formatVersion,
  increment,
  parseNumbered,
  type Impact,
  type NumberedVersion,
} from "../version.ts";
import type { NotesConfig } from "./config.ts";
import { isUnreleased, type NotesOfVersion } from "./report.ts";

export interface NextVersionFacts {
  /** Newest first, those without notes left out. */
  readonly versions: readonly NotesOfVersion[];
  /** Of the scanned commit: `5.0.0`, `5.0.0-3`, `0.0.0` before any tag. */
  readonly current: string;
  /** Every tag of the repository. */
  readonly tags: readonly string[];
  /** The scanned branch is one of a series: it has no more than its own range. */
  readonly isSeries: boolean;
  readonly others: readonly LiveBranch[];
  /** What weighs beside the notes: requirements, an interface. Reasons begin with their impact, as those of notes do. */
  readonly evidence?: readonly { readonly impact: Impact; readonly because: string }[];
}

/** A branch that still makes releases: the default one, or a series that is not closed. */
export interface LiveBranch {
  readonly name: string;
  readonly isSeries: boolean;
  /** As above. */
  readonly current: string;
}

export interface NextVersion {
  readonly version: string;
  /** The last version; `undefined`: there is none. */
  readonly base: string | undefined;
  readonly impact: Impact;
  /** Sentences without full stops, the strongest first. */
  readonly reasons: readonly string[];
}

export type NoNextVersion =
  | { readonly kind: "nothing-new"; readonly current: string }
  | { readonly kind: "no-version"; readonly current: string }
  /** `free`: the next version of this branch that nobody else has. */
  | {
      readonly kind: "range-taken";
      readonly version: string;
      readonly by: string;
      readonly because: readonly string[];
    };

const URGENT: readonly string[] = ["security", "critical"];

export function nextVersion(facts: NextVersionFacts, config: NotesConfig): Result<NextVersion, NoNextVersion> {
  const notes = unreleasedNotes(facts.versions);
  const since = commitsSince(facts.current);
  if (since.tag === undefined)
    return ok({
      version: firstFree({ kind: "numbered", major: 0, minor: 1, patch: 0 }, "minor", facts),
      base: undefined,
      impact: "minor",
      reasons: ["it is the first version: no tag names one yet"],
    });
  const base = parseNumbered(since.tag);
  if (base === undefined) return fail({ kind: "no-version", current: since.tag });
  if (notes.length === 0 && since.commits === 0) return fail({ kind: "nothing-new", current: since.tag });
  const { impact, because } = together(impactOfNotes(notes, config), facts.evidence ?? []);
  const reasons =
    because.length > 0
      ? because
      : [`${since.commits} ${since.commits === 1 ? "commit" : "commits"} since ${since.tag}, none with a note`];
  if (base.pre !== undefined) return finalOfPreRelease({ base, tag: since.tag, impact, reasons }, facts);
  return place({ base, tag: since.tag, impact, reasons }, facts);
}

interface Step {
  readonly base: NumberedVersion;
  readonly tag: string;
  readonly impact: Impact;
  readonly reasons: readonly string[];
}

/** The release that a candidate leads to already has the weight of the notes before it. */
function finalOfPreRelease(step: Step, facts: NextVersionFacts): Result<NextVersion, NoNextVersion> {
  const final = formatVersion(finalOf(step.base));
  if (hasTag(final, facts.tags)) return place({ ...step, base: finalOf(step.base) }, facts);
  const reasons = [`${step.tag} is a pre-release of it`, ...step.reasons];
  return ok({ version: final, base: step.tag, impact: step.impact, reasons });
}

/** The next version of that impact whose range is free. A series stays in its own; the default branch goes on to the next minor. */
function place({ base, tag, impact, reasons }: Step, facts: NextVersionFacts): Result<NextVersion, NoNextVersion> {
  let version = untagged(increment(base, impact), impact === "major" ? "major" : "patch", facts);
  const moved: string[] = [];
  if (formatVersion(version) !== formatVersion(increment(base, impact)))
    moved.push(`${formatVersion(increment(base, impact))} has a tag already`);
  for (;;) {
    const taken = facts.others.find((other) => takes(other, version, { base, isSeries: facts.isSeries }));
    if (taken === undefined) break;
    if (facts.isSeries)
      return fail({ kind: "range-taken", version: formatVersion(version), by: taken.name, because: reasons });
    moved.push(`${formatVersion(version)} is in the range of ${taken.name}, which is at ${taken.current}`);
    version = untagged(increment(version, "minor"), "minor", facts);
  }
  return ok({ version: formatVersion(version), base: tag, impact, reasons: [...reasons, ...moved] });
}

/**
 * A branch has the versions `X.Y.*` of the last version on it. Of a range that a series shares with the default branch the series is
 * the owner, as long as the default branch has made nothing newer.
 */
function takes(
  other: LiveBranch,
  version: NumberedVersion,
  { base, isSeries }: { readonly base: NumberedVersion; readonly isSeries: boolean },
): boolean {
  const last = parseNumbered(commitsSince(other.current).tag ?? "");
  if (last === undefined || last.major !== version.major || last.minor !== version.minor) return false;
  return !(isSeries && !other.isSeries && compareVersions(last, base) <= 0);
}

function untagged(version: NumberedVersion, impact: Impact, { tags }: NextVersionFacts): NumberedVersion {
  let free = version;
  while (hasTag(formatVersion(free), tags)) free = increment(free, impact);
  return free;
}

function firstFree(version: NumberedVersion, impact: Impact, facts: NextVersionFacts): string {
  return formatVersion(untagged(version, impact, facts));
}

function hasTag(version: string, tags: readonly string[]): boolean {
  return tags.some((tag) => {
    const numbered = parseNumbered(tag);
    return numbered !== undefined && formatVersion(numbered) === version;
  });
}

/** Notes in no tag yet: they stand before the first version that is one. */
function unreleasedNotes(versions: readonly NotesOfVersion[]): NotesOfVersion["notes"] {
  const released = versions.findIndex(({ version }) => !isUnreleased(version));
  return (released < 0 ? versions : versions.slice(0, released)).flatMap(({ notes }) => notes);
}

function impactOfNotes(
  notes: NotesOfVersion["notes"],
  config: NotesConfig,
): { readonly impact: Impact; readonly because: readonly string[] } {
  const found = (names: readonly string[], impact: Impact) =>
    names.flatMap((name) => {
      const saying = notes.filter(({ note }) => note.sections.some((section) => section.name === name && section.said));
      const [first] = saying;
      if (first === undefined) return [];
      const more = saying.length === 1 ? "" : ` and ${saying.length - 1} more`;
      return [{ impact, because: `${impact}: \`${name}\` in ${first.path}${more}` }];
    });
  const urgent = URGENT.filter((name) => ![...config.semverMajor, ...config.semverMinor].includes(name));
  const all = [
    ...found(config.semverMajor, "major"),
    ...found(config.semverMinor, "minor"),
    ...found([...new Set([...config.semverPatch, ...urgent])], "patch"),
  ];
  const [strongest] = all;
  if (strongest !== undefined) return { impact: strongest.impact, because: all.map(({ because }) => because) };
  const [only] = notes;
  return { impact: "patch", because: only === undefined ? [] : [`patch: there is a note, ${only.path}`] };
}

const RANKS: Readonly<Record<Impact, number>> = { patch: 0, minor: 1, major: 2 };

/** The strongest impact, and all reasons, the strongest first. */
function together(
  notes: { readonly impact: Impact; readonly because: readonly string[] },
  evidence: NonNullable<NextVersionFacts["evidence"]>,
) {
  const rank = (reason: string): number => (reason.startsWith("major:") ? 2 : reason.startsWith("minor:") ? 1 : 0);
  const because = [...notes.because, ...evidence.map((one) => one.because)];
  const impacts = [notes.impact, ...evidence.map((one) => one.impact)];
  return {
    impact: impacts.reduce((one, other) => (RANKS[other] > RANKS[one] ? other : one)),
    because: because.toSorted((one, other) => rank(other) - rank(one)),
  };
}

/** `5.0.0-3` is three commits after 5.0.0; `0.0.0` is no tag. */
function commitsSince(current: string): { readonly tag: string | undefined; readonly commits: number } {
  const [, tag, count] = /^(.*)-(\d+)$/s.exec(current) ?? [];
  if (tag !== undefined) return { tag, commits: Number(count) };
  return { tag: current === "0.0.0" ? undefined : current, commits: 0 };
}

/**
 * What a release requires of those who use it, and what the difference to the release before weighs: a new requirement or a raised lower
 * bound is at least a minor release, a dropped version of the engine or of a peer a major one (ADR 0049). What is gone or got wider
 * weighs nothing.
 */
import type { Impact } from "../version.ts";
import { compareNumbers, droppedLines, floorOf, type Range } from "./requirement-range.ts";

/** `engine`: Node or Python itself; `peer`: what the user has to bring along. */
export type RequirementKind = "dependency" | "peer" | "engine";

export interface Requirement {
  readonly kind: RequirementKind;
  /** `lodash`, `oslo.config`, `node`, `python`. */
  readonly name: string;
  /** As it is written. */
  readonly text: string;
  readonly range: Range;
  /** How many leading numbers make a version that can be dropped: 2 for Python, else 1. */
  readonly line: 1 | 2;
}

export interface Weighed {
  readonly impact: Impact;
  /** A sentence without a full stop. */
  readonly because: string;
}

/** `where`: the file, for the sentences. The strongest first. */
export function weighRequirements(
  before: readonly Requirement[],
  after: readonly Requirement[],
  where: string,
): readonly Weighed[] {
  const known = new Map(before.map((one) => [keyOf(one), one]));
  const all = after.flatMap((now): readonly Weighed[] => {
    const was = known.get(keyOf(now));
    const weighed = was === undefined ? weighNew(now, before) : weighChanged(was, now);
    return weighed === undefined
      ? []
      : [{ impact: weighed.impact, because: `${weighed.impact}: ${where} ${weighed.because}` }];
  });
  return all.toSorted((one, other) => RANKS[other.impact] - RANKS[one.impact]);
}

const RANKS: Readonly<Record<Impact, number>> = { patch: 0, minor: 1, major: 2 };

/** What was required in another way, as a peer that is a dependency now, is looked at as that. */
function weighNew(now: Requirement, before: readonly Requirement[]): Weighed | undefined {
  const other = before.find(({ name, kind }) => name === now.name && kind !== "engine" && now.kind !== "engine");
  if (other !== undefined && now.kind === "dependency") return weighChanged({ ...other, kind: now.kind }, now);
  return { impact: "minor", because: `requires ${shown(now)}, and did not before` };
}

function weighChanged(was: Requirement, now: Requirement): Weighed | undefined {
  const [old, floor] = [floorOf(was.range), floorOf(now.range)];
  if (was.text === now.text) return undefined;
  if (now.kind !== "dependency") {
    const dropped = droppedLines(was.range, now.range, now.line);
    if (dropped.length > 0)
      return { impact: "major", because: `drops ${now.name} ${dropped.join(", ")}: ${shown(now)}, it was ${was.text}` };
  }
  if (old === undefined || floor === undefined)
    return { impact: "minor", because: `requires ${shown(now)}, it was ${was.text}: nobody can say which is higher` };
  if (compareNumbers(floor, old) <= 0) return undefined;
  return { impact: "minor", because: `raises ${now.name} to ${now.text}, it was ${was.text}` };
}

function shown({ name, text }: Requirement): string {
  return text === "" ? name : `${name} ${text}`;
}

function keyOf({ kind, name }: Requirement): string {
  return `${kind} ${name}`;
}

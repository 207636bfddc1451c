/**
 * What the freezes of a cycle would do to one change, before it is in the gate: the same functions that the gate asks, with what somebody
 * says of the change in place of what the forge does.
 */
import { letThrough, standingFor, type LetThrough } from "../../policy/cycle-freeze.ts";
import { frozenUntil, type StandingFreeze } from "../../policy/freeze.ts";
import type { Instant } from "../../time.ts";
import type { FreezeRule } from "./freeze-rules.ts";
import { freezesOf, type CycleState } from "./freezes-of.ts";

export interface AskedChange {
  /** Absent: it has none yet, so no exception is for it. */
  readonly number?: number;
  readonly branch: string;
  /** Empty: not known, so it may touch anything. */
  readonly paths: readonly string[];
  readonly tagLabels: readonly string[];
}

export interface FreezeAnswer {
  /** Those that stop it now; the first to begin first. */
  readonly stoppedBy: readonly StandingFreeze[];
  /** When nothing stops it any more, as it looks now; absent: nothing does now. */
  readonly until?: Instant;
  /** Exceptions by which it goes past those that stand. */
  readonly letThrough: readonly LetThrough[];
  /** Those that will stop it, the soonest first. */
  readonly toCome: readonly StandingFreeze[];
  /** What cannot be read, and closes the gate for it. */
  readonly unread: readonly string[];
}

export function askFreezes(state: CycleState, asked: AskedChange, now: Instant): FreezeAnswer {
  const { number = 0, branch, paths, tagLabels } = asked;
  const { freezes, incomplete } = freezesOf(state, { change: number, branch, paths });
  const target = { branch, paths, tagLabels };
  const standing = [...standingFor(freezes, target, now)].sort((a, b) => a.from - b.from || a.to - b.to);
  const until = frozenUntil(standing, now);
  return {
    stoppedBy: standing.filter(({ from }) => from <= now),
    ...(until === undefined ? {} : { until }),
    letThrough: letThrough(freezes, target, now),
    toCome: standing.filter(({ from }) => from > now),
    unread: incomplete.map(({ why }) => why),
  };
}

/** "every change to main, but not one to docs/* alone"; after "stops". */
export function sayStops(rule: FreezeRule): string {
  if (rule === "nothing") return "nothing";
  const { branches, applies, exemptPaths } = rule;
  const but = exemptPaths.length === 0 ? "" : `, but not one to ${exemptPaths.join(", ")} alone`;
  if (applies === undefined) return `every change to ${branches.join(", ")}${but}`;
  const { paths, tagLabels } = applies;
  const which = [
    ...(paths.length === 0 ? [] : [`that touches ${paths.join(", ")}`]),
    ...(tagLabels.length === 0 ? [] : [`with the tag label ${tagLabels.join(", ")}`]),
  ];
  return `a change to ${branches.join(", ")} ${which.join(" or ")}${but}`;
}

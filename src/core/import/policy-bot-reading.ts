/** What is read of a file of policy-bot, and how each predicate is told: kept, changed, or left out and then never let through. */
import type { Draft } from "./draft.ts";
import { UNKNOWN, type Bounds } from "./formula.ts";
import type { People } from "./policy-bot-people.ts";
import type { Report } from "./report.ts";
import type { YamlEntry } from "./yaml-tree.ts";

export interface Reading {
  readonly draft: Draft;
  readonly people: People;
  readonly report: Report;
}

/** One predicate, and what people call it. */
export interface One extends Reading {
  readonly entry: YamlEntry;
  readonly what: string;
  readonly called: string;
}

export const UNTIL = "until it is written anew nothing passes by it, and what it would excuse from is asked for";

export function leftOut({ report, entry, what }: One, why: string): Bounds {
  report.leftOut(entry.line, what, `${why}; ${UNTIL}`);
  return UNKNOWN;
}

export function kept({ report, entry, what }: One, bounds: Bounds, how = ""): Bounds {
  report.kept(entry.line, what, how);
  return bounds;
}

export function changed({ report, entry, what }: One, bounds: Bounds, how: string): Bounds {
  report.changed(entry.line, what, how);
  return bounds;
}

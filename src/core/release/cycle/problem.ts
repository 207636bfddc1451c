/** What is wrong with a file of the cycle: a rule with a stable id, where, what was found, the way out. */
import type { RecordProblem } from "../read-record.ts";
import type { Place } from "../../policy/yaml-text.ts";

export interface CycleProblem extends Place {
  /** Stable: scripts may name it. Ids are never reused. */
  readonly rule: CycleRule;
  readonly path: string;
  readonly message: string;
  readonly hint: string;
  /** It is told, and refuses nothing. */
  readonly severity?: "warning";
  /** What the gate stays closed for as long as it is so: every change, or the one of this number. Absent: nothing. */
  readonly closes?: "everything" | number;
}

/** Of a file that a schema reads. `ruleOf`: of a wrong value, by the key at the top that it stands under. */
export function asCycleProblem(
  { of, key, ...problem }: RecordProblem,
  ruleOf: (key: string | undefined) => CycleRule,
): CycleProblem {
  return { rule: of === "value" ? ruleOf(key) : of, ...problem };
}

export type CycleRule = keyof typeof CYCLE_RULES;

/** Every rule of `cycle check`, with what it holds. */
export const CYCLE_RULES = {
  yaml: "the file is YAML 1.2, one document, without anchors or keys that stand twice",
  "unknown-key": "every key is one of the format",
  "missing-key": "a key that must be there is there",
  "wrong-value": "a value has the form of its key",
  "week-start-monday": "a week starts on a Monday",
  "week-length": "a week has five to seven days",
  "week-contiguous": "a week starts seven days after the one before",
  "week-name": "names count the weeks to the release week: `R-25` to `R+0`",
  "week-name-missing": "only the first week, the release week of the cycle before, has no name",
  "start-week-first": "`start-week` is the first week that has a name",
  "start-week-monday": "`start-week` is a Monday",
  "release-week-monday": "`release-week` is a Monday",
  "release-week-last": "a week is called `R+0`",
  "release-date": "the series' `initial-release` lies in the release week",
  "previous-release": "the first week is the one in which the series before was released",
  "duplicate-id": "an id stands once in a week, and one event has it",
  "unknown-id": "an id is that of an event or of an anchor in schedule.rst, where there are any",
  "milestone-order": "milestones come in the order of the cycle",
  "event-week": "an event lies in the week that lists its id",
  "event-unlisted": "an event's id is listed in the week of its date",
  "event-window": "`until` is not before `date`",
  "event-outside": "an event lies between the first week and the last",
  "event-zone": "`timezone` is a name of the IANA database",
  "freeze-pair": "a freeze that ends has begun, and begins once",
  "election-window": "elections lie between R-8 and R-1",
  "election-order": "nominations, campaigning, voting and the close come in that order",
  "series-name": "a name or an id is of one series",
  "series-id": "a series after one with a `release-id` has one, and a later one",
  "series-order": "series stand newest first, by `initial-release`",
  "series-status": "a status is one of the known six",
  "series-life": "an older series is not behind a newer one, and none is kept across a gap",
  "series-slurp": "every `YYYY.1` is a SLURP release, and no other",
  "series-next-phase": "`next-phase` is the status that follows, not before the release",
  "series-eol": "`eol-date` stands only where a series is at its end of life",
  "series-unknown": "the series of a schedule stands in series_status.yaml",
  "schedule-missing": "there is a schedule where the policy has a `cycle`, and beside each events.yaml",
  "freeze-list": "freezes.yaml names freezes that there are, each with its branches, or `nothing`",
  "freeze-unnamed": "a freeze that a schedule begins stands in freezes.yaml",
  "freeze-path": "a path of freezes.yaml is one of the tree",
  "freeze-branch": "a branch of freezes.yaml is one that the clone knows",
  "freeze-unread": "where freezes.yaml is, the policy has a `cycle`",
  "exception-name": "a file of exceptions is called `<cycle>/<number of the pull request>.yaml`",
  "exception-cycle": "an exception is in a folder called as that of its schedule",
  "exception-kind": "an exception is from freezes that there are",
  "exception-decided-by": "somebody decided it, by their logins",
  "exception-thread": "it was asked for in a thread that has an address",
  "exception-dates": "it was requested on a day, and expires on that one or a later",
  "exception-idle":
    "an exception lets something through: its cycle has that freeze, and the exception does not end before it",
  "exception-expired": "while a freeze stands, its exceptions have not expired",
} as const;

/** What is wrong with a file of the cycle: a rule with a stable id, where, what was found, the way out. */
import type { Place } from "../../policy/yaml-text.ts";

export interface CycleProblem extends Place {
  /** Stable: scripts may name it. The table is in `rules.ts`. */
  readonly rule: CycleRule;
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

export type CycleRule = keyof typeof CYCLE_RULES;

/** Every rule of `cycle check`, with what it holds. Ids are never reused. */
export const CYCLE_RULES = {
  yaml: "the file is YAML 1.2, one document, without anchors or keys that stand twice",
  "unknown-key": "every key is one of the format",
  "missing-key": "a key that must be there is there",
  "wrong-value": "a value has the form of its key",
  "week-start-monday": "a week starts on a Monday",
  "week-length": "a week ends on its Friday to Sunday",
  "week-contiguous": "a week starts seven days after the one before",
  "week-name": "names count the weeks to the release week: `R-25` to `R+0`",
  "week-name-missing": "only the first week, the release week of the cycle before, has no name",
  "start-week-first": "`start-week` is the first week that has a name",
  "start-week-monday": "`start-week` is a Monday",
  "release-week-monday": "`release-week` is a Monday",
  "release-week-last": "`release-week` is the week `R+0`",
  "release-date": "the series' `initial-release` lies in the release week",
  "previous-release": "the first week is the one in which the series before was released",
  "duplicate-id": "an id stands once in a week, and one event has it",
  "unknown-id": "an id of a milestone begins with the letter of its series or of a neighbour",
  "milestone-order": "milestones come in the order of the cycle",
  "event-week": "an event lies in the week that lists its id",
  "event-unlisted": "an event's id is listed in the week of its date",
  "event-window": "`until` is not before `date`",
  "event-outside": "an event lies between the first week and the last",
  "event-zone": "`timezone` is a name of the IANA database",
  "freeze-pair": "a freeze that ends has begun, and begins once",
  "election-window": "elections lie between R-8 and R-1",
  "election-order": "nominations, campaigning, voting and the close come in that order",
  "series-name": "names are lower-case words, each once",
  "series-id": "`release-id` is `YYYY.N`, each once, newest first",
  "series-order": "series stand newest first, by `initial-release`",
  "series-status": "a status is one of the known six",
  "series-life": "statuses go only one way down the list",
  "series-slurp": "every `YYYY.1` is a SLURP release, and no other",
  "series-next-phase": "`next-phase` is the status that follows, on a day after the release",
  "series-eol": "`eol-date` stands exactly where a series is at its end of life",
  "series-unknown": "the series of a schedule stands in series_status.yaml",
} as const;

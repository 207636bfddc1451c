/**
 * Which deliverables are due for which release in a week of the cycle: the runbook of OpenStack's release team as a table (ADR 0050).
 * Whether there is something to release is asked of clones afterwards. Source: OpenStack releases, "Release Process".
 */
import { dayAfter, mondayOf, startOfDay, type Day, type Instant } from "../../time.ts";
import { instantOf, type Schedule, type Week } from "../cycle/schedule-shapes.ts";
import type { Deliverable } from "./deliverable.ts";

/** `notes`: the version that notes and requirements ask for. */
export type DueType = "notes" | "milestone" | "rc" | "final";

export interface DueEvent {
  /** `h-rc1`. */
  readonly id: string;
  /** For people. */
  readonly what: string;
  readonly deadline: Instant;
  /** Of the series before: its trailing deliverables. */
  readonly trailing: boolean;
}

export interface Due {
  readonly event: DueEvent;
  readonly type: DueType;
  /** The release begins the series' stable branch. */
  readonly stableBranch: boolean;
  /** Only where there are commits since the last release. */
  readonly onlyWhenNew: boolean;
}

interface Line {
  readonly ends: string;
  readonly what: string;
  readonly trailing?: true;
  readonly wants: (file: Deliverable) => Omit<Due, "event"> | undefined;
}

const LIBRARIES = ["library", "client-library"];
const BY_NOTES = { type: "notes", stableBranch: false, onlyWhenNew: true } as const;
const LAST_BY_NOTES = { ...BY_NOTES, stableBranch: true } as const;
const MILESTONE = { type: "milestone", stableBranch: false, onlyWhenNew: false } as const;

const milestone: Line["wants"] = ({ keys }) =>
  keys["release-model"] === "cycle-with-milestones" ? MILESTONE : undefined;
const libraries: Line["wants"] = (file) =>
  LIBRARIES.includes(file.keys.type) && isIntermediary(file) ? BY_NOTES : undefined;
const lastOf =
  (type: string): Line["wants"] =>
  (file) =>
    file.keys.type === type && isIntermediary(file) ? branching(file) : undefined;

const LINES: readonly Line[] = [
  { ends: "-1", what: "milestone 1", wants: (file) => milestone(file) ?? libraries(file) },
  { ends: "-2", what: "milestone 2", wants: (file) => milestone(file) ?? libraries(file) },
  { ends: "-final-lib", what: "the final release of libraries", wants: lastOf("library") },
  { ends: "-3", what: "milestone 3", wants: milestone },
  { ends: "-final-clientlib", what: "the final release of client libraries", wants: lastOf("client-library") },
  {
    ends: "-rc1",
    what: "the first candidates",
    wants: (file) => {
      if (file.keys.type === "trailing" || LIBRARIES.includes(file.keys.type)) return undefined;
      if (isIntermediary(file)) return branching(file);
      return isWithCandidates(file) && !has(file, "rc") ? { ...MILESTONE, type: "rc" } : undefined;
    },
  },
  {
    ends: "-finalrc",
    what: "the last candidates",
    wants: (file) =>
      file.keys.type !== "trailing" && isWithCandidates(file) && !has(file, "final")
        ? { type: "rc", stableBranch: false, onlyWhenNew: has(file, "rc") }
        : undefined,
  },
  {
    ends: "-final",
    what: "the release",
    wants: (file) => (file.keys.type === "trailing" ? undefined : finalOf(file)),
  },
  {
    ends: "-cycle-trail",
    what: "the trailing releases of the series before",
    trailing: true,
    wants: (file) => {
      if (file.keys.type !== "trailing") return undefined;
      return isIntermediary(file) ? branching(file) : finalOf(file);
    },
  },
];

/** Only a candidate leads to a final. */
function finalOf(file: Deliverable): Omit<Due, "event"> | undefined {
  const last = file.releases.findLast(({ parsed }) => parsed?.kind === "numbered")?.parsed;
  const candidate = last?.kind === "numbered" && last.pre?.kind === "rc";
  return isWithCandidates(file) && candidate ? { type: "final", stableBranch: false, onlyWhenNew: false } : undefined;
}

/** The last release of the cycle begins its branch, where the deliverable has branches and has none yet. */
function branching(file: Deliverable): Omit<Due, "event"> {
  const none =
    file.keys.type === "tempest-plugin" ||
    ["none", "upstream", "tagless"].includes(file.keys["stable-branch-type"] ?? "");
  return none || file.branches.some(({ name }) => name.startsWith("stable/")) ? BY_NOTES : LAST_BY_NOTES;
}

function isIntermediary({ keys }: Deliverable): boolean {
  return keys["release-model"] === "cycle-with-intermediary" || keys["release-model"] === "cycle-automatic";
}

function isWithCandidates({ keys }: Deliverable): boolean {
  return ["cycle-with-rc", "cycle-with-milestones", "cycle-trailing"].includes(keys["release-model"] ?? "");
}

function has({ releases }: Deliverable, kind: "rc" | "final"): boolean {
  return releases.some(
    ({ parsed }) =>
      parsed?.kind === "numbered" && (kind === "rc" ? parsed.pre?.kind === "rc" : parsed.pre === undefined),
  );
}

export interface DueWeek {
  readonly week: Week;
  /** In the order of the table; empty in a week without a deadline for releases. */
  readonly events: readonly DueEvent[];
}

/** The week that has the day; `undefined`: the schedule has none. */
export function dueWeek(schedule: Schedule, day: Day): DueWeek | undefined {
  const monday = mondayOf(day);
  const week = schedule.weeks.find((one) => one.name !== undefined && mondayOf(one.start) === monday);
  if (week === undefined) return undefined;
  const listed = [...week.xProject, ...week.projectSpecific];
  const dated = schedule.events.filter((event) => mondayOf(event.day) === monday);
  const ids = new Set([...listed, ...dated.map(({ id }) => id)]);
  const prefix = prefixOf(schedule);
  const events = LINES.flatMap(({ ends, what, trailing = false }): readonly DueEvent[] => {
    const id = `${prefix}${ends}`;
    if (!ids.has(id)) return [];
    const event = schedule.events.find((one) => one.id === id);
    // Deadlines without a date are the Thursday of their week.
    const deadline = event === undefined ? startOfDay(dayAfter(monday, 4), "UTC").first : instantOf(event);
    return [{ id, what, deadline, trailing }];
  });
  return { week, events };
}

/** The first letters of a cycle's ids: those of its release, `h` of `h-final`. The first week has the release before. */
function prefixOf({ weeks, events }: Schedule): string {
  const ids = [...weeks.flatMap(({ xProject }) => xProject), ...events.map(({ id }) => id)];
  return ids.findLast((id) => id.endsWith("-final"))?.slice(0, -"-final".length) ?? "";
}

/** The first line of the table that wants something of this file; `trailing`: the file is of the series before. */
export function dueOf(
  file: Deliverable,
  events: readonly DueEvent[],
  { trailing }: { readonly trailing: boolean },
): Due | undefined {
  if (file.releases.some(({ parsed }) => parsed?.kind === "series-tag")) return undefined;
  for (const event of events) {
    if (event.trailing !== trailing) continue;
    const wanted = LINES.find(({ what }) => what === event.what)?.wants(file);
    if (wanted !== undefined) return { event, ...wanted };
  }
  return undefined;
}

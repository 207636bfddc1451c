/**
 * A new schedule from two Mondays: weeks and milestones as openstack/releases keeps them, and an event with an exact date for each.
 * Offsets are weeks before the release, as they were in all but one of its 21 schedules from ocata to indri; four of them moved over
 * the years and may be chosen.
 */
import { dayAfter, daysBetween, weekdayOf, type Day } from "../../time.ts";
import { fail, ok, type Result } from "../../result.ts";
import { weekName } from "./check-schedule.ts";
import type { EventKind, FreezeName } from "./schedule-shapes.ts";

export interface CyclePlan {
  /** `hibiscus`: its first letter is the prefix of the ids. */
  readonly name: string;
  /** `2026.2`, for the text of events. */
  readonly id: string;
  /** The Monday of the release week of the cycle before. */
  readonly previous: Day;
  /** The Monday of the release week. */
  readonly release: Day;
  /** The name of the series before, for the first week. */
  readonly before?: string;
  readonly offsets: Offsets;
  /** Of deadlines. */
  readonly zone: string;
}

/** Weeks before the release of what varies from cycle to cycle. */
export interface Offsets {
  readonly m1: number;
  /** Also the membership freeze. */
  readonly m2: number;
  /** The deadline of what trails the cycle before. */
  readonly trailing: number;
  readonly highlights: number;
}

export const DEFAULT_OFFSETS: Offsets = { m1: 20, m2: 13, trailing: 17, highlights: 4 };

/** `what`: the option it is about. */
export interface PlanProblem {
  readonly message: string;
  readonly hint: string;
}

interface Milestone {
  readonly id: string;
  /** Weeks before the release. */
  readonly at: number;
  readonly kind: EventKind;
  readonly text: string;
  readonly begins?: readonly FreezeName[];
  readonly ends?: readonly FreezeName[];
  /** Days after the Monday; else Thursday. */
  readonly weekday?: number;
}

const THURSDAY = 3;
const WEDNESDAY = 2;

/** The text of schedule.yaml; with `sidecar` events stand in a text of their own, for readers that know no such key. */
export function makeSchedule(
  plan: CyclePlan,
  { sidecar }: { readonly sidecar: boolean },
): Result<{ readonly schedule: string; readonly events?: string }, PlanProblem> {
  const refused = planProblem(plan);
  if (refused !== undefined) return fail(refused);
  const weeks = daysBetween(plan.previous, plan.release) / 7;
  const milestones = milestonesOf(plan);
  const lines = ["---", `start-week: '${dayAfter(plan.previous, 7)}'`, `release-week: '${plan.release}'`, "cycle:"];
  for (let before = weeks; before >= 0; before -= 1) {
    const start = dayAfter(plan.release, -7 * before);
    lines.push(`  - start: '${start}'`, `    end: '${dayAfter(start, 4)}'`);
    if (before < weeks) lines.push(`    name: ${weekName(before)}`);
    const ids =
      before === weeks
        ? plan.before === undefined
          ? []
          : [`${plan.before.slice(0, 1)}-final`]
        : milestones.filter(({ at }) => at === before).map(({ id }) => id);
    if (ids.length > 0) lines.push("    x-project:", ...ids.map((id) => `      - ${id}`));
  }
  const events = eventLines(plan, milestones);
  if (sidecar) return ok({ schedule: `${lines.join("\n")}\n`, events: `---\n${events.join("\n")}\n` });
  return ok({ schedule: `${[...lines, ...events].join("\n")}\n` });
}

function planProblem({ previous, release, offsets }: CyclePlan): PlanProblem | undefined {
  for (const [option, day] of [
    ["--prev", previous],
    ["--release", release],
  ] as const)
    if (weekdayOf(day) !== "Monday")
      return {
        message: `Cannot make a schedule: ${option} ${day} is a ${weekdayOf(day)}`,
        hint: "give the Monday of the release week, not the day of the release",
      };
  const weeks = daysBetween(previous, release) / 7;
  if (weeks < 10 || weeks > 60)
    return {
      message: `Cannot make a schedule: from ${previous} to ${release} are ${weeks} weeks`,
      hint: "a cycle has 10 to 60 weeks; --prev is the release before, --release this one",
    };
  const { m1, m2, trailing, highlights } = offsets;
  const kept = [...Object.entries({ m1, m2, trailing, highlights })].find(([, at]) => at < 1 || at >= weeks);
  if (kept !== undefined)
    return {
      message: `Cannot make a schedule: --${kept[0]} R-${kept[1]} is not within the ${weeks} weeks of the cycle`,
      hint: `name a week between R-${weeks - 1} and R-1`,
    };
  if (m1 <= m2 || m2 <= 5)
    return {
      message: `Cannot make a schedule: milestone 1 is R-${m1}, milestone 2 R-${m2} and milestone 3 R-5`,
      hint: "they come in this order: give --m1 and --m2 larger numbers, or a longer cycle",
    };
  return undefined;
}

function milestonesOf({ name, id, before, offsets }: CyclePlan): readonly Milestone[] {
  const letter = name.slice(0, 1);
  const { m1, m2, trailing, highlights } = offsets;
  const one = (end: string, at: number, more: Omit<Milestone, "id" | "at">): Milestone => ({
    id: `${letter}-${end}`,
    at,
    ...more,
  });
  const all: readonly Milestone[] = [
    one("1", m1, { kind: "milestone", text: `Milestone 1 of ${id}` }),
    ...(before === undefined
      ? []
      : [one("cycle-trail", trailing, { kind: "deadline", text: `Trailing releases of ${before}` })]),
    one("2", m2, { kind: "milestone", text: `Milestone 2 of ${id}` }),
    one("mf", m2, { kind: "freeze", text: "Membership freeze", begins: ["membership"] }),
    one("extra-acs", 7, { kind: "deadline", text: "Extra active contributors are named" }),
    one("final-lib", 6, { kind: "freeze", text: "Final release of libraries", begins: ["library"] }),
    one("3", 5, { kind: "milestone", text: `Milestone 3 of ${id}` }),
    one("ff", 5, { kind: "freeze", text: "Feature freeze", begins: ["feature"] }),
    one("final-clientlib", 5, {
      kind: "freeze",
      text: "Final release of client libraries",
      begins: ["client-library"],
    }),
    one("soft-sf", 5, { kind: "freeze", text: "Soft string freeze", begins: ["soft-string"] }),
    one("rf", 5, { kind: "freeze", text: "Requirements freeze", begins: ["requirements"] }),
    one("cycle-highlights", highlights, { kind: "deadline", text: "Highlights of the cycle" }),
    one("rc1", 3, {
      kind: "milestone",
      text: "Release candidates and stable branches",
      ends: ["feature", "requirements"],
    }),
    one("hard-sf", 3, { kind: "freeze", text: "Hard string freeze", begins: ["hard-string"], ends: ["soft-string"] }),
    one("finalrc", 1, { kind: "freeze", text: "Final release candidates", begins: ["release"] }),
    one("final", 0, {
      ...{ kind: "release", text: `Release of ${id}`, weekday: WEDNESDAY },
      ends: ["membership", "library", "client-library", "hard-string", "release"],
    }),
  ];
  return [...all].sort((a, b) => b.at - a.at);
}

function eventLines({ release, zone }: CyclePlan, milestones: readonly Milestone[]): readonly string[] {
  const list = (names: readonly FreezeName[]) => `[${names.join(", ")}]`;
  return [
    "events:",
    ...milestones.flatMap(({ id, at, kind, text, begins = [], ends = [], weekday = THURSDAY }) => [
      `  - id: ${id}`,
      `    date: '${dayAfter(release, weekday - 7 * at)}'`,
      ...(zone === "UTC" ? [] : [`    timezone: ${zone}`]),
      `    kind: ${kind}`,
      `    text: ${text}`,
      ...(begins.length + ends.length === 0 ? [] : ["    gate:"]),
      ...(begins.length === 0 ? [] : [`      begins: ${list(begins)}`]),
      ...(ends.length === 0 ? [] : [`      ends: ${list(ends)}`]),
    ]),
  ];
}

/**
 * What is due in the life of the series at a day, as a proposal: statuses that change, with dates. A release makes a series
 * maintained for 18 months, to the last Wednesday of that month; then a SLURP release is unmaintained and every other ends. The end of
 * an unmaintained series is proposed at least a month ahead, so that somebody can say no.
 */
import { dayAfter, monthsAfter, weekdayOf, type Day } from "../../time.ts";
import { statusAfter } from "./check-series.ts";
import { isSlurp } from "./names.ts";
import { idOf, type NextPhase, type Series } from "./series.ts";

export const MAINTAINED_MONTHS = 18;
/** Between the proposal to end an unmaintained series and its end. */
export const EOL_GRACE_DAYS = 31;

export interface Advance {
  readonly before: Series;
  readonly after: Series;
  /** Sentences, for the change's message. */
  readonly reasons: readonly string[];
}

/** Newest first. `eol`: unmaintained series, by name or id, whose end is asked for. */
export function advance(all: readonly Series[], today: Day, eol: readonly string[] = []): readonly Advance[] {
  return all.flatMap((series): readonly Advance[] => {
    const asked = eol.includes(series.name) || (series.releaseId !== undefined && eol.includes(series.releaseId));
    const next = asked ? endingOf(series, today) : dueOf(series, today);
    return next === undefined ? [] : [next];
  });
}

/** The status that is due on that day, and the one after it. */
function dueOf(series: Series, today: Day): Advance | undefined {
  const { nextPhase, ...rest } = series;
  const date = nextPhase?.date ?? (series.status === "development" ? series.initialRelease : undefined);
  const status = statusAfter(series);
  if (status === undefined || date === undefined || today < date) return undefined;
  const slurp = series.slurp || (series.releaseId !== undefined && isSlurp(series.releaseId));
  const changed: Series = { ...rest, status, slurp };
  const phase = status === "end of life" ? undefined : phaseAfter(changed);
  return {
    before: series,
    after: {
      ...changed,
      ...(status === "end of life" ? { eolDate: date } : {}),
      ...(phase === undefined ? {} : { nextPhase: phase }),
    },
    reasons: [`${idOf(series)} is ${status} since ${date}`, ...sayPhase(phase)],
  };
}

/** Next to nothing is known of how long an unmaintained series is kept: no date until somebody asks for its end. */
function phaseAfter(series: Series): NextPhase | undefined {
  const status = statusAfter(series);
  const { initialRelease } = series;
  if (status === undefined) return undefined;
  if (series.status === "maintained" && initialRelease !== undefined)
    return { status, date: maintainedUntil(initialRelease) };
  if (series.status === "development" && initialRelease !== undefined) return { status, date: initialRelease };
  return { status };
}

function endingOf(series: Series, today: Day): Advance | undefined {
  if (series.status !== "unmaintained") return undefined;
  const { nextPhase } = series;
  if (nextPhase?.date !== undefined) return dueOf(series, today);
  const date = dayAfter(today, EOL_GRACE_DAYS);
  return {
    before: series,
    after: { ...series, nextPhase: { status: "end of life", date } },
    reasons: [`the end of ${idOf(series)} is proposed for ${date}; until then whoever maintains it may refuse`],
  };
}

/** The last Wednesday of the month that is 18 months after the release. */
export function maintainedUntil(release: Day): Day {
  const within = monthsAfter(release, MAINTAINED_MONTHS);
  const next = monthsAfter(within, 1);
  let day = dayAfter(next, -Number(next.slice(8)));
  while (weekdayOf(day) !== "Wednesday") day = dayAfter(day, -1);
  return day;
}

function sayPhase(phase: NextPhase | undefined): readonly string[] {
  if (phase === undefined) return [];
  return [
    phase.date === undefined
      ? `next: ${phase.status}, on a day not yet known`
      : `next: ${phase.status} on ${phase.date}`,
  ];
}

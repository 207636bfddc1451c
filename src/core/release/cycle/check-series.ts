/** What the statuses of all series must mean together. The order of the file is the order of the series, newest first. */
import { isSlurp } from "./names.ts";
import type { CycleProblem, CycleRule } from "./problem.ts";
import { idOf, SERIES_STATUSES, type Series, type SeriesStatus } from "./series.ts";

/** In the order of the file. */
export function checkSeries(all: readonly Series[]): readonly CycleProblem[] {
  return all.flatMap((series, index) => [
    ...checkOrder(series, all[index + 1]),
    ...checkLife(series, all.slice(0, index)),
    ...checkDates(series),
  ]);
}

/** The status that comes next in its life: a SLURP release goes on unmaintained, every other ends. */
export function statusAfter({ status, slurp }: Pick<Series, "status" | "slurp">): SeriesStatus | undefined {
  switch (status) {
    case "future":
      return "development";
    case "development":
      return "maintained";
    case "maintained":
      return slurp ? "unmaintained" : "end of life";
    case "extended maintenance":
      return "unmaintained";
    case "unmaintained":
      return "end of life";
    case "end of life":
      return undefined;
  }
}

function checkOrder(series: Series, older: Series | undefined): readonly CycleProblem[] {
  if (older === undefined) return [];
  const problems: CycleProblem[] = [];
  if (
    series.initialRelease !== undefined &&
    older.initialRelease !== undefined &&
    series.initialRelease <= older.initialRelease
  )
    problems.push(
      found(series, "series-order", {
        message: `${series.name} (${series.initialRelease}) stands above ${older.name} (${older.initialRelease})`,
        hint: "the file has the newest series first",
      }),
    );
  if (series.releaseId === undefined && older.releaseId !== undefined)
    problems.push(
      found(series, "series-id", {
        message: `${series.name} has no \`release-id\`, and ${older.name} before it has ${older.releaseId}`,
        hint: "add it; `plustwo cycle name` computes it",
      }),
    );
  if (series.releaseId !== undefined && older.releaseId !== undefined && !isAfter(series.releaseId, older.releaseId))
    problems.push(
      found(series, "series-id", {
        message: `${series.releaseId} ${series.name} stands above ${older.releaseId} ${older.name}`,
        hint: "ids count up from release to release, and the file has the newest series first",
      }),
    );
  return problems;
}

function isAfter(id: string, other: string): boolean {
  const [[year = 0, count = 0], [otherYear = 0, otherCount = 0]] = [idParts(id), idParts(other)];
  return year > otherYear || (year === otherYear && count > otherCount);
}

function idParts(id: string): readonly number[] {
  return id.split(".").map(Number);
}

function checkLife(series: Series, newer: readonly Series[]): readonly CycleProblem[] {
  const problems: CycleProblem[] = [];
  const rank = (status: SeriesStatus) => SERIES_STATUSES.indexOf(status);
  const behind = newer.find(
    ({ status }) => rank(status) > rank("development") && rank(series.status) < rank("maintained"),
  );
  if (behind !== undefined)
    problems.push(
      found(series, "series-life", {
        message: `${series.name} is in ${series.status}, and the newer ${behind.name} is already ${behind.status}`,
        hint: "series are released in their order",
      }),
    );
  // A branch of one's own is kept without a gap up to those that are maintained; what is no SLURP release is passed over.
  const gap = newer.find(
    ({ status, slurp, releaseId }) => status === "end of life" && (slurp || releaseId === undefined),
  );
  if (gap !== undefined && rank(series.status) < rank("end of life"))
    problems.push(
      found(series, "series-life", {
        message: `${series.name} is ${series.status}, and the newer ${gap.name} is at its end of life`,
        hint: "nobody can upgrade across the gap: end the older one first",
      }),
    );
  return problems;
}

function checkDates(series: Series): readonly CycleProblem[] {
  const { releaseId, slurp, status, nextPhase, initialRelease, eolDate } = series;
  const problems: CycleProblem[] = [];
  if (releaseId !== undefined && slurp !== isSlurp(releaseId))
    problems.push(
      found(series, "series-slurp", {
        message: slurp ? `${idOf(series)} says \`slurp: yes\`` : `${idOf(series)} does not say \`slurp: yes\``,
        hint: "every first release of a year is a SLURP release, and no other",
      }),
    );
  const after = statusAfter(series);
  if (nextPhase !== undefined && nextPhase.status !== after)
    problems.push(
      found(series, "series-next-phase", {
        message: `the next phase of ${series.name}, which is ${status}, is ${nextPhase.status}`,
        hint: after === undefined ? "its life is over: remove `next-phase`" : `it is ${after}`,
      }),
    );
  if (
    nextPhase?.date !== undefined &&
    initialRelease !== undefined &&
    nextPhase.date < initialRelease &&
    SERIES_STATUSES.indexOf(status) >= 2
  )
    problems.push(
      found(series, "series-next-phase", {
        message: `the next phase of ${series.name} is on ${nextPhase.date}, before its release on ${initialRelease}`,
        hint: "correct one of the two",
      }),
    );
  if (eolDate !== undefined && status !== "end of life")
    problems.push(
      found(series, "series-eol", {
        message: `${series.name} is ${status} and has an \`eol-date\``,
        hint: "a date to come stands under `next-phase`",
      }),
    );
  return problems;
}

function found(series: Series, rule: CycleRule, said: Pick<CycleProblem, "message" | "hint">): CycleProblem {
  return { rule, path: series.path, ...series.place, ...said };
}

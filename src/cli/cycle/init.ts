/** `plustwo cycle init`: writes a schedule, and the series into series_status.yaml where that does not have it. Nothing is overwritten. */
import { join } from "node:path";
import { editSeries } from "../../core/release/cycle/edit-series.ts";
import { makeSchedule, type Offsets } from "../../core/release/cycle/make-schedule.ts";
import { isSlurp, nameProblem } from "../../core/release/cycle/names.ts";
import { findSeries, formatSeries, type Series } from "../../core/release/cycle/series.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { dayAfter, isTimeZone, parseDay, type Day } from "../../core/time.ts";
import { kindOf, makeAll, replaceText } from "../disk.ts";
import { EXIT } from "../exit.ts";
import { type CliProblem, type Say, type Terminal } from "../say.ts";
import { at, optional, parseSeries, SERIES_FILE } from "./files.ts";

export interface InitOptions {
  readonly id: string;
  readonly name: string;
  readonly prev: string;
  readonly release: string;
  /** The folder above those of the series. */
  readonly out: string;
  readonly timezone: string;
  readonly events: "inside" | "beside";
  /** `R-20`, as weeks are called. */
  readonly offsets: Readonly<Record<keyof Offsets, string>>;
}

export async function init(terminal: Terminal, say: Say, options: InitOptions): Promise<Result<number, CliProblem>> {
  const { id, name, out, timezone } = options;
  const read = readOptions(options);
  if (!read.ok) return read;
  const { previous, release, offsets } = read.value;
  const listed = join(out, SERIES_FILE);
  const known = await optional(terminal, listed);
  if (!known.ok) return known;
  const series = known.value === undefined ? ok([]) : parseSeries(known.value);
  if (!series.ok) return series;
  const ours = findSeries(series.value, name);
  const before = series.value.find(
    (one) => one.initialRelease !== undefined && one.initialRelease < release && one !== ours,
  );
  const misnamed = nameProblem(name, ours === undefined ? series.value[0]?.name : undefined);
  if (misnamed !== undefined)
    return fail(unusable(misnamed, "`plustwo cycle name` says the letter; names go through the alphabet"));
  const made = makeSchedule(
    { id, name, previous, release, offsets, zone: timezone, ...(before === undefined ? {} : { before: before.name }) },
    { sidecar: options.events === "beside" },
  );
  if (!made.ok) return fail({ ...made.problem, exit: EXIT.malformed });
  const files = [
    { path: join(out, name, "schedule.yaml"), text: made.value.schedule },
    ...(made.value.events === undefined ? [] : [{ path: join(out, name, "events.yaml"), text: made.value.events }]),
  ];
  for (const { path } of files) {
    const there = await kindOf(at(terminal, path), path);
    if (!there.ok) return there;
    if (there.value !== undefined)
      return fail({
        message: `Cannot make ${path}: it is there already`,
        hint: "remove it first, or edit it and run `plustwo cycle check`",
        exit: EXIT.refused,
      });
  }
  const entry = entryOf({ id, name, release, previous });
  const text = known.value?.text;
  const isNew = text === undefined;
  const edited = isNew || ours !== undefined ? undefined : editSeries(text, series.value, { added: entry });
  // The list first: where the schedule then cannot be written, the next run finds the series and makes the rest.
  const listing = edited === undefined ? ok(undefined) : await replaceText(at(terminal, listed), listed, edited.text);
  if (!listing.ok) return listing;
  if (edited?.anew === true) say.note(`${listed} was laid out otherwise, and is written anew: look for its comments`);
  const added = isNew ? [...files, { path: listed, text: formatSeries([entry]) }] : files;
  const written = await makeAll(added.map((one) => ({ ...one, path: at(terminal, one.path), shown: one.path })));
  if (!written.ok) return isNew || ours !== undefined ? written : fail({ ...written.problem, exit: EXIT.partlyDone });
  const wrote = [...files, ...(ours === undefined ? [{ path: listed }] : [])];
  for (const { path } of wrote) say.result(`Wrote ${path}`);
  say.note("Next: look at the dates, then `plustwo cycle check`, and send it as a change");
  return ok(EXIT.ok);
}

function readOptions({
  id,
  prev,
  release,
  timezone,
  offsets,
}: InitOptions): Result<{ readonly previous: Day; readonly release: Day; readonly offsets: Offsets }, CliProblem> {
  if (!/^\d{4}\.[1-9]\d?$/.test(id))
    return fail(unusable(`\`${id}\` is no id of a series`, "write a year and a count, such as `2027.1`"));
  if (!isTimeZone(timezone))
    return fail(unusable(`\`${timezone}\` is no time zone`, "write `UTC`, or a name such as `Europe/Berlin`"));
  const [from, to] = [parseDay(prev), parseDay(release)];
  if (from === undefined || to === undefined)
    return fail(unusable(`\`${from === undefined ? prev : release}\` is no day`, "write a Monday as `2026-11-30`"));
  if (to.slice(0, 4) !== id.slice(0, 4))
    return fail(unusable(`${id} is released on ${to}, in another year`, "the id begins with the year of the release"));
  const weeks: Record<keyof Offsets, number> = { m1: 0, m2: 0, trailing: 0, highlights: 0 };
  for (const key of ["m1", "m2", "trailing", "highlights"] as const) {
    const count = /^R-(\d{1,2})$/.exec(offsets[key])?.[1];
    if (count === undefined) return fail(unusable(`--${key} \`${offsets[key]}\` is no week`, "write it as `R-20`"));
    weeks[key] = Number(count);
  }
  return ok({ previous: from, release: to, offsets: weeks });
}

/** The Wednesday of the release week; development begins after the release before. */
function entryOf({ id, name, release, previous }: { id: string; name: string; release: Day; previous: Day }): Series {
  return {
    ...{ name, releaseId: id, status: "future", slurp: isSlurp(id), initialRelease: dayAfter(release, 2) },
    nextPhase: { status: "development", date: dayAfter(previous, 3) },
    ...{ path: SERIES_FILE, place: { line: 1, column: 1 } },
  };
}

function unusable(message: string, hint: string): CliProblem {
  return { message: `Cannot make a schedule: ${message}`, hint, exit: EXIT.malformed };
}

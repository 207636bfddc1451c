/** `plustwo cycle advance` and `plustwo cycle name`: what is due in the life of the series, and what the next one is called. */
import { systemClock } from "../../clock.ts";
import { advance as due } from "../../core/release/cycle/advance.ts";
import { editSeries } from "../../core/release/cycle/edit-series.ts";
import { idAfter, isSlurp, letterAfter, nameProblem } from "../../core/release/cycle/names.ts";
import { findSeries, formatOne } from "../../core/release/cycle/series.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { dayOf, parseDay } from "../../core/time.ts";
import { replaceText } from "../disk.ts";
import { EXIT } from "../exit.ts";
import { type CliProblem, type Say, type Terminal } from "../say.ts";
import { at, parseSeries, readSeriesFile } from "./files.ts";

export interface AdvanceOptions {
  readonly seriesFile?: string;
  /** A day; else today. */
  readonly on?: string;
  /** Unmaintained series whose end is to be proposed. */
  readonly eol: readonly string[];
  readonly write: boolean;
  readonly json: boolean;
}

export async function advance(
  terminal: Terminal,
  say: Say,
  options: AdvanceOptions,
): Promise<Result<number, CliProblem>> {
  const today = options.on === undefined ? dayOf((terminal.clock ?? systemClock).now()) : parseDay(options.on);
  if (today === undefined)
    return fail({
      message: `Cannot read --on "${options.on ?? ""}": it is no day`,
      hint: "write `2027-02-25`",
      exit: EXIT.malformed,
    });
  const file = await readSeriesFile(terminal, options.seriesFile);
  if (!file.ok) return file;
  const all = parseSeries(file.value);
  if (!all.ok) return all;
  for (const name of options.eol) {
    const found = findSeries(all.value, name);
    if (found?.status !== "unmaintained")
      return fail({
        message: `Cannot propose the end of ${name}: ${found === undefined ? "no series is called so" : `it is ${found.status}`}`,
        hint: `unmaintained are: ${
          all.value
            .filter(({ status }) => status === "unmaintained")
            .map((one) => one.name)
            .join(", ") || "none"
        }`,
        exit: EXIT.refused,
      });
  }
  const changes = due(all.value, today, options.eol);
  if (options.json)
    say.json({
      version: 1,
      on: today,
      changes: changes.map(({ before, after, reasons }) => ({
        ...{ name: after.name, id: after.releaseId ?? null, from: before.status, to: after.status, slurp: after.slurp },
        nextPhase: after.nextPhase ?? null,
        eolDate: after.eolDate ?? null,
        reasons,
      })),
    });
  else if (changes.length === 0) say.result(`Nothing is due on ${today}`);
  else
    for (const { before, after, reasons } of changes) {
      for (const reason of reasons) say.result(reason);
      const [old, now] = [before, after].map((one) => formatOne(one).trimEnd().split("\n"));
      for (const line of old ?? []) if (now?.includes(line) === false) say.result(`  - ${line.slice(2)}`);
      for (const line of now ?? []) if (old?.includes(line) === false) say.result(`  + ${line.slice(2)}`);
    }
  if (options.write && changes.length > 0) {
    const { path } = file.value;
    const edited = editSeries(file.value.text, all.value, { changed: changes.map(({ after }) => after) });
    const written = await replaceText(at(terminal, path), path, edited.text);
    if (!written.ok) return written;
    if (edited.anew) say.note(`${path} was laid out otherwise, and is written anew: look for its comments`);
    say.note(`Wrote ${file.value.path}: send it as a change`);
  }
  return ok(EXIT.ok);
}

export interface NameOptions {
  readonly seriesFile?: string;
  /** A name to judge. */
  readonly name?: string;
  readonly json: boolean;
}

export async function name(terminal: Terminal, say: Say, options: NameOptions): Promise<Result<number, CliProblem>> {
  const file = await readSeriesFile(terminal, options.seriesFile);
  if (!file.ok) return file;
  const all = parseSeries(file.value);
  if (!all.ok) return all;
  const [last] = all.value;
  if (last?.releaseId === undefined)
    return fail({
      message: `Cannot compute a name: ${last === undefined ? `${file.value.path} has no series` : `${last.name} has no \`release-id\``}`,
      hint: "write the first entry with a `release-id`, such as 2027.1",
      exit: EXIT.malformed,
    });
  const [letter, id] = [letterAfter(last.name), idAfter(last.releaseId)];
  const taken = options.name === undefined ? undefined : findSeries(all.value, options.name);
  const wrong =
    options.name === undefined
      ? undefined
      : taken !== undefined
        ? `\`${options.name}\` is taken by ${taken.path}:${taken.place.line}`
        : nameProblem(options.name, last.name);
  if (options.json) say.json({ version: 1, id, letter, slurp: isSlurp(id), after: last.name, problem: wrong ?? null });
  else if (wrong === undefined)
    say.result(
      `${id}, a name with ${letter}${isSlurp(id) ? ", a SLURP release" : ""}; after ${last.releaseId} ${last.name}`,
    );
  else
    return fail({
      message: `Cannot call ${id} so: ${wrong}`,
      hint: `a word with ${letter} that no series has`,
      exit: EXIT.refused,
    });
  return ok(wrong === undefined ? EXIT.ok : EXIT.refused);
}

/** `plustwo cycle ics`: a schedule as a calendar. Whoever subscribes sees a change because SEQUENCE counts the file's commits. */
import { realpath } from "node:fs/promises";
import { basename, dirname, relative } from "node:path";
import { systemClock } from "../../clock.ts";
import { toCalendar } from "../../core/release/cycle/ics.ts";
import { ok, type Result } from "../../core/result.ts";
import type { Instant } from "../../core/time.ts";
import { openRepository } from "../../git/repository.ts";
import { writeText } from "../disk.ts";
import { EXIT } from "../exit.ts";
import { type CliProblem, type Say, type Terminal } from "../say.ts";
import { currentSchedule } from "./current.ts";
import { at } from "./files.ts";

export interface IcsOptions {
  readonly file?: string;
  readonly only?: "weeks" | "deadlines";
  /** The right side of UIDs; it may not change once a calendar is published. */
  readonly domain: string;
  /** Else standard output. */
  readonly out?: string;
}

export async function ics(
  terminal: Terminal,
  say: Say,
  { file, only, domain, out }: IcsOptions,
): Promise<Result<number, CliProblem>> {
  const now = (terminal.clock ?? systemClock).now();
  const current = await currentSchedule({ terminal, say }, file, now);
  if (!current.ok) return current;
  const { path, series, schedule } = current.value;
  const changes = await changesOf(terminal, path);
  const text = toCalendar(schedule, {
    ...{ series, domain, sequence: Math.max(0, changes.count - 1), changed: changes.last ?? now },
    ...(only === undefined ? {} : { only }),
  });
  if (out === undefined) terminal.stdout.write(text);
  else {
    const written = await writeText(at(terminal, out), out, text);
    if (!written.ok) return written;
    say.note(`Wrote ${out}: the calendar of ${series}, change ${changes.count}`);
  }
  return ok(EXIT.ok);
}

/** Commits of the schedule and of the events beside it; none outside of a repository, and before the first commit. */
async function changesOf(
  terminal: Terminal,
  path: string,
): Promise<{ readonly count: number; readonly last?: Instant }> {
  const folder = dirname(at(terminal, path));
  const place = await openRepository(folder, { env: terminal.env }).discover();
  if (!place.ok || place.value.topLevel === undefined) return { count: 0 };
  // git reads paths from where it stands.
  const repository = openRepository(place.value.topLevel, { env: terminal.env });
  const head = await repository.resolve("HEAD");
  if (!head.ok || head.value === undefined) return { count: 0 };
  const inside = relative(place.value.topLevel, await realpath(folder)).replaceAll("\\", "/");
  const paths = [basename(path), "events.yaml"].map((name) => (inside === "" ? name : `${inside}/${name}`));
  const versions = await repository.fileVersions(head.value, paths);
  const commits = versions.ok ? [...new Set(versions.value.map(({ commit }) => commit))] : [];
  const newest = commits.at(-1);
  const last = newest === undefined ? undefined : await repository.commit(newest);
  return { count: commits.length, ...(last?.ok === true ? { last: last.value.committer.at } : {}) };
}

/** `plustwo cycle ics`: a schedule as a calendar. Whoever subscribes sees a change because SEQUENCE counts the file's commits. */
import { realpath } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { systemClock } from "../../clock.ts";
import { toCalendar } from "../../core/release/cycle/ics.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Instant } from "../../core/time.ts";
import { openRepository } from "../../git/repository.ts";
import { kindOf, writeText } from "../disk.ts";
import { EXIT } from "../exit.ts";
import { ofGit } from "../problems.ts";
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

const DOMAIN =
  /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:[.][A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

export async function ics(
  terminal: Terminal,
  say: Say,
  { file, only, domain, out }: IcsOptions,
): Promise<Result<number, CliProblem>> {
  const now = (terminal.clock ?? systemClock).now();
  const current = await currentSchedule({ terminal, say }, file, now);
  if (!current.ok) return current;
  const { path, series, schedule } = current.value;
  if (!DOMAIN.test(domain))
    return fail({
      message: `Cannot use --domain ${JSON.stringify(domain)}: it is no name of a domain`,
      hint: "write for example --domain releases.example.org",
      exit: EXIT.malformed,
    });
  const changes = await changesOf(terminal, path);
  if (!changes.ok) return changes;
  const { count, last } = changes.value;
  const text = toCalendar(schedule, {
    ...{ series, domain, sequence: Math.max(0, count - 1), changed: last ?? now },
    ...(only === undefined ? {} : { only }),
  });
  if (out === undefined) terminal.stdout.write(text);
  else {
    const written = await writeText(at(terminal, out), out, text);
    if (!written.ok) return written;
    say.note(`Wrote ${out}: the calendar of ${series}, change ${count}`);
  }
  return ok(EXIT.ok);
}

/**
 * Commits of the schedule and of the events beside it; none outside of a repository, and before the first commit. Where they cannot be
 * counted there is no calendar: with a lower number than the last one subscribers would not take it.
 */
async function changesOf(
  terminal: Terminal,
  path: string,
): Promise<Result<{ readonly count: number; readonly last?: Instant }, CliProblem>> {
  const folder = dirname(at(terminal, path));
  const place = await openRepository(folder, { env: terminal.env }).discover();
  if (!place.ok || place.value.topLevel === undefined) return ok({ count: 0 });
  const { topLevel, commonDir } = place.value;
  const shallow = await kindOf(join(commonDir, "shallow"));
  if (!shallow.ok) return shallow;
  if (shallow.value !== undefined)
    return fail({
      message: `Cannot count the changes of ${path}: this clone is shallow, and a lower SEQUENCE is not taken by who subscribes`,
      hint: "run `git fetch --unshallow`; in a workflow set `fetch-depth: 0` for actions/checkout",
      exit: EXIT.refused,
    });
  // git reads paths from where it stands.
  const repository = openRepository(topLevel, { env: terminal.env });
  const head = await repository.resolve("HEAD");
  if (!head.ok) return fail(ofGit(head.problem));
  if (head.value === undefined) return ok({ count: 0 });
  const inside = relative(topLevel, await realpath(folder)).replaceAll("\\", "/");
  const paths = [basename(path), "events.yaml"].map((name) => (inside === "" ? name : `${inside}/${name}`));
  const versions = await repository.fileVersions(head.value, paths);
  if (!versions.ok) return fail(ofGit(versions.problem));
  const commits = [...new Set(versions.value.map(({ commit }) => commit))];
  const newest = commits.at(-1);
  if (newest === undefined) return ok({ count: 0 });
  const last = await repository.commit(newest);
  return last.ok ? ok({ count: commits.length, last: last.value.committer.at }) : fail(ofGit(last.problem));
}

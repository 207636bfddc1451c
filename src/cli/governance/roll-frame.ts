/** Which time counts for a roll, and who is added to it by name: from what the command line says. */
import { cyclesBefore } from "../../core/release/governance/timeframe.ts";
import { LOGIN } from "../../core/login.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { parseDay, type Day } from "../../core/time.ts";
import { parseSeries, readSeriesFile } from "../cycle/files.ts";
import { EXIT } from "../exit.ts";
import type { CliProblem, Terminal } from "../say.ts";

export interface AskedFrame {
  /** A day; else so many cycles. */
  readonly from?: string;
  readonly cycles?: string;
  /** Of the cycles; else that of the project around the current folder. */
  readonly seriesFile?: string;
  readonly to: string;
}

export interface Frame {
  readonly from: Day;
  readonly to: Day;
  /** The cycles it is made of, newest first; empty: it was given by days. */
  readonly cycles: readonly string[];
}

export async function frameOf(
  terminal: Terminal,
  { from, to, cycles, seriesFile }: AskedFrame,
): Promise<Result<Frame, CliProblem>> {
  const wrong = (message: string, hint: string) =>
    fail({ message: `Cannot make a roll: ${message}`, hint, exit: EXIT.malformed });
  const last = parseDay(to);
  if (last === undefined) return wrong(`--to ${to} is no day`, "write for example --to 2027-04-01");
  if ((from === undefined) === (cycles === undefined))
    return wrong(
      from === undefined ? "it is not said since when merges count" : "--from and --cycles both say since when",
      "write for example --from 2026-04-01, or --cycles 2",
    );
  if (cycles === undefined) {
    const first = parseDay(from ?? "");
    if (first !== undefined && first < last) return ok({ from: first, to: last, cycles: [] });
    return wrong(
      `${from ?? ""} to ${to} are no two days, one after the other`,
      "write for example --from 2026-04-01 --to 2027-04-01",
    );
  }
  if (!/^[1-9]$/.test(cycles))
    return wrong(`--cycles ${cycles} is no number from 1 to 9`, "write for example --cycles 2");
  const file = await readSeriesFile(terminal, seriesFile);
  if (!file.ok) return file;
  const series = parseSeries(file.value);
  if (!series.ok) return series;
  const found = cyclesBefore(series.value, Number(cycles), last);
  if (found.ok) return ok({ from: found.value.from, to: last, cycles: found.value.names });
  return wrong(
    `${file.value.path}: ${found.problem}`,
    "add the days on which they were released, or write --from in place of --cycles",
  );
}

/** `over`: those whose day has passed. */
export function extraOf(
  given: readonly string[],
  to: Day,
): Result<{ readonly logins: readonly string[]; readonly over: readonly string[] }, CliProblem> {
  const [logins, over]: [string[], string[]] = [[], []];
  for (const one of given) {
    const [login = "", until, ...more] = one.split("=");
    const day = until === undefined ? undefined : parseDay(until);
    if (!LOGIN.test(login) || more.length > 0 || (until !== undefined && day === undefined))
      return fail({
        message: `Cannot use --extra ${JSON.stringify(one)}: it is no login, and no login with a day`,
        hint: "write for example --extra dora, or --extra dora=2027-06-30 until that day",
        exit: EXIT.malformed,
      });
    if (day !== undefined && day < to) over.push(`${login} (until ${day})`);
    else logins.push(login);
  }
  return ok({ logins, over });
}

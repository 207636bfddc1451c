/** The time that counts for an electorate, from the series of a project: so many cycles, up to a day. */
import { fail, ok, type Result } from "../../result.ts";
import type { Day } from "../../time.ts";
import type { Series } from "../cycle/series.ts";

/**
 * The cycle that runs on the day before `to`, and those before it: `cycles` in all. Each begins on the day on which the series before was
 * released. `all` newest first. Fails where so many releases do not lie before that day.
 */
export function cyclesBefore(
  all: readonly Series[],
  cycles: number,
  to: Day,
): Result<{ readonly from: Day; readonly names: readonly string[] }, string> {
  const released = all.filter(({ initialRelease }) => initialRelease !== undefined && initialRelease < to);
  const first = released[cycles - 1];
  if (first?.initialRelease === undefined)
    return fail(`${released.length} series were released before ${to}, and ${cycles} cycles need ${cycles}`);
  const running = all[all.indexOf(released[0] ?? first) - 1];
  const names = [
    ...(running === undefined ? ["the running one"] : [running.name]),
    ...released.map(({ name }) => name),
  ];
  return ok({ from: first.initialRelease, names: names.slice(0, cycles) });
}

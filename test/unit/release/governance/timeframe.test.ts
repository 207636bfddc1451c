import { expect, it } from "vitest";
import { readSeries } from "../../../../src/core/release/cycle/series.ts";
import { cyclesBefore } from "../../../../src/core/release/governance/timeframe.ts";
import { parseDay } from "../../../../src/core/time.ts";

const LIST = `- { name: indri, release-id: 2027.1, status: future, slurp: yes, initial-release: 2027-03-24 }
- { name: hibiscus, release-id: 2026.2, status: development, initial-release: 2026-09-30 }
- { name: gazpacho, release-id: 2026.1, status: maintained, slurp: yes, initial-release: 2026-04-01 }
- { name: flamingo, release-id: 2025.2, status: maintained, initial-release: 2025-10-01 }
`;

it.each([
  ["while a cycle runs that one counts, and those before it", 2, "2026-08-20", "2025-10-01: hibiscus, gazpacho"],
  ["one cycle is the running one", 1, "2026-08-20", "2026-04-01: hibiscus"],
  ["on the day of a release its cycle still runs", 2, "2026-09-30", "2025-10-01: hibiscus, gazpacho"],
  ["on the day after the next one does", 2, "2026-10-01", "2026-04-01: indri, hibiscus"],
  ["after the last that is listed something runs too", 1, "2027-04-01", "2027-03-24: the running one"],
  [
    "more than were released are refused",
    3,
    "2026-08-20",
    "2 series were released before 2026-08-20, and 3 cycles need 3",
  ],
])("%s", (_, cycles, day, expected) => {
  const series = readSeries("s.yaml", LIST);
  const to = parseDay(day);
  if (!series.ok || to === undefined) return expect.fail("unread");
  const found = cyclesBefore(series.value, cycles, to);
  expect(found.ok ? `${found.value.from}: ${found.value.names.join(", ")}` : found.problem).toBe(expected);
});

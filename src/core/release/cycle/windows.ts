/**
 * From the events of a cycle to the freezes they make: each from the event that begins it to the one that ends it, or to the end of
 * the cycle where none does. Nothing is guessed: an end without a beginning is no freeze, and `cycle check` says so.
 */
import type { Instant } from "../../time.ts";
import { spanOf, type CycleEvent, type FreezeName } from "./schedule-shapes.ts";

/** `from` inclusive, `to` exclusive. */
export interface FreezeWindow {
  readonly freeze: FreezeName;
  readonly from: Instant;
  readonly to: Instant;
  readonly begunBy: CycleEvent;
  /** Absent: it stands to the end of the cycle. */
  readonly endedBy?: CycleEvent;
}

/**
 * The first to begin first. `cycleEnd`: where a freeze stops that no event ends. A freeze begun twice without an end between is one,
 * from the earlier beginning.
 */
export function freezeWindows(events: readonly CycleEvent[], cycleEnd: Instant): readonly FreezeWindow[] {
  const names = new Set(events.flatMap(({ gate }) => gate.begins));
  const windows = [...names].flatMap((freeze): readonly FreezeWindow[] => windowsOf(freeze, events, cycleEnd));
  return windows.sort((a, b) => a.from - b.from || a.to - b.to || (a.freeze < b.freeze ? -1 : 1));
}

function windowsOf(freeze: FreezeName, events: readonly CycleEvent[], cycleEnd: Instant): readonly FreezeWindow[] {
  const begins = events.filter(({ gate }) => gate.begins.includes(freeze)).sort(bySpan);
  const ends = events.filter(({ gate }) => gate.ends.includes(freeze)).sort(bySpan);
  const windows: FreezeWindow[] = [];
  for (const begunBy of begins) {
    const { from, to } = spanOf(begunBy);
    const before = windows.at(-1);
    if (before !== undefined && from < before.to && begunBy.until === undefined) continue;
    if (begunBy.until !== undefined) {
      windows.push({ freeze, from, to, begunBy, endedBy: begunBy });
      continue;
    }
    const endedBy = ends.find((end) => spanOf(end).to > from);
    windows.push({
      freeze,
      from,
      ...(endedBy === undefined ? { to: cycleEnd } : { to: spanOf(endedBy).to, endedBy }),
      begunBy,
    });
  }
  return windows.filter((window) => window.from < window.to);
}

function bySpan(a: CycleEvent, b: CycleEvent): number {
  return spanOf(a).from - spanOf(b).from;
}

// How the demo waits: it cannot ask the service whether it is done, so it looks until the world is as told, or gives up.
import { setTimeout as pause } from "node:timers/promises";
import { Deviation } from "./deviation.ts";

/** How long the world may take to say what the story expects. */
const PATIENCE_MS = 30_000;

/** Looks again and again until it is so, or patience ends. */
export async function until<T>(
  what: string,
  look: () => Promise<{ readonly done?: T; readonly found: string }>,
  { patienceMs = PATIENCE_MS, everyMs = 100 } = {},
): Promise<T> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const { done, found } = await look();
    if (done !== undefined) return done;
    if (performance.now() > end) throw new Deviation(what, found);
    await pause(everyMs);
  }
}

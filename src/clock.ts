import { instant, type Instant } from "./core/time.ts";

/** Time and waiting, passed in from outside. The only `Date.now()` of the product. */
export interface Clock {
  now(): Instant;
  /** Runs `run` once at `at` or soon after; the answer cancels it. */
  wake(at: Instant, run: () => void): () => void;
}

const LONGEST_TIMER_MS = 2_147_483_647;

export const systemClock: Clock = {
  now: () => instant(Date.now()),
  wake(at, run) {
    const wait = Math.min(Math.max(0, at - Date.now()), LONGEST_TIMER_MS);
    const timer = setTimeout(run, wait);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

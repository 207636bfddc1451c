// A clock that a test sets forward, for what happens by the clock alone. The forge keeps its own time; nobody sleeps.
import { type Clock, systemClock } from "../../src/clock.ts";
import { after } from "../../src/core/time.ts";

export interface MovableClock extends Clock {
  /** That much time passes for the service, at once; what is due then is run. */
  passes(milliseconds: number): void;
}

export function movableClock(): MovableClock {
  let ahead = 0;
  const waiting = new Set<() => void>();
  return {
    now: () => after(systemClock.now(), ahead),
    wake(at, run) {
      let stop = (): void => undefined;
      const end = (): void => {
        stop();
        waiting.delete(again);
      };
      const again = (): void => {
        stop();
        stop = systemClock.wake(after(at, -ahead), () => {
          end();
          run();
        });
      };
      waiting.add(again);
      again();
      return end;
    },
    passes(milliseconds) {
      ahead += milliseconds;
      for (const again of [...waiting]) again();
    },
  };
}

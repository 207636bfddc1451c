// A promise that somebody else resolves, a counter that knows when everything has come to rest, and places in a waiting room.

export interface Latch {
  readonly opened: Promise<void>;
  open(): void;
}

export function latch(): Latch {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

export interface Activity {
  begin(): void;
  end(): void;
  /** Resolves when the count is zero, and still zero after everything already decided has been carried on. */
  quiet(): Promise<void>;
}

export function activityCount(): Activity {
  let count = 0;
  let idle = latch();
  idle.open();
  return {
    begin() {
      if (count++ === 0) idle = latch();
    },
    end() {
      if (--count === 0) idle.open();
    },
    async quiet() {
      do {
        await idle.opened;
        await new Promise((next) => setImmediate(next));
      } while (count > 0);
    },
  };
}

export interface Slots {
  /** Resolves when a place is free, first come first served, with the way to give it back. */
  take(): Promise<() => void>;
}

export function slots(places: number): Slots {
  let free = places;
  const waiting: (() => void)[] = [];
  const give = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async take() {
      if (free > 0) free -= 1;
      else await new Promise<void>((next) => waiting.push(next));
      return give;
    },
  };
}

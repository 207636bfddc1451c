/**
 * When repositories are looked at: woken by webhooks, by instants a decision named, by a sweep, and again after a
 * failure. One look per repository at a time, here (`running`) and among processes (a lease). A wake is a row, so a
 * crash loses none. Known race: a wake that comes during a look is kept by `wake_seq`, and the next look follows.
 */
import type { Logger } from "pino";
import type { Clock } from "../src/clock.ts";
import { after, type Instant } from "../src/core/time.ts";
import type { Store } from "./store/database.ts";
import { drainDeliveries, forgetDeliveries, openDeliveries } from "./store/deliveries.ts";
import { forgetEffects } from "./store/effects.ts";
import { giveLease, renewLease, takeLease } from "./store/leases.ts";
import { endTick, wake, watched, type Watched } from "./store/repositories.ts";

/** How a look ended. A problem keeps the gate closed and is tried again; it never stops the others. */
export type LookEnd =
  | { readonly kind: "done"; readonly wakeAt?: Instant }
  | { readonly kind: "problem"; readonly sentence: string; readonly retryAt?: Instant }
  /** Not ours any more: the row is gone. */
  | { readonly kind: "gone" };

export interface Look {
  readonly repository: Watched;
  readonly fence: number;
  /** Aborted when the lease is lost or the service stops: no further effect may begin. */
  readonly signal: AbortSignal;
  /** Whether the repository is still ours; asked before every effect. No: `signal` is aborted too. */
  readonly held: () => Promise<boolean>;
}

export interface LoopOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  /** Names this process in leases. */
  readonly holder: string;
  readonly look: (look: Look) => Promise<LookEnd>;
  /** `owner/name` of everything that could be looked at; a problem's sentence instead. */
  readonly everything: () => Promise<readonly string[] | string>;
  readonly sweepMs: number;
  /** Wait after the first failure; doubles up to ten minutes. */
  readonly retryMs: number;
}

export interface Loop {
  /** Something was stored: have a look. */
  kick(): void;
  sweep(): Promise<void>;
  /** Inbox empty, no look running, no wake due. Waits for retries of a failing repository, up to five. */
  settled(): Promise<void>;
  /** Lets running looks end their present effect, then no more. */
  stop(): Promise<void>;
}

const LEASE_MS = 60_000;
const LOOKS_AT_ONCE = 4;
const LONGEST_RETRY_MS = 600_000;
const RETRIES_TO_WAIT_FOR = 5;

export function startLoop(options: LoopOptions): Loop {
  const { store, clock, log } = options;
  const running = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  let pumping: Promise<void> | undefined;
  let again = false;
  let cancelTimer = (): void => undefined;
  let sweepAt = after(clock.now(), options.sweepMs);

  function kick(): void {
    if (stopping.signal.aborted) return;
    if (pumping !== undefined) {
      again = true;
      return;
    }
    pumping = pump()
      .catch((error: unknown) => {
        log.error({ problem: sentenceOf(error) }, "the inbox could not be read; trying again");
        setTimer(after(clock.now(), options.retryMs));
      })
      .finally(() => {
        pumping = undefined;
        if (again) {
          again = false;
          kick();
        }
      });
  }

  async function pump(): Promise<void> {
    while ((await drainDeliveries(store, clock.now())) > 0);
    const rows = await watched(store);
    const now = clock.now();
    for (const row of rows) {
      if (row.wakeAt === undefined || row.wakeAt > now || running.has(row.fullName)) continue;
      if (running.size >= LOOKS_AT_ONCE) break;
      const run = runOne(row)
        .catch(async (error: unknown) => {
          log.error({ repository: row.fullName, problem: sentenceOf(error) }, "the database failed; trying again");
          await pause(clock, options.retryMs, stopping.signal);
        })
        .finally(() => {
          running.delete(row.fullName);
          kick();
        });
      running.set(row.fullName, run);
    }
    const next = rows.flatMap(({ wakeAt }) => (wakeAt === undefined || wakeAt <= now ? [] : [wakeAt]));
    setTimer(next.reduce((least, at) => (at < least ? at : least), sweepAt));
  }

  function setTimer(at: Instant): void {
    cancelTimer();
    if (stopping.signal.aborted) return;
    cancelTimer = clock.wake(at, () => {
      if (clock.now() >= sweepAt) void sweep();
      kick();
    });
  }

  async function runOne(row: Watched): Promise<void> {
    const lease = await takeLease(store, { name: row.fullName, holder: options.holder, ms: LEASE_MS }, clock.now());
    if (lease === undefined) {
      // Another process is at it; it clears the wake, or we see it due again.
      await pause(clock, 1_000, stopping.signal);
      return;
    }
    const lost = new AbortController();
    let cancelRenewal = (): void => undefined;
    const renew = (): void => {
      cancelRenewal = clock.wake(after(clock.now(), LEASE_MS / 3), () => {
        renewLease(store, lease, after(clock.now(), LEASE_MS)).then(
          (held) => (held ? renew() : lost.abort()),
          () => lost.abort(),
        );
      });
    };
    renew();
    try {
      const signal = AbortSignal.any([lost.signal, stopping.signal]);
      const held = async (): Promise<boolean> => {
        // Whatever our clock says: it may have stood still. The row alone tells who holds it.
        if (!(await renewLease(store, lease, after(clock.now(), LEASE_MS)))) lost.abort();
        return !lost.signal.aborted;
      };
      const end = await options.look({ repository: row, fence: lease.fence, signal, held }).catch(problemOf);
      // The successor's wake and failures are not ours to write.
      if (!lost.signal.aborted && (await held())) await finish(row, end);
    } finally {
      cancelRenewal();
      await giveLease(store, lease, clock.now());
    }
  }

  async function finish(row: Watched, end: LookEnd): Promise<void> {
    if (end.kind === "gone") return;
    if (end.kind === "done") {
      await endTick(store, {
        fullName: row.fullName,
        seen: row.wakeSeq,
        wakeAt: end.wakeAt,
        failures: 0,
        problem: undefined,
      });
      return;
    }
    const failures = row.failures + 1;
    const wait = Math.min(options.retryMs * 2 ** Math.min(row.failures, 20), LONGEST_RETRY_MS);
    const wakeAt = end.retryAt ?? after(clock.now(), wait);
    log.error({ repository: row.fullName, failures, problem: end.sentence }, "the gate is closed until this is read");
    await endTick(store, { fullName: row.fullName, seen: row.wakeSeq, wakeAt, failures, problem: end.sentence });
  }

  async function sweep(): Promise<void> {
    sweepAt = after(clock.now(), options.sweepMs);
    try {
      const found = await options.everything();
      const known = (await watched(store)).map(({ fullName }) => fullName);
      if (typeof found === "string") log.error({ problem: found }, "the sweep could not list the repositories");
      const names = new Set([...known, ...(typeof found === "string" ? [] : found.map((name) => name))]);
      for (const name of names) await wake(store, name, clock.now());
      await forgetDeliveries(store, clock.now());
      await forgetEffects(store, clock.now());
      if (typeof found === "string") sweepAt = after(clock.now(), Math.min(options.retryMs, options.sweepMs));
    } catch (error) {
      log.error({ problem: sentenceOf(error) }, "the sweep failed; trying again");
      sweepAt = after(clock.now(), Math.min(options.retryMs, options.sweepMs));
    }
    kick();
  }

  async function settled(): Promise<void> {
    for (;;) {
      if (stopping.signal.aborted) return;
      if (pumping !== undefined) await pumping;
      else if (running.size > 0) await Promise.race(running.values());
      else {
        const [open, rows] = [await openDeliveries(store), await watched(store)];
        if (pumping !== undefined || running.size > 0) continue;
        const now = clock.now();
        const due = rows.filter(({ wakeAt }) => wakeAt !== undefined && wakeAt <= now);
        const failing = rows.filter(({ failures }) => failures > 0 && failures <= RETRIES_TO_WAIT_FOR);
        if (open > 0 || due.length > 0) kick();
        else if (failing.length === 0) return;
        else {
          const at = failing.reduce((least, { wakeAt }) => Math.min(least, wakeAt ?? now), Infinity);
          await pause(clock, Math.max(1, at - now), stopping.signal);
        }
      }
    }
  }

  return {
    kick,
    sweep,
    settled,
    async stop() {
      stopping.abort();
      cancelTimer();
      await pumping;
      await Promise.allSettled(running.values());
    },
  };
}

function problemOf(error: unknown): LookEnd {
  return { kind: "problem", sentence: sentenceOf(error) };
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.wake(after(clock.now(), milliseconds), end);
    signal.addEventListener("abort", end);
  });
}

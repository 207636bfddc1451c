// Luck that a seed decides. What becomes of the n-th event of a kind depends on the seed, whom it concerns, its kind and n, and
// on nothing else: other requests in between, or in another order, change no fate. That makes a story with faults repeatable.
import { createHash } from "node:crypto";

/** In [0, 1). Names and numbers that differ from run to run must not be in `kind`. */
export type Dice = (whom: string, kind: string) => number;

export function diceOf(seed: number): Dice {
  const rolled = new Map<string, number>();
  return (whom, kind) => {
    const key = `${whom} ${kind}`;
    const n = (rolled.get(key) ?? 0) + 1;
    rolled.set(key, n);
    return createHash("sha256").update(`${seed} ${n} ${key}`).digest().readUInt32BE(0) / 2 ** 32;
  };
}

/** Where the seed comes from if nobody says: FORGE_SEED, else 1. */
export function seedOf(said: number | undefined): number {
  return said ?? Number(process.env["FORGE_SEED"] ?? 1);
}

/** The share of webhooks and of an App's requests that go wrong: FORGE_FLAKY, else none. */
export function flakyOf(said: number | undefined): number {
  return said ?? Number(process.env["FORGE_FLAKY"] ?? 0);
}

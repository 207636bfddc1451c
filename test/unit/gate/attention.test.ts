import { describe, expect, it } from "vitest";
import {
  attention,
  countWith,
  formatCounts,
  nextBatch,
  refill,
  type Glimpse,
  type Judged,
  type Watch,
} from "../../../src/core/gate/attention.ts";
import { after, instant } from "../../../src/core/time.ts";

const NOW = instant(Date.UTC(2026, 10, 25));
const LONG_AGO = after(NOW, -3_600_000);

const glimpse = (change: number, over: Partial<Glimpse> = {}): Glimpse => ({
  ...{ change, facts: "f", rules: "r", checks: "SUCCESS 1", updatedAt: LONG_AGO, through: [] },
  ...over,
});
const known = (change: number, over: Partial<Judged> = {}): Judged => ({
  ...{ change, facts: "f", rules: "r", checks: "SUCCESS 1", below: [], open: false, at: after(NOW, -60_000) },
  ...over,
});
const watch = (over: Partial<Watch> & { judged?: ReadonlyMap<number, Judged> }): Watch => ({
  ...{ glimpses: [glimpse(1)], judged: new Map(), queued: new Set<number>(), stirred: new Set<number>(), allowed: 20 },
  ...over,
});
const judged = (...rows: readonly Judged[]): ReadonlyMap<number, Judged> =>
  new Map(rows.map((row) => [row.change, row]));
const awake = (over: Parameters<typeof watch>[0]): readonly number[] =>
  [...attention(watch(over), NOW).awake].sort((a, b) => a - b);

describe("an open change", () => {
  it.each<[string, Parameters<typeof watch>[0], boolean]>([
    ["that was judged and has not moved rests", { judged: judged(known(1)) }, false],
    ["nobody has judged is read", {}, true],
    ["nobody has judged waits when the pace is used up", { allowed: 0 }, false],
    [
      "whose list entry moved is read, whatever the pace",
      { judged: judged(known(1, { facts: "g" })), allowed: 0 },
      true,
    ],
    ["whose checks moved is read, whatever the pace", { judged: judged(known(1, { checks: "" })), allowed: 0 }, true],
    ["that could land is read every time", { judged: judged(known(1, { open: true })), allowed: 0 }, true],
    ["in the queue is read every time", { judged: judged(known(1)), queued: new Set([1]), allowed: 0 }, true],
    ["a webhook named is read", { judged: judged(known(1)), stirred: new Set([1]), allowed: 0 }, true],
    ["under other rules is read at the pace", { judged: judged(known(1, { rules: "s" })) }, true],
    ["under other rules waits for the pace", { judged: judged(known(1, { rules: "s" })), allowed: 0 }, false],
    ["whose time has come is read", { judged: judged(known(1, { wakeAt: NOW })), allowed: 0 }, true],
    ["whose time has not come rests", { judged: judged(known(1, { wakeAt: after(NOW, 1) })) }, false],
    [
      "judged within the blur of the forge's clock is read",
      { judged: judged(known(1, { at: after(LONG_AGO, 4_999) })), allowed: 0 },
      true,
    ],
    [
      "judged six hours ago is read again at the pace",
      {
        glimpses: [glimpse(1, { updatedAt: after(NOW, -9e7) })],
        judged: judged(known(1, { at: after(NOW, -6 * 3_600_000) })),
      },
      true,
    ],
  ])("%s", (_, over, read) => expect(awake(over)).toEqual(read ? [1] : []));

  it("is read with what it stands on, and with what nobody has judged yet below it", () => {
    const glimpses = [glimpse(4), glimpse(3, { through: [2] }), glimpse(2), glimpse(1)];
    const rows = judged(known(4, { below: [3] }), known(3), known(2), known(1));
    expect(awake({ glimpses, judged: rows, stirred: new Set([2]), allowed: 0 })).toEqual([2, 3, 4]);
    expect(awake({ glimpses, judged: rows, stirred: new Set([3]), allowed: 0 })).toEqual([3, 4]);
    expect(awake({ glimpses, judged: judged(known(3)), stirred: new Set([3]), allowed: 0 })).toEqual([2, 3]);
  });
});

it("those nobody waits for come newest first, as many as the pace allows, and the rest are counted", () => {
  const glimpses = [5, 4, 3, 2, 1].map((change) => glimpse(change));
  const found = attention(watch({ glimpses, judged: judged(known(4)), allowed: 2 }), NOW);
  expect([...found.awake]).toEqual([5, 3]);
  expect([...found.paced]).toEqual([5, 3]);
  expect(found.waiting).toBe(2);
});

it("a pace of 20 a minute allows 20 at once, then 20 a minute, and never saves up more", () => {
  const first = refill(undefined, 20, NOW);
  expect(first.left).toBe(20);
  const spent = { ...first, left: 0 };
  expect(nextBatch(20, NOW)).toBe(after(NOW, 60_000));
  expect(refill(spent, 20, after(NOW, 30_000)).left).toBe(10);
  expect(refill(spent, 20, after(NOW, 600_000)).left).toBe(20);
  expect(refill(spent, 1200, after(NOW, 1_000)).left).toBe(20);
  expect(refill(spent, 20, after(NOW, -5_000)).left).toBe(0);
});

it("our own check is counted in, so that it does not look like news", () => {
  expect(formatCounts(countWith({ SUCCESS: 3 }, { is: "NEUTRAL" }))).toBe("NEUTRAL 1, SUCCESS 3");
  expect(formatCounts(countWith({ SUCCESS: 3, NEUTRAL: 1 }, { was: "NEUTRAL", is: "SUCCESS" }))).toBe("SUCCESS 4");
});

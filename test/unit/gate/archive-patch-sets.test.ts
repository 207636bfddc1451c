import { expect, it } from "vitest";
import {
  archivePatchSets,
  dayOf,
  foldedAfter,
  foldedUpTo,
  REFUSED_SLOT,
} from "../../../src/core/gate/archive-patch-sets.ts";
import { patchSetSlot } from "../../../src/core/gate/keep-patch-sets.ts";
import { parseInstant, type Instant } from "../../../src/core/time.ts";

const at = (text: string): Instant => {
  const found = parseInstant(text);
  if (found === undefined) throw new Error(text);
  return found;
};
const kept = (...changes: readonly number[]) => Object.fromEntries(changes.map((n) => [patchSetSlot(n), "1 abc"]));
const ENDED = at("2026-03-01T15:00:00Z");

it.each([
  ["29 days later", "2026-03-30T15:00:00Z", []],
  ["30 days later to the hour", "2026-03-31T15:00:00Z", []],
  ["on the last second of that day", "2026-03-31T23:59:59Z", []],
  ["at the midnight after it", "2026-04-01T00:00:00Z", [7]],
  ["a year later", "2027-03-01T00:00:00Z", [7]],
])("a change is folded at the midnight after thirty days: %s", (_, now, changes) => {
  const actions = archivePatchSets({ ended: [{ change: 7, at: ENDED }], published: kept(7) }, at(now));
  expect(actions.flatMap((action) => (action.kind === "archive-patch-sets" ? action.changes : []))).toEqual(changes);
});

it.each(["2026-03-01T00:00:00Z", "2026-03-01T23:59:59.999Z"])("so all of a day are folded together: %s", (ended) => {
  expect(foldedAfter(at(ended))).toBe(at("2026-04-01T00:00:00Z"));
  expect(foldedUpTo(at("2026-04-01T00:00:00Z")) >= at(ended)).toBe(true);
  expect(foldedUpTo(at("2026-03-31T23:59:59.999Z")) >= at(ended)).toBe(false);
});

const LATER = at("2026-05-01T10:00:00Z");

it("one without a patch set under its number is left alone: it was folded, or nothing was ever put there", () => {
  expect(archivePatchSets({ ended: [{ change: 7, at: ENDED }], published: kept(8) }, LATER)).toEqual([]);
  expect(archivePatchSets({ published: kept(7) }, LATER)).toEqual([]);
});

it("after a refusal nothing is tried before the next day", () => {
  const facts = { ended: [{ change: 7, at: ENDED }], published: { ...kept(7), [REFUSED_SLOT]: dayOf(LATER) } };
  expect(archivePatchSets(facts, LATER)).toEqual([]);
  expect(archivePatchSets(facts, at("2026-05-02T00:00:00Z"))).toMatchObject([{ changes: [7] }]);
});

it("no more than 200 changes at a time, lowest number first", () => {
  const numbers = Array.from({ length: 250 }, (_, n) => 250 - n);
  const ended = numbers.map((change) => ({ change, at: ENDED }));
  const [action] = archivePatchSets({ ended, published: kept(...numbers) }, LATER);
  expect(action).toMatchObject({ changes: Array.from({ length: 200 }, (_, n) => n + 1), day: dayOf(LATER) });
});

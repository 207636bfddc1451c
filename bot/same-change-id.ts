/** Which Change-Ids open changes hold that were not read now; what follows from it is decided in core (ruling 12). */
import type { Claim } from "../src/core/policy/same-change-id.ts";
import type { PolicySnapshot } from "../src/core/policy/snapshot.ts";
import type { OpenChange } from "./gather-ground.ts";
import type { JudgedRow } from "./store/judged.ts";

/** What is remembered of the open changes that `read` says nothing of. */
export function restingClaims(
  open: readonly OpenChange[],
  judged: ReadonlyMap<number, JudgedRow>,
  read: readonly PolicySnapshot[],
): readonly Claim[] {
  const known = new Set(read.filter(({ incomplete }) => incomplete.length === 0).map(({ change }) => change.number));
  return open.flatMap(({ headline: { number, author: owner }, chain }): readonly Claim[] => {
    const changeId = judged.get(number)?.judged.changeId;
    if (changeId === undefined || !chain.ok || known.has(number)) return [];
    return [{ number, owner, branch: chain.value.target, changeId }];
  });
}

/**
 * Changes that have landed as another commit while the forge still shows them open: a squash or a rebase of a head that
 * could not be moved, as a fork's. They are closed with a sentence. A head that the target contains is not among the
 * changes any more: the forge is about to call it merged by itself.
 */
import type { PolicySnapshot } from "../policy/snapshot.ts";
import { itemIdOf } from "./identity.ts";
import type { Action, GateSnapshot } from "./snapshot.ts";

/** For the changes given, which are those whose policy lets the gate act. One with a newer head than what landed stays. */
export function closeLanded(changes: readonly PolicySnapshot[], gates: readonly GateSnapshot[]): readonly Action[] {
  return changes.flatMap(({ change: { number, branch, head } }): readonly Action[] => {
    const item = itemIdOf(branch, [{ change: number, head }]);
    const landing = gates
      .filter(({ target }) => target.branch === branch)
      .flatMap(({ landed }) => landed)
      .find((one) => one.change === number && one.item === item);
    return landing === undefined ? [] : [{ kind: "close", change: number, target: branch, sha: landing.sha }];
  });
}

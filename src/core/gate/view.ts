/** Where a change stands in its gate, for the words on its check. */
import type { GateView } from "../policy/explained.ts";
import type { Sha } from "../ids.ts";
import { currentBuild } from "./plan.ts";
import { inOrder } from "./queue.ts";
import type { GateSnapshot } from "./snapshot.ts";

/** `undefined`: it is not in the gate and has not been there with this head. */
export function viewOf(change: number, head: Sha, gate: GateSnapshot): GateView | undefined {
  const landed = gate.landed.find((landing) => landing.change === change);
  if (landed !== undefined) return { kind: "landed", sha: landed.sha };
  const order = inOrder(gate.items);
  const place = order.findIndex(({ members }) =>
    members.some((member) => member.change === change && member.head === head),
  );
  const item = order[place];
  const hold = gate.holds.find(({ scope, passing }) => passing !== true && (scope === "target" || scope === item?.id));
  const left = gate.refused.findLast((refused) => refused.change === change && refused.head === head);
  // Whoever left has something to do, held or not.
  if (hold !== undefined && left === undefined) return { kind: "held", why: hold.why };
  if (item !== undefined) {
    const build = currentBuild(item, gate);
    if (build === undefined || build.state.kind === "cancelled") {
      return { kind: "queued", position: place + 1, of: order.length };
    }
    return { kind: "building", jobs: build.jobs, ...(build.ref === undefined ? {} : { ref: build.ref }) };
  }
  return left === undefined ? undefined : { kind: "left", because: left.because, why: left.why };
}

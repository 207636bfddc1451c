/** The check run of a change, with its record under the fold (RULINGS 4): what is read back after a loss of the store. */
import { formatRecord, recordOf } from "../src/core/gate/record.ts";
import type { Action } from "../src/core/gate/snapshot.ts";
import type { PolicySnapshot } from "../src/core/policy/snapshot.ts";
import type { CheckWrite } from "../src/forge/forge.ts";
import type { Gathered } from "./gather.ts";

export const CHECK_NAME = "plustwo";
export const GATE_CHECK_NAME = "plustwo/gate";

export function checkOf(
  action: Extract<Action, { kind: "publish-check" }>,
  gathered: Pick<Gathered, "snapshot" | "unasked">,
): CheckWrite {
  return {
    name: CHECK_NAME,
    head: action.head,
    externalId: `${action.change}/${action.patchSet}`,
    verdict: action.verdict,
    title: action.title,
    summary: action.summary,
    ...recordText(snapshotOf(action.change, gathered)),
  };
}

/** For every check run of a change: one that is written without it forgets what it knew. */
export function recordText(snapshot: PolicySnapshot | undefined): Pick<CheckWrite, "text"> {
  const record = snapshot === undefined ? undefined : recordOf(snapshot);
  return record === undefined ? {} : { text: formatRecord(record) };
}

function snapshotOf(
  change: number,
  { snapshot, unasked }: Pick<Gathered, "snapshot" | "unasked">,
): PolicySnapshot | undefined {
  return [...snapshot.changes, ...unasked].find((one) => one.change.number === change);
}

/** What an explanation is made of: the verdict, the facts it rests on, and where the change stands in the gate. */
import type { DequeueReason, JobState } from "../gate/snapshot.ts";
import type { RefName, Sha } from "../ids.ts";
import type { Instant } from "../time.ts";
import type { PolicySnapshot } from "./snapshot.ts";
import type { Verdict } from "./verdict.ts";

/** Where the change stands in the gate, if it is there or was. */
export type GateView =
  | { readonly kind: "queued"; readonly position: number; readonly of: number }
  | { readonly kind: "building"; readonly jobs: readonly JobState[]; readonly ref?: RefName }
  /** The gate of its target waits for people; `why` is a whole sentence without its full stop. */
  | { readonly kind: "held"; readonly why: string }
  | { readonly kind: "landed"; readonly sha: Sha }
  | { readonly kind: "left"; readonly because: DequeueReason; readonly why: string };

export interface Explained {
  readonly verdict: Verdict;
  readonly snapshot: PolicySnapshot;
  readonly gate?: GateView;
  readonly now: Instant;
}

/** What one test of a requirement came to: whether it holds, on whose votes, and what would turn it. */
import type { Instant } from "../time.ts";
import type { Action, CountedVote, VoteNotCounted } from "./verdict.ts";

export interface Judgement {
  readonly value: boolean;
  readonly evidence: readonly string[];
  readonly counted: readonly CountedVote[];
  readonly notCounted: readonly VoteNotCounted[];
  /** What people read when this stands in the way: "2 comments are not resolved". Empty: the test's own text. */
  readonly why?: string;
  /** Each alternative, done whole, makes the test come out the other way. None: nobody can do anything about it now. */
  readonly turns?: readonly (readonly Action[])[];
  /** Waiting alone may change the value then, and not before. */
  readonly wakeAt?: Instant;
}

/** Of a test about facts rather than votes. */
export function plainly(
  value: boolean,
  rest: Pick<Judgement, "why" | "turns" | "wakeAt"> & { readonly evidence?: readonly string[] } = {},
): Judgement {
  return { counted: [], notCounted: [], evidence: [], ...rest, value };
}

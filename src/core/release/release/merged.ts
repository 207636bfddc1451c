/** Release files as they were merged, with what the repositories they name have: what a decision about releases rests on. */
import type { Sha } from "../../ids.ts";
import type { ReleaseOrder } from "./order.ts";
import type { OrderFacts } from "./steps.ts";

export interface MergedReleases {
  /** The tip of the default branch that was looked at. */
  readonly at: Sha;
  readonly files: readonly MergedReleaseFile[];
}

export interface MergedReleaseFile {
  readonly path: string;
  /** The pull request that brought it, where it is known. */
  readonly change?: number;
  readonly orders: readonly { readonly order: ReleaseOrder; readonly facts: OrderFacts }[];
  /** Why the file asks for nothing: sentences. */
  readonly problems: readonly string[];
}

/** A change as a Gerrit server tells it, in our words. Over http and over ssh it is the same. */
import { type BranchName, type ChangeId, type RefName, type Sha } from "../../core/ids.ts";

export interface GerritAccount {
  readonly name?: string;
  readonly username?: string;
  readonly email?: string;
}

export interface GerritPatchSet {
  /** Counted from 1. */
  readonly number: number;
  /** `refs/changes/34/1234/2`. */
  readonly ref: RefName;
  readonly commit: Sha;
}

export interface GerritChange {
  readonly number: number;
  readonly id: ChangeId;
  readonly project: string;
  readonly branch: BranchName;
  readonly subject: string;
  readonly status: "open" | "merged" | "abandoned";
  readonly topic?: string;
  readonly hashtags: readonly string[];
  readonly owner: GerritAccount;
  readonly workInProgress: boolean;
  readonly private: boolean;
  /** Of its page; absent where an old server does not say it. */
  readonly url?: string;
  /** By number; only the newest one, or none, where no more was asked for. */
  readonly patchSets: readonly GerritPatchSet[];
}

export function newestPatchSet({ patchSets }: GerritChange): GerritPatchSet | undefined {
  return patchSets.at(-1);
}

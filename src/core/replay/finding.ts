/** The kinds of what is found about a merge, and how a judgement of one is written down. */
/** Worst first. */
export const KINDS = [
  "standing-veto",
  "merged-red",
  "untested-tree",
  "changed-after-approval",
  "contributor-approved",
  "no-approval",
  "check-not-passed",
  "check-missing",
  "one-approval",
] as const;
export type FindingKind = (typeof KINDS)[number];

/** Counted, and no fault of the merge. */
export const NOTES: readonly FindingKind[] = ["one-approval"];

export interface Judged {
  readonly kind: FindingKind;
  /** Without a full stop. */
  readonly sentence: string;
}

/** `open`: cannot be told. */
export type Judging = Judged & { readonly open?: true };

export const found = (kind: FindingKind, sentence: string): Judging => ({ kind, sentence });
export const open = (kind: FindingKind, sentence: string): Judging => ({ kind, sentence, open: true });

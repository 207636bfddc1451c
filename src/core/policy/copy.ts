/**
 * What becomes of a vote as patch sets follow: it is carried from one to the next while the label's copy condition holds for the
 * change kind between those two neighbours, and is outdated at the first that fails. Source: Gerrit, ApprovalCopier.
 * Not Gerrit's: the lowest value of a label with `veto: sticky` is carried always, before any condition is asked, so that a
 * broken or forgotten condition can never lose a veto (ruling 43).
 */
import { kindMatches } from "./copy-operators.ts";
import { holds } from "./expression-tree.ts";
import type { Label } from "./policy.ts";
import type { ChangeKind, PatchSet } from "./snapshot.ts";

export interface Step {
  readonly from: number;
  readonly to: number;
  readonly kind: ChangeKind;
}

export type Carried =
  /** Given on the newest patch set. */
  | { readonly kind: "here" }
  | { readonly kind: "copied"; readonly steps: readonly Step[] }
  /** A veto that no condition was asked about. */
  | { readonly kind: "stuck" }
  | { readonly kind: "outdated"; readonly step: Step }
  /** Given on a commit that is no patch set of the change. */
  | { readonly kind: "nowhere" };

/** `patchSets` oldest first. `given.patchSet` 0, or of another commit than `given.sha`, is nowhere. */
export function carry(
  given: { readonly value: number; readonly patchSet: number; readonly sha: string },
  label: Label,
  patchSets: readonly PatchSet[],
): Carried {
  const at = patchSets.findIndex(({ n, sha }) => n === given.patchSet && sha === given.sha);
  if (at >= 0 && at === patchSets.length - 1) return { kind: "here" };
  if (isStickyVeto(label, given.value)) return { kind: "stuck" };
  if (at < 0) return { kind: "nowhere" };
  const steps: Step[] = [];
  for (const next of patchSets.slice(at + 1)) {
    const step = { from: steps.at(-1)?.to ?? given.patchSet, to: next.n, kind: next.kind };
    if (!copies(label, given.value, next.kind)) return { kind: "outdated", step };
    steps.push(step);
  }
  return { kind: "copied", steps };
}

export function isStickyVeto(label: Label, value: number): boolean {
  return label.veto === "sticky" && label.min < 0 && value <= label.min;
}

function copies(label: Label, value: number, actual: ChangeKind): boolean {
  if (label.copy === undefined) return false;
  return holds(label.copy.expression, (test) => {
    switch (test.kind) {
      case "change-kind":
        return kindMatches(test.is, actual);
      case "value":
        if (test.is === "ANY") return value !== 0;
        return value === (test.is === "MIN" ? label.min : test.is === "MAX" ? label.max : test.is);
    }
  });
}

/** In people's words, for "1→2 code", "3→4 rebase". */
export function kindWord(kind: ChangeKind): string {
  switch (kind) {
    case "NO_CHANGE":
      return "nothing";
    case "NO_CODE_CHANGE":
      return "message only";
    case "TRIVIAL_REBASE":
      return "rebase";
    case "TRIVIAL_REBASE_WITH_MESSAGE_UPDATE":
      return "rebase and message";
    case "MERGE_FIRST_PARENT_UPDATE":
      return "merge onto a new base";
    case "TARGET_MERGE":
      return "merge of the target";
    case "REWORK":
      return "code";
  }
}

/** In people's words, for "patch set 3→4 is pure rebase". */
export function kindSentence({ from, to, kind }: Step): string {
  const step = `${from}→${to}`;
  switch (kind) {
    case "NO_CHANGE":
      return `${step} changed nothing`;
    case "NO_CODE_CHANGE":
      return `${step} changed the message only`;
    case "TRIVIAL_REBASE":
      return `${step} is pure rebase`;
    case "TRIVIAL_REBASE_WITH_MESSAGE_UPDATE":
      return `${step} is a rebase with a new message`;
    case "MERGE_FIRST_PARENT_UPDATE":
      return `${step} is the same merge on a new base`;
    case "TARGET_MERGE":
      return `${step} is a clean merge of the target`;
    case "REWORK":
      return `${step} changed code`;
  }
}

/**
 * The operators of copy conditions: `changekind:TRIVIAL_REBASE`, `is:MIN`, `is:"-1"`.
 * `has:unchanged-files` is not offered: the content of those files may change freely under it (ruling 45).
 */
import { fail, ok, type Result } from "../result.ts";
import { operatorProblem, type Atom, type ExpressionProblem } from "./expression-tree.ts";
import type { ChangeKind } from "./snapshot.ts";

export type CopyTest =
  | { readonly kind: "change-kind"; readonly is: ChangeKind }
  | { readonly kind: "value"; readonly is: "MIN" | "MAX" | "ANY" | number };

/**
 * Asked kind → actual kinds that satisfy it. Source: Gerrit, ChangeKind.matches; TARGET_MERGE is ours and counts wherever
 * TRIVIAL_REBASE does (rulings 53, 55). Gerrit lets MERGE_FIRST_PARENT_UPDATE take in NO_CHANGE for merges only; a snapshot does
 * not say whether a patch set is a merge, so here it takes in itself alone.
 */
const MATCHES: Readonly<Record<ChangeKind, readonly ChangeKind[] | "all">> = {
  REWORK: "all",
  NO_CHANGE: ["NO_CHANGE"],
  NO_CODE_CHANGE: ["NO_CHANGE", "NO_CODE_CHANGE"],
  TRIVIAL_REBASE: ["NO_CHANGE", "TRIVIAL_REBASE", "TARGET_MERGE"],
  TRIVIAL_REBASE_WITH_MESSAGE_UPDATE: [
    "NO_CHANGE",
    "NO_CODE_CHANGE",
    "TRIVIAL_REBASE",
    "TRIVIAL_REBASE_WITH_MESSAGE_UPDATE",
    "TARGET_MERGE",
  ],
  MERGE_FIRST_PARENT_UPDATE: ["MERGE_FIRST_PARENT_UPDATE"],
  TARGET_MERGE: ["NO_CHANGE", "TARGET_MERGE"],
};

export function kindMatches(asked: ChangeKind, actual: ChangeKind): boolean {
  const kinds = MATCHES[asked];
  return kinds === "all" || kinds.includes(actual);
}

/** Upper and lower case, `-` and `_` are the same in a kind's name, as in Gerrit. */
export function readCopyTest(source: string, atom: Atom): Result<CopyTest, ExpressionProblem> {
  const wrong = (message: string, hint: string) => fail(operatorProblem(source, atom, message, hint));
  switch (atom.field) {
    case "changekind": {
      const kind = atom.value.toUpperCase().replaceAll("-", "_");
      return isKind(kind)
        ? ok({ kind: "change-kind", is: kind })
        : wrong(`\`${atom.value}\` is no change kind`, `change kinds are ${Object.keys(MATCHES).join(", ")}`);
    }
    case "is": {
      const value = atom.value.toUpperCase();
      if (value === "MIN" || value === "MAX" || value === "ANY") return ok({ kind: "value", is: value });
      return /^[+-]?\d{1,4}$/.test(value)
        ? ok({ kind: "value", is: Number(value) })
        : wrong(`\`${atom.text}\` is not known`, 'use is:MIN, is:MAX, is:ANY, is:2 or is:"-1"');
    }
    default:
      return wrong(`\`${atom.field}:\` is not an operator of copy conditions`, "known are: `changekind:` and `is:`");
  }
}

function isKind(text: string): text is ChangeKind {
  return Object.hasOwn(MATCHES, text);
}

/** Copy conditions as tables: a kind of change and a value give carried or not, and nothing else is ever asked of them. */
import { kindMatches, type CopyTest } from "../policy/copy-operators.ts";
import { isStickyVeto } from "../policy/copy.ts";
import { holds } from "../policy/expression-tree.ts";
import type { Label } from "../policy/policy.ts";
import type { ChangeKind } from "../policy/snapshot.ts";
import { KINDS } from "./format.ts";

export interface CopyQuestion {
  readonly kind: ChangeKind;
  readonly value: number;
}

/** Everything that can be asked: a sticky veto is carried before its condition is, and nobody votes 0. */
export function copyQuestions(label: Label): readonly CopyQuestion[] {
  const values = label.values.flatMap(({ value }) => (value === 0 || isStickyVeto(label, value) ? [] : [value]));
  return KINDS.flatMap((kind) => values.map((value) => ({ kind, value })));
}

export function copyTestHolds(test: CopyTest, { min, max }: Label, { kind, value }: CopyQuestion): boolean {
  switch (test.kind) {
    case "change-kind":
      return kindMatches(test.is, kind);
    case "value":
      return test.is === "ANY" ? value !== 0 : value === (test.is === "MIN" ? min : test.is === "MAX" ? max : test.is);
  }
}

export function carries(label: Label, question: CopyQuestion): boolean {
  return label.copy !== undefined && holds(label.copy.expression, (test) => copyTestHolds(test, label, question));
}

export function sameCopies(one: Label, other: Label): boolean {
  return copyQuestions(one).every((question) => carries(one, question) === carries(other, question));
}

export function copyText(test: CopyTest): string {
  return test.kind === "change-kind" ? `changekind:${test.is}` : `is:${test.is}`;
}

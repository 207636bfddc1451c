/** What the tests of the dialect share: names a policy could have, and a text's translation in one line. */
import type { Expression } from "../../../src/core/policy/expression-tree.ts";
import type { Names } from "../../../src/core/policy/operators.ts";
import { translate, type TranslateOptions } from "../../../src/core/gerrit-dialect/translate.ts";

export const NAMES: Names = {
  labels: [
    { name: "Code-Review", min: -2, max: 2, computed: false },
    { name: "Workflow", min: -1, max: 1, computed: false },
    { name: "PTL-Approved", min: 0, max: 1, computed: false },
    { name: "Rating", min: -5, max: 10, computed: false },
    { name: "Verified", min: -2, max: 2, computed: true },
  ],
  groups: ["core", "release-managers"],
  checks: ["unit"],
  users: [],
};

/** As it is written strictly, or where and why not. */
export function translated(text: string, options: Partial<TranslateOptions> = {}): string {
  const read = translate(text, { names: NAMES, closedWhile: false, ...options });
  if (!read.ok) return read.problem.map(({ offset, message, hint }) => `${offset}: ${message} / ${hint}`).join("\n");
  return read.value.strict ?? "the same";
}

export function remarks(text: string): readonly string[] {
  const read = translate(text, { names: NAMES, closedWhile: false });
  return read.ok ? read.value.remarks : [`refused: ${read.problem.map(({ message }) => message).join("; ")}`];
}

/** As Lisp: every grouping visible. */
export function shape(expression: Expression): string {
  switch (expression.kind) {
    case "atom":
      return `${expression.atom.field}:${expression.atom.value}`;
    case "not":
      return `(not ${shape(expression.term)})`;
    case "and":
    case "or":
      return `(${expression.kind} ${expression.terms.map(shape).join(" ")})`;
  }
}

/** The operators about the change itself: its paths, people, text, size and state. */
import { ok, type Result } from "../result.ts";
import type { Atom, ExpressionProblem } from "./expression-tree.ts";
import type { Names } from "./operators.ts";

export interface ChangeTest {
  readonly kind: "change";
  readonly text: string;
  readonly fact: { readonly kind: "constant"; readonly value: boolean } | { readonly kind: "unresolved" };
}

/** undefined: none of these operators. */
export function readChangeTest(
  _source: string,
  atom: Atom,
  _names: Names,
): Result<ChangeTest, ExpressionProblem> | undefined {
  const test = (fact: ChangeTest["fact"]) => ok({ kind: "change" as const, text: atom.text, fact });
  if (atom.field === "is" && (atom.value === "true" || atom.value === "false"))
    return test({ kind: "constant", value: atom.value === "true" });
  if (atom.field === "has" && atom.value === "unresolved") return test({ kind: "unresolved" });
  return undefined;
}

/** The operators about owners: `has:enabled_code-owners`, `has:approval_code-owners`. */
import { ok, type Result } from "../result.ts";
import type { Atom, ExpressionProblem } from "./expression-tree.ts";

export interface OwnersTest {
  readonly kind: "owners";
  readonly text: string;
  readonly fact: "enabled" | "approved";
}

/** undefined: none of these operators. */
export function readOwnersTest(_source: string, atom: Atom): Result<OwnersTest, ExpressionProblem> | undefined {
  if (atom.field !== "has") return undefined;
  if (atom.value === "enabled_code-owners") return ok({ kind: "owners", text: atom.text, fact: "enabled" });
  if (atom.value === "approval_code-owners") return ok({ kind: "owners", text: atom.text, fact: "approved" });
  return undefined;
}

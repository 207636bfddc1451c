/** The operators about time: `min-age:7d` now; lazy consensus and freezes beside it. */
import { fail, ok, type Result } from "../result.ts";
import { parseDuration } from "../time.ts";
import { operatorProblem, type Atom, type ExpressionProblem } from "./expression-tree.ts";
import type { Names } from "./operators.ts";

export interface TimeTest {
  readonly kind: "time";
  readonly text: string;
  readonly fact: { readonly kind: "min-age"; readonly ms: number };
}

/** undefined: none of these operators. */
export function readTimeTest(
  source: string,
  atom: Atom,
  _names: Names,
): Result<TimeTest, ExpressionProblem> | undefined {
  if (atom.field !== "min-age") return undefined;
  const ms = parseDuration(atom.value);
  if (ms === undefined)
    return fail(operatorProblem(source, atom, `\`${atom.value}\` is no duration`, "write for example `min-age:7d`"));
  return ok({ kind: "time", text: atom.text, fact: { kind: "min-age", ms } });
}

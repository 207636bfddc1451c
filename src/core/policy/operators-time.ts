/**
 * The operators about time. Only the service's own instants count, never a commit's date (threat T39).
 *
 *     min-age:7d           open at least so long
 *     age:>7d, age:<2d     the same, either way
 *     quiet:>=72h          so long since code changed or anybody's vote did
 *     freeze:active        some freeze of the target holds now, and excepts this change not
 *     freeze:<name>        that one of the policy does, or with a release cycle one of that kind: freeze:feature
 */
import { FREEZES } from "../release/cycle/schedule-shapes.ts";
import { fail, ok, type Result } from "../result.ts";
import { parseDuration } from "../time.ts";
import { operatorProblem, type Atom, type ExpressionProblem } from "./expression-tree.ts";
import type { Names } from "./operators.ts";

export interface TimeTest {
  readonly kind: "time";
  readonly text: string;
  readonly fact:
    | { readonly kind: "age" | "quiet"; readonly relation: ">=" | ">" | "<=" | "<"; readonly ms: number }
    | { readonly kind: "frozen" }
    | { readonly kind: "frozen-by"; readonly name: string };
}

const RELATIVE = /^(>=|<=|>|<)(.*)$/;

/** undefined: none of these operators. */
export function readTimeTest(
  source: string,
  atom: Atom,
  names: Names,
): Result<TimeTest, ExpressionProblem> | undefined {
  switch (atom.field) {
    case "min-age": {
      const ms = parseDuration(atom.value);
      return ms === undefined
        ? noDuration(source, atom, { written: atom.value, example: "min-age:7d" })
        : ok({ kind: "time", text: atom.text, fact: { kind: "age", relation: ">=", ms } });
    }
    case "age":
    case "quiet":
      return readRelative(source, atom, atom.field);
    case "freeze":
      return readFreeze(source, atom, names);
    default:
      return undefined;
  }
}

function readRelative(source: string, atom: Atom, kind: "age" | "quiet"): Result<TimeTest, ExpressionProblem> {
  const example = kind === "age" ? "age:>7d" : "quiet:>=72h";
  const [, relation = "", duration = atom.value] = RELATIVE.exec(atom.value) ?? [];
  const ms = parseDuration(duration);
  if (ms === undefined) return noDuration(source, atom, { written: duration, example });
  if (!isRelation(relation))
    return fail(
      operatorProblem(
        source,
        atom,
        `\`${atom.text}\` does not say whether longer or shorter is meant`,
        `write \`${example}\``,
      ),
    );
  return ok({ kind: "time", text: atom.text, fact: { kind, relation, ms } });
}

function readFreeze(
  source: string,
  atom: Atom,
  { freezes = [], cycle = false }: Names,
): Result<TimeTest, ExpressionProblem> {
  if (atom.value === "active") return ok({ kind: "time", text: atom.text, fact: { kind: "frozen" } });
  const known = [...freezes, ...(cycle ? FREEZES : [])];
  if (known.includes(atom.value))
    return ok({ kind: "time", text: atom.text, fact: { kind: "frozen-by", name: atom.value } });
  const list = known.length === 0 ? "the policy has no `freezes`" : `freezes are: ${known.join(", ")}`;
  // Whether a schedule has such a one is not known here: a slip of the hand would never hold.
  const own = cycle && atom.value.startsWith("x-") ? "; a project's own kinds have no operator" : "";
  return fail(
    operatorProblem(
      source,
      atom,
      `there is no freeze \`${atom.value}\``,
      `write \`freeze:active\` for any; ${list}${own}`,
    ),
  );
}

function noDuration(
  source: string,
  atom: Atom,
  { written, example }: { readonly written: string; readonly example: string },
): Result<never, ExpressionProblem> {
  return fail(operatorProblem(source, atom, `\`${written}\` is no duration`, `write for example \`${example}\``));
}

function isRelation(text: string): text is ">=" | ">" | "<=" | "<" {
  return text === ">=" || text === ">" || text === "<=" || text === "<";
}

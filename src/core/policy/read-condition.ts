/** From an expression's text in a layer to its resolved form; what is wrong with it is told with its place in that layer. */
import { translate, type TranslateOptions, type Translation } from "../gerrit-dialect/translate.ts";
import { fail, ok, type Result } from "../result.ts";
import { readCopyTest } from "./copy-operators.ts";
import type { CopyTest } from "./copy-operators.ts";
import { resolveAtoms, type Atom, type ExpressionProblem } from "./expression-tree.ts";
import { parseExpression } from "./expression.ts";
import { readRequirementTest, type Names, type RequirementTest } from "./operators.ts";
import type { Parsed } from "./parse.ts";
import type { Condition } from "./policy.ts";
import type { PolicyProblem } from "./problem.ts";
import type { LayerKeys } from "./schema.ts";
import type { YamlPath } from "./yaml-text.ts";

export interface Reading {
  readonly layer: Parsed<LayerKeys>;
  /** Of all layers together. */
  readonly names: Names;
  /** What is wrong is added here. */
  readonly problems: PolicyProblem[];
}

/** A condition of a requirement, a computed label or a freeze; undefined where there is none, or a problem was found. */
export function readTest(
  reading: Reading,
  path: YamlPath,
  text: string | undefined,
): Condition<RequirementTest> | undefined {
  const { names } = reading;
  const held = HELD_WHILE[String(path.at(-1))];
  return readCondition(reading, path, text, {
    read: (source, atom) => readRequirementTest(source, atom, names),
    loose: { names, ...(held === undefined ? {} : { closedWhile: held }) },
  });
}

/** The condition under which a label's votes move on to the next patch set. */
export function readCopy(reading: Reading, path: YamlPath, text: string | undefined): Condition<CopyTest> | undefined {
  return readCondition(reading, path, text, { read: readCopyTest, loose: {} });
}

/** What a condition is while it holds changes back; of the others that depends. */
const HELD_WHILE: Readonly<Record<string, boolean>> = {
  applicableIf: true,
  submittableIf: false,
  overrideIf: false,
  except: false,
};

interface Reader<T> {
  readonly read: (source: string, atom: Atom) => Result<T, ExpressionProblem>;
  readonly loose: TranslateOptions;
}

function readCondition<T>(
  { layer, problems }: Reading,
  path: YamlPath,
  text: string | undefined,
  { read, loose }: Reader<T>,
): Condition<T> | undefined {
  if (text === undefined) return undefined;
  const parsed = layer.keys.dialect === "gerrit" ? translate(text, loose) : strictly(text);
  const resolved = parsed.ok ? resolveAtoms(parsed.value.expression, (atom) => read(text, atom)) : parsed;
  if (parsed.ok && resolved.ok) {
    const { strict, remarks } = parsed.value;
    return {
      text: text.trim().replaceAll(/\s+/g, " "),
      expression: resolved.value,
      ...(strict === undefined && remarks.length === 0
        ? {}
        : { loosely: { ...(strict === undefined ? {} : { strict }), remarks } }),
    };
  }
  for (const found of resolved.ok ? [] : resolved.problem)
    problems.push({
      kind: "expression",
      path: layer.path,
      key: path.join("."),
      ...layer.source.atCharacter(path, found.offset),
      message: `${found.message} (character ${found.offset + 1} of the expression)`,
      hint: found.hint,
    });
  return undefined;
}

function strictly(text: string): Result<Translation, readonly ExpressionProblem[]> {
  const parsed = parseExpression(text);
  return parsed.ok ? ok({ expression: parsed.value, remarks: [] }) : fail([parsed.problem]);
}

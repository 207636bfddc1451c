/** From an expression's text in a layer to its resolved form; what is wrong with it is told with its place in that layer. */
import { fail, type Result } from "../result.ts";
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
  return readCondition(reading, path, text, (source, atom) => readRequirementTest(source, atom, reading.names));
}

/** The condition under which a label's votes move on to the next patch set. */
export function readCopy(reading: Reading, path: YamlPath, text: string | undefined): Condition<CopyTest> | undefined {
  return readCondition(reading, path, text, (source, atom) => readCopyTest(source, atom));
}

function readCondition<T>(
  { layer, problems }: Reading,
  path: YamlPath,
  text: string | undefined,
  read: (source: string, atom: Atom) => Result<T, ExpressionProblem>,
): Condition<T> | undefined {
  if (text === undefined) return undefined;
  const parsed = parseExpression(text);
  const resolved = parsed.ok ? resolveAtoms(parsed.value, (atom) => read(text, atom)) : fail([parsed.problem]);
  if (resolved.ok) return { text: text.trim().replaceAll(/\s+/g, " "), expression: resolved.value };
  for (const found of resolved.problem)
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

/** From a preset's labels, access and submit requirements to their resolved form: expressions parsed, every name known. */
import { userId } from "../ids.ts";
import { fail, ok, type Result } from "../result.ts";
import { readCopyTest } from "./copy-operators.ts";
import { resolveAtoms, type Atom, type Expression, type ExpressionProblem } from "./expression-tree.ts";
import { parseExpression } from "./expression.ts";
import { readRequirementTest, type Names, type RequirementTest } from "./operators.ts";
import { problemIn, type Parsed } from "./parse.ts";
import type { AccessRule, Condition, Label, Policy, Range, Requirement } from "./policy.ts";
import type { PolicyProblem } from "./problem.ts";
import type { PresetPolicy } from "./schema.ts";
import type { YamlPath } from "./yaml-text.ts";

type Rules = Pick<Policy, "labels" | "access" | "requirements" | "identities">;

export function resolveRules(
  layer: Parsed<PresetPolicy>,
  known: { readonly groups: readonly string[]; readonly checks: readonly string[] },
): Result<Rules, readonly PolicyProblem[]> {
  const problems: PolicyProblem[] = [];
  const groups = [
    ...new Set([
      ...known.groups,
      ...(layer.keys.expects.groups ?? []),
      ...Object.keys(layer.keys.expects.defaults ?? {}),
    ]),
  ];
  const ranges = Object.entries(layer.keys.labels ?? {}).map(([name, { values, computed }]) => ({
    name,
    ...rangeOf(Object.keys(values).map(Number)),
    computed: computed !== undefined,
  }));
  const reading: Reading = { layer, names: { labels: ranges, groups, checks: known.checks }, problems };
  const labels = readLabels(reading);
  const access = readAccess(reading);
  const requirements = readRequirements(reading);
  const identities = (layer.keys.identities ?? []).map((accounts) => accounts.map(({ id }) => userId(id)));
  return problems.length === 0 ? ok({ labels, access, requirements, identities }) : fail(problems);
}

interface Reading {
  readonly layer: Parsed<PresetPolicy>;
  readonly names: Names;
  readonly problems: PolicyProblem[];
}

function readLabels(reading: Reading): readonly Label[] {
  return Object.entries(reading.layer.keys.labels ?? {}).map(([name, keys]) => {
    const path = ["labels", name];
    const values = Object.entries(keys.values)
      .map(([value, text]) => ({ value: Number(value), text }))
      .sort((a, b) => a.value - b.value);
    const range = rangeOf(values.map(({ value }) => value));
    if (values.length !== range.max - range.min + 1 || range.min > 0 || range.max < 0)
      problem(
        reading,
        [...path, "values"],
        `the values of \`${name}\` have gaps, or no 0`,
        "write every value from the lowest to the highest",
      );
    const copy = readCondition(reading, [...path, "copyCondition"], keys.copyCondition, (source, atom) =>
      readCopyTest(source, atom),
    );
    const computed = Object.entries(keys.computed ?? {}).flatMap(([value, text]) => {
      const when = readTest(reading, [...path, "computed", value], text);
      if (!values.some((known) => known.value === Number(value)) || Number(value) === 0)
        problem(
          reading,
          [...path, "computed"],
          `\`${name}\` has no value ${value} to compute`,
          "name one of its values, not 0",
        );
      return when === undefined ? [] : [{ ...when, value: Number(value) }];
    });
    return {
      name,
      ...range,
      values,
      veto: keys.veto ?? "none",
      ...(copy === undefined ? {} : { copy }),
      computed: computed.sort((a, b) => a.value - b.value),
    };
  });
}

function readAccess(reading: Reading): readonly AccessRule[] {
  return (reading.layer.keys.access ?? []).flatMap(({ branch, exclusive, ...grants }, index) =>
    Object.entries(grants).flatMap(([key, byGroup]) => {
      const path = ["access", index, key];
      const label = reading.names.labels.find(({ name }) => `label-${name}` === key);
      if (label === undefined || label.computed) {
        problem(
          reading,
          path,
          label === undefined ? `\`${key}\` is no right` : `\`${label.name}\` is computed, nobody votes on it`,
          `rights are: ${reading.names.labels.flatMap(({ name, computed }) => (computed ? [] : [`label-${name}`])).join(", ")}`,
        );
        return [];
      }
      const read = Object.entries(byGroup).map(([to, text]) => {
        const [min = NaN, max = NaN] = text.split("..").map(Number);
        if (!["anyone", "owner", ...reading.names.groups].includes(to))
          problem(
            reading,
            [...path, to],
            `there is no group \`${to}\``,
            `groups are: anyone, owner, ${reading.names.groups.join(", ")}`,
          );
        if (!(label.min <= min && min <= 0 && 0 <= max && max <= label.max))
          problem(
            reading,
            [...path, to],
            `\`${text}\` is no range within ${label.min}..${label.max} around 0`,
            "write for example `-1..+1`",
          );
        return { to, min, max };
      });
      return [{ branch, label: label.name, exclusive: exclusive?.includes(key) ?? false, grants: read }];
    }),
  );
}

function readRequirements(reading: Reading): readonly Requirement[] {
  const entries = Object.entries(reading.layer.keys.submitRequirements ?? {});
  if (entries.length === 0)
    reading.problems.push(
      problemIn(reading.layer, ["submitRequirements"], {
        kind: "no-requirements",
        message: "it has no submit requirements, which would let everything pass",
        hint: "add at least one",
      }),
    );
  const seen = new Set<string>(BUILT_IN);
  return entries.flatMap(([name, keys]) => {
    const path = ["submitRequirements", name];
    if (seen.has(name.toLowerCase()))
      problem(reading, path, `the name \`${name}\` is taken`, "names differ by more than upper and lower case");
    seen.add(name.toLowerCase());
    const submittableIf = readTest(reading, [...path, "submittableIf"], keys.submittableIf);
    const applicableIf = readTest(reading, [...path, "applicableIf"], keys.applicableIf);
    const overrideIf = readTest(reading, [...path, "overrideIf"], keys.overrideIf);
    if (submittableIf === undefined) return [];
    const forgotten =
      overrideIf === undefined ? [] : vetoes(submittableIf).filter((veto) => !vetoes(overrideIf).includes(veto));
    if (forgotten.length > 0 && keys.overridesVeto !== true)
      reading.problems.push(
        problemIn(reading.layer, [...path, "overrideIf"], {
          kind: "lint",
          message: `the override forgets the veto \`-label:${forgotten.join("`, `-label:")}\``,
          hint: "repeat it in overrideIf, or say `overridesVeto: true`",
        }),
      );
    return [
      {
        name,
        description: keys.description ?? name,
        noun: keys.noun ?? name,
        canOverrideInChildProjects: keys.canOverrideInChildProjects ?? false,
        submittableIf,
        ...(applicableIf === undefined ? {} : { applicableIf }),
        ...(overrideIf === undefined ? {} : { overrideIf }),
      },
    ];
  });
}

/** Names that the evaluation adds by itself. */
const BUILT_IN = ["parents", "contributors", "shape", "policy"];

/** Labels whose votes must be absent. */
function vetoes({ expression }: Condition<RequirementTest>): readonly string[] {
  const walk = (node: Expression<RequirementTest>, negated: boolean): readonly string[] => {
    switch (node.kind) {
      case "atom":
        return negated && node.atom.kind === "label" ? [node.atom.text.replace(/^label:/, "")] : [];
      case "not":
        return walk(node.term, !negated);
      case "and":
      case "or":
        return node.terms.flatMap((term) => walk(term, negated));
    }
  };
  return walk(expression, false);
}

function readTest(reading: Reading, path: YamlPath, text: string | undefined): Condition<RequirementTest> | undefined {
  return readCondition(reading, path, text, (source, atom) => readRequirementTest(source, atom, reading.names));
}

function readCondition<T>(
  reading: Reading,
  path: YamlPath,
  text: string | undefined,
  read: (source: string, atom: Atom) => Result<T, ExpressionProblem>,
): Condition<T> | undefined {
  if (text === undefined) return undefined;
  const parsed = parseExpression(text);
  const resolved = parsed.ok ? resolveAtoms(parsed.value, (atom) => read(text, atom)) : fail([parsed.problem]);
  if (resolved.ok) return { text: text.trim().replaceAll(/\s+/g, " "), expression: resolved.value };
  for (const found of resolved.problem)
    reading.problems.push({
      kind: "expression",
      path: reading.layer.path,
      key: path.join("."),
      ...reading.layer.source.atCharacter(path, found.offset),
      message: `${found.message} (character ${found.offset + 1} of the expression)`,
      hint: found.hint,
    });
  return undefined;
}

function problem(reading: Reading, path: YamlPath, message: string, hint: string): void {
  reading.problems.push(problemIn(reading.layer, path, { kind: "wrong-value", message, hint }));
}

function rangeOf(values: readonly number[]): Range {
  return { min: Math.min(0, ...values), max: Math.max(0, ...values) };
}

/** From the merged labels, access and submit requirements to their resolved form: expressions parsed, every name known. */
import type { Entries, Entry } from "./entries.ts";
import type { Expression } from "./expression-tree.ts";
import { NEVER_LIFTED } from "./load-time.ts";
import type { Names, RequirementTest } from "./operators.ts";
import { problemIn } from "./parse.ts";
import type { AccessRule, Condition, Label, Range, Requirement } from "./policy.ts";
import type { PolicyProblem } from "./problem.ts";
import { readCopy, readTest, type Reading } from "./read-condition.ts";
import type { LabelKeys, RequirementKeys } from "./schema.ts";
import type { YamlPath } from "./yaml-text.ts";

interface Known {
  readonly names: Names;
  readonly problems: PolicyProblem[];
}

/** The range of every label, by its own spelling. */
export function labelNames(labels: Entries["labels"]): Names["labels"] {
  return [...labels.values()].map(({ name, keys: { values, computed } }) => ({
    name,
    ...rangeOf(Object.keys(values).map(Number)),
    computed: computed !== undefined,
  }));
}

export function readLabels(labels: Entries["labels"], known: Known): readonly Label[] {
  return [...labels.values()].map((entry) => readLabel(entry, known));
}

function readLabel({ name, keys, layer, path }: Entry<LabelKeys>, known: Known): Label {
  const reading = { layer, ...known };
  const values = Object.entries(keys.values)
    .map(([value, text]) => ({ value: Number(value), text }))
    .sort((a, b) => a.value - b.value);
  const range = rangeOf(values.map(({ value }) => value));
  const distinct = new Set(values.map(({ value }) => value));
  if (values.length !== range.max - range.min + 1 || distinct.size !== values.length || range.min > 0 || range.max < 0)
    problem(
      reading,
      [...path, "values"],
      `the values of \`${name}\` have gaps, or no 0`,
      "write every value from the lowest to the highest",
    );
  const copy = readCopy(reading, [...path, "copyCondition"], keys.copyCondition);
  const computed = Object.entries(keys.computed ?? {}).flatMap(([value, text]) => {
    const when = readTest(reading, [...path, "computed", value], text);
    if (!values.some((one) => one.value === Number(value)) || Number(value) === 0)
      problem(
        reading,
        [...path, "computed"],
        `\`${name}\` has no value ${value} to compute`,
        "name one of its values, not 0",
      );
    return when === undefined ? [] : [{ ...when, value: Number(value) }];
  });
  if (keys.computed !== undefined && computed.length === 0 && Object.keys(keys.computed).length === 0)
    problem(reading, [...path, "computed"], `\`${name}\` is computed from nothing`, "name a value and its condition");
  if (keys.computed !== undefined && keys.branch !== undefined)
    problem(reading, [...path, "branch"], `\`${name}\` is computed, and so is there on every branch`, "remove it");
  return {
    name,
    ...range,
    values,
    veto: keys.veto ?? "none",
    ...(keys.branch === undefined ? {} : { branches: [keys.branch].flat() }),
    ...(copy === undefined ? {} : { copy }),
    computed: computed.sort((a, b) => a.value - b.value),
  };
}

/** A line of an earlier layer than its label's counts as far as the label goes (ruling 44). */
export function readAccess(
  { access, labels }: Pick<Entries, "access" | "labels">,
  known: Known,
): readonly AccessRule[] {
  return access.flatMap(({ keys: { branch, exclusive = [], ...grants }, layer, path }) => {
    const reading = { layer, ...known };
    const rights = new Map<string, Grants>(Object.entries(grants));
    // Exclusive without a grant: nobody may on these branches.
    for (const right of exclusive) if (!rights.has(right)) rights.set(right, {});
    return [...rights].flatMap(([right, byGroup]) => {
      const at = Object.hasOwn(grants, right) ? [...path, right] : [...path, "exclusive"];
      const label = votedOn(reading, at, right);
      if (label === undefined) return [];
      const shrunk = labels.get(label.name.toLowerCase())?.layer !== layer;
      const read = Object.entries(byGroup).map(([to, text]) =>
        readGrant(reading, [...at, to], { label, to, text, shrunk }),
      );
      return [{ branch, label: label.name, exclusive: exclusive.includes(right), grants: read }];
    });
  });
}

type Grants = Readonly<Record<string, string>>;

function votedOn(reading: Reading, path: YamlPath, right: string): Names["labels"][number] | undefined {
  const { labels } = reading.names;
  const label = labels.find(({ name }) => `label-${name}` === right);
  if (label !== undefined && !label.computed) return label;
  problem(
    reading,
    path,
    label === undefined ? `\`${right}\` is no right` : `\`${label.name}\` is computed, nobody votes on it`,
    `rights are: ${labels.flatMap(({ name, computed }) => (computed ? [] : [`label-${name}`])).join(", ")}`,
  );
  return undefined;
}

function readGrant(
  reading: Reading,
  path: YamlPath,
  {
    label,
    to,
    text,
    shrunk,
  }: { readonly label: Range; readonly to: string; readonly text: string; readonly shrunk: boolean },
): Range & { readonly to: string } {
  const [min = NaN, max = NaN] = text.split("..").map(Number);
  if (!["anyone", "owner", ...reading.names.groups].includes(to))
    problem(
      reading,
      path,
      `there is no group \`${to}\``,
      `groups are: anyone, owner, ${reading.names.groups.join(", ")}`,
    );
  const around = min <= 0 && 0 <= max;
  if (around && shrunk) return { to, min: Math.max(min, label.min), max: Math.min(max, label.max) };
  if (!(around && label.min <= min && max <= label.max))
    problem(
      reading,
      path,
      `\`${text}\` is no range within ${label.min}..${label.max} around 0`,
      "write for example `-1..+1`",
    );
  return { to, min, max };
}

export function readRequirements(requirements: Entries["requirements"], known: Known): readonly Requirement[] {
  return [...requirements.values()].flatMap((entry) => readRequirement(entry, known));
}

function readRequirement({ name, keys, layer, path }: Entry<RequirementKeys>, known: Known): readonly Requirement[] {
  const reading = { layer, ...known };
  if (BUILT_IN.has(name.toLowerCase()))
    problem(
      reading,
      path,
      `the name \`${name}\` is taken: the evaluation adds a requirement of that name`,
      "choose another",
    );
  const submittableIf = readTest(reading, [...path, "submittableIf"], keys.submittableIf);
  const applicableIf = readTest(reading, [...path, "applicableIf"], keys.applicableIf);
  const overrideIf = readTest(reading, [...path, "overrideIf"], keys.overrideIf);
  if (submittableIf === undefined) return [];
  const forgotten =
    overrideIf === undefined ? [] : vetoes(submittableIf).filter((veto) => !vetoes(overrideIf).includes(veto));
  if (forgotten.length > 0 && keys.overridesVeto !== true)
    reading.problems.push(
      problemIn(layer, [...path, "overrideIf"], {
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
}

/** Names that the evaluation adds by itself. */
const BUILT_IN = new Set([
  ...NEVER_LIFTED.map((name) => name.toLowerCase()),
  "parents",
  "contributors",
  "shape",
  "policy",
]);

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

function problem(reading: Reading, path: YamlPath, message: string, hint: string): void {
  reading.problems.push(problemIn(reading.layer, path, { kind: "wrong-value", message, hint }));
}

function rangeOf(values: readonly number[]): Range {
  return { min: Math.min(0, ...values), max: Math.max(0, ...values) };
}

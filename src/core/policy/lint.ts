/**
 * What is wrong with a policy, and what is right but hardly meant: errors are the problems that close the gate, warnings are
 * the rest and close nothing (ruling 46). Which warnings there are: docs/POLICY.md, "The file".
 */
import type { Entries } from "./entries.ts";
import type { Instant } from "../time.ts";
import { readLayers } from "./layers.ts";
import { approvalsOfOneself, votesOfAnyone } from "./lint-approvals.ts";
import { conditionsOf, neverApplicable, vetoesIn, weakAlone, type Placed } from "./lint-conditions.ts";
import { looselyRead } from "./lint-dialect.ts";
import { freezeLifts, pastFreezes } from "./lint-freezes.ts";
import { idleGroups, triggerLabels } from "./lint-names.ts";
import { loadPolicy, defaultsOf } from "./load.ts";
import { mergeLayers } from "./merge.ts";
import { problemIn } from "./parse.ts";
import type { Policy } from "./policy.ts";
import type { PolicyProblem } from "./problem.ts";
import type { PolicyLayer } from "./snapshot.ts";
import type { YamlPath } from "./yaml-text.ts";

export interface Finding extends PolicyProblem {
  readonly severity: "error" | "warning";
  /** Of a warning the name of what was looked for, such as `weak-fact`; of an error the problem's kind. */
  readonly rule: string;
}

export interface LintOptions {
  /** Without it no freeze is called past. */
  readonly now?: Instant;
  /** Branches that changes are for; without them any there could be. */
  readonly branches?: readonly string[];
}

/** What one of the rules looks at. The policy loaded, so every name is known. */
export interface Linting {
  readonly policy: Policy;
  readonly entries: Entries;
  /** Groups that mean another one where no file defines them, by the name in lower case. */
  readonly defaults: ReadonlyMap<string, string>;
  readonly branches?: readonly string[];
}

/** Errors, or else warnings: by layer, weakest first, and there by line. Arguments as of `loadPolicy`. */
export function lintPolicy(
  policy: string | readonly PolicyLayer[],
  presets: Readonly<Record<string, string>>,
  { now, branches }: LintOptions = {},
): readonly Finding[] {
  const loaded = loadPolicy(policy, presets);
  if (!loaded.ok) return loaded.problem.map((problem) => ({ ...problem, severity: "error", rule: problem.kind }));
  const layers = readLayers(policy, presets);
  if (!layers.ok) return [];
  const defaults = defaultsOf(layers.value);
  const entries = mergeLayers(layers.value.all, defaults, []);
  const linting: Linting = {
    policy: loaded.value,
    entries,
    defaults,
    ...(branches === undefined || branches.length === 0 ? {} : { branches }),
  };
  const conditions = conditionsOf(linting);
  const findings = [
    ...looselyRead(linting),
    ...neverApplicable(linting),
    ...conditions.flatMap(weakAlone),
    ...conditions.flatMap(freezeLifts),
    ...triggerLabels(linting, conditions),
    ...idleGroups(linting, conditions),
    ...approvalsOfOneself(linting, conditions),
    ...votesOfAnyone(linting, conditions),
    ...(now === undefined ? [] : pastFreezes(linting, now)),
    ...overridden(linting, conditions),
  ];
  const order = layers.value.all.map(({ path }) => path);
  return findings.sort(
    (a, b) => order.indexOf(a.path) - order.indexOf(b.path) || a.line - b.line || a.column - b.column,
  );
}

/** A warning at a path of a layer. */
export function warning(
  layer: Parameters<typeof problemIn>[0],
  path: YamlPath,
  { rule, message, hint }: Pick<Finding, "rule" | "message" | "hint">,
): Finding {
  return { ...problemIn(layer, path, { kind: "lint", message, hint }), severity: "warning", rule };
}

/** Overrides that one person can give, and those that reach over a veto. */
function overridden({ policy, entries }: Linting, conditions: readonly Placed[]): readonly Finding[] {
  return policy.overrides.flatMap((override) => {
    const entry = entries.overrides.get(override.name.toLowerCase());
    if (entry === undefined) return [];
    const alone: Finding[] =
      override.people > 1
        ? []
        : [
            warning(entry.layer, [...entry.path, "people"], {
              rule: "override-alone",
              message: `one person alone may give the override \`${override.name}\``,
              hint: `write \`people: 2\`: whoever takes over one account of \`${override.group}\` could lift what it lifts`,
            }),
          ];
    const vetoed = override.overridesVeto ? override.lifts : [];
    return [
      ...alone,
      ...vetoed.flatMap((lifted) => {
        const vetoes = conditions
          .filter(({ requirement, part }) => requirement === lifted && part === "submittableIf")
          .flatMap(vetoesIn);
        if (vetoes.length === 0) return [];
        return [
          warning(entry.layer, [...entry.path, "lifts", entry.keys.lifts.indexOf(lifted)], {
            rule: "override-veto",
            message: `the override \`${override.name}\` lifts \`${lifted}\` although somebody vetoes: \`${vetoes.join("`, `")}\``,
            hint: "leave `overridesVeto` out: whoever vetoed can take it back",
          }),
        ];
      }),
    ];
  });
}

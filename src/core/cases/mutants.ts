/**
 * The policies that are one small thing different: a test turned round or altered, AND for OR, a term, a condition or a requirement left
 * out, a right a step wider or narrower. Some are not made, because by construction nothing could notice them:
 * - a copy condition with the same table of kinds and values, a sticky veto left out, whose condition is never asked (`copies.ts`);
 * - a condition with the same truth table, in which the tests of one computed label share its one value (`mutants-tests.ts`);
 * - other words for the values a test takes in already, and such as no policy can be read with: they take in 0, or nothing;
 * - a test without its `group=` where access lets nobody else vote as high;
 * - a right whose only value would be 0, beside the same grant dropped.
 * Of a file with rules of its own only those differ; of one that has none, its preset's.
 */
import type { CopyTest } from "../policy/copy-operators.ts";
import type { RequirementTest } from "../policy/operators.ts";
import type { Layers } from "../policy/layers.ts";
import type { Condition, Label, Policy, Requirement } from "../policy/policy.ts";
import type { YamlPath } from "../policy/yaml-text.ts";
import { copyText, sameCopies } from "./copies.ts";
import { KINDS } from "./format.ts";
import { changesOf } from "./mutants-expression.ts";
import { mutantsOfRights } from "./mutants-rights.ts";
import { mutantsOfSettings } from "./mutants-settings.ts";
import { alterationsOf, sameOutcome } from "./mutants-tests.ts";
import { layerOf } from "./places.ts";

export interface Mutant {
  readonly path: YamlPath;
  /** The test of the expression under `path` that it is about. */
  readonly test?: number;
  /** "`count>=2` is left out". */
  readonly what: string;
  readonly change: (policy: Policy) => Policy;
  /** What people may do is another thing: what they did has to be looked at anew. */
  readonly rebuild?: boolean;
}

export function mutantsOf(policy: Policy, layers: Layers): readonly Mutant[] {
  const all = [
    ...policy.requirements.flatMap((requirement, at) => ofRequirement(policy, requirement, at)),
    ...policy.labels.flatMap((label, at) => ofLabel(policy, label, at)),
    ...mutantsOfRights(policy, layers),
    ...mutantsOfSettings(policy, layers),
  ];
  const own = all.filter(({ path }) => isOwn(layers, path));
  return own.length === 0 ? all : own;
}

function isOwn(layers: Layers, path: YamlPath): boolean {
  const from = layerOf(layers, path)?.from;
  return from !== undefined && from !== "preset";
}

function ofRequirement(policy: Policy, requirement: Requirement, at: number): readonly Mutant[] {
  const put = (changed: Requirement): Mutant["change"] => {
    const requirements = policy.requirements.with(at, changed);
    return (before) => ({ ...before, requirements });
  };
  const path = ["submitRequirements", requirement.name];
  const conditions = (["applicableIf", "submittableIf", "overrideIf"] as const).flatMap((key): readonly Mutant[] => {
    const condition = requirement[key];
    if (condition === undefined) return [];
    return changedConditions(condition, policy).map(({ test, what, changed }) => {
      return { path: [...path, key], test, what, change: put({ ...requirement, [key]: changed }) };
    });
  });
  const { applicableIf, ...always } = requirement;
  const { overrideIf, ...never } = requirement;
  const rest = policy.requirements.toSpliced(at, 1);
  return [
    ...conditions,
    ...(applicableIf === undefined
      ? []
      : [{ path: [...path, "applicableIf"], what: "it applies always", change: put(always) }]),
    ...(overrideIf === undefined
      ? []
      : [{ path: [...path, "overrideIf"], what: "nothing overrides it", change: put(never) }]),
    // Without any requirement a policy is broken, whatever it was.
    ...(rest.length === 0
      ? []
      : [
          {
            path,
            what: "the requirement is left out",
            change: (before: Policy): Policy => ({ ...before, requirements: rest }),
          },
        ]),
  ];
}

function changedConditions(condition: Condition<RequirementTest>, policy: Policy) {
  const words = {
    textOf: ({ text }: RequirementTest) => text,
    alter: (test: RequirementTest) => alterationsOf(test, policy),
  };
  return changesOf(condition.expression, words)
    .filter(({ expression }) => !sameOutcome(condition.expression, expression, policy))
    .map(({ at, what, expression }) => ({ test: at, what, changed: { ...condition, expression } }));
}

/** Every other kind of change; those with the same table are sorted out with the rest. */
function otherKinds(test: CopyTest): readonly { readonly what: string; readonly test: CopyTest }[] {
  if (test.kind === "value") return [];
  return KINDS.filter((kind) => kind !== test.is).map((is) => {
    return { what: `\`${copyText(test)}\` is \`changekind:${is}\``, test: { ...test, is } };
  });
}

function ofLabel(policy: Policy, label: Label, at: number): readonly Mutant[] {
  const put = (changed: Label): Mutant["change"] => {
    const labels = policy.labels.with(at, changed);
    return (before) => ({ ...before, labels });
  };
  const path = ["labels", label.name];
  const { copy, ...neverCopied } = label;
  const copies =
    copy === undefined
      ? []
      : [
          ...changesOf(copy.expression, { textOf: copyText, alter: otherKinds }).map(
            ({ at: test, what, expression }) => ({ test, what, changed: { ...label, copy: { ...copy, expression } } }),
          ),
          { test: 0, what: "no vote is carried", changed: neverCopied },
        ].filter(({ changed }) => !sameCopies(label, changed));
  const computed = label.computed.flatMap((one, index): readonly Mutant[] => {
    const here = [...path, "computed", String(one.value)];
    const without = label.computed.toSpliced(index, 1);
    return [
      ...changedConditions(one, policy).map(({ test, what, changed }) => {
        return {
          path: here,
          test,
          what,
          change: put({ ...label, computed: label.computed.with(index, { ...one, ...changed }) }),
        };
      }),
      // A label that nothing computes any more would be one that people vote on: another policy.
      ...(without.length === 0
        ? []
        : [{ path: here, what: `it is never ${one.value}`, change: put({ ...label, computed: without }) }]),
    ];
  });
  return [
    ...copies.map(({ test, what, changed }) => ({
      path: [...path, "copyCondition"],
      test,
      what,
      change: put(changed),
    })),
    ...computed,
    ...(label.veto === "sticky" && label.min < 0
      ? [{ path: [...path, "veto"], what: "the veto is not sticky", change: put({ ...label, veto: "none" }) }]
      : []),
  ];
}

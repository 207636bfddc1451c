/** Which tests of a policy its cases have seen both ways: one that was never false, or never true, could say anything. */
import { atomsOf } from "../policy/expression-tree.ts";
import type { CopyTest } from "../policy/copy-operators.ts";
import type { Condition, Policy } from "../policy/policy.ts";
import { keyed, placeOf, type KeyPlace } from "./places.ts";
import type { CasesRun } from "./run.ts";

export interface Unseen extends KeyPlace {
  readonly text: string;
  readonly never: "true" | "false" | "asked";
}

export interface Coverage {
  readonly atoms: number;
  readonly unseen: readonly Unseen[];
}

/** Tests of requirements; those of copy conditions and computed labels are left to mutation, which asks what they change. */
export function coverageOf(run: CasesRun): Coverage {
  const seen = new Map<string, Set<boolean>>();
  for (const { verdict } of run.results)
    for (const { name, atoms } of verdict.requirements)
      for (const { text, value } of atoms) keyed(seen, `${name} ${text}`, () => new Set<boolean>()).add(value);
  const [first] = run.results;
  if (first === undefined) return { atoms: 0, unseen: [] };
  const all = testsOf(first.asked.policy);
  return {
    atoms: all.length,
    unseen: all.flatMap(({ requirement, key, text }): readonly Unseen[] => {
      const values = seen.get(`${requirement} ${text}`);
      if (values?.size === 2) return [];
      const never = values === undefined ? "asked" : values.has(true) ? "false" : "true";
      return [{ ...placeOf(first.asked.layers, key.split(".")), text, never }];
    }),
  };
}

interface NamedTest {
  readonly requirement: string;
  readonly key: string;
  readonly text: string;
}

function testsOf({ requirements }: Policy): readonly NamedTest[] {
  const conditions = requirements.flatMap(({ name, submittableIf, applicableIf, overrideIf }) =>
    Object.entries({ applicableIf, submittableIf, overrideIf }).flatMap(([key, condition]) =>
      condition === undefined
        ? []
        : texts(condition).map((text) => ({ requirement: name, key: `submitRequirements.${name}.${key}`, text })),
    ),
  );
  return conditions.filter(
    ({ requirement, text }, at) =>
      conditions.findIndex((one) => one.requirement === requirement && one.text === text) === at,
  );
}

function texts<T extends { readonly text: string } | CopyTest>(condition: Condition<T>): readonly string[] {
  return atomsOf(condition.expression).flatMap((test) => ("text" in test ? [test.text] : []));
}

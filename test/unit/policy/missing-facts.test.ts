// An absence that nobody looked for is no absence: a policy that asks about it closes the gate, with its own words.
import { expect, it } from "vitest";
import { approved, policy } from "./sample.ts";
import { missingFacts } from "../../../src/core/policy/missing-facts.ts";
import { parseExpression } from "../../../src/core/policy/expression.ts";
import { resolveAtoms } from "../../../src/core/policy/expression-tree.ts";
import { readRequirementTest } from "../../../src/core/policy/operators.ts";
import type { Requirement } from "../../../src/core/policy/policy.ts";

const names = { labels: [], groups: [], checks: [], freezes: [], users: [] };

function asking(text: string): Requirement {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  const read = resolveAtoms(parsed.value, (atom) => readRequirementTest(text, atom, names));
  if (!read.ok) throw new Error(read.problem[0]?.message);
  const submittableIf = { text, expression: read.value };
  return { name: "New", description: "", noun: "it", submittableIf, canOverrideInChildProjects: false };
}

it.each([
  ["-has:bidi", "bidi"],
  ["-is:backport-of-merged", "backport"],
  ["-has:enabled_code-owners", "owners"],
  ["-topic:x", "topic"],
  ["-hashtag:x", "hashtag"],
] as const)("%s is not taken to hold where nobody looked", (text, fact) => {
  const asked = { ...policy(), requirements: [...policy().requirements, asking(text)] };
  const looked = approved();
  expect(missingFacts(asked, looked)).toEqual([]);
  const unseen = { ...looked, facts: { ...looked.facts, notGathered: [fact] } };
  expect(missingFacts(asked, unseen)).toEqual([
    `\`${text.slice(1)}\` is asked, and nobody has looked for what it is about`,
  ]);
  expect(missingFacts(policy(), unseen)).toEqual([]);
});

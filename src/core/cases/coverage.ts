/**
 * Which tests of a policy its cases have seen both ways: one that was never false, or never true, could say anything. A test of a copy
 * condition that can only come out one way (`is:MIN` beside a sticky veto) is asked for that one alone.
 */
import { concludes } from "../policy/check-results.ts";
import { isStickyVeto } from "../policy/copy.ts";
import { atomsOf } from "../policy/expression-tree.ts";
import { establish } from "../policy/facts.ts";
import type { Label, Policy } from "../policy/policy.ts";
import { carries, copyQuestions, copyTestHolds, copyText } from "./copies.ts";
import { keyed, placeOf, type KeyPlace } from "./places.ts";
import type { CaseResult, CasesRun } from "./run.ts";

export interface Unseen extends KeyPlace {
  readonly text: string;
  readonly never: "true" | "false" | "asked";
}

export interface Coverage {
  readonly atoms: number;
  readonly unseen: readonly Unseen[];
}

/** What a test has come out as, by the key of its expression and its text. */
type Seen = Map<string, Set<boolean>>;

export function coverageOf({ results }: CasesRun): Coverage {
  const [first] = results;
  if (first === undefined) return { atoms: 0, unseen: [] };
  const seen: Seen = new Map();
  for (const result of results) look(result, seen);
  const all = testsOf(first.asked.policy);
  return {
    atoms: all.length,
    unseen: all.flatMap(({ path, at, text, possible }): readonly Unseen[] => {
      const values = seen.get(`${path.join(".")} ${text}`) ?? new Set();
      const missing = possible.filter((value) => !values.has(value));
      if (missing.length === 0) return [];
      const never = values.size === 0 ? "asked" : missing.includes(true) ? "true" : "false";
      return [{ ...placeOf(first.asked.layers, path, at), text, never }];
    }),
  };
}

function look({ verdict, snapshot, asked: { policy } }: CaseResult, seen: Seen): void {
  const note = (path: readonly string[], text: string, value: boolean) =>
    keyed(seen, `${path.join(".")} ${text}`, () => new Set<boolean>()).add(value);
  for (const { name, atoms } of verdict.requirements)
    for (const { text, value } of atoms)
      for (const key of CONDITIONS) note(["submitRequirements", name, key], text, value);
  const { checks } = establish(policy, snapshot, snapshot.now);
  for (const label of policy.labels) {
    for (const { value, expression } of label.computed)
      for (const test of atomsOf(expression))
        if (test.kind === "check")
          note(["labels", label.name, "computed", String(value)], test.text, concludes(checks, test));
    for (const question of askedOf(label, snapshot))
      for (const test of label.copy === undefined ? [] : atomsOf(label.copy.expression))
        note(["labels", label.name, "copyCondition"], copyText(test), copyTestHolds(test, label, question));
  }
}

/** From the patch set of each vote on, to the first step that does not carry it. */
function askedOf(label: Label, { votes, change: { patchSets } }: CaseResult["snapshot"]) {
  return votes
    .filter((vote) => vote.label === label.name && !isStickyVeto(label, vote.value))
    .flatMap(({ value, patchSet }) => {
      const steps = patchSets.filter(({ n }) => n > patchSet).map(({ kind }) => ({ kind, value }));
      const lost = steps.findIndex((step) => !carries(label, step));
      return lost < 0 ? steps : steps.slice(0, lost + 1);
    });
}

const CONDITIONS = ["applicableIf", "submittableIf", "overrideIf"] as const;
const EITHER: readonly boolean[] = [true, false];

interface NamedTest {
  readonly path: readonly string[];
  /** The how manieth of its expression. */
  readonly at: number;
  readonly text: string;
  readonly possible: readonly boolean[];
}

/** Each text once per expression. */
function testsOf({ requirements, labels }: Policy): readonly NamedTest[] {
  const all = [
    ...requirements.flatMap((requirement) =>
      CONDITIONS.flatMap((key) => {
        const condition = requirement[key];
        const path = ["submitRequirements", requirement.name, key];
        return condition === undefined
          ? []
          : atomsOf(condition.expression).map(({ text }, at) => ({ path, at, text, possible: EITHER }));
      }),
    ),
    ...labels.flatMap((label) => [
      ...label.computed.flatMap(({ value, expression }) => {
        const path = ["labels", label.name, "computed", String(value)];
        return atomsOf(expression).map(({ text }, at) => ({ path, at, text, possible: EITHER }));
      }),
      ...(label.copy === undefined ? [] : atomsOf(label.copy.expression)).map((test, at) => {
        const outcomes = new Set(copyQuestions(label).map((question) => copyTestHolds(test, label, question)));
        const possible = EITHER.filter((value) => outcomes.has(value));
        return { path: ["labels", label.name, "copyCondition"], at, text: copyText(test), possible };
      }),
    ]),
  ];
  const keyOf = ({ path, text }: NamedTest) => `${path.join(".")} ${text}`;
  return [...new Map(all.toReversed().map((test) => [keyOf(test), test])).values()].reverse();
}

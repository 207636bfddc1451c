/** Runs the cases of a file: builds each one's snapshot, assumes what happens, evaluates, and says what came out otherwise. */
import { assume } from "../policy/assume.ts";
import { parseAssumption } from "../policy/assume-text.ts";
import { evaluate } from "../policy/evaluate.ts";
import { establish } from "../policy/facts.ts";
import type { Policy } from "../policy/policy.ts";
import { problemIn } from "../policy/parse.ts";
import type { PolicyProblem } from "../policy/problem.ts";
import type { PolicySnapshot } from "../policy/snapshot.ts";
import type { Verdict } from "../policy/verdict.ts";
import { fail, ok, type Result } from "../result.ts";
import { buildSnapshot, mergeSituations } from "./build.ts";
import { compare } from "./compare.ts";
import { outcomeOf, type CaseKeys, type CasesText } from "./format.ts";
import { peopleOf } from "./people.ts";
import { askedPolicy, titleOf, type AskedPolicy } from "./policy-text.ts";

export interface CaseResult {
  readonly name: string;
  /** Where it stands in the file, from 1. */
  readonly line: number;
  readonly passed: boolean;
  /** Sentences; empty where it passed. */
  readonly differences: readonly string[];
  readonly keys: CaseKeys;
  readonly asked: AskedPolicy;
  /** After what happens. */
  readonly snapshot: PolicySnapshot;
  /** The same under a policy that gives people other rights; undefined where something of it could not happen then. */
  readonly snapshotUnder: (policy: Policy) => PolicySnapshot | undefined;
  readonly verdict: Verdict;
}

export interface CasesRun {
  /** "preset:openstack", or "policy". */
  readonly title: string;
  readonly path: string;
  readonly results: readonly CaseResult[];
}

/** A case that cannot be read is a problem of the file, and none is run. */
export function runCases(
  file: CasesText,
  presets: Readonly<Record<string, string>>,
): Result<CasesRun, readonly PolicyProblem[]> {
  const policies = new Map<string, Result<AskedPolicy, readonly PolicyProblem[]>>();
  const policyWithout = (groups: readonly string[]) => {
    const key = groups.join(" ");
    const found = policies.get(key) ?? askedPolicy(file, presets, groups);
    policies.set(key, found);
    return found;
  };
  const results: CaseResult[] = [];
  const problems: PolicyProblem[] = [];
  for (const [index, keys] of file.keys.cases.entries()) {
    const given = mergeSituations(file.keys.base ?? {}, keys.given ?? {});
    const asked = policyWithout(given.withoutGroups ?? []);
    // A policy that cannot be read is every case's problem, told once.
    if (!asked.ok) return asked;
    const prepared = prepare(file, { index, keys, asked: asked.value });
    if (prepared.ok) {
      const { line } = file.source.at(["cases", index]);
      const { verdict, differences } = judgeCase(asked.value.policy, prepared.value, keys);
      const passed = differences.length === 0;
      results.push({
        ...{ name: keys.name, line, passed, differences, keys, verdict },
        ...{ asked: asked.value, snapshot: prepared.value },
        snapshotUnder: (policy) => {
          const again = prepare(file, { index, keys, asked: { ...asked.value, policy } });
          return again.ok ? again.value : undefined;
        },
      });
    } else problems.push(prepared.problem);
  }
  return problems.length === 0 ? ok({ title: titleOf(file), path: file.path, results }) : fail(problems);
}

/** Also under a policy that is a little different (`mutate.ts`). */
export function judgeCase(
  policy: Policy,
  snapshot: PolicySnapshot,
  keys: CaseKeys,
): { readonly verdict: Verdict; readonly differences: readonly string[] } {
  const verdict = evaluate(policy, snapshot, snapshot.now);
  const computed = () => establish(policy, snapshot, snapshot.now).computed;
  return { verdict, differences: compare(outcomeOf(keys), verdict, computed) };
}

interface Case {
  readonly index: number;
  readonly keys: CaseKeys;
  readonly asked: AskedPolicy;
}

function prepare(file: CasesText, { index, keys, asked }: Case): Result<PolicySnapshot, PolicyProblem> {
  const at = (path: readonly (string | number)[], message: string, hint: string) =>
    fail(problemIn(file, path, { kind: "wrong-value", message, hint }));
  const built = buildSnapshot(mergeSituations(file.keys.base ?? {}, keys.given ?? {}), {
    policy: asked.policy,
    policyText: asked.text,
    people: peopleOf(file.keys, asked.policy),
    withoutGroups: asked.without,
  });
  if (!built.ok) {
    const { key, message } = built.problem;
    const own = keys.given !== undefined && Object.hasOwn(keys.given, key);
    return at(own ? ["cases", index, "given", key] : ["base", key], message, `mend \`${key}\` of \`${keys.name}\``);
  }
  let snapshot = built.value;
  for (const [step, text] of (keys.when ?? []).entries()) {
    const assumption = parseAssumption(text, snapshot, asked.policy);
    if (!assumption.ok)
      return at(["cases", index, "when", step], assumption.problem, `mend \`when\` of \`${keys.name}\``);
    snapshot = assume(asked.policy, snapshot, [assumption.value]);
  }
  return ok(snapshot);
}

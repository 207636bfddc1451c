/**
 * `evaluate(policy, snapshot, now)`: may this change enter the gate, why, why not, and who could do what about it. Pure: the same
 * snapshot gives the same bytes of JSON. Whatever is missing, broken or contradicts itself makes it not submittable, in a sentence.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Result } from "../result.ts";
import type { Instant } from "../time.ts";
import { canonicalJson } from "./canonical-json.ts";
import { establish } from "./facts.ts";
import { isFulfilled } from "./fulfilled.ts";
import { evaluateConflicts } from "./conflicts-left.ts";
import { evaluateChangeId, evaluateContributors, evaluateParents, evaluateShape } from "./parents.ts";
import { missingFacts } from "./missing-facts.ts";
import type { Policy } from "./policy.ts";
import { describePolicyProblem, type PolicyProblem } from "./problem.ts";
import { evaluateRequirement } from "./requirement.ts";
import type { PolicySnapshot } from "./snapshot.ts";
import { worldOf } from "./supposing.ts";
import { nextUsers } from "./next-users.ts";
import type { RequirementResult, Verdict } from "./verdict.ts";

export function evaluate(policy: Policy, snapshot: PolicySnapshot, now: Instant): Verdict {
  const facts = establish(policy, snapshot, now);
  const world = worldOf(facts);
  const evaluated = policy.requirements.map((requirement) => evaluateRequirement(requirement, world));
  const requirements = [
    ...evaluated.map(({ result }) => result),
    ...(policy.requirements.length === 0
      ? [brokenPolicy(["it has no submit requirements, which would let everything pass"])]
      : []),
    evaluateParents(facts),
    ...evaluateChangeId(facts),
    ...evaluateConflicts(facts),
    ...(policy.shape === "one-commit" ? [evaluateShape(facts)] : []),
    ...(policy.identity.unknownContributors === "block" ? [evaluateContributors(facts)] : []),
  ];
  const wakes = [...facts.checks.values(), ...evaluated].flatMap(({ wakeAt }) => wakeAt ?? []);
  return conclude(
    {
      mode: policy.mode,
      people: policy.explain.people,
      requirements,
      ...(wakes.length === 0 ? {} : { wakeAt: wakes.reduce((least, at) => (at < least ? at : least)) }),
      checks: [...facts.checks.values()].map(({ result }) => result),
      sources: policy.sources,
      problems: problemsOf(policy, snapshot),
    },
    snapshot,
    now,
  );
}

/** With a broken policy there is nothing to evaluate: the verdict says what is broken, and the gate is closed. */
export function evaluateOrClose(
  policy: Result<Policy, readonly PolicyProblem[]>,
  snapshot: PolicySnapshot,
  now: Instant,
): Verdict {
  if (policy.ok) return evaluate(policy.value, snapshot, now);
  const sentences = policy.problem.map((problem) => `${describePolicyProblem(problem)}. ${problem.hint}`);
  const problems = sentences.length === 0 ? ["the policy could not be read"] : sentences;
  // A policy that cannot be read cannot ask for silence either: enforce.
  return conclude(
    { mode: "enforce", people: "names", requirements: [brokenPolicy(problems)], checks: [], sources: [], problems },
    snapshot,
    now,
  );
}

type Findings = Required<Pick<Verdict, "mode" | "people" | "requirements" | "checks" | "sources" | "problems">> &
  Pick<Verdict, "wakeAt">;

function conclude(findings: Findings, snapshot: PolicySnapshot, now: Instant): Verdict {
  const { change } = snapshot;
  const submittable =
    findings.problems.length === 0 && findings.requirements.length > 0 && findings.requirements.every(isFulfilled);
  const verdict = {
    submittable,
    mode: findings.mode,
    evaluatedAt: now,
    change: change.number,
    target: change.branch,
    head: change.head,
    patchSet: change.patchSets.at(-1)?.n ?? 0,
    requirements: findings.requirements,
    checks: findings.checks,
    sources: findings.sources,
    problems: findings.problems,
    people: findings.people,
    nextUsers: nextUsers(findings.requirements, change),
    ...(findings.wakeAt === undefined ? {} : { wakeAt: findings.wakeAt }),
  };
  return { ...verdict, certificate: certify(verdict) };
}

function problemsOf(policy: Policy, snapshot: PolicySnapshot): readonly string[] {
  const { change, groups, incomplete } = snapshot;
  const newest = change.patchSets.at(-1);
  return [
    ...incomplete.map(({ what, why }) => `${what} could not be read: ${why}`),
    ...missingFacts(policy, snapshot),
    ...(newest?.sha === change.head
      ? []
      : ["the newest recorded patch set is not the head: it has to be recorded first"]),
    ...(change.patchSets.every(({ n }, index) => n === index + 1) ? [] : ["the record of patch sets has gaps"]),
    ...Object.keys(policy.groups).flatMap((name) => {
      const members = Object.hasOwn(groups, name) ? groups[name] : undefined;
      if (members === undefined) return [`the members of the group ${name} are not known`];
      return members.length === 0 ? [`the group ${name} has no members, so nobody can approve`] : [];
    }),
    ...(change.draft ? ["it is a draft: mark it ready for review"] : []),
  ];
}

function certify(verdict: Omit<Verdict, "certificate">): string {
  const rests = {
    policy: (verdict.sources ?? []).map(({ path, sha }) => ({ path, sha })),
    change: verdict.change,
    target: verdict.target,
    head: verdict.head,
    patchSet: verdict.patchSet,
    votes: [
      ...new Set(verdict.requirements.flatMap(({ counted }) => counted.map(({ id, value }) => `${id}=${value}`))),
    ].sort(),
    // Owners' approvals, results of checks, freezes and times are evidence of the tests; an override is of its requirement.
    requirements: verdict.requirements.map(({ name, status, atoms, lift }) => ({
      name,
      status,
      tests: atoms.map(({ text, value, evidence }) => ({ text, value, evidence: [...evidence].sort() })),
      ...(lift === undefined ? {} : { lift: { rule: lift.rule, evidence: lift.evidence, until: lift.until } }),
    })),
    problems: verdict.problems,
    submittable: verdict.submittable,
  };
  return `sha256:${bytesToHex(sha256(utf8ToBytes(canonicalJson(rests))))}`;
}

function brokenPolicy(sentences: readonly string[]): RequirementResult {
  return {
    name: "Policy",
    description: "The policy on the target branch can be read",
    status: "ERROR",
    expression: "",
    atoms: [],
    unmetBecause: sentences,
    counted: [],
    notCounted: [],
    ways: [],
    blocked: true,
    noun: "policy",
  };
}

/** A policy as it is in force: presets and files merged, every expression parsed, every name known to exist. */
import type { JobName, Sha, UserId } from "../ids.ts";
import type { CopyTest } from "./copy-operators.ts";
import type { Expression } from "./expression-tree.ts";
import type { RequirementTest } from "./operators.ts";
import type { Mode } from "./verdict.ts";

export interface Policy {
  readonly mode: Mode;
  /** The name after `preset:`. */
  readonly preset: string;
  /** Weakest first. */
  readonly sources: readonly { readonly path: string; readonly sha: Sha }[];
  readonly labels: readonly Label[];
  readonly access: readonly AccessRule[];
  readonly requirements: readonly Requirement[];
  readonly groups: Readonly<Record<string, Group>>;
  /** In the order the preset names them. */
  readonly checks: readonly CheckSource[];
  /** Accounts of one human; whoever is in none is alone. */
  readonly identities: readonly (readonly UserId[])[];
  readonly identity: {
    readonly unknownContributors: "block" | "warn";
    readonly suggestionsMakeContributors: boolean;
  };
  /** one-commit: the change's own range is exactly one commit. */
  readonly shape: "any" | "one-commit";
  readonly gate: GatePolicy;
}

/** What lands a change and what the gate waits for. An absent time is the service's to choose. */
export interface GatePolicy {
  /** `auto` is resolved where the repository's own settings are known: merge-if-necessary, else squash, else rebase. */
  readonly strategy: "auto" | "merge-if-necessary" | "squash" | "rebase";
  readonly settleMs: number;
  /** The names of the checks, in the policy's order; a check of several jobs is one of these. */
  readonly jobs: readonly JobName[];
  /** Without any run on the gate commit. */
  readonly startMs?: number;
  /** Of one job, from its start. */
  readonly totalMs?: number;
  /** Without any job of the build changing its state. */
  readonly progressMs?: number;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Source: Gerrit, "Review Labels"; `computed` and `veto` are ours. */
export interface Label extends Range {
  readonly name: string;
  /** Lowest first. */
  readonly values: readonly { readonly value: number; readonly text: string }[];
  /** Sticky: the lowest value stays through every patch set until its author votes again (ruling 43). */
  readonly veto: "none" | "sticky";
  readonly copy?: Condition<CopyTest>;
  /** Not empty: nobody votes; the lowest value whose condition holds is the label's value. */
  readonly computed: readonly (Condition<RequirementTest> & { readonly value: number })[];
}

/** An expression with its text as the policy has it. */
export interface Condition<T> {
  readonly text: string;
  readonly expression: Expression<T>;
}

/** Who may vote what on changes for the branches that match. */
export interface AccessRule {
  /** `*` stands for any characters, `/` included. */
  readonly branch: string;
  readonly label: string;
  /** `anyone`, `owner` (of the change), or a group. */
  readonly grants: readonly (Range & { readonly to: string })[];
}

/** Source: Gerrit, "Submit Requirements". */
export interface Requirement {
  readonly name: string;
  readonly description: string;
  /** What people call one of what it needs: "core approval". */
  readonly noun: string;
  readonly applicableIf?: Condition<RequirementTest>;
  readonly submittableIf: Condition<RequirementTest>;
  readonly overrideIf?: Condition<RequirementTest>;
}

export interface Group {
  /** `org/slug`. */
  readonly teams: readonly string[];
  readonly users: readonly { readonly login: string; readonly id: UserId }[];
}

/** The one producer whose word counts for a check (ruling 47). */
export interface CheckSource {
  /** As the policy calls it. */
  readonly name: string;
  /** As the producer calls it. */
  readonly job: string;
  /** Path of the workflow file; only for GitHub Actions. */
  readonly workflow?: string;
  readonly app: { readonly id: number; readonly slug: string };
}

export const GITHUB_ACTIONS = { id: 15368, slug: "github-actions" } as const;

export function labelOf(policy: Policy, name: string): Label | undefined {
  return policy.labels.find((label) => label.name === name);
}

/** What has to be gathered before this policy can be asked. */
export interface PolicyNeeds {
  /** `org/slug`, sorted, each once. */
  readonly teams: readonly string[];
  readonly users: readonly { readonly login: string; readonly id: UserId }[];
  readonly checks: readonly CheckSource[];
  /** By the policy's group name, for `snapshot.groups`. */
  readonly groups: Readonly<Record<string, Group>>;
}

export function policyNeeds(policy: Policy): PolicyNeeds {
  const groups = Object.values(policy.groups);
  const users = new Map(groups.flatMap((group) => group.users.map((user) => [user.id, user])));
  return {
    teams: [...new Set(groups.flatMap((group) => group.teams))].sort(),
    users: [...users.values()].sort((a, b) => a.id - b.id),
    checks: policy.checks,
    groups: policy.groups,
  };
}

/** What the policy lets this person vote on this label; undefined = nothing (ruling 51). The widest grant wins. */
export function permittedRange(
  policy: Policy,
  label: string,
  voter: { readonly id: UserId; readonly owner: boolean; readonly branch: string; readonly groups: readonly string[] },
): Range | undefined {
  const grants = policy.access
    .filter((rule) => rule.label === label && branchMatches(rule.branch, voter.branch))
    .flatMap((rule) => rule.grants)
    .filter(({ to }) => to === "anyone" || (to === "owner" && voter.owner) || voter.groups.includes(to));
  if (grants.length === 0) return undefined;
  return { min: Math.min(...grants.map((g) => g.min)), max: Math.max(...grants.map((g) => g.max)) };
}

/** The policy's groups this person is in, by the gathered membership. */
export function groupsOf(
  groups: Readonly<Record<string, readonly { readonly id: UserId }[]>>,
  id: UserId,
): readonly string[] {
  return Object.keys(groups).filter((name) => groups[name]?.some((member) => member.id === id));
}

/** Linear in both lengths: pieces between the stars are looked for one after the other. */
export function branchMatches(pattern: string, branch: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === branch;
  const last = rest.pop() ?? "";
  if (!branch.startsWith(first) || branch.length < first.length + last.length || !branch.endsWith(last)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = branch.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= branch.length - last.length;
}

/** A policy as it is in force: presets and files merged, every expression parsed, every name known to exist. */
import type { JobName, Sha, UserId } from "../ids.ts";
import type { Instant } from "../time.ts";
import type { CopyTest } from "./copy-operators.ts";
import type { Expression } from "./expression-tree.ts";
import { matchesGlob } from "./glob.ts";
import type { RequirementTest } from "./operators.ts";
import type { Mode } from "./verdict.ts";

export interface Policy {
  readonly mode: Mode;
  /** gerrit: the expressions of some layer mean what Gerrit makes of them; for those who migrate. */
  readonly dialect: "strict" | "gerrit";
  /** The name after `preset:`; absent = the files say everything themselves. */
  readonly preset?: string;
  /** Weakest first. */
  readonly sources: readonly { readonly path: string; readonly sha: Sha }[];
  readonly labels: readonly Label[];
  readonly access: readonly AccessRule[];
  readonly requirements: readonly Requirement[];
  readonly groups: Readonly<Record<string, Group>>;
  /** Whom groups and identities name, each id once, sorted by it. */
  readonly people: readonly { readonly login: string; readonly id: UserId }[];
  /** Those the preset names in its order, then the repository's own. At least one. */
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
  /** Absent: nobody owns paths here. */
  readonly owners?: OwnersPolicy;
  readonly freezes: readonly Freeze[];
  readonly overrides: readonly OverrideRule[];
  readonly releases: ReleasesPolicy;
  /** Folders on the default branch; absent: there is no release cycle. */
  readonly cycle?: { readonly files: string; readonly exceptions: string };
  /** Absent: every change needs a release note, where a requirement asks for one. */
  readonly notes?: NotesPolicy;
  /** The label whose greatest vote lets a change from a fork be the base of the one above it; absent: nothing of a fork is put into the project. */
  readonly reviewBases?: string;
  readonly explain: {
    /** Whether what is still needed is told with the names of those who could give it. */
    readonly people: "names" | "counts";
  };
}

/** Which changes need a release note. Patterns are globs (glob.ts). */
export interface NotesPolicy {
  /** Absent: any `releasenotes/notes`. */
  readonly folder?: string;
  /** Absent: every path. */
  readonly neededFor?: readonly string[];
  readonly except: readonly string[];
}

/** Which files ask for tags. */
export interface ReleasesPolicy {
  /** A folder on the default branch; absent: no file here asks for any. */
  readonly files?: string;
  /** `owner/name` of repositories whose files may tag this one. */
  readonly from: readonly string[];
  /** No tag is made without a signature. */
  readonly signed?: true;
}

/** Who owns which paths, and what their approval is. */
export interface OwnersPolicy {
  /** Looked at in this order; the first that is there speaks for the whole tree. */
  readonly sources: readonly ("CODEOWNERS" | "OWNERS")[];
  /** Whose approval a path without an owner needs: nobody's can do (none), or anyone's who may vote. */
  readonly fallback: "none" | "anyone";
  /** An approval of an earlier patch set stays for the paths it covered. */
  readonly stickyPerFile: boolean;
  /** What an owner's approval is: a standing vote of at least this value on this label, by no contributor. */
  readonly vote: { readonly label: string; readonly value: number };
  /** Paths that need several owners. The pattern matches the whole path. */
  readonly minApprovers: readonly { readonly pattern: string; readonly count: number }[];
  /** Paths that need an approval from each of these groups beside their owners'. */
  readonly allOf: readonly { readonly pattern: string; readonly groups: readonly string[] }[];
}

/** No change lands on these branches in this window: `from` inclusive, `to` exclusive (ruling 52). */
export interface Freeze {
  readonly name: string;
  /** `*` stands for any characters. */
  readonly branches: readonly string[];
  readonly from: Instant;
  readonly to: Instant;
  /** The freeze is none for changes for which this holds. */
  readonly except?: Condition<RequirementTest>;
}

/** Several people may lift named requirements of one patch set, with a reason, for a while (threat T38, ruling 56). */
export interface OverrideRule {
  readonly name: string;
  readonly group: string;
  /** Distinct people of the group who have to ask for it. */
  readonly people: number;
  readonly requireReason: boolean;
  /** From the last person's word. */
  readonly expiresMs: number;
  /** Names of requirements; nothing else is lifted. */
  readonly lifts: readonly string[];
  /** It lifts a requirement although a veto stands in it. */
  readonly overridesVeto: boolean;
  readonly notify: "comment" | "none";
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
  /** Branches on whose changes the label is there; absent = all. `*` stands for any characters. */
  readonly branches?: readonly string[];
  readonly copy?: Condition<CopyTest>;
  /** Not empty: nobody votes; the lowest value whose condition holds is the label's value. */
  readonly computed: readonly (Condition<RequirementTest> & { readonly value: number })[];
}

/** An expression with its text as the policy has it. */
export interface Condition<T> {
  readonly text: string;
  readonly expression: Expression<T>;
  /** Of a layer of dialect gerrit, where there is something to say: how strict writes the same, and what to know of Gerrit's reading. */
  readonly loosely?: { readonly strict?: string; readonly remarks: readonly string[] };
}

/** Who may vote what on changes for the branches that match. */
export interface AccessRule {
  /** `*` stands for any characters, `/` included. */
  readonly branch: string;
  readonly label: string;
  /** On the branches it matches only this rule and those of narrower patterns count for the label. */
  readonly exclusive: boolean;
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
  /** A later layer may define it anew; false: it is locked, with everything it depends on (ruling 50). */
  readonly canOverrideInChildProjects: boolean;
}

export interface Group {
  /** `org/slug`. */
  readonly teams: readonly string[];
  readonly users: readonly { readonly login: string; readonly id: UserId }[];
}

/** What a check is made of: it passes when each of its entries does (rulings 23, 47). */
export interface CheckSource {
  /** As the policy calls it. */
  readonly name: string;
  /** At least one. */
  readonly entries: readonly CheckEntry[];
}

/** Jobs, check runs or statuses by a pattern over their names, from the one producer whose word counts. */
export interface CheckEntry {
  /** As the producer calls them; `*` stands for any characters. */
  readonly pattern: string;
  readonly producer: Producer;
  /** if-present: satisfied without a result once it is settled that none comes (`check-entries.ts`). */
  readonly required: "always" | "if-present";
  /** Conclusions that pass besides success. */
  readonly allow: readonly ("skipped" | "neutral")[];
  /** How long a result may take to appear before it counts as absent. */
  readonly withinMs: number;
}

export type Producer =
  /** Jobs of GitHub Actions, by the path of their workflow file. */
  | { readonly kind: "actions"; readonly workflow: string }
  /** Check runs of another app; the id decides. */
  | { readonly kind: "app"; readonly app: { readonly id: number; readonly slug: string } }
  /** Commit statuses by one account, since anybody with write access can set one (threat T5); the id decides. */
  | { readonly kind: "status"; readonly by: { readonly id: UserId; readonly login: string } };

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
  return {
    teams: [...new Set(groups.flatMap((group) => group.teams))].sort(),
    users: policy.people,
    checks: policy.checks,
    groups: policy.groups,
  };
}

/**
 * What the policy lets this person vote on this label; undefined = nothing (ruling 51). The widest grant of the rules that count:
 * those for the branch, and where some of them are exclusive only the narrowest exclusive one and what is narrower still.
 */
export function permittedRange(
  policy: Policy,
  label: string,
  voter: { readonly id: UserId; readonly owner: boolean; readonly branch: string; readonly groups: readonly string[] },
): Range | undefined {
  const branches = labelOf(policy, label)?.branches;
  if (branches !== undefined && !branches.some((pattern) => matchesGlob(pattern, voter.branch))) return undefined;
  const rules = policy.access
    .filter((rule) => rule.label === label && matchesGlob(rule.branch, voter.branch))
    .sort((a, b) => narrowness(a) - narrowness(b));
  const grants = rules
    .slice(
      Math.max(
        0,
        rules.findLastIndex(({ exclusive }) => exclusive),
      ),
    )
    .flatMap((rule) => rule.grants)
    .filter(({ to }) => to === "anyone" || (to === "owner" && voter.owner) || voter.groups.includes(to));
  if (grants.length === 0) return undefined;
  return { min: Math.min(...grants.map((g) => g.min)), max: Math.max(...grants.map((g) => g.max)) };
}

/** How many characters of the pattern stand for themselves; of two alike the later is the narrower. */
function narrowness({ branch }: AccessRule): number {
  return branch.replaceAll("*", "").length;
}

/** The policy's groups this person is in, by the gathered membership. */
export function groupsOf(
  groups: Readonly<Record<string, readonly { readonly id: UserId }[]>>,
  id: UserId,
): readonly string[] {
  return Object.keys(groups).filter((name) => groups[name]?.some((member) => member.id === id));
}

/**
 * What adopting plustwo, and looking after it, may rest on: one value, gathered by an adapter, judged by pure functions.
 * A fact that could not be read is never an empty one: it says why, and becomes a finding of its own.
 */
import { type BranchName, type Sha } from "../ids.ts";
import { type Person } from "../policy/snapshot.ts";

export type Known<T> =
  | { readonly known: true; readonly value: T }
  /** `why` completes "could not be read: …". */
  | { readonly known: false; readonly why: string };

export function known<T>(value: T): Known<T> {
  return { known: true, value };
}

/** The value, or this one where it is unknown: only for what is shown, never for what is concluded. */
export function valueOr<T>(fact: Known<T>, otherwise: T): T {
  return fact.known ? fact.value : otherwise;
}

/** Everything `init` proposes from; `doctor` reads it too. */
export interface ProjectFacts {
  readonly repository: ProjectRepository;
  readonly viewer: Person;
  readonly workflows: Known<readonly WorkflowText[]>;
  readonly jobs: Known<readonly SeenJob[]>;
  /** Check runs of other apps than Actions, and commit statuses. */
  readonly results: Known<readonly SeenResult[]>;
  /** Text of the CODEOWNERS file; `undefined` = there is none. */
  readonly codeowners: Known<string | undefined>;
  readonly teams: Known<readonly ProjectTeam[]>;
  /** Who has rights of their own or by a team, strongest first. */
  readonly people: Known<readonly ProjectPerson[]>;
}

export type Permission = "none" | "read" | "triage" | "write" | "maintain" | "admin";

export interface ProjectRepository {
  /** `owner/name`, as the forge spells it. */
  readonly fullName: string;
  readonly owner: string;
  readonly name: string;
  readonly ownerKind: "User" | "Organization";
  readonly defaultBranch: BranchName;
  readonly private: boolean;
  readonly archived: boolean;
  /** Of whoever asks. */
  readonly permission: Permission;
  readonly mergeMethods: { readonly merge: boolean; readonly squash: boolean; readonly rebase: boolean };
  /** `https://github.com/owner/name`. */
  readonly url: string;
}

export interface WorkflowText {
  /** `.github/workflows/….yml`. */
  readonly path: string;
  readonly text: string;
  /** Switched off by hand or for want of activity: it does not run whatever its triggers say. */
  readonly disabled?: boolean;
}

/** A job of the newest run of its workflow, event and branch. */
export interface SeenJob {
  readonly name: string;
  readonly workflow: string;
  readonly event: string;
  readonly branch: string;
  /** `undefined` while it runs. */
  readonly conclusion?: string;
}

export interface SeenResult {
  readonly kind: "check-run" | "status";
  readonly name: string;
  /** Who posted it; for a status its creator's login and id. */
  readonly app: { readonly id: number; readonly slug: string };
}

export interface ProjectTeam {
  /** `org/slug`. */
  readonly name: string;
  readonly permission: Permission;
}

export interface ProjectPerson extends Person {
  readonly permission: Permission;
}

/** Everything `doctor` judges. */
export interface OperationFacts extends ProjectFacts {
  /** The branch the policy is read at. */
  readonly target: BranchName;
  /** `undefined` = there is no policy file on the target. */
  readonly policy: Known<string | undefined>;
  /** `.github/plustwo.yml` of `<owner>/.github`; `undefined` = there is none, or it is hidden. */
  readonly organisation?: Known<string | undefined>;
  /** Our App, where it could be recognized. */
  readonly app: Known<AppFacts | undefined>;
  /** Its installation on the owner; `undefined` = it is not installed there. */
  readonly installation: Known<InstallationFacts | undefined>;
  /** Active and evaluating ones, the organisation's included. */
  readonly rulesets: Known<readonly RulesetFacts[]>;
  /** Classic protection of the target; `undefined` = none. */
  readonly protection: Known<ProtectionFacts | undefined>;
  readonly actions: Known<ActionsFacts>;
  /** When runs of first-time contributors wait for a maintainer; GitHub's word. */
  readonly forkApproval: Known<string>;
  /** Of the owner, as far as it is shown: `free`, `team`, `pro`, … */
  readonly plan: Known<string>;
  /** Members by `org/slug`, for the teams of the policy. */
  readonly members: Readonly<Record<string, Known<readonly Person[]>>>;
  /** By login as the policy writes it; `undefined` = nobody has it. */
  readonly accounts: Readonly<Record<string, Known<Person | undefined>>>;
}

export interface AppFacts {
  readonly id: number;
  readonly slug: string;
}

export interface InstallationFacts {
  readonly id: number;
  readonly appId: number;
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
  readonly suspended: boolean;
  /** `undefined` = chosen repositories, and which cannot be seen. */
  readonly everyRepository?: boolean;
}

export interface RulesetFacts {
  readonly id: number;
  readonly name: string;
  readonly enforcement: "active" | "evaluate" | "disabled";
  /** An organisation's ruleset is changed there. */
  readonly from: "repository" | "organization";
  /** It governs the target. */
  readonly governs: boolean;
  readonly rules: readonly RuleFacts[];
  /** Hidden from those who may not administer. */
  readonly bypass: Known<readonly BypassFacts[]>;
}

export interface RuleFacts {
  /** GitHub's word: `update`, `pull_request`, `required_status_checks`, `merge_queue`, … */
  readonly type: string;
  /** Of `required_status_checks`. */
  readonly checks?: readonly { readonly context: string; readonly appId?: number }[];
  /** Of `pull_request`. */
  readonly dismissStale?: boolean;
  readonly lastPushApproval?: boolean;
}

export interface BypassFacts {
  /** GitHub's word: `Integration`, `Team`, `RepositoryRole`, `OrganizationAdmin`, `DeployKey`. */
  readonly kind: string;
  readonly id?: number;
  readonly mode: string;
}

export interface ProtectionFacts {
  readonly requiredChecks: readonly string[];
  readonly requiredApprovals?: number;
  readonly linearHistory: boolean;
  readonly signatures: boolean;
  /** Pushes are for named people, teams and apps only. */
  readonly restricted: boolean;
  readonly enforceAdmins: boolean;
}

export interface ActionsFacts {
  readonly enabled: boolean;
  /** `all`, `local_only`, `selected`. */
  readonly allowed?: string;
}

/** A branch, where it stood. */
export interface Tip {
  readonly branch: BranchName;
  readonly sha: Sha;
}

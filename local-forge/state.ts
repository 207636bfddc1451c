/**
 * What the local forge remembers: GitHub's nouns as plain mutable objects, owned by the `World`.
 * Times are milliseconds since 1970; GitHub shows whole seconds, so order by id, not by time.
 */

export type Permission = "none" | "read" | "triage" | "write" | "maintain" | "admin";
export type AccountKind = "User" | "Organization" | "Bot";

export interface Account {
  readonly id: number;
  readonly kind: AccountKind;
  login: string;
  name: string | null;
  /** Lower case. Commits are matched to accounts by these. */
  emails: string[];
  readonly createdAt: number;
}

export interface Team {
  readonly id: number;
  readonly org: Account;
  readonly slug: string;
  name: string;
  members: Account[];
  /** By repository id. */
  readonly repositories: Map<number, Permission>;
}

export interface Label {
  readonly id: number;
  name: string;
  color: string;
  description: string | null;
}

export type Access = "read" | "write";

export interface App {
  readonly id: number;
  readonly slug: string;
  name: string;
  readonly owner: Account;
  /** The account `<slug>[bot]`. */
  readonly bot: Account;
  permissions: Record<string, Access>;
  events: string[];
  webhookUrl: string | null;
  readonly webhookSecret: string;
  /** PEM; empty for `github-actions`, which nobody can sign as. */
  readonly privateKey: string;
  readonly publicKey: string;
  readonly installations: Installation[];
  readonly createdAt: number;
}

export interface Installation {
  readonly id: number;
  readonly app: App;
  readonly account: Account;
  /** Repository ids. */
  readonly repositories: Set<number>;
  readonly createdAt: number;
}

export interface GitPerson {
  readonly name: string;
  readonly email: string;
  readonly at: number;
}

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: GitPerson;
  readonly committer: GitPerson;
}

export type ActivityType = "push" | "force_push" | "branch_creation" | "branch_deletion" | "pr_merge";

/** One line of the push log. `before` or `after` is forty zeros on creation or deletion. */
export interface Activity {
  readonly id: number;
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly at: number;
  readonly type: ActivityType;
  readonly actor: Account | null;
}

export interface BypassActor {
  /** An app id for `Integration`, a team id for `Team`, a role id for `RepositoryRole` (5 admin, 4 write, 2 maintain). */
  readonly actorId: number | null;
  readonly actorType: "Integration" | "Team" | "RepositoryRole" | "OrganizationAdmin";
  readonly mode: "always" | "pull_request";
}

export type Rule =
  | { readonly type: "creation" | "update" | "deletion" | "non_fast_forward" | "required_linear_history" }
  | { readonly type: "required_signatures" }
  | {
      readonly type: "pull_request";
      readonly approvals: number;
      readonly dismissStale: boolean;
      readonly codeOwners: boolean;
      readonly lastPushApproval: boolean;
    }
  | {
      readonly type: "required_status_checks";
      readonly strict: boolean;
      readonly checks: readonly { readonly context: string; readonly integrationId: number | null }[];
    };

export interface Ruleset {
  readonly id: number;
  name: string;
  enforcement: "active" | "disabled" | "evaluate";
  /** `~DEFAULT_BRANCH`, `~ALL`, or full refs with `*` and `**`. */
  include: string[];
  exclude: string[];
  bypass: BypassActor[];
  rules: Rule[];
  readonly createdAt: number;
  updatedAt: number;
}

export interface Repository {
  readonly id: number;
  readonly owner: Account;
  readonly name: string;
  private: boolean;
  description: string | null;
  defaultBranch: string;
  /** The bare repository on disk. */
  readonly dir: string;
  readonly parent: Repository | null;
  /** May it be forked, and how often is git asked for a new fork before its objects are there? */
  readonly forking: { allowed: boolean; looks: number };
  /** Of a fork that is still being copied: how often git will be shown an empty repository. */
  copyingFor: number | null;
  readonly createdAt: number;
  pushedAt: number;
  /** Full ref name to object name, the model's copy of what git holds. */
  readonly refs: Map<string, string>;
  /** By account id. */
  readonly collaborators: Map<number, Permission>;
  readonly rulesets: Ruleset[];
  readonly labels: Label[];
  readonly pulls: Map<number, PullRequest>;
  readonly checkSuites: CheckSuite[];
  readonly checkRuns: CheckRun[];
  readonly statuses: CommitStatus[];
  readonly workflows: Workflow[];
  readonly workflowRuns: WorkflowRun[];
  readonly activity: Activity[];
  readonly releases: Release[];
  nextNumber: number;
  readonly merging: { merge: boolean; squash: boolean; rebase: boolean; deleteBranchOnMerge: boolean };
}

export interface Release {
  readonly id: number;
  readonly tag: string;
  readonly name: string | null;
  readonly body: string | null;
  readonly prerelease: boolean;
  readonly author: Account;
  readonly at: number;
}

export interface PullRequestSide {
  /** Branch without `refs/heads/`. */
  ref: string;
  sha: string;
  /** Null when the fork is gone. */
  repository: Repository | null;
}

export interface DiffStats {
  readonly commits: number;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
}

export interface PullRequest {
  readonly id: number;
  readonly number: number;
  readonly repository: Repository;
  title: string;
  body: string | null;
  readonly author: Account;
  readonly head: PullRequestSide;
  readonly base: PullRequestSide;
  state: "open" | "closed";
  draft: boolean;
  merged: { readonly at: number; readonly by: Account | null; readonly commit: string } | null;
  closedAt: number | null;
  closedBy: Account | null;
  readonly createdAt: number;
  updatedAt: number;
  /** Null until somebody asked and the answer was computed. */
  mergeable: boolean | null;
  /** The tip of `refs/pull/N/merge`. */
  testMerge: string | null;
  labels: Label[];
  requestedReviewers: Account[];
  requestedTeams: Team[];
  assignees: Account[];
  maintainerCanModify: boolean;
  stats: DiffStats;
  readonly reviews: Review[];
  readonly threads: ReviewThread[];
  readonly comments: IssueComment[];
  readonly timeline: TimelineItem[];
}

export type ReviewState = "PENDING" | "COMMENTED" | "APPROVED" | "CHANGES_REQUESTED" | "DISMISSED";

export interface Review {
  readonly id: number;
  readonly pull: PullRequest;
  readonly author: Account;
  state: ReviewState;
  body: string;
  readonly commit: string;
  submittedAt: number | null;
  editedAt: number | null;
  editor: Account | null;
}

/** A conversation beside a line of the diff, or beside a whole file. */
export interface ReviewThread {
  readonly id: number;
  readonly pull: PullRequest;
  readonly path: string;
  readonly side: "LEFT" | "RIGHT";
  /** As it was said, of the file at `commit`, or on the left at `base`; null for the whole file. */
  readonly line: number | null;
  readonly startLine: number | null;
  readonly commit: string;
  readonly base: string;
  resolvedBy: Account | null;
  readonly comments: ReviewComment[];
}

export interface ReviewComment {
  readonly id: number;
  readonly thread: ReviewThread;
  readonly review: Review;
  readonly author: Account;
  readonly body: string;
  readonly createdAt: number;
}

export interface IssueComment {
  readonly id: number;
  readonly pull: PullRequest;
  readonly author: Account;
  readonly app: App | null;
  body: string;
  readonly createdAt: number;
  updatedAt: number;
  editor: Account | null;
}

export type TimelineItem =
  | { kind: "head-force-pushed"; id: number; at: number; actor: Account | null; before: string; after: string }
  | { kind: "base-changed"; id: number; at: number; actor: Account | null; before: string; after: string }
  | {
      kind: "review-dismissed";
      id: number;
      at: number;
      actor: Account | null;
      review: Review;
      message: string;
      previous: ReviewState;
    }
  | {
      kind: "head-deleted" | "head-restored" | "closed" | "reopened" | "merged";
      id: number;
      at: number;
      actor: Account | null;
    }
  | { kind: "ready-for-review" | "converted-to-draft"; id: number; at: number; actor: Account | null }
  | { kind: "review-requested"; id: number; at: number; actor: Account | null; reviewer: Account | Team }
  | { kind: "labeled" | "unlabeled"; id: number; at: number; actor: Account | null; label: Label };

export type CheckStatus = "queued" | "in_progress" | "completed" | "waiting" | "requested" | "pending";
export type Conclusion =
  | "success"
  | "failure"
  | "neutral"
  | "cancelled"
  | "skipped"
  | "timed_out"
  | "action_required"
  | "stale"
  | "startup_failure";
export type CheckConclusion = Exclude<Conclusion, "stale" | "startup_failure">;

export interface CheckSuite {
  readonly id: number;
  readonly repository: Repository;
  readonly app: App;
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly headCommit: Commit;
  status: CheckStatus;
  conclusion: Conclusion | null;
  readonly createdAt: number;
  updatedAt: number;
}

export interface CheckRun {
  readonly id: number;
  readonly suite: CheckSuite;
  readonly name: string;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  startedAt: number | null;
  completedAt: number | null;
  externalId: string | null;
  detailsUrl: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
  actions: readonly { label: string; description: string; identifier: string }[];
}

export interface CommitStatus {
  readonly id: number;
  readonly repository: Repository;
  readonly sha: string;
  readonly state: "error" | "failure" | "pending" | "success";
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: Account;
  /** The app that posted it, when one did: required checks may be pinned to it. */
  readonly app: App | null;
  readonly createdAt: number;
}

export interface Workflow {
  readonly id: number;
  readonly name: string;
  /** `.github/workflows/….yml` */
  readonly path: string;
}

export interface WorkflowRun {
  readonly id: number;
  readonly repository: Repository;
  readonly workflow: Workflow;
  readonly suite: CheckSuite;
  /** `push`, `pull_request`, … */
  readonly event: string;
  readonly headBranch: string;
  readonly headSha: string;
  readonly headRepository: Repository;
  readonly headCommit: Commit;
  readonly runNumber: number;
  readonly displayTitle: string;
  readonly actor: Account;
  triggeringActor: Account;
  attempt: number;
  status: CheckStatus;
  conclusion: Conclusion | null;
  readonly createdAt: number;
  updatedAt: number;
  startedAt: number;
  /** Of every attempt, oldest first. */
  readonly jobs: WorkflowJob[];
}

export interface WorkflowStep {
  readonly name: string;
  readonly number: number;
  status: "queued" | "in_progress" | "completed";
  conclusion: string | null;
  startedAt: number | null;
  completedAt: number | null;
}

/** A job and its check run are one thing with one id, as on GitHub. */
export interface WorkflowJob {
  readonly id: number;
  readonly run: WorkflowRun;
  readonly checkRun: CheckRun;
  readonly attempt: number;
  readonly name: string;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  readonly createdAt: number;
  startedAt: number | null;
  completedAt: number | null;
  steps: WorkflowStep[];
  log: string;
}

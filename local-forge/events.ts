/** What happens in the local forge, told synchronously to listeners in the order in which it happened. */
import type {
  Account,
  CheckRun,
  CheckSuite,
  Commit,
  CommitStatus,
  Installation,
  IssueComment,
  Label,
  PullRequest,
  Repository,
  Review,
  Team,
  WorkflowJob,
  WorkflowRun,
} from "./state.ts";

export interface PushEvent {
  readonly kind: "push";
  readonly repo: Repository;
  readonly ref: string;
  /** Forty zeros when the ref was created. */
  readonly before: string;
  /** Forty zeros when the ref was deleted. */
  readonly after: string;
  readonly created: boolean;
  readonly deleted: boolean;
  readonly forced: boolean;
  readonly pusher: Account;
  /** New commits oldest first, at most 20 as on GitHub; empty on deletion. */
  readonly commits: readonly Commit[];
  readonly headCommit: Commit | null;
}

export type PullRequestAction =
  | "opened"
  | "synchronize"
  | "edited"
  | "closed"
  | "reopened"
  | "ready_for_review"
  | "converted_to_draft"
  | "review_requested"
  | "review_request_removed"
  | "labeled"
  | "unlabeled";

export interface PullRequestEvent {
  readonly kind: "pull-request";
  readonly action: PullRequestAction;
  readonly repo: Repository;
  readonly pull: PullRequest;
  readonly sender: Account;
  /** With `edited`: the values before. */
  readonly changes?: {
    readonly title?: string;
    readonly body?: string | null;
    readonly base?: { readonly ref: string; readonly sha: string };
  };
  /** With `synchronize`. */
  readonly before?: string;
  readonly after?: string;
  readonly label?: Label;
  readonly reviewer?: Account | Team;
}

export interface ReviewEvent {
  readonly kind: "review";
  readonly action: "submitted" | "edited" | "dismissed";
  readonly repo: Repository;
  readonly pull: PullRequest;
  readonly review: Review;
  readonly sender: Account;
  readonly previousBody?: string;
}

export interface IssueCommentEvent {
  readonly kind: "issue-comment";
  readonly action: "created" | "edited" | "deleted";
  readonly repo: Repository;
  readonly pull: PullRequest;
  readonly comment: IssueComment;
  readonly sender: Account;
  readonly previousBody?: string;
}

export interface CheckRunEvent {
  readonly kind: "check-run";
  readonly action: "created" | "completed" | "rerequested" | "requested_action";
  readonly repo: Repository;
  readonly checkRun: CheckRun;
  readonly sender: Account;
  readonly requestedAction?: string;
}

export interface CheckSuiteEvent {
  readonly kind: "check-suite";
  readonly action: "requested" | "completed" | "rerequested";
  readonly repo: Repository;
  readonly suite: CheckSuite;
  readonly sender: Account;
}

export interface WorkflowRunEvent {
  readonly kind: "workflow-run";
  readonly action: "requested" | "in_progress" | "completed";
  readonly repo: Repository;
  readonly run: WorkflowRun;
  readonly sender: Account;
}

export interface WorkflowJobEvent {
  readonly kind: "workflow-job";
  readonly action: "queued" | "in_progress" | "completed";
  readonly repo: Repository;
  readonly job: WorkflowJob;
  readonly sender: Account;
}

/** Somebody asked to run a finished run again: the runner answers with a new attempt. */
export interface RerunEvent {
  readonly kind: "rerun";
  readonly repo: Repository;
  readonly run: WorkflowRun;
  readonly failedOnly: boolean;
  readonly sender: Account;
}

/** Somebody asked to cancel a run: the runner stops its jobs and completes them as `cancelled`. */
export interface CancelEvent {
  readonly kind: "cancel";
  readonly repo: Repository;
  readonly run: WorkflowRun;
  readonly sender: Account;
}

export interface StatusEvent {
  readonly kind: "status";
  readonly repo: Repository;
  readonly status: CommitStatus;
  readonly commit: Commit;
  readonly sender: Account;
}

export interface InstallationEvent {
  readonly kind: "installation";
  readonly action: "created" | "new_permissions_accepted" | "deleted";
  readonly installation: Installation;
  readonly repositories: readonly Repository[];
  readonly sender: Account;
}

export interface MembershipEvent {
  readonly kind: "membership";
  readonly action: "added" | "removed";
  readonly team: Team;
  readonly member: Account;
  readonly sender: Account;
}

export type ForgeEvent =
  | PushEvent
  | PullRequestEvent
  | ReviewEvent
  | IssueCommentEvent
  | CheckRunEvent
  | CheckSuiteEvent
  | WorkflowRunEvent
  | WorkflowJobEvent
  | RerunEvent
  | CancelEvent
  | StatusEvent
  | InstallationEvent
  | MembershipEvent;

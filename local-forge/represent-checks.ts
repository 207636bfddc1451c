/** Commits, check suites and runs, workflow runs and jobs, and statuses as GitHub's REST API shows them. Pure. */
import type { components } from "@octokit/openapi-types";
import { representPullMinimal } from "./represent-pull.ts";
import {
  isoTime,
  isoTimeOrNull,
  nodeId,
  representApp,
  representMinimalRepository,
  representUser,
  repositoryPage,
  repositoryUrl,
} from "./represent-repository.ts";
import {
  type CheckRun,
  type CheckSuite,
  type Commit,
  type CommitStatus,
  type PullRequest,
  type Repository,
  type WorkflowJob,
  type WorkflowRun,
  type World,
} from "./world.ts";

type Schemas = components["schemas"];

export function representSimpleCommit(commit: Commit): Schemas["simple-commit"] {
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: isoTime(commit.committer.at),
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  };
}

export function representCommit(world: World, repo: Repository, commit: Commit): Schemas["commit"] {
  const url = repositoryUrl(world, repo);
  const author = world.accountByEmail(commit.author.email);
  const committer = world.accountByEmail(commit.committer.email);
  const parent = (sha: string) => ({
    sha,
    url: `${url}/commits/${sha}`,
    html_url: `${repositoryPage(world, repo)}/commit/${sha}`,
  });
  return {
    sha: commit.sha,
    node_id: nodeId("C", `${repo.id}-${commit.sha}`),
    url: `${url}/commits/${commit.sha}`,
    html_url: `${repositoryPage(world, repo)}/commit/${commit.sha}`,
    comments_url: `${url}/commits/${commit.sha}/comments`,
    commit: {
      url: `${url}/git/commits/${commit.sha}`,
      author: { name: commit.author.name, email: commit.author.email, date: isoTime(commit.author.at) },
      committer: { name: commit.committer.name, email: commit.committer.email, date: isoTime(commit.committer.at) },
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null },
    },
    author: author === undefined ? null : representUser(world, author),
    committer: committer === undefined ? null : representUser(world, committer),
    parents: commit.parents.map(parent),
  };
}

/** LIVE(checks-pull-requests): `pull_requests` of a check or run lists open pull requests of the same repository with this head; empty for forks. */
function pullsWithHead(repo: Repository, sha: string): PullRequest[] {
  return [...repo.pulls.values()].filter(
    (pull) => pull.state === "open" && pull.head.sha === sha && pull.head.repository === repo,
  );
}

export function representCheckRun(world: World, run: CheckRun): Schemas["check-run"] {
  const { repository: repo, headSha } = run.suite;
  const url = `${repositoryUrl(world, repo)}/check-runs/${run.id}`;
  const html = `${repositoryPage(world, repo)}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("CR", run.id),
    head_sha: headSha,
    external_id: run.externalId ?? "",
    url,
    html_url: html,
    details_url: run.detailsUrl ?? html,
    status: run.status,
    conclusion: run.conclusion,
    started_at: isoTimeOrNull(run.startedAt),
    completed_at: isoTimeOrNull(run.completedAt),
    output: { ...run.output, annotations_count: 0, annotations_url: `${url}/annotations` },
    check_suite: { id: run.suite.id },
    app: representApp(world, run.suite.app),
    pull_requests: pullsWithHead(repo, headSha).map((pull) => representPullMinimal(world, pull)),
  };
}

export function representCheckSuite(world: World, suite: CheckSuite): Schemas["check-suite"] {
  const repo = suite.repository;
  const url = `${repositoryUrl(world, repo)}/check-suites/${suite.id}`;
  return {
    id: suite.id,
    node_id: nodeId("CS", suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    status: suite.status,
    conclusion: suite.conclusion,
    url,
    before: null,
    after: suite.headSha,
    pull_requests: pullsWithHead(repo, suite.headSha).map((pull) => representPullMinimal(world, pull)),
    app: representApp(world, suite.app),
    repository: representMinimalRepository(world, repo),
    created_at: isoTime(suite.createdAt),
    updated_at: isoTime(suite.updatedAt),
    head_commit: representSimpleCommit(suite.headCommit),
    latest_check_runs_count: new Set(repo.checkRuns.filter((run) => run.suite === suite).map((run) => run.name)).size,
    check_runs_url: `${url}/check-runs`,
    rerequestable: true,
    runs_rerequestable: true,
  };
}

export function representWorkflowRun(world: World, run: WorkflowRun): Schemas["workflow-run"] {
  const repo = run.repository;
  const url = `${repositoryUrl(world, repo)}/actions/runs/${run.id}`;
  return {
    id: run.id,
    name: run.workflow.name,
    node_id: nodeId("WFR", run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.workflow.path,
    display_title: run.displayTitle,
    run_number: run.runNumber,
    run_attempt: run.attempt,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflow.id,
    check_suite_id: run.suite.id,
    check_suite_node_id: nodeId("CS", run.suite.id),
    url,
    html_url: `${repositoryPage(world, repo)}/actions/runs/${run.id}`,
    pull_requests: pullsWithHead(repo, run.headSha).map((pull) => representPullMinimal(world, pull)),
    created_at: isoTime(run.createdAt),
    updated_at: isoTime(run.updatedAt),
    run_started_at: isoTime(run.startedAt),
    actor: representUser(world, run.actor),
    triggering_actor: representUser(world, run.triggeringActor),
    referenced_workflows: [],
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repositoryUrl(world, repo)}/check-suites/${run.suite.id}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: run.attempt > 1 ? `${url}/attempts/${run.attempt - 1}` : null,
    workflow_url: `${repositoryUrl(world, repo)}/actions/workflows/${run.workflow.id}`,
    head_commit: representSimpleCommit(run.headCommit),
    repository: representMinimalRepository(world, repo),
    head_repository: representMinimalRepository(world, run.headRepository),
  };
}

export function representJob(world: World, job: WorkflowJob): Schemas["job"] {
  const { run } = job;
  const url = repositoryUrl(world, run.repository);
  const started = job.startedAt !== null;
  return {
    id: job.id,
    run_id: run.id,
    workflow_name: run.workflow.name,
    head_branch: run.headBranch,
    run_url: `${url}/actions/runs/${run.id}`,
    run_attempt: job.attempt,
    node_id: nodeId("CR", job.id),
    head_sha: run.headSha,
    url: `${url}/actions/jobs/${job.id}`,
    html_url: `${repositoryPage(world, run.repository)}/actions/runs/${run.id}/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion,
    created_at: isoTime(job.createdAt),
    started_at: isoTime(job.startedAt ?? job.createdAt),
    completed_at: isoTimeOrNull(job.completedAt),
    name: job.name,
    steps: job.steps.map((step) => ({
      name: step.name,
      status: step.status,
      conclusion: step.conclusion,
      number: step.number,
      started_at: isoTimeOrNull(step.startedAt),
      completed_at: isoTimeOrNull(step.completedAt),
    })),
    check_run_url: `${url}/check-runs/${job.checkRun.id}`,
    labels: ["ubuntu-latest"],
    runner_id: started ? 1 : null,
    runner_name: started ? "Local runner 1" : null,
    runner_group_id: started ? 1 : null,
    runner_group_name: started ? "Default" : null,
  };
}

export function representStatus(world: World, status: CommitStatus): Schemas["status"] {
  return {
    url: `${repositoryUrl(world, status.repository)}/statuses/${status.sha}`,
    avatar_url: null,
    id: status.id,
    node_id: nodeId("SC", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: isoTime(status.createdAt),
    updated_at: isoTime(status.createdAt),
    creator: representUser(world, status.creator),
  };
}

// `check_run`, `check_suite`, `workflow_run`, `workflow_job` and `status`.
import {
  isoTime,
  nodeId,
  representCheckRun,
  representCheckSuite,
  representCommit,
  representJob,
  representStatus,
  representWorkflowRun,
  repositoryPage,
  repositoryUrl,
} from "../represent.ts";
import {
  type App,
  type CheckRunEvent,
  type CheckSuiteEvent,
  fullName,
  type StatusEvent,
  type Workflow,
  type WorkflowJobEvent,
  type WorkflowRun,
  type WorkflowRunEvent,
  type World,
} from "../world.ts";
import { type Body, type Notice, repositoryNotice } from "./notice.ts";

/**
 * LIVE(webhook-check-run-owner): `created` and `completed` go to every subscribed app, `rerequested` and `requested_action`
 * only to the app that made the check run.
 */
export function checkRunNotice(world: World, event: CheckRunEvent): Notice {
  const { checkRun, repo, sender, action } = event;
  const { suite } = checkRun;
  const own = action === "rerequested" || action === "requested_action";
  return repositoryNotice(
    world,
    "check_run",
    { repo, sender, ...(own ? { onlyApp: suite.app } : {}) },
    {
      action,
      check_run: {
        ...representCheckRun(world, checkRun),
        started_at: isoTime(checkRun.startedAt ?? suite.createdAt),
        check_suite: representCheckSuite(world, suite),
      },
      ...(event.requestedAction === undefined ? {} : { requested_action: { identifier: event.requestedAction } }),
    },
  );
}

export function checkSuiteNotice(world: World, event: CheckSuiteEvent): Notice {
  const { suite, repo, sender, action } = event;
  const at = { repo, sender, ...(action === "completed" ? {} : { onlyApp: suite.app }) };
  return repositoryNotice(world, "check_suite", at, { action, check_suite: representCheckSuite(world, suite) });
}

export function workflowRunNotice(world: World, event: WorkflowRunEvent): Notice {
  const { run, repo, sender, action } = event;
  return repositoryNotice(
    world,
    "workflow_run",
    { repo, sender },
    { action, workflow: workflowOf(world, run, run.workflow), workflow_run: representWorkflowRun(world, run) },
  );
}

function workflowOf(world: World, run: WorkflowRun, workflow: Workflow): Body {
  const { repository: repo } = run;
  const page = repositoryPage(world, repo);
  return {
    id: workflow.id,
    node_id: nodeId("W", workflow.id),
    name: workflow.name,
    path: workflow.path,
    state: "active",
    created_at: isoTime(repo.createdAt),
    updated_at: isoTime(repo.createdAt),
    url: `${repositoryUrl(world, repo)}/actions/workflows/${workflow.id}`,
    html_url: `${page}/blob/${repo.defaultBranch}/${workflow.path}`,
    badge_url: `${page}/workflows/${encodeURIComponent(workflow.name)}/badge.svg`,
  };
}

export function workflowJobNotice(world: World, event: WorkflowJobEvent): Notice {
  const { job, repo, sender, action } = event;
  return repositoryNotice(world, "workflow_job", { repo, sender }, { action, workflow_job: representJob(world, job) });
}

export function statusNotice(world: World, event: StatusEvent): Notice {
  const { status, commit, repo, sender } = event;
  const { sha } = status;
  const branches = [...repo.refs].filter(([ref, tip]) => ref.startsWith("refs/heads/") && tip === sha);
  return repositoryNotice(
    world,
    "status",
    { repo, sender },
    {
      ...representStatus(world, status),
      sha,
      name: fullName(repo),
      commit: representCommit(world, repo, commit),
      branches: branches.slice(0, 10).map(([ref]) => ({
        name: ref.slice("refs/heads/".length),
        commit: { sha, url: `${repositoryUrl(world, repo)}/commits/${sha}` },
        protected: false,
      })),
    },
  );
}

export function pingBody(world: World, app: App): Body {
  const url = `${world.api}/app/hook`;
  return {
    zen: "Keep it logically awesome.",
    hook_id: app.id,
    hook: {
      type: "App",
      id: app.id,
      name: "web",
      active: true,
      app_id: app.id,
      events: [...app.events],
      config: { content_type: "json", insecure_ssl: "0", secret: "********", url: app.webhookUrl ?? world.url },
      updated_at: isoTime(app.createdAt),
      created_at: isoTime(app.createdAt),
      url,
      ping_url: `${url}/pings`,
      deliveries_url: `${url}/deliveries`,
    },
  };
}

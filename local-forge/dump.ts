/** Everything the world holds, as JSON for tests and scripts: GitHub's own shapes where there is one. */
import {
  isoTime,
  representCheckRun,
  representComment,
  representJob,
  representPull,
  representReview,
  representStatus,
  representWorkflowRun,
} from "./represent.ts";
import { fullName, type PullRequest, type Repository, type World } from "./world.ts";

/** `only`: the one repository that is asked for; else all. */
export function dumpWorld(world: World, only?: Repository) {
  return {
    url: world.url,
    users: [...world.accounts.values()].map(({ id, login, kind, name, emails }) => ({ id, login, kind, name, emails })),
    teams: world.teams.map((team) => ({
      org: team.org.login,
      slug: team.slug,
      members: team.members.map((account) => account.login),
    })),
    apps: [...world.apps.values()].map(({ id, slug, permissions, events, webhookUrl, installations }) => ({
      ...{ id, slug, permissions, events, webhookUrl },
      installations: installations.map(({ id: number, account }) => ({ id: number, account: account.login })),
    })),
    repos: (only === undefined ? [...world.repositories.values()] : [only]).map((repo) => dumpRepository(world, repo)),
  };
}

function dumpRepository(world: World, repo: Repository) {
  return {
    id: repo.id,
    full_name: fullName(repo),
    private: repo.private,
    default_branch: repo.defaultBranch,
    dir: repo.dir,
    refs: Object.fromEntries([...repo.refs].sort()),
    pulls: [...repo.pulls.values()].map((pull) => dumpPull(world, pull)),
    check_runs: repo.checkRuns.map((run) => representCheckRun(world, run)),
    statuses: repo.statuses.map((status) => ({ sha: status.sha, ...representStatus(world, status) })),
    workflow_runs: repo.workflowRuns.map((run) => ({
      ...representWorkflowRun(world, run),
      jobs: run.jobs.map((job) => ({ ...representJob(world, job), log: job.log })),
    })),
    rulesets: repo.rulesets,
    activity: repo.activity.map(({ ref, before, after, type, at, actor }) => ({
      ...{ ref, before, after, type },
      actor: actor?.login ?? null,
      at: isoTime(at),
    })),
  };
}

function dumpPull(world: World, pull: PullRequest) {
  return {
    ...representPull(world, pull),
    closed_by: pull.closedBy?.login ?? null,
    reviews: pull.reviews.map((review) => representReview(world, review)),
    issue_comments: pull.comments.map((comment) => representComment(world, comment)),
    timeline: pull.timeline.map((item) => ({
      kind: item.kind,
      actor: item.actor?.login ?? null,
      at: isoTime(item.at),
    })),
  };
}

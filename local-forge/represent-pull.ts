/** Pull requests, reviews and comments as GitHub's REST API shows them. Pure. */
import type { components } from "@octokit/openapi-types";
import {
  isoTime,
  isoTimeOrNull,
  nodeId,
  representApp,
  representLabel,
  representRepository,
  representTeam,
  representUser,
  representUserOrNull,
  repositoryPage,
  repositoryUrl,
} from "./represent-repository.ts";
import {
  allows,
  type Account,
  type IssueComment,
  type PullRequest,
  type PullRequestSide,
  type Repository,
  type Review,
  type World,
} from "./world.ts";

type Schemas = components["schemas"];

export function pullUrl(world: World, pull: PullRequest): string {
  return `${repositoryUrl(world, pull.repository)}/pulls/${pull.number}`;
}

export function pullPage(world: World, pull: PullRequest): string {
  return `${repositoryPage(world, pull.repository)}/pull/${pull.number}`;
}

/** LIVE(people-author-association): `author_association` is OWNER, MEMBER, COLLABORATOR, CONTRIBUTOR or NONE by the author's place in the repository. */
export function authorAssociation(world: World, repo: Repository, account: Account): Schemas["author-association"] {
  if (repo.owner.id === account.id) return "OWNER";
  if (world.members.get(repo.owner.id)?.has(account.id) === true) return "MEMBER";
  if (allows(repo.collaborators.get(account.id) ?? "none", "read")) return "COLLABORATOR";
  const merged = [...repo.pulls.values()].some((pull) => pull.merged !== null && pull.author === account);
  return merged ? "CONTRIBUTOR" : "NONE";
}

/** LIVE(pulls-mergeable-state): `mergeable_state` is unknown, dirty, draft, blocked, unstable or clean; only unknown, dirty, draft and clean are modelled. */
function mergeableState(pull: PullRequest): string {
  if (pull.state === "closed" || pull.mergeable === null) return "unknown";
  if (!pull.mergeable) return "dirty";
  return pull.draft ? "draft" : "clean";
}

/** Of a deleted fork the author stands for the owner. GitHub's schema forgets that `repo` may be null. */
function representSide(world: World, pull: PullRequest, { ref, sha, repository }: PullRequestSide) {
  const owner = repository?.owner ?? pull.author;
  return {
    label: `${owner.login}:${ref}`,
    ...{ ref, sha },
    user: representUser(world, owner),
    repo: repository === null ? null : representRepository(world, repository),
  };
}

type HeadShown = ReturnType<typeof representSide>;
type PullShown = Omit<Schemas["pull-request"], "head"> & { readonly head: HeadShown };
type PullInList = Omit<Schemas["pull-request-simple"], "head"> & { readonly head: HeadShown };

export function representPull(world: World, pull: PullRequest): PullShown {
  const url = pullUrl(world, pull);
  const issue = `${repositoryUrl(world, pull.repository)}/issues/${pull.number}`;
  const html = pullPage(world, pull);
  const statuses = `${repositoryUrl(world, pull.repository)}/statuses/${pull.head.sha}`;
  const comment = `${repositoryUrl(world, pull.repository)}/pulls/comments{/number}`;
  return {
    url,
    id: pull.id,
    node_id: nodeId("PR", pull.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: comment,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user: representUser(world, pull.author),
    body: pull.body,
    labels: pull.labels.map((label) => representLabel(world, pull.repository, label)),
    milestone: null,
    active_lock_reason: null,
    created_at: isoTime(pull.createdAt),
    updated_at: isoTime(pull.updatedAt),
    closed_at: isoTimeOrNull(pull.closedAt),
    merged_at: isoTimeOrNull(pull.merged?.at ?? null),
    merge_commit_sha: pull.merged?.commit ?? pull.testMerge,
    assignee: pull.assignees[0] === undefined ? null : representUser(world, pull.assignees[0]),
    assignees: pull.assignees.map((account) => representUser(world, account)),
    requested_reviewers: pull.requestedReviewers.map((account) => representUser(world, account)),
    requested_teams: pull.requestedTeams.map((team) => representTeam(world, team)),
    head: representSide(world, pull, pull.head),
    base: {
      ...representSide(world, pull, pull.base),
      repo: representRepository(world, pull.repository),
    },
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: comment },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: authorAssociation(world, pull.repository, pull.author),
    auto_merge: null,
    draft: pull.draft,
    merged: pull.merged !== null,
    mergeable: pull.state === "closed" ? null : pull.mergeable,
    rebaseable: pull.state === "closed" ? null : pull.mergeable,
    mergeable_state: mergeableState(pull),
    merged_by: representUserOrNull(world, pull.merged?.by ?? null),
    comments: pull.comments.length,
    review_comments: pull.threads.flatMap((thread) => thread.comments).length,
    maintainer_can_modify: pull.maintainerCanModify,
    commits: pull.stats.commits,
    additions: pull.stats.additions,
    deletions: pull.stats.deletions,
    changed_files: pull.stats.changedFiles,
  };
}

/** As lists show it: without what has to be computed. */
export function representPullInList(world: World, pull: PullRequest): PullInList {
  const full = representPull(world, pull);
  const { merged, mergeable, rebaseable, mergeable_state, merged_by, comments, review_comments, ...rest } = full;
  const { maintainer_can_modify, commits, additions, deletions, changed_files, ...simple } = rest;
  void [merged, mergeable, rebaseable, mergeable_state, merged_by, comments, review_comments];
  void [maintainer_can_modify, commits, additions, deletions, changed_files];
  return {
    ...simple,
    requested_teams: pull.requestedTeams.map((team) => ({ ...representTeam(world, team), parent: null })),
    labels: simple.labels.map((label) => ({ ...label, description: label.description ?? "" })),
  };
}

export function representPullMinimal(world: World, pull: PullRequest): Schemas["pull-request-minimal"] {
  const side = ({ ref, sha, repository }: PullRequestSide) => {
    const repo = repository ?? pull.repository;
    return { ref, sha, repo: { id: repo.id, url: repositoryUrl(world, repo), name: repo.name } };
  };
  return { id: pull.id, number: pull.number, url: pullUrl(world, pull), head: side(pull.head), base: side(pull.base) };
}

export function representReview(world: World, review: Review): Schemas["pull-request-review"] {
  const html = `${pullPage(world, review.pull)}#pullrequestreview-${review.id}`;
  const pull = pullUrl(world, review.pull);
  return {
    id: review.id,
    node_id: nodeId("PRR", review.id),
    user: representUser(world, review.author),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pull,
    author_association: authorAssociation(world, review.pull.repository, review.author),
    _links: { html: { href: html }, pull_request: { href: pull } },
    ...(review.submittedAt === null ? {} : { submitted_at: isoTime(review.submittedAt) }),
    commit_id: review.commit,
  };
}

export function representComment(world: World, comment: IssueComment): Schemas["issue-comment"] {
  const repo = repositoryUrl(world, comment.pull.repository);
  return {
    url: `${repo}/issues/comments/${comment.id}`,
    html_url: `${pullPage(world, comment.pull)}#issuecomment-${comment.id}`,
    issue_url: `${repo}/issues/${comment.pull.number}`,
    id: comment.id,
    node_id: nodeId("IC", comment.id),
    user: representUser(world, comment.author),
    created_at: isoTime(comment.createdAt),
    updated_at: isoTime(comment.updatedAt),
    author_association: authorAssociation(world, comment.pull.repository, comment.author),
    body: comment.body,
    performed_via_github_app: comment.app === null ? null : representApp(world, comment.app),
  };
}

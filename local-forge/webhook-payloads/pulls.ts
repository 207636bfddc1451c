// `pull_request`, `pull_request_review` and `issue_comment`.
import {
  authorAssociation,
  isoTime,
  isoTimeOrNull,
  nodeId,
  pullPage,
  representComment,
  representLabel,
  representPull,
  representPullInList,
  representReview,
  representTeam,
  representUser,
  repositoryUrl,
} from "../represent.ts";
import {
  type IssueCommentEvent,
  type PullRequest,
  type PullRequestEvent,
  type ReviewEvent,
  type World,
} from "../world.ts";
import { type Body, type Notice, repositoryNotice, webhookRepository } from "./notice.ts";

export function pullNotice(world: World, event: PullRequestEvent): Notice {
  const { pull, repo, sender, action } = event;
  return repositoryNotice(
    world,
    "pull_request",
    { repo, sender },
    {
      action,
      number: pull.number,
      pull_request: withCustomProperties(world, pull, { ...representPull(world, pull) }),
      ...pullDetails(world, event),
    },
  );
}

function pullDetails(world: World, event: PullRequestEvent): Body {
  const { changes, before, after, label, reviewer, repo } = event;
  switch (event.action) {
    case "edited":
      return { changes: editedParts(changes ?? {}) };
    case "synchronize":
      return { before, after };
    case "labeled":
    case "unlabeled":
      return label === undefined ? {} : { label: representLabel(world, repo, label) };
    case "review_requested":
    case "review_request_removed":
      if (reviewer === undefined) return {};
      return "slug" in reviewer
        ? { requested_team: representTeam(world, reviewer) }
        : { requested_reviewer: representUser(world, reviewer) };
    case "opened":
    case "closed":
    case "reopened":
    case "ready_for_review":
    case "converted_to_draft":
      return {};
  }
}

function editedParts(changes: NonNullable<PullRequestEvent["changes"]>): Body {
  const { title, body, base } = changes;
  return {
    ...(title === undefined ? {} : { title: { from: title } }),
    ...(body === undefined ? {} : { body: { from: body ?? "" } }),
    ...(base === undefined ? {} : { base: { ref: { from: base.ref }, sha: { from: base.sha } } }),
  };
}

export function reviewNotice(world: World, event: ReviewEvent): Notice {
  const { pull, review, repo, sender, action } = event;
  const represented = representReview(world, review);
  return repositoryNotice(
    world,
    "pull_request_review",
    { repo, sender },
    {
      action,
      review: {
        ...represented,
        state: review.state.toLowerCase(),
        submitted_at: isoTimeOrNull(review.submittedAt),
        body: review.body === "" ? null : review.body,
      },
      pull_request: withCustomProperties(world, pull, { ...representPullInList(world, pull) }),
      ...(action === "edited" ? { changes: { body: { from: event.previousBody ?? "" } } } : {}),
    },
  );
}

export function commentNotice(world: World, event: IssueCommentEvent): Notice {
  const { pull, comment, repo, sender, action } = event;
  return repositoryNotice(
    world,
    "issue_comment",
    { repo, sender },
    {
      action,
      issue: issueOf(world, pull),
      comment: {
        ...representComment(world, comment),
        reactions: noReactions(`${repositoryUrl(world, repo)}/issues/comments/${comment.id}/reactions`),
      },
      ...(action === "edited" ? { changes: { body: { from: event.previousBody ?? "" } } } : {}),
    },
  );
}

/** A pull request as the issue it also is. */
function issueOf(world: World, pull: PullRequest): Body {
  const url = `${repositoryUrl(world, pull.repository)}/issues/${pull.number}`;
  const page = pullPage(world, pull);
  return {
    url,
    repository_url: repositoryUrl(world, pull.repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    id: pull.id,
    node_id: nodeId("PR", pull.id),
    number: pull.number,
    title: pull.title,
    user: representUser(world, pull.author),
    labels: pull.labels.map((label) => representLabel(world, pull.repository, label)),
    state: pull.state,
    locked: false,
    assignee: pull.assignees[0] === undefined ? null : representUser(world, pull.assignees[0]),
    assignees: pull.assignees.map((account) => representUser(world, account)),
    milestone: null,
    comments: pull.comments.length,
    created_at: isoTime(pull.createdAt),
    updated_at: isoTime(pull.updatedAt),
    closed_at: isoTimeOrNull(pull.closedAt),
    author_association: authorAssociation(world, pull.repository, pull.author),
    active_lock_reason: null,
    draft: pull.draft,
    pull_request: {
      url: `${repositoryUrl(world, pull.repository)}/pulls/${pull.number}`,
      html_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      merged_at: isoTimeOrNull(pull.merged?.at ?? null),
    },
    body: pull.body,
    reactions: noReactions(`${url}/reactions`),
    timeline_url: `${url}/timeline`,
    state_reason: null,
  };
}

function noReactions(url: string): Body {
  return { url, total_count: 0, "+1": 0, "-1": 0, laugh: 0, hooray: 0, confused: 0, heart: 0, rocket: 0, eyes: 0 };
}

/** The repositories at both ends need the field that webhooks have and REST has not. */
function withCustomProperties(world: World, pull: PullRequest, body: Body): Body {
  const { head, base } = representPull(world, pull);
  return {
    ...body,
    head: { ...head, repo: pull.head.repository === null ? null : webhookRepository(world, pull.head.repository) },
    base: { ...base, repo: webhookRepository(world, pull.base.repository ?? pull.repository) },
  };
}

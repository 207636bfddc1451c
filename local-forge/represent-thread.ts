/** Comments beside lines of a diff as GitHub's REST JSON. */
import type { components } from "@octokit/openapi-types";
import { authorAssociation, isoTime, nodeId, pullPage, pullUrl, representUser, repositoryUrl } from "./represent.ts";
import { type ReviewComment, type World } from "./world.ts";

type Represented = components["schemas"]["pull-request-review-comment"];

/** `line`: where it is now; null once it is outdated. The hunk is left empty: nothing of ours reads it. */
export function representReviewComment(world: World, comment: ReviewComment, line: number | null): Represented {
  const { id, thread, review, author, body, createdAt } = comment;
  const { pull, path, side } = thread;
  const url = `${repositoryUrl(world, pull.repository)}/pulls/comments/${id}`;
  const html = `${pullPage(world, pull)}#discussion_r${id}`;
  const [first] = thread.comments;
  return {
    url,
    pull_request_review_id: review.id,
    id,
    node_id: nodeId("PRRC", id),
    diff_hunk: "",
    path,
    commit_id: pull.head.sha,
    original_commit_id: thread.commit,
    user: representUser(world, author),
    body,
    created_at: isoTime(createdAt),
    updated_at: isoTime(createdAt),
    html_url: html,
    pull_request_url: pullUrl(world, pull),
    author_association: authorAssociation(world, pull.repository, author),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pullUrl(world, pull) } },
    side,
    subject_type: thread.line === null ? "file" : "line",
    ...(thread.line === null ? {} : { original_line: thread.line }),
    ...(line === null ? {} : { line }),
    ...(first === undefined || first === comment ? {} : { in_reply_to_id: first.id }),
  };
}

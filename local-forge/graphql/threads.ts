/** Review threads and their comments as GraphQL objects. */
import { authorAssociation, isoTime, isoTimeOrNull, nodeId, pullPage } from "../represent.ts";
import { lineNow } from "../review-threads.ts";
import { type ReviewComment, type ReviewThread, type World } from "../world.ts";
import { connection, type Args, type Asking, type Shape } from "./context.ts";

export function threadShape(world: World, thread: ReviewThread): Shape {
  const { pull, path, side, line, startLine } = thread;
  const current = lineNow(thread);
  return {
    __typename: "PullRequestReviewThread",
    id: nodeId("PRRT", thread.id),
    path,
    diffSide: side,
    startDiffSide: startLine === null ? null : side,
    subjectType: line === null ? "FILE" : "LINE",
    line: () => current,
    originalLine: line,
    startLine: async () => {
      const end = await current;
      return end === null || startLine === null || line === null ? null : end - (line - startLine);
    },
    originalStartLine: startLine,
    isOutdated: async () => line !== null && (await current) === null,
    isResolved: thread.resolvedBy !== null,
    isCollapsed: thread.resolvedBy !== null,
    resolvedBy: (_args: Args, { shapes }: Asking) =>
      thread.resolvedBy === null ? null : shapes.account(thread.resolvedBy),
    pullRequest: (_args: Args, { shapes }: Asking) => shapes.pull(pull),
    repository: (_args: Args, { shapes }: Asking) => shapes.repository(pull.repository),
    comments: (args: Args) =>
      connection(thread.comments, args, { name: "comments", node: (comment) => commentShape(world, comment) }),
  };
}

function commentShape(world: World, { id, thread, review, author, body, createdAt }: ReviewComment): Shape {
  const { pull, path, line } = thread;
  return {
    __typename: "PullRequestReviewComment",
    id: nodeId("PRRC", id),
    databaseId: id,
    fullDatabaseId: String(id),
    body,
    bodyText: body,
    path,
    url: `${pullPage(world, pull)}#discussion_r${id}`,
    state: review.state === "PENDING" ? "PENDING" : "SUBMITTED",
    subjectType: line === null ? "FILE" : "LINE",
    createdAt: isoTime(createdAt),
    publishedAt: isoTimeOrNull(review.submittedAt),
    updatedAt: isoTime(createdAt),
    lastEditedAt: null,
    originalLine: line,
    authorAssociation: authorAssociation(world, pull.repository, author),
    author: (_args: Args, { shapes }: Asking) => shapes.account(author),
    // LIVE(graphql-comment-commit): `originalCommit` is the one that was commented on, also after it was pushed over.
    originalCommit: (_args: Args, { shapes }: Asking) => shapes.commitAt(pull.repository, thread.commit),
    pullRequest: (_args: Args, { shapes }: Asking) => shapes.pull(pull),
    pullRequestReview: (_args: Args, { shapes }: Asking) => shapes.review(review),
    viewerDidAuthor: (_args: Args, { actor }: Asking) => actor.kind !== "anonymous" && actor.account === author,
  };
}

/** Pull requests, reviews, comments and their timeline as GraphQL objects. */
import { permissionOf } from "../access.ts";
import { authorAssociation, isoTime, isoTimeOrNull, nodeId, pullPage } from "../represent.ts";
import { Fields } from "../route.ts";
import { computeLater, pullCommits, pullFiles } from "../routes/pulls.ts";
import { threadsSeenBy } from "../review-threads.ts";
import { rulesetsFor, standingReviews } from "../rules.ts";
import {
  allows,
  fullName,
  isCrossRepository,
  type IssueComment,
  type PullRequest,
  type Review,
  type World,
} from "../world.ts";
import { rollup, stateWord } from "./commits.ts";
import { connection, type Args, type Asking, type Shape } from "./context.ts";
import { timeline } from "./timeline.ts";

export function pullShape(world: World, pull: PullRequest): Shape {
  const { repository: repo, head, base } = pull;
  return {
    __typename: "PullRequest",
    id: nodeId("PR", pull.id),
    databaseId: pull.id,
    fullDatabaseId: String(pull.id),
    number: pull.number,
    title: pull.title,
    body: pull.body ?? "",
    bodyText: pull.body ?? "",
    url: pullPage(world, pull),
    permalink: pullPage(world, pull),
    resourcePath: `/${fullName(repo)}/pull/${pull.number}`,
    state: stateWord(pull),
    isDraft: pull.draft,
    closed: pull.state === "closed",
    merged: pull.merged !== null,
    locked: false,
    createdAt: isoTime(pull.createdAt),
    // LIVE(graphql-updated-after-merge): `updatedAt` of a merged pull request is never before its merge, and lists can be ordered by it.
    updatedAt: isoTime(pull.updatedAt),
    closedAt: isoTimeOrNull(pull.closedAt),
    mergedAt: isoTimeOrNull(pull.merged?.at ?? null),
    maintainerCanModify: pull.maintainerCanModify,
    isCrossRepository: isCrossRepository(pull),
    headRefName: head.ref,
    headRefOid: head.sha,
    baseRefName: base.ref,
    baseRefOid: base.sha,
    additions: pull.stats.additions,
    deletions: pull.stats.deletions,
    changedFiles: pull.stats.changedFiles,
    authorAssociation: authorAssociation(world, repo, pull.author),
    autoMergeRequest: null,
    author: (_args: Args, { shapes }: Asking) => shapes.account(pull.author),
    mergedBy: (_args: Args, { shapes }: Asking) =>
      pull.merged === null || pull.merged.by === null ? null : shapes.account(pull.merged.by),
    repository: (_args: Args, { shapes }: Asking) => shapes.repository(repo),
    baseRepository: (_args: Args, { shapes }: Asking) => shapes.repository(repo),
    headRepository: (_args: Args, { shapes }: Asking) =>
      head.repository === null ? null : shapes.repository(head.repository),
    headRepositoryOwner: (_args: Args, { shapes }: Asking) =>
      head.repository === null ? null : shapes.account(head.repository.owner),
    headRef: (_args: Args, { shapes }: Asking) =>
      head.repository === null ? null : shapes.ref(head.repository, `refs/heads/${head.ref}`),
    baseRef: (_args: Args, { shapes }: Asking) => shapes.ref(repo, `refs/heads/${base.ref}`),
    // LIVE(graphql-merge-commit): the commit it landed as: the merge, the squash, or the last of the rebased ones.
    mergeCommit: (_args: Args, { shapes }: Asking) =>
      pull.merged === null ? null : shapes.commitAt(repo, pull.merged.commit),
    potentialMergeCommit: (_args: Args, { shapes }: Asking) =>
      pull.testMerge === null ? null : shapes.commitAt(repo, pull.testMerge),
    mergeable: () => {
      computeLater(world, pull);
      return pull.state === "closed" || pull.mergeable === null
        ? "UNKNOWN"
        : pull.mergeable
          ? "MERGEABLE"
          : "CONFLICTING";
    },
    mergeStateStatus: () => {
      if (pull.state === "closed" || pull.mergeable === null) return "UNKNOWN";
      return pull.mergeable ? (pull.draft ? "DRAFT" : "CLEAN") : "DIRTY";
    },
    reviewDecision: () => decision(world, pull),
    statusCheckRollup: () => rollup(repo, head.sha),
    commits: async (args: Args, { shapes }: Asking) =>
      connection(await pullCommits(pull), args, {
        name: "commits",
        node: (commit) => ({
          __typename: "PullRequestCommit",
          id: nodeId("PURC", `${pull.id}-${commit.sha}`),
          commit: () => shapes.commit(repo, commit),
          pullRequest: () => shapes.pull(pull),
        }),
      }),
    files: async (args: Args) =>
      connection(await pullFiles(world, pull), args, {
        name: "files",
        node: (file) => ({
          __typename: "PullRequestChangedFile",
          path: file.filename,
          additions: file.additions,
          deletions: file.deletions,
          changeType:
            { added: "ADDED", removed: "DELETED", renamed: "RENAMED", copied: "COPIED" }[file.status.toString()] ??
            "MODIFIED",
        }),
      }),
    reviews: (args: Args, asking: Asking) => {
      const fields = new Fields(args);
      const [states, author] = [fields.texts("states"), fields.text("author")];
      const seen = pull.reviews.filter(
        (review) =>
          (review.state !== "PENDING" ||
            (asking.actor.kind !== "anonymous" && asking.actor.account === review.author)) &&
          (states?.includes(review.state) ?? true) &&
          (author === undefined || review.author.login === author),
      );
      return connection(seen, args, { name: "reviews", node: (review) => asking.shapes.review(review) });
    },
    // LIVE(graphql-opinionated): of each reviewer the newest approval or request for changes that still stands; comments change nothing.
    latestOpinionatedReviews: (args: Args, { shapes }: Asking) =>
      connection(standingReviews(pull), args, {
        name: "latestOpinionatedReviews",
        node: (review) => shapes.review(review),
      }),
    latestReviews: (args: Args, { shapes }: Asking) =>
      connection([...new Map(pull.reviews.map((review) => [review.author.id, review])).values()], args, {
        name: "latestReviews",
        node: (review) => shapes.review(review),
      }),
    // LIVE(graphql-viewer-review): of whoever asks, the newest review that was submitted, whatever it said; null when there is none.
    viewerLatestReview: (_args: Args, { actor, shapes }: Asking) => {
      const own = pull.reviews.filter(
        (review) => review.state !== "PENDING" && actor.kind !== "anonymous" && review.author === actor.account,
      );
      const newest = own.at(-1);
      return newest === undefined ? null : shapes.review(newest);
    },
    reviewThreads: (args: Args, { actor, shapes }: Asking) =>
      connection(threadsSeenBy(actor, pull), args, { name: "reviewThreads", node: (thread) => shapes.thread(thread) }),
    reviewRequests: (args: Args, { shapes }: Asking) =>
      connection([...pull.requestedReviewers, ...pull.requestedTeams], args, {
        name: "reviewRequests",
        node: (reviewer) => ({
          __typename: "ReviewRequest",
          id: nodeId("RR", `${pull.id}-${reviewer.id}`),
          asCodeOwner: false,
          requestedReviewer: () => ("slug" in reviewer ? shapes.team(reviewer) : shapes.account(reviewer)),
        }),
      }),
    comments: (args: Args, { shapes }: Asking) =>
      connection(pull.comments, args, { name: "comments", node: (comment) => shapes.comment(comment) }),
    labels: (args: Args, { shapes }: Asking) =>
      connection(pull.labels, args, { name: "labels", node: (label) => shapes.label(label) }),
    assignees: (args: Args, { shapes }: Asking) =>
      connection(pull.assignees, args, { name: "assignees", node: (account) => shapes.account(account) }),
    timelineItems: (args: Args, asking: Asking) => timeline(pull, args, asking),
    viewerDidAuthor: (_args: Args, { actor }: Asking) => actor.kind !== "anonymous" && actor.account === pull.author,
    viewerCanUpdate: (_args: Args, { actor }: Asking) =>
      (actor.kind !== "anonymous" && actor.account === pull.author) ||
      allows(permissionOf(world, actor, repo), "write"),
  };
}

/** LIVE(graphql-review-decision): null where no rule asks for reviews. */
function decision(world: World, pull: PullRequest): string | null {
  const needed = rulesetsFor(pull.repository, `refs/heads/${pull.base.ref}`)
    .flatMap((ruleset) => ruleset.rules)
    .reduce((most, rule) => (rule.type === "pull_request" ? Math.max(most, rule.approvals) : most), 0);
  if (needed === 0) return null;
  const standing = standingReviews(pull).filter((review) =>
    allows(world.permissionOf(review.author, pull.repository), "write"),
  );
  if (standing.some((review) => review.state === "CHANGES_REQUESTED")) return "CHANGES_REQUESTED";
  return standing.length >= needed ? "APPROVED" : "REVIEW_REQUIRED";
}

export function reviewShape(world: World, review: Review): Shape {
  const { pull } = review;
  const url = `${pullPage(world, pull)}#pullrequestreview-${review.id}`;
  return {
    __typename: "PullRequestReview",
    id: nodeId("PRR", review.id),
    databaseId: review.id,
    fullDatabaseId: String(review.id),
    state: review.state,
    body: review.body,
    bodyText: review.body,
    url,
    createdAt: isoTime(review.submittedAt ?? pull.createdAt),
    publishedAt: isoTimeOrNull(review.submittedAt),
    submittedAt: isoTimeOrNull(review.submittedAt),
    updatedAt: isoTime(review.editedAt ?? review.submittedAt ?? pull.createdAt),
    lastEditedAt: isoTimeOrNull(review.editedAt),
    includesCreatedEdit: review.editedAt !== null,
    createdViaEmail: false,
    isMinimized: false,
    minimizedReason: null,
    authorAssociation: authorAssociation(world, pull.repository, review.author),
    // LIVE(graphql-review-can-push): whether a review's author may push now, not then.
    authorCanPushToRepository: allows(world.permissionOf(review.author, pull.repository), "write"),
    author: (_args: Args, { shapes }: Asking) => shapes.account(review.author),
    editor: (_args: Args, { shapes }: Asking) => (review.editor === null ? null : shapes.account(review.editor)),
    commit: (_args: Args, { shapes }: Asking) => shapes.commitAt(pull.repository, review.commit),
    pullRequest: (_args: Args, { shapes }: Asking) => shapes.pull(pull),
    repository: (_args: Args, { shapes }: Asking) => shapes.repository(pull.repository),
    comments: (args: Args) => connection([], args, { name: "comments", node: (comment) => comment }),
    onBehalfOf: (args: Args) => connection([], args, { name: "onBehalfOf", node: (team) => team }),
    viewerDidAuthor: (_args: Args, { actor }: Asking) => actor.kind !== "anonymous" && actor.account === review.author,
  };
}

export function commentShape(world: World, comment: IssueComment): Shape {
  const { pull } = comment;
  const edited = comment.editor !== null;
  return {
    __typename: "IssueComment",
    id: nodeId("IC", comment.id),
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    body: comment.body,
    bodyText: comment.body,
    url: `${pullPage(world, pull)}#issuecomment-${comment.id}`,
    createdAt: isoTime(comment.createdAt),
    publishedAt: isoTime(comment.createdAt),
    updatedAt: isoTime(comment.updatedAt),
    lastEditedAt: edited ? isoTime(comment.updatedAt) : null,
    includesCreatedEdit: edited,
    createdViaEmail: false,
    isMinimized: false,
    minimizedReason: null,
    authorAssociation: authorAssociation(world, pull.repository, comment.author),
    author: (_args: Args, { shapes }: Asking) => shapes.account(comment.author),
    editor: (_args: Args, { shapes }: Asking) => (comment.editor === null ? null : shapes.account(comment.editor)),
    pullRequest: (_args: Args, { shapes }: Asking) => shapes.pull(pull),
    repository: (_args: Args, { shapes }: Asking) => shapes.repository(pull.repository),
    viewerDidAuthor: (_args: Args, { actor }: Asking) => actor.kind !== "anonymous" && actor.account === comment.author,
  };
}

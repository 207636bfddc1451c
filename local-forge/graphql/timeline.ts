/** `timelineItems` of a pull request. */
import { isoTime, nodeId } from "../represent.ts";
import { Fields } from "../route.ts";
import { type IssueComment, type PullRequest, type Review, type TimelineItem } from "../world.ts";
import { connection, type Args, type Asking, type Shape } from "./context.ts";

const TYPES = {
  "head-force-pushed": ["HEAD_REF_FORCE_PUSHED_EVENT", "HeadRefForcePushedEvent"],
  "head-deleted": ["HEAD_REF_DELETED_EVENT", "HeadRefDeletedEvent"],
  "head-restored": ["HEAD_REF_RESTORED_EVENT", "HeadRefRestoredEvent"],
  "base-changed": ["BASE_REF_CHANGED_EVENT", "BaseRefChangedEvent"],
  "review-dismissed": ["REVIEW_DISMISSED_EVENT", "ReviewDismissedEvent"],
  "review-requested": ["REVIEW_REQUESTED_EVENT", "ReviewRequestedEvent"],
  closed: ["CLOSED_EVENT", "ClosedEvent"],
  reopened: ["REOPENED_EVENT", "ReopenedEvent"],
  merged: ["MERGED_EVENT", "MergedEvent"],
  "ready-for-review": ["READY_FOR_REVIEW_EVENT", "ReadyForReviewEvent"],
  "converted-to-draft": ["CONVERT_TO_DRAFT_EVENT", "ConvertToDraftEvent"],
  labeled: ["LABELED_EVENT", "LabeledEvent"],
  unlabeled: ["UNLABELED_EVENT", "UnlabeledEvent"],
} as const satisfies Record<TimelineItem["kind"], readonly [string, string]>;

type Entry = { readonly id: number; readonly type: string; readonly shape: (asking: Asking) => Shape };

/** In order of happening; `itemTypes` keeps some. LIVE(graphql-timeline-counts): `totalCount` counts all items, `filteredCount` the wanted ones. */
export function timeline(pull: PullRequest, args: Args, asking: Asking) {
  const wanted = new Fields(args).texts("itemTypes");
  const all = entries(pull).sort((one, other) => one.id - other.id);
  const items = all.filter((entry) => wanted?.includes(entry.type) ?? true);
  const page = connection(items, args, { name: "timelineItems", node: (entry) => entry.shape(asking) });
  return {
    ...page,
    totalCount: all.length,
    filteredCount: items.length,
    pageCount: page.nodes().length,
    updatedAt: isoTime(pull.updatedAt),
  };
}

function entries(pull: PullRequest): Entry[] {
  const reviews = pull.reviews
    .filter((review) => review.state !== "PENDING")
    .map((review: Review) => ({
      id: review.id,
      type: "PULL_REQUEST_REVIEW",
      shape: ({ shapes }: Asking) => shapes.review(review),
    }));
  const comments = pull.comments.map((comment: IssueComment) => ({
    id: comment.id,
    type: "ISSUE_COMMENT",
    shape: ({ shapes }: Asking) => shapes.comment(comment),
  }));
  const events = pull.timeline.map((item) => ({
    id: item.id,
    type: TYPES[item.kind][0],
    shape: (asking: Asking) => eventShape(pull, item, asking),
  }));
  return [...reviews, ...comments, ...events];
}

function eventShape(pull: PullRequest, item: TimelineItem, { shapes }: Asking): Shape {
  const common = {
    __typename: TYPES[item.kind][1],
    id: nodeId("EV", item.id),
    createdAt: isoTime(item.at),
    actor: () => (item.actor === null ? null : shapes.account(item.actor)),
    pullRequest: () => shapes.pull(pull),
  };
  switch (item.kind) {
    case "head-force-pushed":
      return {
        ...common,
        beforeCommit: () => shapes.commitAt(pull.repository, item.before),
        afterCommit: () => shapes.commitAt(pull.repository, item.after),
        ref: () =>
          pull.head.repository === null ? null : shapes.ref(pull.head.repository, `refs/heads/${pull.head.ref}`),
      };
    case "base-changed":
      return { ...common, databaseId: item.id, previousRefName: item.before, currentRefName: item.after };
    case "review-dismissed":
      return {
        ...common,
        databaseId: item.id,
        dismissalMessage: item.message,
        // LIVE(graphql-dismissal-previous): a dismissal says what the review said before.
        previousReviewState: item.previous,
        review: () => shapes.review(item.review),
      };
    case "review-requested": {
      const { reviewer } = item;
      return {
        ...common,
        requestedReviewer: () => ("slug" in reviewer ? shapes.team(reviewer) : shapes.account(reviewer)),
      };
    }
    case "labeled":
    case "unlabeled":
      return { ...common, label: () => shapes.label(item.label) };
    case "head-deleted":
      return { ...common, headRefName: pull.head.ref, headRef: null };
    case "merged":
      return {
        ...common,
        mergeRefName: pull.base.ref,
        commit: () => (pull.merged === null ? null : shapes.commitAt(pull.repository, pull.merged.commit)),
      };
    case "head-restored":
    case "closed":
    case "reopened":
    case "ready-for-review":
    case "converted-to-draft":
      return common;
  }
}

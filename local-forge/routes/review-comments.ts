/** Comments beside lines of a diff, over REST. */
import { representReviewComment } from "../represent-thread.ts";
import { notFound } from "../refusal.ts";
import { lineNow, newThreads, threadOf, threadsSeenBy } from "../review-threads.ts";
import { createReview, replyToThread, reviewOf } from "../reviews.ts";
import { created, list, numberParam, route, type Call, type Reply } from "../route.ts";
import { type ReviewComment, type ReviewThread } from "../world.ts";
import { readablePull } from "./pulls.ts";

export const reviewCommentRoutes = [
  route("GET /repos/:owner/:repo/pulls/:pull_number/comments", (call) => listed(call, () => true)),
  route("GET /repos/:owner/:repo/pulls/:pull_number/reviews/:review_id/comments", (call) => {
    const review = reviewOf(readablePull(call), numberParam(call, "review_id"));
    return listed(call, (comment) => comment.review === review);
  }),
  // LIVE(review-comment-alone): a comment posted by itself makes a review of its own, with the state COMMENTED and no body.
  route("POST /repos/:owner/:repo/pulls/:pull_number/comments", async (call) => {
    const { world, actor, body } = call;
    const pull = readablePull(call);
    const answered = body.number("in_reply_to");
    if (answered !== undefined) return reply(call, answered);
    const comments = newThreads([body]);
    const commit = body.needed("commit_id");
    await createReview(world, actor, pull, { event: "COMMENT", body: "", commit, comments });
    const comment = pull.threads.at(-1)?.comments[0];
    if (comment === undefined) throw notFound();
    return created(await represented(call, comment));
  }),
  route("POST /repos/:owner/:repo/pulls/:pull_number/comments/:comment_id/replies", (call) =>
    reply(call, numberParam(call, "comment_id")),
  ),
];

async function reply(call: Call, to: number): Promise<Reply> {
  const thread = threadOf(readablePull(call), to);
  if (thread === undefined) throw notFound();
  return created(await represented(call, replyToThread(call.world, call.actor, thread, call.body.needed("body"))));
}

async function listed(call: Call, wanted: (comment: ReviewComment) => boolean): Promise<Reply> {
  const threads: readonly ReviewThread[] = threadsSeenBy(call.actor, readablePull(call));
  const comments = threads.flatMap((thread) => thread.comments).filter(wanted);
  const lines = new Map(await Promise.all(threads.map(async (thread) => [thread, await lineNow(thread)] as const)));
  return list(comments, (comment) => representReviewComment(call.world, comment, lines.get(comment.thread) ?? null));
}

async function represented({ world }: Call, comment: ReviewComment) {
  return representReviewComment(world, comment, await lineNow(comment.thread));
}

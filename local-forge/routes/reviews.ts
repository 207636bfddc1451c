/** Reviews and review requests over REST. */
import { representPullInList, representReview, representTeam, representUser } from "../represent.ts";
import {
  createReview,
  dismissReview,
  editReview,
  removeReviewers,
  requestReviewers,
  reviewOf,
  submitReview,
  type ReviewRequest,
} from "../reviews.ts";
import { newThreads } from "../review-threads.ts";
import { created, json, list, numberParam, route, type Call } from "../route.ts";
import { type Review } from "../world.ts";
import { readablePull } from "./pulls.ts";

const VERDICTS = ["APPROVE", "REQUEST_CHANGES", "COMMENT"] as const;

export const reviewRoutes = [
  // LIVE(review-list-order): in order of submission; a pending review shows to its author alone.
  route("GET /repos/:owner/:repo/pulls/:pull_number/reviews", (call) => {
    const seen = readablePull(call).reviews.filter((review) => maySee(call, review));
    return list(seen, (review) => representReview(call.world, review));
  }),
  route("POST /repos/:owner/:repo/pulls/:pull_number/reviews", async (call) => {
    const { body } = call;
    const event = body.choice("event", VERDICTS);
    const commit = body.text("commit_id");
    const review = await createReview(call.world, call.actor, readablePull(call), {
      body: body.text("body") ?? "",
      comments: newThreads(body.items("comments")),
      ...(event === undefined ? {} : { event }),
      ...(commit === undefined ? {} : { commit }),
    });
    return json(representReview(call.world, review));
  }),
  route("GET /repos/:owner/:repo/pulls/:pull_number/reviews/:review_id", (call) =>
    json(representReview(call.world, theReview(call))),
  ),
  route("PUT /repos/:owner/:repo/pulls/:pull_number/reviews/:review_id", (call) =>
    json(representReview(call.world, editReview(call.world, call.actor, theReview(call), call.body.needed("body")))),
  ),
  route("POST /repos/:owner/:repo/pulls/:pull_number/reviews/:review_id/events", (call) => {
    const event = call.body.choice("event", VERDICTS) ?? "COMMENT";
    const body = call.body.text("body");
    const spec = { event, ...(body === undefined ? {} : { body }) };
    return json(representReview(call.world, submitReview(call.world, call.actor, theReview(call), spec)));
  }),
  route("PUT /repos/:owner/:repo/pulls/:pull_number/reviews/:review_id/dismissals", (call) =>
    json(
      representReview(call.world, dismissReview(call.world, call.actor, theReview(call), call.body.needed("message"))),
    ),
  ),
  route("GET /repos/:owner/:repo/pulls/:pull_number/requested_reviewers", (call) => {
    const pull = readablePull(call);
    return json({
      users: pull.requestedReviewers.map((account) => representUser(call.world, account)),
      teams: pull.requestedTeams.map((team) => representTeam(call.world, team)),
    });
  }),
  route("POST /repos/:owner/:repo/pulls/:pull_number/requested_reviewers", (call) => {
    const pull = requestReviewers(call.world, call.actor, readablePull(call), request(call));
    return created(representPullInList(call.world, pull));
  }),
  route("DELETE /repos/:owner/:repo/pulls/:pull_number/requested_reviewers", (call) => {
    const pull = removeReviewers(call.world, call.actor, readablePull(call), request(call));
    return json(representPullInList(call.world, pull));
  }),
];

function maySee(call: Call, review: Review): boolean {
  return review.state !== "PENDING" || (call.actor.kind !== "anonymous" && call.actor.account === review.author);
}

function theReview(call: Call): Review {
  return reviewOf(readablePull(call), numberParam(call, "review_id"));
}

function request(call: Call): ReviewRequest {
  return { reviewers: call.body.texts("reviewers") ?? [], teams: call.body.texts("team_reviewers") ?? [] };
}

/** The mutations: each is thin over the same effect that REST uses. */
import { signedIn } from "../access.ts";
import { addLabels, createComment } from "../conversation.ts";
import { mergePull } from "../merging.ts";
import { createPull, setDraft, updatePull, type PullEdit } from "../pulls.ts";
import { parseNodeId } from "../represent.ts";
import { revertPull } from "../reverting.ts";
import { newThreads, resolveThread } from "../review-threads.ts";
import { createReview, dismissReview, requestReviewers } from "../reviews.ts";
import { Fields } from "../route.ts";
import { type PullRequest, type Review } from "../world.ts";
import { type Args, type Asking } from "./context.ts";
import { accountById, pullById, repositoryById, unresolvedNode } from "./nodes.ts";

type Mutation = (input: Fields, asking: Asking) => unknown;

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  async createPullRequest(input, asking) {
    const headRepository = input.text("headRepositoryId");
    const pull = await createPull(asking.world, asking.actor, repositoryById(asking, input.needed("repositoryId")), {
      title: input.needed("title"),
      body: input.nullableText("body") ?? null,
      head: input.needed("headRefName"),
      base: input.needed("baseRefName"),
      draft: input.flag("draft") ?? false,
      maintainerCanModify: input.flag("maintainerCanModify") ?? true,
      ...(headRepository === undefined ? {} : { headRepository: repositoryById(asking, headRepository) }),
    });
    return answer(asking, pull);
  },
  async updatePullRequest(input, asking) {
    const [title, body, base, state] = [
      input.text("title"),
      input.nullableText("body"),
      input.text("baseRefName"),
      input.text("state"),
    ];
    return edit(asking, input, {
      ...(title === undefined ? {} : { title }),
      ...(body === undefined ? {} : { body }),
      ...(base === undefined ? {} : { base }),
      ...(state === undefined ? {} : { state: state === "OPEN" ? "open" : "closed" }),
    });
  },
  closePullRequest: (input, asking) => edit(asking, input, { state: "closed" }),
  reopenPullRequest: (input, asking) => edit(asking, input, { state: "open" }),
  markPullRequestReadyForReview: (input, asking) =>
    answer(asking, setDraft(asking.world, asking.actor, pullIn(asking, input), false)),
  convertPullRequestToDraft: (input, asking) =>
    answer(asking, setDraft(asking.world, asking.actor, pullIn(asking, input), true)),
  requestReviews(input, asking) {
    const reviewers = (input.texts("userIds") ?? []).map((id) => accountById(asking, id).login);
    const teams = (input.texts("teamIds") ?? []).map((id) => teamSlug(asking, id));
    const pull = requestReviewers(asking.world, asking.actor, pullIn(asking, input), { reviewers, teams });
    return { ...answer(asking, pull), actor: asking.shapes.account(signedIn(asking.actor)) };
  },
  addLabelsToLabelable(input, asking) {
    const pull = pullById(asking, input.needed("labelableId"));
    const names = (input.texts("labelIds") ?? []).map((id) => labelName(pull, id));
    addLabels(asking.world, asking.actor, pull, names);
    return { labelable: asking.shapes.pull(pull) };
  },
  async addPullRequestReview(input, asking) {
    const event = input.choice("event", ["APPROVE", "REQUEST_CHANGES", "COMMENT"]);
    const commit = input.text("commitOID");
    const review = await createReview(asking.world, asking.actor, pullIn(asking, input), {
      body: input.text("body") ?? "",
      comments: newThreads([...(input.items("comments") ?? []), ...(input.items("threads") ?? [])]),
      ...(event === undefined ? {} : { event }),
      ...(commit === undefined ? {} : { commit }),
    });
    return { clientMutationId: null, pullRequestReview: asking.shapes.review(review) };
  },
  async revertPullRequest(input, asking) {
    const pull = pullIn(asking, input);
    const [title, body, draft] = [input.text("title"), input.text("body"), input.flag("draft")];
    const revert = await revertPull(asking.world, asking.actor, pull, {
      ...(title === undefined ? {} : { title }),
      ...(body === undefined ? {} : { body }),
      ...(draft === undefined ? {} : { draft }),
    });
    return { ...answer(asking, pull), revertPullRequest: asking.shapes.pull(revert) };
  },
  dismissPullRequestReview(input, asking) {
    const review = reviewById(asking, input.needed("pullRequestReviewId"));
    const after = dismissReview(asking.world, asking.actor, review, input.needed("message"));
    return { clientMutationId: null, pullRequestReview: asking.shapes.review(after) };
  },
  resolveReviewThread: (input, asking) => settleThread(asking, input, true),
  unresolveReviewThread: (input, asking) => settleThread(asking, input, false),
  addComment(input, asking) {
    const pull = pullById(asking, input.needed("subjectId"));
    const comment = createComment(asking.world, asking.actor, pull, input.needed("body"));
    return {
      clientMutationId: null,
      subject: asking.shapes.pull(pull),
      commentEdge: { cursor: "", node: asking.shapes.comment(comment) },
    };
  },
  async mergePullRequest(input, asking) {
    const pull = pullIn(asking, input);
    const [sha, title, message] = [
      input.text("expectedHeadOid"),
      input.text("commitHeadline"),
      input.text("commitBody"),
    ];
    const method = input.choice("mergeMethod", ["MERGE", "SQUASH", "REBASE"]) ?? "MERGE";
    await mergePull(asking.world, asking.actor, pull, {
      method: method === "MERGE" ? "merge" : method === "SQUASH" ? "squash" : "rebase",
      ...(sha === undefined ? {} : { sha }),
      ...(title === undefined ? {} : { title }),
      ...(message === undefined ? {} : { message }),
    });
    return { ...answer(asking, pull), actor: asking.shapes.account(signedIn(asking.actor)) };
  },
};

/** For the root value: every mutation with its `clientMutationId` echoed. */
export function mutationRoot(): Record<string, (args: Args, asking: Asking) => unknown> {
  return Object.fromEntries(
    Object.entries(MUTATIONS).map(([name, run]) => [
      name,
      async (args: Args, asking: Asking) => {
        const input = new Fields(args["input"]);
        signedIn(asking.actor);
        const payload: unknown = await run(input, asking);
        return typeof payload === "object"
          ? { ...payload, clientMutationId: input.text("clientMutationId") ?? null }
          : payload;
      },
    ]),
  );
}

async function edit(asking: Asking, input: Fields, change: PullEdit) {
  return answer(asking, await updatePull(asking.world, asking.actor, pullIn(asking, input), change));
}

function answer(asking: Asking, pull: PullRequest) {
  return { pullRequest: asking.shapes.pull(pull) };
}

function pullIn(asking: Asking, input: Fields): PullRequest {
  return pullById(asking, input.needed("pullRequestId"));
}

function teamSlug({ world }: Asking, id: string): string {
  const team = world.teams.find((candidate) => candidate.id === Number(parseNodeId(id)?.id));
  if (team === undefined) throw unresolvedNode(id);
  return team.slug;
}

function labelName({ repository }: PullRequest, id: string): string {
  const label = repository.labels.find((one) => one.id === Number(parseNodeId(id)?.id));
  if (label === undefined) throw unresolvedNode(id);
  return label.name;
}

function settleThread(asking: Asking, input: Fields, resolved: boolean) {
  const number = Number(parseNodeId(input.needed("threadId"))?.id);
  const pulls = [...asking.world.repositories.values()].flatMap((repo) => [...repo.pulls.values()]);
  const thread = pulls.flatMap(({ threads }) => threads).find((one) => one.id === number);
  if (thread === undefined) throw unresolvedNode(input.needed("threadId"));
  resolveThread(asking.world, asking.actor, thread, resolved);
  return { thread: asking.shapes.thread(thread) };
}

function reviewById({ world }: Asking, id: string): Review {
  const number = Number(parseNodeId(id)?.id);
  const pulls = [...world.repositories.values()].flatMap((repo) => [...repo.pulls.values()]);
  const review = pulls.flatMap((pull) => pull.reviews).find((candidate) => candidate.id === number);
  if (review === undefined) throw unresolvedNode(id);
  return review;
}

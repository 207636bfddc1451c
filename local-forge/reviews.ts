/** Reviews: bound to a commit, submitted, edited and dismissed by GitHub's rules. */
import { demand, permissionOf, READ_PULLS, signedIn, WRITE_PULLS } from "./access.ts";
import { git, resolveCommit } from "./git.ts";
import { notFound, Refusal, unprocessable } from "./refusal.ts";
import { placeThread, replyTo, startThread, type NewThread } from "./review-threads.ts";
import {
  allows,
  type Account,
  type Actor,
  type PullRequest,
  type Review,
  type ReviewComment,
  type ReviewState,
  type ReviewThread,
  type Team,
  type World,
} from "./world.ts";

export type ReviewVerdict = "APPROVE" | "REQUEST_CHANGES" | "COMMENT";

export interface NewReview {
  /** Without it the review stays pending, seen by its author alone. */
  readonly event?: ReviewVerdict;
  readonly body: string;
  readonly commit?: string;
  /** With any, a COMMENT may have no body. */
  readonly comments: readonly NewThread[];
}

const STATE: Record<ReviewVerdict, ReviewState> = {
  APPROVE: "APPROVED",
  REQUEST_CHANGES: "CHANGES_REQUESTED",
  COMMENT: "COMMENTED",
};

/** LIVE(review-by-readers): whoever can read may review, also approve; such reviews are kept although they satisfy no rule. */
export async function createReview(world: World, actor: Actor, pull: PullRequest, spec: NewReview): Promise<Review> {
  demand(world, actor, pull.repository, WRITE_PULLS);
  const author = signedIn(actor);
  const commit = await reviewedCommit(pull, spec.commit);
  if (spec.event !== undefined) refuseVerdict(pull, author, { ...spec, event: spec.event });
  const places = await Promise.all(spec.comments.map((comment) => placeThread(pull, { ...comment, commit })));
  const pending = pull.reviews.some((review) => review.author === author && review.state === "PENDING");
  if (spec.event === undefined && pending)
    throw unprocessable("User can only have one pending review per pull request");
  const review: Review = {
    id: world.id(),
    pull,
    author,
    state: "PENDING",
    body: spec.body,
    commit,
    submittedAt: null,
    editedAt: null,
    editor: null,
  };
  pull.reviews.push(review);
  for (const place of places) startThread(world, review, place);
  if (spec.event !== undefined) submit(world, review, spec.event);
  return review;
}

/** LIVE(review-bound-to-commit): `commit_id` may be any commit of the pull request, also an earlier head; unknown commits are a 422. */
async function reviewedCommit(pull: PullRequest, wanted: string | undefined): Promise<string> {
  if (wanted === undefined) return pull.head.sha;
  const { dir } = pull.repository;
  const sha = await resolveCommit(dir, wanted);
  const heads = pull.timeline.flatMap((item) => (item.kind === "head-force-pushed" ? [item.before, item.after] : []));
  const known = sha === undefined ? [] : [pull.head.sha, ...heads];
  for (const head of known) {
    const inside = await git(dir, ["merge-base", "--is-ancestor", sha ?? "", head], { codes: [1] });
    if (sha !== undefined && inside.code === 0) return sha;
  }
  throw unprocessable("commit_id is not part of the pull request");
}

function refuseVerdict(pull: PullRequest, author: Account, spec: NewReview & { readonly event: ReviewVerdict }): void {
  if (spec.event !== "COMMENT" && author === pull.author) {
    const verb = spec.event === "APPROVE" ? "approve" : "request changes on";
    throw unprocessable(`Can not ${verb} your own pull request`);
  }
  // LIVE(review-wordless-approval): only an approval may be wordless.
  if (spec.event !== "APPROVE" && spec.body.trim() === "" && spec.comments.length === 0) {
    throw unprocessable(`Body can't be blank`);
  }
}

/** Beside the thread, as a review of its own that says nothing more. */
export function replyToThread(world: World, actor: Actor, thread: ReviewThread, body: string): ReviewComment {
  if (body.trim() === "") throw unprocessable("Body can't be blank");
  const { pull } = thread;
  demand(world, actor, pull.repository, WRITE_PULLS);
  const review: Review = {
    ...{ id: world.id(), pull, author: signedIn(actor), state: "COMMENTED", body: "", commit: pull.head.sha },
    ...{ submittedAt: world.now(), editedAt: null, editor: null },
  };
  pull.reviews.push(review);
  const comment = replyTo(world, thread, { review, body });
  submit(world, review, "COMMENT");
  return comment;
}

export function submitReview(
  world: World,
  actor: Actor,
  review: Review,
  spec: { readonly event: ReviewVerdict; readonly body?: string },
): Review {
  demand(world, actor, review.pull.repository, WRITE_PULLS);
  if (review.author !== signedIn(actor)) throw notFound();
  if (review.state !== "PENDING") throw unprocessable("Could not submit the review: it is not pending");
  const body = spec.body ?? review.body;
  refuseVerdict(review.pull, review.author, { event: spec.event, body, comments: [] });
  review.body = body;
  submit(world, review, spec.event);
  return review;
}

function submit(world: World, review: Review, event: ReviewVerdict): void {
  const { pull } = review;
  review.state = STATE[event];
  review.submittedAt = pull.updatedAt = world.now();
  pull.requestedReviewers = pull.requestedReviewers.filter((account) => account !== review.author);
  world.emit({ kind: "review", action: "submitted", repo: pull.repository, pull, review, sender: review.author });
}

/** LIVE(review-edited-by-others): people with write access may edit other people's reviews; `editor` and `lastEditedAt` then tell. */
export function editReview(world: World, actor: Actor, review: Review, body: string): Review {
  demand(world, actor, review.pull.repository, WRITE_PULLS);
  const editor = signedIn(actor);
  if (editor !== review.author && !allows(permissionOf(world, actor, review.pull.repository), "write"))
    throw notFound();
  if (body.trim() === "" && review.state !== "APPROVED") throw unprocessable("Body can't be blank");
  const previousBody = review.body;
  review.body = body;
  review.editedAt = world.now();
  review.editor = editor;
  const { pull } = review;
  world.emit({ kind: "review", action: "edited", repo: pull.repository, pull, review, sender: editor, previousBody });
  return review;
}

/** LIVE(review-dismissal): anyone with write access may dismiss an approval or a request for changes; nothing older revives. */
export function dismissReview(world: World, actor: Actor, review: Review, message: string): Review {
  demand(world, actor, review.pull.repository, { ...WRITE_PULLS, user: "write" });
  const sender = signedIn(actor);
  if (message.trim() === "") throw unprocessable("message can't be blank");
  if (review.state !== "APPROVED" && review.state !== "CHANGES_REQUESTED") {
    throw new Refusal(422, "Unprocessable Entity", [
      `Can not dismiss a ${review.state.toLowerCase()} pull request review`,
    ]);
  }
  const { pull } = review;
  const previous = review.state;
  review.state = "DISMISSED";
  pull.timeline.push({
    kind: "review-dismissed",
    id: world.id(),
    at: world.now(),
    actor: sender,
    review,
    message,
    previous,
  });
  world.emit({ kind: "review", action: "dismissed", repo: pull.repository, pull, review, sender });
  return review;
}

export interface ReviewRequest {
  readonly reviewers: readonly string[];
  readonly teams: readonly string[];
}

/** LIVE(review-requests): reviewers must be able to read a private repository and be collaborators; the author cannot be asked. */
export function requestReviewers(world: World, actor: Actor, pull: PullRequest, request: ReviewRequest): PullRequest {
  demand(world, actor, pull.repository, READ_PULLS);
  demand(world, actor, pull.repository, { ...WRITE_PULLS, user: signedIn(actor) === pull.author ? "read" : "triage" });
  const sender = signedIn(actor);
  const accounts = request.reviewers.map((login) => askable(world, pull, login));
  const teams = request.teams.map((slug) => askableTeam(world, pull, slug));
  for (const account of accounts) {
    if (pull.requestedReviewers.includes(account)) continue;
    pull.requestedReviewers.push(account);
    asked(world, pull, { sender, reviewer: account });
  }
  for (const team of teams) {
    if (pull.requestedTeams.includes(team)) continue;
    pull.requestedTeams.push(team);
    asked(world, pull, { sender, reviewer: team });
  }
  return pull;
}

function asked(
  world: World,
  pull: PullRequest,
  { sender, reviewer }: { sender: Account; reviewer: Account | Team },
): void {
  pull.timeline.push({ kind: "review-requested", id: world.id(), at: world.now(), actor: sender, reviewer });
  world.emit({ kind: "pull-request", action: "review_requested", repo: pull.repository, pull, sender, reviewer });
}

function askable(world: World, pull: PullRequest, login: string): Account {
  const account = world.account(login);
  if (account === pull.author) throw new Refusal(422, "Review cannot be requested from pull request author.");
  if (account === undefined || !isCollaborator(world, pull, account)) throw notCollaborators(pull);
  return account;
}

function isCollaborator(world: World, pull: PullRequest, account: Account): boolean {
  const { repository: repo } = pull;
  if (repo.owner === account || repo.collaborators.has(account.id)) return true;
  return world.teams.some((team) => team.repositories.has(repo.id) && team.members.includes(account));
}

function askableTeam(world: World, pull: PullRequest, slug: string): Team {
  const team = world.team(pull.repository.owner.login, slug);
  if (team === undefined || !team.repositories.has(pull.repository.id)) throw notCollaborators(pull);
  return team;
}

function notCollaborators(pull: PullRequest): Refusal {
  const name = `${pull.repository.owner.login}/${pull.repository.name}`;
  return new Refusal(
    422,
    `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${name} repository.`,
  );
}

export function removeReviewers(world: World, actor: Actor, pull: PullRequest, request: ReviewRequest): PullRequest {
  demand(world, actor, pull.repository, { ...WRITE_PULLS, user: "triage" });
  const sender = signedIn(actor);
  for (const reviewer of [...pull.requestedReviewers, ...pull.requestedTeams]) {
    const wanted =
      "slug" in reviewer ? request.teams.includes(reviewer.slug) : request.reviewers.includes(reviewer.login);
    if (!wanted) continue;
    pull.requestedReviewers = pull.requestedReviewers.filter((account) => account !== reviewer);
    pull.requestedTeams = pull.requestedTeams.filter((team) => team !== reviewer);
    world.emit({
      kind: "pull-request",
      action: "review_request_removed",
      repo: pull.repository,
      pull,
      sender,
      reviewer,
    });
  }
  return pull;
}

export function reviewOf(pull: PullRequest, id: number): Review {
  const review = pull.reviews.find((candidate) => candidate.id === id);
  if (review === undefined) throw notFound();
  return review;
}

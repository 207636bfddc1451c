/**
 * Votes in reviews: how a review becomes votes, and how `git review vote` becomes a review (ruling 5).
 *
 *     Code-Review: -2          one vote per line, alone on its line, at most three spaces before it
 *     Workflow: +1
 *
 * A line beats the review's event, label by label; without a line Approve is the most that the voter may give on Code-Review,
 * Request changes is −1, Comment is nothing. Code blocks, quoted lines and HTML comments do not vote. What looks like a vote
 * and is none is a finding with a sentence: it is told, never counted.
 */
import type { Sha } from "../ids.ts";
import type { Label, Range } from "../policy/policy.ts";
import type { PatchSet, Person, Vote } from "../policy/snapshot.ts";
import { fail, ok, type Result } from "../result.ts";
import type { Instant } from "../time.ts";
import { readVoteLines, type VoteFinding } from "./vote-lines.ts";

/** The forge's `ReviewRead` is one. */
export interface Review {
  readonly id: string;
  readonly by: Person;
  readonly state: "approved" | "changes-requested" | "commented" | "dismissed" | "pending";
  readonly body: string;
  /** The commit that was shown. */
  readonly sha: Sha;
  readonly at: Instant;
  readonly editedAt?: Instant;
}

export interface VotesOfReview {
  readonly votes: readonly Vote[];
  readonly findings: readonly VoteFinding[];
}

export interface VoteContext {
  readonly labels: readonly Label[];
  /** What the voter may give; see `permittedRange`. */
  readonly permitted: (label: string) => Range | undefined;
  /** Oldest first. */
  readonly patchSets: readonly Pick<PatchSet, "n" | "sha" | "at" | "earlierReviews">[];
}

/** The label that the forge's own buttons vote on. */
export const BUTTON_LABEL = "Code-Review";

/**
 * All votes of one review, each bound to the patch set of the commit that was shown (0 = none of them). A dismissed review that
 * says no value votes 0, so that nothing older revives; of an edited one that requested changes, or was dismissed too, the worst is assumed, because
 * the −2 may be what was edited away.
 */
export function votesOfReview(review: Review, context: VoteContext): VotesOfReview {
  if (review.state === "pending") return { votes: [], findings: [] };
  const { lines, findings } = readVoteLines(review.body, context.labels);
  const values = new Map(lines.map(({ label, value }) => [label, value]));
  const extra: VoteFinding[] = [];
  const button = context.labels.find(({ name }) => name === BUTTON_LABEL);
  if (button !== undefined) {
    const pressed = buttonValue(review, button, context);
    const spoiled = findings.some(({ label, counts }) => label === BUTTON_LABEL && counts === "line");
    if (review.editedAt !== undefined && (review.state === "changes-requested" || review.state === "dismissed")) {
      values.set(BUTTON_LABEL, Math.min(context.permitted(BUTTON_LABEL)?.min ?? -1, -1));
      extra.push({
        label: BUTTON_LABEL,
        counts: "review",
        line: "",
        why: "the review was edited, and it requested changes or was dismissed, so the lowest value is assumed; vote again to say which",
      });
    } else if (pressed !== undefined && !values.has(BUTTON_LABEL)) {
      if (pressed > 0 && spoiled)
        extra.push({
          label: BUTTON_LABEL,
          counts: "review",
          line: "",
          why: `Approve is not counted as a vote, because a line of the review tries to vote ${BUTTON_LABEL} and cannot be read`,
        });
      else values.set(BUTTON_LABEL, pressed);
    }
  }
  const patchSet = patchSetOf(review, context.patchSets);
  const votes = [...values].map(([label, value]) =>
    voteOf(review, { label, value, patchSet, range: context.permitted(label) }),
  );
  return { votes, findings: [...findings, ...extra] };
}

/** The votes of all reviews of a change, oldest first, with what looked like votes and was none. */
export function votesOfReviews(
  reviews: readonly Review[],
  contextOf: (voter: Person) => VoteContext,
): {
  readonly votes: readonly Vote[];
  readonly findings: readonly (VoteFinding & { readonly by: Person; readonly review: string })[];
} {
  const read = reviews.map((review) => ({ review, ...votesOfReview(review, contextOf(review.by)) }));
  return {
    votes: read.flatMap(({ votes }) => votes).sort((a, b) => a.at - b.at),
    findings: read.flatMap(({ review, findings }) =>
      findings.map((finding) => ({ ...finding, by: review.by, review: review.id })),
    ),
  };
}

export interface VoteChoice {
  readonly label: string;
  readonly value: number;
}

/** The review that carries these votes. GitHub refuses both verdicts on one's own change, so that is a comment. */
export function formatVoteReview(
  votes: readonly VoteChoice[],
  { own, message = "" }: { readonly own: boolean; readonly message?: string },
): { readonly event: "APPROVE" | "REQUEST_CHANGES" | "COMMENT"; readonly body: string } {
  const value = votes.find(({ label }) => label === BUTTON_LABEL)?.value ?? 0;
  const event = own || value === 0 ? "COMMENT" : value > 0 ? "APPROVE" : "REQUEST_CHANGES";
  const lines = votes.map((vote) => `${vote.label}: ${plainSign(vote.value)}`).join("\n");
  return { event, body: message.trim() === "" ? lines : `${lines}\n\n${message.trim()}` };
}

export interface VoteArgumentProblem {
  readonly given: string;
  readonly message: string;
  readonly hint: string;
}

const ARGUMENT = /^([A-Za-z][A-Za-z0-9]*(?:-[A-Za-z][A-Za-z0-9]*)*)(?:=([+-]?\d{1,4})|([+-]\d{1,4}))$/;

/** `Code-Review+2`, `Workflow=1`, `Code-Review=-2`, `Code-Review-2`, `Code-Review+0`. Whether the label exists is the forge's side to say. */
export function parseVoteArgument(given: string): Result<VoteChoice, VoteArgumentProblem> {
  const found = ARGUMENT.exec(given.trim().replaceAll("−", "-"));
  const [, label, equalled, signed] = found ?? [];
  const value = equalled ?? signed;
  if (label === undefined || value === undefined)
    return fail({
      given,
      message: `Cannot vote \`${given}\`: it is not a label with a value`,
      hint: "write for example Code-Review+2, Code-Review-1 or Workflow+1; +0 takes a vote back",
    });
  return ok({ label, value: Number(value) === 0 ? 0 : Number(value) });
}

function buttonValue(review: Review, label: Label, context: VoteContext): number | undefined {
  switch (review.state) {
    case "approved":
      return Math.min(label.max, context.permitted(label.name)?.max ?? 0);
    case "changes-requested":
      return Math.max(label.min, -1);
    case "dismissed":
      return 0;
    case "commented":
    case "pending":
      return undefined;
  }
}

/**
 * The newest patch set of that commit that was there when the review was given: after a push away and back the same commit is
 * two patch sets, and a vote on the first is not one on the second (threat T19). Without times the oldest.
 */
export function patchSetOf(review: Pick<Review, "id" | "sha" | "at">, patchSets: VoteContext["patchSets"]): number {
  const same = patchSets.filter(({ sha }) => sha === review.sha);
  const seen = same.findLast(({ at, earlierReviews }) =>
    earlierReviews === undefined ? at !== undefined && at <= review.at : !earlierReviews.includes(review.id),
  );
  return (seen ?? same[0])?.n ?? 0;
}

function voteOf(
  review: Review,
  { label, value, patchSet, range }: { label: string; value: number; patchSet: number; range: Range | undefined },
): Vote {
  const { min, max } = range ?? { min: 0, max: 0 };
  return {
    user: review.by,
    label,
    value,
    patchSet,
    sha: review.sha,
    at: review.at,
    source: { kind: "review", id: review.id },
    permitted: { min, max },
    ...(review.state === "dismissed"
      ? { state: "dismissed" as const }
      : review.editedAt !== undefined
        ? { state: "edited" as const, endedAt: review.editedAt }
        : { state: "current" as const }),
  };
}

function plainSign(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}

/**
 * `git review vote N Label±V…` on Gerrit: one review of the newest patch set, with labels as the server has them. What is not
 * permitted is refused before anything is sent, because Gerrit leaves such votes out without a word; afterwards its answer is
 * compared with what was asked.
 */
import { type VoteChoice } from "../../core/review/vote.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { newestPatchSet } from "../../forge/gerrit/change.ts";
import { type LabelState, type ReviewedChange } from "../../forge/gerrit/reviewed-change.ts";
import { type GerritClone } from "../desk.ts";
import { type GerritVote } from "../gerrit-door.ts";
import { EXIT } from "../problems.ts";
import { oneLine, type CliProblem } from "../say.ts";
import { ofGerrit } from "./desk.ts";
import { findReviewed, openReviewDesk } from "./reviewing.ts";

export async function voteOnGerrit(clone: GerritClone, asked: GerritVote): Promise<Result<number, CliProblem>> {
  const desk = await openReviewDesk(clone, "vote");
  if (!desk.ok) return desk;
  const { reviews, say, location } = desk.value;
  const found = await findReviewed(desk.value, asked.reference);
  if (!found.ok) return found;
  const change = found.value;
  const set = newestPatchSet(change);
  const name = `${change.number} "${oneLine(change.subject)}"`;
  if (change.status !== "open" || set === undefined) {
    const why = set === undefined ? "the server does not show its patch set" : `it is ${change.status}`;
    return fail({
      message: `Cannot vote on ${name}: ${why}`,
      hint: "`git review -l` lists the open changes",
      exit: EXIT.refused,
    });
  }
  const votes = permittedVotes(change, asked.votes);
  if (!votes.ok) return votes;
  const { number } = change;
  const message = asked.message === undefined ? {} : { message: asked.message };
  const given = await say.during(
    `Voting on ${location.host}`,
    reviews.review({ number, commit: set.commit, votes: votes.value, ...message }),
  );
  if (!given.ok) return fail(ofGerrit(given.problem));
  const lost = votes.value.filter(({ label, value }) => given.value.get(label) !== value);
  if (lost.length > 0) {
    return fail({
      message: `Voted on ${name} in part or not at all: ${location.host} did not take ${lost.map(written).join(", ")}`,
      hint: "a new patch set may have come meanwhile, or your rights have changed: look at the change, then vote again",
      exit: given.value.size > 0 ? EXIT.partlyDone : EXIT.refused,
    });
  }
  const words = say.colour("green", votes.value.map(written).join(", "));
  say.result(
    `${say.link(String(number), change.url)}  ${oneLine(change.subject)}  ${words}  on patch set ${set.number}${change.url === undefined ? "" : `  ${change.url}`}`,
  );
  return ok(EXIT.ok);
}

/** In the server's spelling of each label. */
export function permittedVotes(
  { number, labels }: Pick<ReviewedChange, "number" | "labels">,
  asked: readonly VoteChoice[],
): Result<readonly VoteChoice[], CliProblem> {
  const votes: VoteChoice[] = [];
  for (const { label, value } of asked) {
    const known = labels.find(({ name }) => name.toLowerCase() === label.toLowerCase());
    if (known?.permitted.includes(value) !== true)
      return fail(notPermitted({ number, labels }, { label, value }, known));
    votes.push({ label: known.name, value });
  }
  return ok(votes);
}

function notPermitted(
  { number, labels }: Pick<ReviewedChange, "number" | "labels">,
  vote: VoteChoice,
  known: LabelState | undefined,
): CliProblem {
  const may = labels.filter(({ permitted }) => permitted.some((one) => one !== 0));
  const all = may.map((label) => `${oneLine(label.name)} ${valuesOf(label)}`).join("; ");
  const hint =
    all === "" ? "nobody has given you a right to vote there; ask the project's cores" : `you may vote ${all}`;
  if (known === undefined) {
    const names = labels.map(({ name }) => oneLine(name)).join(", ");
    return {
      message: `Cannot vote ${written(vote)} on ${number}: it has no such label; it has ${names === "" ? "none" : names}`,
      hint,
      exit: EXIT.refused,
    };
  }
  const found = known.permitted.some((one) => one !== 0)
    ? `you may vote ${valuesOf(known)}`
    : "you may not vote on this label";
  return { message: `Cannot vote ${written(vote)} on ${number}: ${found}`, hint, exit: EXIT.refused };
}

function valuesOf({ permitted }: LabelState): string {
  return permitted.map(signed).join(", ");
}

function written({ label, value }: VoteChoice): string {
  return `${label} ${signed(value)}`;
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}

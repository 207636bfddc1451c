/** `git review vote N Label±V…`: one review with every vote, bound to the head that was read just before (ruling 5). */
import { parseChangeReference } from "../../core/change/change-reference.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { formatVoteReview, parseVoteArgument, type VoteChoice } from "../../core/review/vote.ts";
import { deskOf, factsOf, openClone } from "../desk.ts";
import { gerritVerbs } from "../gerrit-door.ts";
import { EXIT, ofForge } from "../problems.ts";
import { oneLine, type CliProblem, type Say, type Terminal } from "../say.ts";

export interface VoteOptions {
  readonly change: string;
  readonly votes: readonly string[];
  readonly message?: string;
  readonly remote?: string;
}

export async function vote(terminal: Terminal, say: Say, options: VoteOptions): Promise<Result<number, CliProblem>> {
  // Read before anything is asked: a typing mistake costs no request.
  const number = parseNumber(options.change);
  const reference = parseChangeReference(options.change);
  if (number === undefined && reference === undefined) return fail(notANumber(options.change));
  const choices = parseVotes(options.votes);
  if (!choices.ok) return choices;
  const clone = await openClone(terminal, say, options.remote === undefined ? {} : { remote: options.remote });
  if (!clone.ok) return clone;
  const { server } = clone.value;
  if (server.kind === "gerrit") {
    if (reference === undefined) return fail(notANumber(options.change));
    const asked = {
      reference,
      votes: choices.value,
      ...(options.message === undefined ? {} : { message: options.message }),
    };
    return (await gerritVerbs()).vote({ ...clone.value, location: server.location }, asked);
  }
  if (number === undefined) return fail(notANumber(options.change));
  const desk = await deskOf(clone.value, server.location);
  if (!desk.ok) return desk;
  const { forge, project, location } = desk.value;
  const [facts, change] = await Promise.all([factsOf(desk.value), forge.readChange(project, number)]);
  if (!facts.ok) return facts;
  if (!change.ok) return fail(ofForge(change.problem));
  const { state, title, url, head, author } = change.value;
  if (state !== "open") {
    return fail({
      message: `Cannot vote on #${number} "${title}": it is ${state}`,
      hint: "`git review list` shows the open changes",
      exit: EXIT.refused,
    });
  }
  const own = author.id === facts.value.viewer.id;
  const message = options.message === undefined ? {} : { message: options.message };
  const { event, body } = formatVoteReview(choices.value, { own, ...message });
  const given = await say.during(
    `Voting on ${location.host}`,
    forge.review(project, number, { sha: head, event, body }),
  );
  if (!given.ok) return fail(ofForge(given.problem));
  const words = choices.value.map(({ label, value }) => `${label} ${value > 0 ? `+${value}` : value}`).join(", ");
  say.result(
    `#${number}  ${oneLine(title)}  ${say.colour("green", words)}  on ${head.slice(0, 7)}  ${given.value.url || url}`,
  );
  if (own) say.result("It is your own change: an approval of yours does not count there, a negative vote does");
  else
    say.result(
      say.colour("dim", "The check on the pull request says what it counts for; a new patch set may need a new vote"),
    );
  return ok(EXIT.ok);
}

/** `12`, `#12`, or the address of a pull request. */
export function parseNumber(text: string): number | undefined {
  const digits = /^#?([1-9]\d{0,9})$/.exec(text)?.[1] ?? /^https?:\/\/\S+\/pull\/(\d{1,10})\/?$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function parseVotes(texts: readonly string[]): Result<readonly VoteChoice[], CliProblem> {
  const choices: VoteChoice[] = [];
  for (const text of texts) {
    const choice = parseVoteArgument(text);
    if (!choice.ok) return fail({ message: choice.problem.message, hint: choice.problem.hint, exit: EXIT.malformed });
    if (choices.some(({ label }) => label === choice.value.label)) {
      return fail({
        message: `Cannot vote twice on ${choice.value.label} in one review`,
        hint: "give each label one value",
        exit: EXIT.malformed,
      });
    }
    choices.push(choice.value);
  }
  return ok(choices);
}

function notANumber(text: string): CliProblem {
  return {
    message: `Cannot vote on ${JSON.stringify(text)}: it is not the number of a change`,
    hint: "write for example `git review vote 12 Code-Review+1`; `git review list` shows the numbers",
    exit: EXIT.malformed,
  };
}

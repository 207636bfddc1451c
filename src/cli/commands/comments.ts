/** `git review comments [N]`: what nobody has resolved yet, each at its line of the files here. Looks only. */
import { fail, ok, type Result } from "../../core/result.ts";
import { openDesk } from "../desk.ts";
import { gatherComments } from "../gather-comments.ts";
import { EXIT } from "../problems.ts";
import { commentLines, commentsJson } from "../show-comments.ts";
import { type CliProblem, type Say, type Terminal } from "../say.ts";
import { parseNumber } from "./vote.ts";

export interface CommentsOptions {
  readonly change?: string;
  readonly remote?: string;
  readonly json: boolean;
}

export async function comments(
  terminal: Terminal,
  say: Say,
  { json, change, ...asked }: CommentsOptions,
): Promise<Result<number, CliProblem>> {
  const number = change === undefined ? undefined : parseNumber(change);
  if (change !== undefined && number === undefined) {
    return fail({
      message: `Cannot show the comments of ${JSON.stringify(change)}: it is not the number of a pull request`,
      hint: "write for example `git review comments 12`; `git review list` shows the numbers",
      exit: EXIT.malformed,
    });
  }
  const desk = await openDesk(terminal, say, asked);
  if (!desk.ok) return desk;
  const facts = await gatherComments(desk.value, number);
  if (!facts.ok) return facts;
  if (json) say.json(commentsJson(desk.value, facts.value));
  else for (const line of commentLines(desk.value, facts.value)) say.result(line);
  return ok(EXIT.ok);
}

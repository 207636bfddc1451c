/** `git review status`: where the changes of this branch stand, and who has to do what. Looks only. */
import { ok, type Result } from "../../core/result.ts";
import { openDesk } from "../desk.ts";
import { gatherStatus } from "../gather-status.ts";
import { EXIT } from "../problems.ts";
import { statusJson, statusLines } from "../show-status.ts";
import { type CliProblem, type Say, type Terminal } from "../say.ts";

export interface StatusOptions {
  readonly branch?: string;
  readonly remote?: string;
  readonly json: boolean;
}

export async function status(
  terminal: Terminal,
  say: Say,
  { json, ...asked }: StatusOptions,
): Promise<Result<number, CliProblem>> {
  const desk = await openDesk(terminal, say, asked);
  if (!desk.ok) return desk;
  const facts = await gatherStatus(desk.value);
  if (!facts.ok) return facts;
  if (json) say.json(statusJson(desk.value, facts.value));
  else for (const line of statusLines(desk.value, facts.value)) say.result(line);
  return ok(EXIT.ok);
}

/** `git review inbox`: what waits for whoever asks, oldest first. `git review next`: the first of it, and what to type. Both only look. */
import { systemClock } from "../../clock.ts";
import { ok, type Result } from "../../core/result.ts";
import { openDesk } from "../desk.ts";
import { gatherInbox } from "../gather-inbox.ts";
import { EXIT } from "../problems.ts";
import { type CliProblem, type Say, type Terminal } from "../say.ts";
import { inboxJson, inboxLines } from "../show-inbox.ts";
import { nextJson, nextLines } from "../show-next.ts";

export interface InboxOptions {
  readonly remote?: string;
  readonly json: boolean;
}

export async function inbox(
  terminal: Terminal,
  say: Say,
  { json, ...asked }: InboxOptions,
): Promise<Result<number, CliProblem>> {
  const desk = await openDesk(terminal, say, asked);
  if (!desk.ok) return desk;
  const facts = await gatherInbox(desk.value);
  if (!facts.ok) return facts;
  if (json) say.json(inboxJson(desk.value, facts.value));
  else for (const line of inboxLines(desk.value, facts.value, nowOf(terminal))) say.result(line);
  return ok(EXIT.ok);
}

export async function next(
  terminal: Terminal,
  say: Say,
  { json, ...asked }: InboxOptions,
): Promise<Result<number, CliProblem>> {
  const desk = await openDesk(terminal, say, asked);
  if (!desk.ok) return desk;
  const facts = await gatherInbox(desk.value);
  if (!facts.ok) return facts;
  if (json) say.json(nextJson(desk.value, facts.value));
  else for (const line of nextLines(desk.value, facts.value, nowOf(terminal))) say.result(line);
  return ok(EXIT.ok);
}

function nowOf({ clock = systemClock }: Terminal) {
  return clock.now();
}

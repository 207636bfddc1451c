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

type Outcome = Promise<Result<number, CliProblem>>;

export function inbox(terminal: Terminal, say: Say, options: InboxOptions): Outcome {
  return look(terminal, say, { options, json: inboxJson, lines: inboxLines });
}

export function next(terminal: Terminal, say: Say, options: InboxOptions): Outcome {
  return look(terminal, say, { options, json: nextJson, lines: nextLines });
}

interface Look {
  readonly options: InboxOptions;
  readonly json: typeof inboxJson | typeof nextJson;
  readonly lines: typeof inboxLines;
}

async function look(terminal: Terminal, say: Say, { options: { json: asJson, ...asked }, json, lines }: Look): Outcome {
  const desk = await openDesk(terminal, say, asked);
  if (!desk.ok) return desk;
  const facts = await gatherInbox(desk.value);
  if (!facts.ok) return facts;
  const { clock = systemClock } = terminal;
  if (asJson) say.json(json(desk.value, facts.value));
  else for (const line of lines(desk.value, facts.value, clock.now())) say.result(line);
  return ok(EXIT.ok);
}

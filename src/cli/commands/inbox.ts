/** `git review inbox`: what waits for whoever asks, oldest first. `git review next`: the first of it, and what to type. Both only look. */
import { systemClock } from "../../clock.ts";
import { ok, type Result } from "../../core/result.ts";
import { deskOf, openClone } from "../desk.ts";
import { gerritVerbs } from "../gerrit-door.ts";
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
  return look(terminal, say, { options, verb: "inbox", json: inboxJson, lines: inboxLines });
}

export function next(terminal: Terminal, say: Say, options: InboxOptions): Outcome {
  return look(terminal, say, { options, verb: "next", json: nextJson, lines: nextLines });
}

interface Look {
  readonly options: InboxOptions;
  readonly verb: "inbox" | "next";
  readonly json: typeof inboxJson | typeof nextJson;
  readonly lines: typeof inboxLines;
}

async function look(
  terminal: Terminal,
  say: Say,
  { options: { json: asJson, ...asked }, verb, json, lines }: Look,
): Outcome {
  const clone = await openClone(terminal, say, asked);
  if (!clone.ok) return clone;
  const { server } = clone.value;
  if (server.kind === "gerrit") {
    return (await gerritVerbs())[verb]({ ...clone.value, location: server.location }, { json: asJson });
  }
  const desk = await deskOf(clone.value, server.location);
  if (!desk.ok) return desk;
  const facts = await gatherInbox(desk.value);
  if (!facts.ok) return facts;
  const { clock = systemClock } = terminal;
  if (asJson) say.json(json(desk.value, facts.value));
  else for (const line of lines(desk.value, facts.value, clock.now())) say.result(line);
  return ok(EXIT.ok);
}

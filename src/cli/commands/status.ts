/** `git review status`: where the changes of this branch stand, and who has to do what. Looks only, with `--watch` again and again. */
import { fail, ok, type Result } from "../../core/result.ts";
import { deskOf, openClone } from "../desk.ts";
import { gatherStatus } from "../gather-status.ts";
import { gerritVerbs } from "../gerrit-door.ts";
import { EXIT } from "../problems.ts";
import { statusJson, statusLines } from "../show-status.ts";
import { type CliProblem, type Say, type Terminal } from "../say.ts";

export interface StatusOptions {
  readonly branch?: string;
  readonly remote?: string;
  readonly json: boolean;
  readonly watch: boolean;
  /** Seconds, as typed. */
  readonly interval?: string;
}

const SECONDS = { default: 15, least: 5, most: 3600 };

export async function status(
  terminal: Terminal,
  say: Say,
  { json, watch, interval, ...asked }: StatusOptions,
): Promise<Result<number, CliProblem>> {
  const seconds = secondsOf(interval, watch);
  if (!seconds.ok) return seconds;
  const clone = await openClone(terminal, say, asked);
  if (!clone.ok) return clone;
  const { server } = clone.value;
  if (server.kind === "gerrit") {
    if (watch) return fail(noWatchOnGerrit(server.location.host));
    return (await gerritVerbs()).status({ ...clone.value, location: server.location }, { json });
  }
  const desk = await deskOf(clone.value, server.location);
  if (!desk.ok) return desk;
  const facts = await gatherStatus(desk.value);
  if (!facts.ok) return facts;
  if (watch) {
    const { watchStatus } = await import("../watch/watch.ts");
    return watchStatus(desk.value, facts.value, { seconds: seconds.value, json });
  }
  if (json) say.json(statusJson(desk.value, facts.value));
  else for (const line of statusLines(desk.value, facts.value)) say.result(line);
  return ok(EXIT.ok);
}

function secondsOf(text: string | undefined, watch: boolean): Result<number, CliProblem> {
  if (text === undefined) return ok(SECONDS.default);
  if (!watch) {
    return fail({
      message: "Cannot use --interval without --watch: there is only one look",
      hint: "`git review status --watch --interval 30`",
      exit: EXIT.usage,
    });
  }
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds >= SECONDS.least && seconds <= SECONDS.most) return ok(seconds);
  return fail({
    message: `Cannot look every ${JSON.stringify(text)} seconds: expected a number from ${SECONDS.least} to ${SECONDS.most}`,
    hint: "leave it out to look every 15 seconds; a look at which nothing has changed costs nothing of GitHub's limits",
    exit: EXIT.malformed,
  });
}

function noWatchOnGerrit(host: string): CliProblem {
  return {
    message: `Cannot watch changes on a Gerrit server: ${host} is one, and --watch is for GitHub`,
    hint: "leave --watch out, and run `git review status` again when you want to know",
    exit: EXIT.usage,
  };
}

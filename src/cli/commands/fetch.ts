/** `-d`, `-x`, `-X`, `-N`, `-m`: what brings a change of the server here. */
import { fail, type Result } from "../../core/result.ts";
import { askedOf, openClone } from "../desk.ts";
import { gerritVerbs } from "../gerrit-door.ts";
import { EXIT } from "../problems.ts";
import { type CliProblem, type Say, type Terminal } from "../say.ts";
import { type FetchOptions } from "../submit-options.ts";

export async function fetchChange(
  terminal: Terminal,
  say: Say,
  options: FetchOptions,
): Promise<Result<number, CliProblem>> {
  const clone = await openClone(terminal, say, askedOf(options));
  if (!clone.ok) return clone;
  const { server } = clone.value;
  switch (server.kind) {
    case "gerrit":
      return (await gerritVerbs()).fetch({ ...clone.value, location: server.location }, options);
    case "github":
      return fail({
        message: `Cannot bring ${options.change} here from ${server.location.host} yet`,
        hint: `\`git fetch ${server.location.remote} refs/pull/<number>/head\` brings the newest patch set as FETCH_HEAD`,
        exit: EXIT.refused,
      });
  }
}

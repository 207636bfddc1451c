/** `-d`, `-x`, `-X`, `-N`, `-m`: what brings a change of the server here. */
import { type Result } from "../../core/result.ts";
import { askedOf, openClone } from "../desk.ts";
import { gerritVerbs } from "../gerrit-door.ts";
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
      return (await import("../bring/github.ts")).bringFromGitHub(clone.value, server.location, options);
  }
}

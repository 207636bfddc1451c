/** `git review -s`: the hook, and a look at remote and token. Writes the hook and nothing else. */
import path from "node:path";
import { ok, type Result } from "../../core/result.ts";
import { type Location } from "../../config/locate.ts";
import { askedOf, deskOf, factsOf, openClone, type Clone } from "../desk.ts";
import { gerritVerbs } from "../gerrit-door.ts";
import { installHook, type Installed } from "../install-hook.ts";
import { EXIT } from "../problems.ts";
import { columns, type CliProblem, type Say, type Terminal } from "../say.ts";
import { type SetupOptions } from "../submit-options.ts";

export async function setup(terminal: Terminal, say: Say, options: SetupOptions): Promise<Result<number, CliProblem>> {
  const clone = await openClone(terminal, say, askedOf(options));
  if (!clone.ok) return clone;
  const { server } = clone.value;
  switch (server.kind) {
    case "github":
      if (options.finish) say.note("-f is left out: -s sends nothing, and a branch that is not sent is not deleted");
      return setupGitHub(clone.value, server.location);
    case "gerrit":
      return (await gerritVerbs()).setup({ ...clone.value, location: server.location }, options);
  }
}

async function setupGitHub(clone: Clone, location: Location): Promise<Result<number, CliProblem>> {
  const { place, config, terminal, say } = clone;
  // Before the server is asked: the hook is of use also while the server is down.
  const hooks = [await installHook("commit-msg", place, config), await installHook("pre-push", place, config)];
  const rows: string[][] = [];
  for (const hook of hooks) if (hook.ok) rows.push(["hook", hookWords(hook.value, place.topLevel ?? terminal.cwd)]);
  rows.push(["remote", `${location.remote} → ${location.owner}/${location.name} on ${location.host}`]);
  const server = await askServer(clone, location);
  if (server.ok) rows.push(["token", server.value.token], ["target", location.target ?? server.value.defaultBranch]);
  for (const line of columns(rows)) say.result(line);
  for (const hook of hooks) if (!hook.ok) return hook;
  if (!server.ok) return server;
  say.result("Ready: commit, then run `git review`");
  return ok(EXIT.ok);
}

interface ServerFacts {
  readonly token: string;
  readonly defaultBranch: string;
}

async function askServer(clone: Clone, location: Location): Promise<Result<ServerFacts, CliProblem>> {
  const desk = await deskOf(clone, location);
  if (!desk.ok) return desk;
  const { token } = desk.value;
  const facts = await factsOf(desk.value);
  if (!facts.ok) return facts;
  const { viewer, permission, defaultBranch } = facts.value;
  const may = ["write", "maintain", "admin"].includes(permission)
    ? "may send"
    : `may only ${permission}: sends through a fork`;
  return ok({ token: `${viewer.login} (${token.from}), ${may}`, defaultBranch });
}

/** `top` is where paths are shown from. */
export function hookWords({ name, file, kind }: Installed, top: string): string {
  const inside = path.relative(top, file);
  const where = inside.startsWith("..") ? file : inside;
  switch (kind) {
    case "installed":
      return `${name} installed as ${where}`;
    case "updated":
      return `${name} brought up to date: ${where}`;
    case "there":
      return `${name} is in place: ${where}`;
    case "chained":
      return `${name} installed as ${where}; the one that was there runs first, as ${path.basename(file)}.chained`;
    case "foreign-with-ids":
      return `${name} of another tool kept, it gives Change-Ids: ${where}`;
    case "foreign":
      return `${name} of another tool kept: ${where}`;
  }
}

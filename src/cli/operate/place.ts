/**
 * Which repository on which server, and with which token: from `owner/name` on the command line, else from the clone.
 * A token goes only to the host of the user's own remote, or of PLUSTWO_GITHUB_URL, or to github.com (threat T43);
 * `.gitreview` is not asked.
 */
import packageJson from "../../../package.json" with { type: "json" };
import { systemClock } from "../../clock.ts";
import { apiOf, locate, type Location } from "../../config/locate.ts";
import { askedWord, resolveSettings } from "../../config/settings.ts";
import { isLoopback } from "../../config/remote-address.ts";
import { findToken } from "../../config/token.ts";
import { PERSON_LOGIN } from "../../core/login.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { type RepositoryRef } from "../../forge/forge.ts";
import { type Client } from "../../forge/github/client.ts";
import { remoteNames } from "../../git/config.ts";
import { openRepository } from "../../git/repository.ts";
import { EXIT, ofGit, ofLocation, ofToken } from "../problems.ts";
import { type CliProblem, type Say, type Terminal } from "../say.ts";

export interface Place {
  readonly client: Client;
  readonly project: RepositoryRef;
  readonly host: string;
  readonly scheme: "http" | "https";
  /** The work tree, where the command runs in a clone of the project. */
  readonly topLevel?: string;
}

export interface PlaceAsked {
  /** `owner/name`. */
  readonly repository?: string;
  readonly remote?: string;
}

export async function openPlace(terminal: Terminal, say: Say, asked: PlaceAsked): Promise<Result<Place, CliProblem>> {
  const named = asked.repository === undefined ? ok(undefined) : parseProject(asked.repository);
  if (!named.ok) return named;
  const clone = await lookAround(terminal, asked.remote);
  const location = choose(terminal, named.value, clone);
  if (!location.ok) return location;
  const token = await findToken(location.value, { env: terminal.env, cwd: terminal.cwd });
  if (!token.ok) return fail(ofToken(token.problem));
  const { owner, name, host, scheme, restUrl, graphqlUrl } = location.value;
  const { createClient } = await import("../../forge/github/client.ts");
  const client = createClient({
    baseUrl: restUrl,
    graphqlUrl,
    auth: { token: token.value.text },
    userAgent: `plustwo/${packageJson.version}`,
    clock: systemClock,
    log: (line) => say.note(line),
  });
  const here = clone.ok && sameProject(clone.value.location, location.value) ? clone.value.topLevel : undefined;
  return ok({ client, project: { owner, name }, host, scheme, ...(here === undefined ? {} : { topLevel: here }) });
}

interface Around {
  readonly location: Location;
  readonly topLevel?: string;
}

/** The clone we stand in, and where its remote goes. `origin` first: `gerrit` is where the project may come from. */
async function lookAround(terminal: Terminal, remote: string | undefined): Promise<Result<Around, CliProblem>> {
  const repository = openRepository(terminal.cwd, { env: terminal.env });
  const [place, config] = await Promise.all([repository.discover(), repository.config()]);
  if (!place.ok) return fail(ofGit(place.problem));
  if (!config.ok) return fail(ofGit(config.problem));
  const names = remoteNames(config.value);
  const chosen = remote ?? config.value.get("gitreview.remote") ?? (names.includes("origin") ? "origin" : undefined);
  const asked = chosen === undefined ? {} : { remote: askedWord("--remote", chosen) };
  const sources = { config: config.value, file: [], deprecated: [], localMode: false, asked };
  const location = locate(config.value, resolveSettings(sources, "github"));
  if (!location.ok) return fail(ofLocation(location.problem));
  const { topLevel } = place.value;
  return ok({ location: location.value, ...(topLevel === undefined ? {} : { topLevel }) });
}

function choose(
  { env }: Terminal,
  named: RepositoryRef | undefined,
  clone: Result<Around, CliProblem>,
): Result<Location, CliProblem> {
  if (named === undefined) {
    if (clone.ok) return ok(clone.value.location);
    return fail({ ...clone.problem, hint: `name the repository, as in owner/name; or: ${clone.problem.hint}` });
  }
  const told = env["PLUSTWO_GITHUB_URL"] ?? "";
  if (told !== "") return serverOf(told, named);
  if (clone.ok) return ok(elsewhere(clone.value.location, named));
  return ok(at("https", "github.com", named));
}

/** The same server, another project. */
function elsewhere(location: Location, { owner, name }: RepositoryRef): Location {
  const { transport, host } = location.address;
  return { ...location, owner, name, address: { transport, host, owner, name } };
}

function at(scheme: "http" | "https", host: string, { owner, name }: RepositoryRef): Location {
  const url = `${scheme}://${host}/${owner}/${name}.git`;
  const address = { transport: scheme, host, owner, name } as const;
  return { remote: "origin", fetchUrl: url, scheme, host, owner, name, ...apiOf(scheme, host), address };
}

/** PLUSTWO_GITHUB_URL is a REST address, as the service has it. */
function serverOf(text: string, project: RepositoryRef): Result<Location, CliProblem> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const scheme = url?.protocol === "http:" ? "http" : "https";
  if (url === undefined || !["http:", "https:"].includes(url.protocol) || (scheme === "http" && !isLoopback(url.host)))
    return fail({
      message: `Cannot use PLUSTWO_GITHUB_URL: it is not an https address`,
      hint: "it is https://api.github.com, or a server's https://HOST/api/v3",
      exit: EXIT.malformed,
    });
  const host = url.host === "api.github.com" ? "github.com" : url.host;
  return ok(at(scheme, host, project));
}

function parseProject(text: string): Result<RepositoryRef, CliProblem> {
  const parts = /^([^/]+)\/([A-Za-z0-9._-]{1,100})$/.exec(text.replace(/\.git$/, ""));
  const [, owner, name] = parts ?? [];
  if (owner === undefined || !PERSON_LOGIN.test(owner) || name === undefined || /^\.{1,2}$/.test(name))
    return fail({
      message: `Cannot use ${JSON.stringify(text)} as a repository: it is not owner/name`,
      hint: "write for example acme/api",
      exit: EXIT.malformed,
    });
  return ok({ owner, name });
}

function sameProject(one: Location, other: Location): boolean {
  const name = (location: Location) => `${location.host}/${location.owner}/${location.name}`.toLowerCase();
  return name(one) === name(other);
}

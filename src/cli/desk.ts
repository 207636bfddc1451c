/**
 * The desk: what every command needs before it starts. The clone, its settings, where it sends changes, and for GitHub
 * the token and the forge. Two git processes; the helpers for the token come on top only when no variable has one.
 */
import { type BranchName } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { type Forge, type RepositoryFacts, type RepositoryRef } from "../forge/forge.ts";
import { type ReviewerForge } from "../forge/reviewer.ts";
import { type GerritLocation } from "../config/locate-gerrit.ts";
import { type Location } from "../config/locate.ts";
import { isLocalMode, readDeprecated, readGitreview } from "../config/read-files.ts";
import { decideSettings, locateServer, type Asked, type Decided, type Server } from "../config/server.ts";
import { type Settings } from "../config/settings.ts";
import { findToken, type Token } from "../config/token.ts";
import { type GitConfig } from "../git/config.ts";
import { type Place } from "../git/read.ts";
import { openRepository, type Repository } from "../git/repository.ts";
import { parseRemoteAddress, type RemoteAddress } from "../git/slots.ts";
import { connect } from "./connect.ts";
import { EXIT, ofForge, ofGit, ofLocation, ofToken } from "./problems.ts";
import { type CliProblem, type Say, type Terminal } from "./say.ts";
import { type PlaceOptions } from "./submit-options.ts";

/** The clone and what is set in it, wherever that leads. */
export interface Workshop extends Decided {
  readonly terminal: Terminal;
  readonly say: Say;
  readonly asked: Asked;
  readonly place: Place;
  readonly config: GitConfig;
  readonly repository: Repository;
}

/** The clone and where it sends changes: all that is known without asking a server. */
export interface Clone extends Workshop {
  readonly server: Server;
}

/** A clone that sends to Gerrit: everything `src/cli/gerrit` starts from. */
export interface GerritClone extends Workshop {
  readonly location: GerritLocation;
}

/** A clone that sends to GitHub, with the token and the forge. */
export interface Desk extends Workshop {
  readonly location: Location;
  readonly token: Token;
  readonly forge: Forge & ReviewerForge;
  readonly project: RepositoryRef;
  /** The remote by name: fetch and push move its tracking refs. */
  readonly remote: RemoteAddress;
  /** The remote by URL: nothing in the clone moves. */
  readonly remoteUrl: RemoteAddress;
}

export function askedOf({ branch, remote, track, usePushUrl }: PlaceOptions): Asked {
  return {
    usePushUrl,
    ...(branch === undefined ? {} : { branch }),
    ...(remote === undefined ? {} : { remote }),
    ...(track === undefined ? {} : { track }),
  };
}

/** Two git processes, and the files that settings stand in. */
export async function openWorkshop(terminal: Terminal, say: Say, asked: Asked): Promise<Result<Workshop, CliProblem>> {
  const repository = openRepository(terminal.cwd, { env: terminal.env });
  const [place, config, deprecated] = await Promise.all([
    repository.discover(),
    repository.config(),
    readDeprecated(terminal.env),
  ]);
  if (!place.ok) return fail(ofGit(place.problem));
  if (!config.ok) return fail(ofGit(config.problem));
  const { head, topLevel } = place.value;
  say.configured(config.value.get("color.review") ?? config.value.get("color.ui"));
  const sources = { config: config.value, file: await readGitreview(topLevel), deprecated };
  const localMode = isLocalMode(terminal.env);
  const decided = decideSettings({ ...sources, localMode }, asked, head.kind === "branch" ? head.branch : undefined);
  return ok({ terminal, say, asked, place: place.value, config: config.value, repository, ...decided });
}

export async function openClone(terminal: Terminal, say: Say, asked: Asked): Promise<Result<Clone, CliProblem>> {
  const workshop = await openWorkshop(terminal, say, asked);
  if (!workshop.ok) return workshop;
  const { config, settings } = workshop.value;
  tellDeprecated(say, settings);
  const server = locateServer(config, settings);
  return server.ok ? ok({ ...workshop.value, server: server.value }) : fail(ofLocation(server.problem));
}

/** For verbs that only GitHub has. */
export async function openDesk(terminal: Terminal, say: Say, asked: Asked): Promise<Result<Desk, CliProblem>> {
  const clone = await openClone(terminal, say, asked);
  if (!clone.ok) return clone;
  const { server, choice } = clone.value;
  if (server.kind === "github") return deskOf(clone.value, server.location);
  return fail({
    message: `Cannot do this on a Gerrit server: ${server.location.host} is one, because ${choice.because}`,
    hint: "do it on the change's page there; or, if it is GitHub, say so with `git config gitreview.server github`",
    exit: EXIT.usage,
  });
}

/** Asks nobody but the places where a token may be. */
export async function deskOf(clone: Workshop, location: Location): Promise<Result<Desk, CliProblem>> {
  const { terminal, say } = clone;
  const token = await findToken(location, { env: terminal.env, cwd: terminal.cwd });
  if (!token.ok) return fail(ofToken(token.problem));
  const remote = parseRemoteAddress(location.remote);
  const remoteUrl = parseRemoteAddress(location.fetchUrl);
  if (remote === undefined || remoteUrl === undefined) {
    return fail(ofGit({ kind: "unsafe-name", what: "remote", text: location.remote }));
  }
  const { owner, name } = location;
  const repository = openRepository(terminal.cwd, {
    env: terminal.env,
    credentials: credentialsFor(location, token.value),
  });
  const forge = await connect(location, token.value, say);
  return ok({ ...clone, location, repository, token: token.value, forge, project: { owner, name }, remote, remoteUrl });
}

/** The branch that changes go to; asks the forge only where nothing names one. */
export async function targetOf(desk: Desk): Promise<Result<BranchName, CliProblem>> {
  if (desk.location.target !== undefined) return ok(desk.location.target);
  const facts = await factsOf(desk);
  return facts.ok ? ok(facts.value.defaultBranch) : facts;
}

/** The repository and who asks; one request. */
export async function factsOf(desk: Desk): Promise<Result<RepositoryFacts, CliProblem>> {
  const read = await desk.say.during(`Asking ${desk.location.host}`, desk.forge.readStack(desk.project, []));
  return read.ok ? ok(read.value.repository) : fail(ofForge(read.problem));
}

/** Only to the server of the remote, and only where git would have to ask. */
function credentialsFor(location: Location, token: Token): readonly { readonly url: string; readonly token: string }[] {
  const { transport, host } = location.address;
  if (token.gitHasIt || (transport !== "http" && transport !== "https")) return [];
  return [{ url: `${transport}://${host}/`, token: token.text }];
}

/** Once for each file that decides something. Source: git-review, which warns of them too. */
function tellDeprecated(say: Say, settings: Settings): void {
  const files = settings.all.flatMap(({ word }) =>
    word?.origin.kind === "file" && !word.origin.clone ? [word.origin.file] : [],
  );
  for (const file of new Set(files)) {
    say.note(`Settings of ${file} are used; that file is deprecated, \`git config --global gitreview.<key>\` is not`);
  }
}

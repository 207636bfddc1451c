/**
 * The desk: what every command needs before it starts. The clone, its configuration, where it sends changes, the token
 * and the forge behind it. Two git processes; the helpers for the token come on top only when no variable has one.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type BranchName } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { type Forge, type RepositoryFacts, type RepositoryRef } from "../forge/forge.ts";
import { parseGitreview, type GitreviewFile } from "../config/gitreview-file.ts";
import { locate, type Asked, type Location } from "../config/locate.ts";
import { findToken, type Token } from "../config/token.ts";
import { type GitConfig } from "../git/config.ts";
import { type Place } from "../git/read.ts";
import { openRepository, type Repository } from "../git/repository.ts";
import { parseRemoteAddress, type RemoteAddress } from "../git/slots.ts";
import { connect } from "./connect.ts";
import { ofForge, ofGit, ofLocation, ofToken } from "./problems.ts";
import { type CliProblem, type Say, type Terminal } from "./say.ts";

/** The clone and where it sends changes: all that is known without asking a server. */
export interface Clone {
  readonly terminal: Terminal;
  readonly say: Say;
  readonly asked: Asked;
  readonly place: Place;
  readonly config: GitConfig;
  readonly repository: Repository;
  readonly location: Location;
}

export interface Desk extends Clone {
  readonly token: Token;
  readonly forge: Forge;
  readonly project: RepositoryRef;
  /** The remote by name: fetch and push move its tracking refs. */
  readonly remote: RemoteAddress;
  /** The remote by URL: nothing in the clone moves. */
  readonly remoteUrl: RemoteAddress;
}

const LARGEST_FILE_BYTES = 65_536;

export async function openClone(terminal: Terminal, say: Say, asked: Asked): Promise<Result<Clone, CliProblem>> {
  const repository = openRepository(terminal.cwd, { env: terminal.env });
  const [place, config] = await Promise.all([repository.discover(), repository.config()]);
  if (!place.ok) return fail(ofGit(place.problem));
  if (!config.ok) return fail(ofGit(config.problem));
  const location = locate(config.value, await readGitreview(place.value), asked);
  if (!location.ok) return fail(ofLocation(location.problem));
  return ok({ terminal, say, asked, place: place.value, config: config.value, repository, location: location.value });
}

export async function openDesk(terminal: Terminal, say: Say, asked: Asked): Promise<Result<Desk, CliProblem>> {
  const clone = await openClone(terminal, say, asked);
  if (!clone.ok) return clone;
  const { location } = clone.value;
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
  return ok({ ...clone.value, repository, token: token.value, forge, project: { owner, name }, remote, remoteUrl });
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

async function readGitreview(place: Place): Promise<GitreviewFile> {
  if (place.topLevel === undefined) return {};
  try {
    const text = await readFile(path.join(place.topLevel, ".gitreview"), "utf8");
    return parseGitreview(text.slice(0, LARGEST_FILE_BYTES));
  } catch {
    // None, or none that can be read: the remote's URL says the rest.
    return {};
  }
}

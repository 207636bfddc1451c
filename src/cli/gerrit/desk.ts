/** The desk of a clone that sends to Gerrit: the clone, the server's questions, and what git is told to talk to. */
import packageJson from "../../../package.json" with { type: "json" };
import { fail, ok, type Result } from "../../core/result.ts";
import { restServer } from "../../forge/gerrit/rest.ts";
import { restReviews, type ReviewServer } from "../../forge/gerrit/rest-reviews.ts";
import { type GerritServer } from "../../forge/gerrit/gerrit-server.ts";
import { describeGerritProblem, type GerritProblem } from "../../forge/gerrit/problem.ts";
import { sshServer } from "../../forge/gerrit/ssh.ts";
import { openRepository } from "../../git/repository.ts";
import { parseRemoteAddress, type RemoteAddress } from "../../git/slots.ts";
import { type GerritClone } from "../desk.ts";
import { EXIT, ofGit } from "../problems.ts";
import { type CliProblem } from "../say.ts";
import { findGerritCredentials, hostWithPort, type GerritCredentials } from "./credentials.ts";

export interface GerritDesk extends GerritClone {
  readonly server: GerritServer;
  /** What only who signed in may ask; over http alone. */
  readonly reviews?: ReviewServer;
  /** Absent = none found, or ssh, which has keys. */
  readonly credentials?: GerritCredentials;
  /** The remote by name: fetch and push move its tracking refs. */
  readonly remote: RemoteAddress;
  /** Where branches are fetched from, by URL: nothing in the clone moves. */
  readonly branchUrl: RemoteAddress;
  /** Gerrit's own URL, where the patch sets are. */
  readonly changeUrl: RemoteAddress;
}

// Both reach ssh's command line.
const USER_OF_SSH = /^(?!-)[A-Za-z0-9._@+-]{1,100}$/;

/** For http one more git process, which asks the credential helper. */
export async function openGerritDesk(clone: GerritClone): Promise<Result<GerritDesk, CliProblem>> {
  const { location, terminal } = clone;
  const remote = parseRemoteAddress(location.remote);
  const branchUrl = parseRemoteAddress(location.remoteUrl);
  const changeUrl = parseRemoteAddress(location.pushUrl);
  if (remote === undefined || branchUrl === undefined || changeUrl === undefined) {
    return fail(ofGit({ kind: "unsafe-name", what: "remote", text: location.remote }));
  }
  const places = { remote, branchUrl, changeUrl };
  if (location.scheme === "ssh") {
    const { host, port, username } = location;
    if (username !== undefined && !USER_OF_SSH.test(username)) return fail(oddUser(username));
    const command = clone.config.get("core.sshCommand");
    const server = sshServer({
      host,
      env: terminal.env,
      cwd: terminal.cwd,
      ...(port === undefined ? {} : { port }),
      ...(username === undefined ? {} : { user: username }),
      ...(command === undefined ? {} : { command }),
    });
    return ok({ ...clone, ...places, server });
  }
  const credentials = await findGerritCredentials(location, terminal);
  const url = `${location.scheme}://${hostWithPort(location)}`;
  const settings = {
    url: `${url}${location.basePath}`,
    host: hostWithPort(location),
    userAgent: `git-review/${packageJson.version}`,
    ...(credentials === undefined ? {} : { credentials }),
  };
  const server = restServer(settings);
  const signedIn = credentials === undefined ? {} : { credentials, reviews: restReviews(settings) };
  // Sent at once, so that private changes can be fetched and no request is made twice. What stands in the URL, git sends.
  const known = credentials === undefined || location.password !== undefined ? [] : [credentials];
  const repository = openRepository(terminal.cwd, {
    env: terminal.env,
    credentials: known.map(({ user, password }) => ({ url: `${url}/`, user, token: password })),
  });
  return ok({ ...clone, ...places, repository, server, ...signedIn });
}

export function ofGerrit(problem: GerritProblem): CliProblem {
  return describeGerritProblem(problem);
}

/** A submit needs the remote by name; only `-s` makes one (see `config/locate-gerrit.ts`). */
export function needsRemote({ location, settings }: GerritClone): CliProblem | undefined {
  if (location.exists) return undefined;
  const from = settings.get("host").word?.origin.kind === "file" ? " (.gitreview)" : "";
  return {
    message: `Cannot send yet: this clone has no ${location.usePushUrl ? `push URL of "${location.remote}"` : `remote "${location.remote}"`} for ${location.project} on ${location.host}${from}`,
    hint: "run `git review -s` once: it adds it, and installs the commit-msg hook",
    exit: EXIT.refused,
  };
}

function oddUser(username: string): CliProblem {
  return {
    message: `Cannot use ${JSON.stringify(username)} as a name for ssh`,
    hint: "correct it with `git config gitreview.username <name>`, or in the remote's URL",
    exit: EXIT.malformed,
  };
}

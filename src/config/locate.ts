/**
 * Where a submit to GitHub goes: the remote, the server behind it, the project and the target branch. The settings say
 * it (`settings.ts`), else the remote's URL.
 *
 * A `.gitreview` comes with somebody's clone. It may name the remote, the project and the branch, but the token is sent
 * only to the host of the user's own remote or of their own `gitreview.hostname` (threat T43).
 */
import { parseBranchName, type BranchName } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { remoteNames, remoteUrl, type GitConfig } from "../git/config.ts";
import { withoutPassword } from "./locate-gerrit.ts";
import { type LocateProblem } from "./locate-problem.ts";
import { isLoopback, parseProjectAddress, type ProjectAddress } from "./remote-address.ts";
import { describeOrigin, isTheUsersWord, type Settings, type Word } from "./settings.ts";

export interface Location {
  /** The remote's name, for fetch and push. */
  readonly remote: string;
  readonly fetchUrl: string;
  readonly scheme: "http" | "https";
  /** With port. */
  readonly host: string;
  readonly owner: string;
  readonly name: string;
  /** Absent = the repository's default branch. */
  readonly target?: BranchName;
  readonly restUrl: string;
  readonly graphqlUrl: string;
  readonly address: ProjectAddress;
}

export function locate(config: GitConfig, settings: Settings): Result<Location, LocateProblem> {
  const remote = chooseRemote(config, settings);
  if (!remote.ok) return remote;
  const url = remoteUrl(config, remote.value, "push") ?? "";
  const address = parseProjectAddress(url);
  if (address === undefined) return fail({ kind: "not-a-forge", remote: remote.value, url: withoutPassword(url) });
  const host = chooseHost(settings, remote.value, address);
  if (!host.ok) return host;
  const project = checkProject(settings, remote.value, address);
  if (!project.ok) return project;
  const target = chooseBranch(settings);
  if (!target.ok) return target;
  const scheme = chooseScheme(settings, address, host.value);
  if (!scheme.ok) return scheme;
  return ok({
    remote: remote.value,
    fetchUrl: remoteUrl(config, remote.value, "fetch") ?? url,
    scheme: scheme.value,
    host: host.value,
    owner: address.owner,
    name: address.name,
    ...(target.value === undefined ? {} : { target: target.value }),
    ...apiOf(scheme.value, host.value),
    address,
  });
}

/** github.com has a host of its own for the API; an Enterprise server answers under `/api`. */
export function apiOf(
  scheme: "http" | "https",
  host: string,
): { readonly restUrl: string; readonly graphqlUrl: string } {
  if (host === "github.com") return { restUrl: "https://api.github.com", graphqlUrl: "https://api.github.com/graphql" };
  return { restUrl: `${scheme}://${host}/api/v3`, graphqlUrl: `${scheme}://${host}/api/graphql` };
}

/** A remote named by the user has to be there; one named by a file is taken where it is. */
function chooseRemote(config: GitConfig, settings: Settings): Result<string, LocateProblem> {
  const known = remoteNames(config);
  const { word } = settings.get("remote");
  if (word !== undefined && isTheUsersWord(word) && word.origin.kind !== "file") {
    return known.includes(word.text)
      ? ok(word.text)
      : fail({ kind: "unknown-remote", remote: word.text, origin: word.origin, known });
  }
  const ofFile = known.find((name) => name === word?.text) ?? known.find((name) => isProjectOf(config, settings, name));
  const usual = ["gerrit", "origin"].find((name) => known.includes(name));
  const chosen = ofFile ?? usual ?? (known.length === 1 ? known[0] : undefined);
  if (chosen !== undefined) return ok(chosen);
  const [host, project, scheme = "https"] = [settings.text("host"), settings.text("project"), settings.text("scheme")];
  const suggested = host !== undefined && project !== undefined ? `${scheme}://${host}/${project}.git` : undefined;
  if (known.length === 0) return fail({ kind: "no-remote", ...(suggested === undefined ? {} : { suggested }) });
  return fail({ kind: "unknown-remote", remote: "origin", origin: { kind: "default" }, known });
}

function isProjectOf(config: GitConfig, settings: Settings, remote: string): boolean {
  const address = parseProjectAddress(remoteUrl(config, remote, "push") ?? "");
  const [host, project] = [settings.text("host"), settings.text("project")];
  if (address === undefined || host === undefined || project === undefined) return false;
  return sameHost(address.host, host) && sameProject(address, project);
}

function chooseHost(settings: Settings, remote: string, address: ProjectAddress): Result<string, LocateProblem> {
  const { word } = settings.get("host");
  if (word === undefined) return ok(address.host);
  const host = withPort(word, settings);
  if (isTheUsersWord(word)) {
    if (isHost(host)) return ok(host.toLowerCase());
    const expected = "a host name, such as github.com";
    return fail({ kind: "bad-setting", name: "host", text: host, expected, origin: word.origin });
  }
  if (sameHost(host, address.host)) return ok(address.host);
  // An ssh URL has no web port; the file may add one to the same host.
  if (address.transport === "ssh" && isHost(host) && sameHost(host.replace(/:\d+$/, ""), address.host)) {
    return ok(host.toLowerCase());
  }
  return fail({ kind: "other-host", remote, remoteHost: address.host, fileHost: host });
}

/** The port of the same source as the host's. A file's belongs to Gerrit's ssh door unless its scheme says http. */
function withPort(host: Word, settings: Settings): string {
  const port = settings.get("port").word;
  if (port === undefined || host.text.includes(":") || port.origin.kind !== host.origin.kind) return host.text;
  const scheme = settings.text("scheme");
  const web = port.origin.kind !== "file" || scheme === "http" || scheme === "https";
  return web ? `${host.text}:${port.text}` : host.text;
}

function checkProject(settings: Settings, remote: string, address: ProjectAddress): Result<void, LocateProblem> {
  const { word } = settings.get("project");
  const project = word?.text.replace(/\.git$/, "");
  if (word === undefined || project === undefined || sameProject(address, project)) return ok(undefined);
  const from = word.origin.kind === "file" ? word.origin.file : describeOrigin(word.origin);
  return fail({ kind: "other-project", remote, remoteProject: `${address.owner}/${address.name}`, project, from });
}

function chooseBranch(settings: Settings): Result<BranchName | undefined, LocateProblem> {
  const { word } = settings.get("branch");
  if (word === undefined) return ok(undefined);
  const branch = parseBranchName(word.text.replace(/^refs\/heads\//, ""));
  return branch === undefined ? fail({ kind: "bad-branch", text: word.text, origin: word.origin }) : ok(branch);
}

/** Plain http sends the token in the clear: only to this machine, or where the user's own git config asks for it. */
function chooseScheme(
  settings: Settings,
  address: ProjectAddress,
  host: string,
): Result<"http" | "https", LocateProblem> {
  const { word } = settings.get("scheme");
  const text = word?.text;
  if (word !== undefined && isTheUsersWord(word) && (text === "http" || text === "https")) return ok(text);
  const wanted = address.transport === "http" || (address.transport === "ssh" && text === "http") ? "http" : "https";
  return wanted === "http" && !isLoopback(host) ? fail({ kind: "plain-http", host }) : ok(wanted);
}

function sameProject(address: ProjectAddress, project: string): boolean {
  return `${address.owner}/${address.name}`.toLowerCase() === project.replace(/\.git$/, "").toLowerCase();
}

function sameHost(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function isHost(text: string): boolean {
  return /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?$/.test(text);
}

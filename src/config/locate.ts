/**
 * Where a submit goes: the remote, the server behind it, the project and the target branch.
 * Precedence: command line, then git config `gitreview.*`, then `.gitreview`, then what the remote's URL says.
 *
 * A `.gitreview` comes with somebody's clone. It may name the remote, the project and the branch, but the token is sent
 * only to the host of the user's own remote or of their own `gitreview.hostname` (threat T43).
 */
import { parseBranchName, type BranchName } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { remoteNames, remoteUrl, type GitConfig } from "../git/config.ts";
import { type GitreviewFile } from "./gitreview-file.ts";
import { isLoopback, parseProjectAddress, type ProjectAddress } from "./remote-address.ts";

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

export interface Asked {
  readonly remote?: string;
  readonly branch?: string;
}

export type LocateProblem =
  | { readonly kind: "no-remote"; readonly suggested?: string }
  | {
      readonly kind: "unknown-remote";
      readonly remote: string;
      readonly from: string;
      readonly known: readonly string[];
    }
  | { readonly kind: "not-a-forge"; readonly remote: string; readonly url: string }
  | { readonly kind: "other-host"; readonly remote: string; readonly remoteHost: string; readonly fileHost: string }
  | {
      readonly kind: "other-project";
      readonly remote: string;
      readonly remoteProject: string;
      readonly project: string;
      readonly from: string;
    }
  | { readonly kind: "bad-branch"; readonly text: string; readonly from: string }
  | { readonly kind: "bad-setting"; readonly key: string; readonly text: string; readonly expected: string }
  | { readonly kind: "plain-http"; readonly host: string };

export function locate(config: GitConfig, file: GitreviewFile, asked: Asked): Result<Location, LocateProblem> {
  const remote = chooseRemote(config, file, asked);
  if (!remote.ok) return remote;
  const url = remoteUrl(config, remote.value, "push") ?? "";
  const address = parseProjectAddress(url);
  if (address === undefined) return fail({ kind: "not-a-forge", remote: remote.value, url: withoutPassword(url) });
  const host = chooseHost(config, file, remote.value, address);
  if (!host.ok) return host;
  const project = checkProject(config, file, remote.value, address);
  if (!project.ok) return project;
  const target = chooseBranch(config, file, asked);
  if (!target.ok) return target;
  const scheme = chooseScheme(config, file, address, host.value);
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

function chooseRemote(config: GitConfig, file: GitreviewFile, asked: Asked): Result<string, LocateProblem> {
  const known = remoteNames(config);
  const configured = config.get("gitreview.remote");
  for (const [from, name] of [
    ["the command line", asked.remote],
    ["git config gitreview.remote", configured],
  ] as const) {
    if (name === undefined || name === "") continue;
    return known.includes(name) ? ok(name) : fail({ kind: "unknown-remote", remote: name, from, known });
  }
  const ofFile =
    known.find((name) => name === file.defaultremote) ?? known.find((name) => isProjectOf(config, name, file));
  const usual = ["gerrit", "origin"].find((name) => known.includes(name));
  const chosen = ofFile ?? usual ?? (known.length === 1 ? known[0] : undefined);
  if (chosen !== undefined) return ok(chosen);
  const { host, project, scheme = "https" } = file;
  const suggested = host !== undefined && project !== undefined ? `${scheme}://${host}/${project}.git` : undefined;
  if (known.length === 0) return fail({ kind: "no-remote", ...(suggested === undefined ? {} : { suggested }) });
  return fail({ kind: "unknown-remote", remote: "origin", from: "the default", known });
}

function isProjectOf(config: GitConfig, remote: string, { host, project }: GitreviewFile): boolean {
  const address = parseProjectAddress(remoteUrl(config, remote, "push") ?? "");
  if (address === undefined || host === undefined || project === undefined) return false;
  return sameHost(address.host, host) && sameProject(address, project);
}

function chooseHost(
  config: GitConfig,
  file: GitreviewFile,
  remote: string,
  address: ProjectAddress,
): Result<string, LocateProblem> {
  const configured = config.get("gitreview.hostname");
  if (configured !== undefined) {
    const port = config.get("gitreview.port");
    const host = port === undefined || configured.includes(":") ? configured : `${configured}:${port}`;
    if (isHost(host)) return ok(host.toLowerCase());
    return fail({
      kind: "bad-setting",
      key: "gitreview.hostname",
      text: host,
      expected: "a host name, such as github.com",
    });
  }
  if (file.host === undefined || sameHost(file.host, address.host)) return ok(address.host);
  // An ssh URL has no web port; the file may add one to the same host.
  if (address.transport === "ssh" && isHost(file.host) && sameHost(file.host.replace(/:\d+$/, ""), address.host)) {
    return ok(file.host.toLowerCase());
  }
  return fail({ kind: "other-host", remote, remoteHost: address.host, fileHost: file.host });
}

function checkProject(
  config: GitConfig,
  file: GitreviewFile,
  remote: string,
  address: ProjectAddress,
): Result<void, LocateProblem> {
  const configured = config.get("gitreview.project");
  const project = configured ?? file.project;
  if (project === undefined || sameProject(address, project)) return ok(undefined);
  const from = configured === undefined ? ".gitreview" : "git config gitreview.project";
  return fail({ kind: "other-project", remote, remoteProject: `${address.owner}/${address.name}`, project, from });
}

function chooseBranch(
  config: GitConfig,
  file: GitreviewFile,
  asked: Asked,
): Result<BranchName | undefined, LocateProblem> {
  const wanted = [
    ["the command line", asked.branch],
    ["git config gitreview.branch", config.get("gitreview.branch")],
    [".gitreview", file.defaultbranch],
  ] as const;
  for (const [from, text] of wanted) {
    if (text === undefined || text === "") continue;
    const branch = parseBranchName(text.replace(/^refs\/heads\//, ""));
    return branch === undefined ? fail({ kind: "bad-branch", text, from }) : ok(branch);
  }
  return ok(undefined);
}

/** Plain http sends the token in the clear: only to this machine, or where the user's own git config asks for it. */
function chooseScheme(
  config: GitConfig,
  file: GitreviewFile,
  address: ProjectAddress,
  host: string,
): Result<"http" | "https", LocateProblem> {
  const configured = config.get("gitreview.scheme");
  if (configured === "http" || configured === "https") return ok(configured);
  const wanted =
    address.transport === "http" || (address.transport === "ssh" && file.scheme === "http") ? "http" : "https";
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

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@]*@/, "//***@");
}

/**
 * Gerrit or GitHub? The same command speaks to both, so which one is decided before anything else, by a rule that needs
 * no request (ADR 29). First match counts:
 * 1. `gitreview.server` of the user's git configuration;
 * 2. a [github] section in `.gitreview`: github;
 * 3. the remote that was named (command line, `gitreview.remote`), or else the one that [gerrit] or habit names: on a
 *    host known as GitHub: github; over ssh on Gerrit's port: gerrit;
 * 4. a host that was named: known as GitHub: github; by a [gerrit] section or a git-review.conf: gerrit; by git config:
 *    github where it is the host of a remote, else gerrit;
 * 5. the remote in use goes over ssh to Gerrit's port: gerrit;
 * 6. github.
 */
import { remoteNames, remoteUrl } from "../git/config.ts";
import { GERRIT_SSH_PORT, parseGerritAddress } from "./gerrit-address.ts";
import { parseProjectAddress } from "./remote-address.ts";
import { settingDefinition, type ServerKind } from "./setting-names.ts";
import { wordsFor, type SettingSources, type Word } from "./settings.ts";

export interface ServerChoice {
  readonly kind: ServerKind;
  /** For people, completes "Gerrit, because …". */
  readonly because: string;
}

export function chooseServer(sources: SettingSources): ServerChoice {
  const [said] = wordsFor(settingDefinition("server"), sources, "github");
  if (said?.text === "gerrit" || said?.text === "github")
    return { kind: said.text, because: "gitreview.server says so" };
  if (sources.file.some(({ section }) => section === "github"))
    return { kind: "github", because: ".gitreview has a [github] section" };
  return byNamedRemote(sources) ?? byHost(sources) ?? byUsedRemote(sources);
}

/** github.com, GitHub Enterprise Cloud with data residency. An Enterprise Server can have any name. */
export function isKnownGitHub(host: string): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, "");
  return name === "github.com" || name === "ssh.github.com" || name.endsWith(".ghe.com");
}

function byNamedRemote(sources: SettingSources): ServerChoice | undefined {
  const [remote] = wordsFor(settingDefinition("remote"), sources, "gerrit");
  const name = remote?.text ?? "";
  return remoteNames(sources.config).includes(name) ? byUrl(sources, name) : undefined;
}

function byUrl({ config }: SettingSources, remote: string): ServerChoice | undefined {
  const url = remoteUrl(config, remote, "push") ?? "";
  const host = parseProjectAddress(url)?.host;
  if (host !== undefined && isKnownGitHub(host))
    return { kind: "github", because: `the remote "${remote}" is on ${host}` };
  return isGerritDoor(url)
    ? { kind: "gerrit", because: `the remote "${remote}" uses port ${GERRIT_SSH_PORT} of ssh` }
    : undefined;
}

function byHost(sources: SettingSources): ServerChoice | undefined {
  const [host] = wordsFor(settingDefinition("host"), sources, "gerrit");
  if (host === undefined) return undefined;
  if (isKnownGitHub(host.text)) return { kind: "github", because: `${host.text} is GitHub` };
  if (host.origin.kind === "file") return { kind: "gerrit", because: `${host.origin.file} has a [gerrit] host` };
  const near = remoteNames(sources.config).find((remote) => isOnHost(sources, remote, host));
  if (near === undefined) return { kind: "gerrit", because: `no remote is on ${host.text}` };
  return byUrl(sources, near) ?? { kind: "github", because: `the remote "${near}" is on ${host.text}` };
}

function isOnHost({ config }: SettingSources, remote: string, { text }: Word): boolean {
  const address = parseProjectAddress(remoteUrl(config, remote, "push") ?? "");
  const bare = (host: string): string => host.toLowerCase().replace(/:\d+$/, "");
  return address !== undefined && bare(address.host) === bare(text);
}

function byUsedRemote(sources: SettingSources): ServerChoice {
  const names = remoteNames(sources.config);
  const used = names.includes("origin") ? "origin" : names.length === 1 ? names[0] : undefined;
  const found = used === undefined ? undefined : byUrl(sources, used);
  return found ?? { kind: "github", because: "nothing speaks of Gerrit" };
}

function isGerritDoor(url: string): boolean {
  const address = parseGerritAddress(url);
  return address?.scheme === "ssh" && address.port === GERRIT_SSH_PORT;
}

/**
 * Where a submit to Gerrit goes. A remote that is there decides by its URL, as in git-review; without one the URL is made
 * from the settings, and `git review -s` adds it.
 *
 * `.gitreview` may name a Gerrit server that no remote knows, since that is how OpenStack's projects are set up. Nothing
 * of GitHub's is ever sent there: the tokens of `token.ts` are not looked up at all, and what git's credential helper
 * holds, it holds for one host (threat T43). No submit adds a remote by itself, so a hostile file moves nothing unseen.
 */
import { parseBranchName, type BranchName } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { addressFor, remoteNames, remoteUrl, type GitConfig } from "../git/config.ts";
import {
  gerritUrl,
  isGerritHost,
  isGerritProject,
  parseGerritAddress,
  type GerritAddress,
  type GerritScheme,
} from "./gerrit-address.ts";
import { type LocateProblem } from "./locate-problem.ts";
import { type Setting, type Settings } from "./settings.ts";

export interface GerritLocation {
  /** The remote's name. */
  readonly remote: string;
  /** `false` = nothing of that name is set up yet; see `url`. */
  readonly exists: boolean;
  /** `usepushurl`: the address is the `pushurl` of `remote`, which is fetched from elsewhere. */
  readonly usePushUrl: boolean;
  /** As it stands, or is to be written, in git's configuration. */
  readonly url: string;
  /** What git fetches from, after insteadOf. */
  readonly remoteUrl: string;
  /** What git pushes to, after pushInsteadOf and insteadOf. */
  readonly pushUrl: string;
  /** These are of `pushUrl`. */
  readonly scheme: GerritScheme;
  /** Without port. */
  readonly host: string;
  readonly port?: number;
  /** "" or "/gerrit": web servers may keep Gerrit below a path. */
  readonly basePath: string;
  readonly project: string;
  /** Absent = whatever ssh or the credential helper takes. */
  readonly username?: string;
  /** Of a URL with a password in it. */
  readonly password?: string;
  /** The target. */
  readonly branch: BranchName;
  readonly branchAuthor: "name" | "username" | "email";
}

export function locateGerrit(config: GitConfig, settings: Settings): Result<GerritLocation, LocateProblem> {
  const usePushUrl = settings.on("usepushurl");
  const remote = remoteName(settings, usePushUrl);
  const branch = branchOf(settings);
  if (!branch.ok) return branch;
  const there = usePushUrl ? config.get(`remote.${remote}.pushurl`) : ownUrl(config, remote);
  const made = there === undefined ? urlOf(settings) : ok(there);
  if (!made.ok) return made;
  const url = made.value;
  const pushUrl =
    there === undefined ? addressFor(config, url, usePushUrl ? "fetch" : "push") : remoteUrl(config, remote, "push");
  const fetched = remoteUrl(config, remote, "fetch") ?? addressFor(config, url, "fetch");
  const address = parseGerritAddress(pushUrl ?? url, settings.text("project"));
  if (address === undefined) return fail({ kind: "not-a-forge", remote, url: withoutPassword(pushUrl ?? url) });
  return ok({
    remote,
    exists: there !== undefined,
    usePushUrl,
    url,
    remoteUrl: fetched,
    pushUrl: pushUrl ?? url,
    ...withUsername(address, settings),
    branch: branch.value,
    branchAuthor: authorOf(settings),
  });
}

/** git-review: `-r`, else origin where its push URL is used, else the configured one. */
function remoteName(settings: Settings, usePushUrl: boolean): string {
  const { word } = settings.get("remote");
  if (word === undefined) return "gerrit";
  return usePushUrl && word.origin.kind !== "command-line" ? "origin" : word.text;
}

function ownUrl(config: GitConfig, remote: string): string | undefined {
  if (!remoteNames(config).includes(remote)) return undefined;
  return config.get(`remote.${remote}.pushurl`) ?? config.all(`remote.${remote}.url`)[0];
}

function urlOf(settings: Settings): Result<string, LocateProblem> {
  const host = settings.text("host");
  const project = settings.text("project")?.replace(/\.git$/, "");
  if (host === undefined) return fail({ kind: "no-gerrit", missing: "host" });
  // `host:port` in one, as people write it.
  const [, name = host, inline] = /^(.*):(\d{1,5})$/.exec(host) ?? [];
  if (!isGerritHost(name)) return fail(bad(settings.get("host"), "a host name, such as review.example.org"));
  if (project === undefined) return fail({ kind: "no-gerrit", missing: "project" });
  if (!isGerritProject(project)) return fail(bad(settings.get("project"), "the name of a project, such as group/name"));
  const port = settings.text("port") ?? inline;
  const username = settings.text("username");
  return ok(
    gerritUrl({
      scheme: schemeOf(settings),
      host: name,
      project,
      ...(port === undefined ? {} : { port: Number(port) }),
      ...(username === undefined ? {} : { username }),
    }),
  );
}

function schemeOf(settings: Settings): GerritScheme {
  const text = settings.text("scheme");
  return text === "http" || text === "https" ? text : "ssh";
}

function branchOf(settings: Settings): Result<BranchName, LocateProblem> {
  const { word } = settings.get("branch");
  const text = (word?.text ?? "master").replace(/^refs\/heads\//, "");
  const branch = parseBranchName(text);
  if (branch !== undefined) return ok(branch);
  return fail({ kind: "bad-branch", text, ...(word === undefined ? {} : { origin: word.origin }) });
}

function withUsername(address: GerritAddress, settings: Settings): GerritAddress {
  const username = address.username ?? settings.text("username");
  return username === undefined ? address : { ...address, username };
}

function authorOf(settings: Settings): GerritLocation["branchAuthor"] {
  const text = settings.text("branchauthor");
  return text === "username" || text === "email" ? text : "name";
}

function bad({ name, word }: Setting, expected: string): LocateProblem {
  return { kind: "bad-setting", name, expected, text: word?.text ?? "", origin: word?.origin ?? { kind: "default" } };
}

export function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@]*@/, "//***@");
}

/**
 * The facts of `git review doctor`. Reads only: six git processes, one request to GitHub or one `ls-remote` to Gerrit, and the
 * helpers for the token where no variable has it.
 */
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { type CloneFacts, type HookFacts, type RemoteFacts } from "../../core/change/clone-doctor.ts";
import { branchRef, type BranchName } from "../../core/ids.ts";
import { oddLinesOf } from "../../config/gitreview-file.ts";
import { type Location } from "../../config/locate.ts";
import { withoutPassword } from "../../config/locate-gerrit.ts";
import { parseGerritAddress } from "../../config/gerrit-address.ts";
import { parseProjectAddress } from "../../config/remote-address.ts";
import { locateServer } from "../../config/server.ts";
import { describeOrigin } from "../../config/settings.ts";
import { remoteUrl, type GitConfig } from "../../git/config.ts";
import { deskOf, factsOf, type Workshop } from "../desk.ts";
import { inspectHook } from "../install-hook.ts";
import { EXIT, ofGit, ofLocation } from "../problems.ts";
import { type CliProblem } from "../say.ts";

export interface Examined {
  readonly facts: CloneFacts;
  readonly host?: string;
  readonly project?: string;
  readonly login?: string;
  /** Where the token was found; never the token. */
  readonly tokenFrom?: string;
}

type Asked = Pick<Examined, "host" | "project" | "login" | "tokenFrom"> & {
  readonly target?: BranchName;
  readonly permission?: string;
  readonly server?: NonNullable<CloneFacts["server"]>;
};

export async function examine(workshop: Workshop): Promise<Examined> {
  const { config, settings, place, repository, choice } = workshop;
  const located = locateServer(config, settings);
  const remote = located.ok ? located.value.location.remote : undefined;
  const [version, hooks, gitreview, journal, shallow, asked] = await Promise.all([
    repository.version(),
    hooksOf(workshop),
    textOf(path.join(place.topLevel ?? place.gitDir, ".gitreview")),
    textOf(path.join(place.commonDir, "plustwo", "journal.json")),
    isThere(path.join(place.commonDir, "shallow")),
    located.ok ? askServer(workshop, located.value) : nobody(),
  ]);
  const { target, permission, server, ...known } = asked;
  const stack =
    remote === undefined || target === undefined ? undefined : await commitsAbove(workshop, `${remote}/${target}`);
  const about = remote === undefined ? undefined : remoteFacts(config, remote, choice.kind);
  const facts: CloneFacts = {
    ...(version.ok ? { gitVersion: version.value } : {}),
    kind: choice.kind,
    ...(located.ok ? {} : { nowhere: ofLocation(located.problem) }),
    ...(server === undefined ? {} : { server }),
    ...(permission === undefined ? {} : { permission }),
    ...(about === undefined ? {} : { remote: about }),
    hooks,
    ...(stack === undefined ? {} : { stack }),
    ...(remote === undefined || target === undefined ? {} : { target: `${remote}/${target}` }),
    oddLines: gitreview === undefined ? [] : oddLinesOf(gitreview),
    unknownSettings: settings.unknown.map(({ key, origin }) => ({ key, from: describeOrigin(origin) })),
    journal: journalState(journal),
    shallow,
  };
  return { facts, ...known };
}

const nobody = (): Promise<Asked> => Promise.resolve({});

async function askServer(workshop: Workshop, server: LocatedServer): Promise<Asked> {
  if (server.kind === "github") return askGitHub(workshop, server.location);
  const { location } = server;
  const known = { host: location.host, project: location.project, target: location.branch };
  const { openGerritDesk } = await import("../gerrit/desk.ts");
  const desk = await openGerritDesk({ ...workshop, location });
  if (!desk.ok) return { ...known, server: trouble(desk.problem) };
  const { credentials, repository, changeUrl } = desk.value;
  const who = credentials === undefined ? {} : { login: credentials.user, tokenFrom: credentials.from };
  const listed = await workshop.say.during(
    `Asking ${location.host}`,
    repository.listRemote(changeUrl, branchRef(location.branch)),
  );
  return { ...known, ...who, ...(listed.ok ? {} : { server: trouble(ofGit(listed.problem)) }) };
}

type LocatedServer = Extract<ReturnType<typeof locateServer>, { readonly ok: true }>["value"];

async function askGitHub(workshop: Workshop, location: Location): Promise<Asked> {
  const { host, owner, name, target } = location;
  const known = { host, project: `${owner}/${name}`, ...(target === undefined ? {} : { target }) };
  const desk = await deskOf(workshop, location);
  if (!desk.ok) return { ...known, server: trouble(desk.problem) };
  const found = { ...known, tokenFrom: desk.value.token.from };
  const read = await factsOf(desk.value);
  if (!read.ok) return { ...found, server: trouble(read.problem) };
  const { viewer, permission, defaultBranch } = read.value;
  return { ...found, login: viewer.login, permission, target: target ?? defaultBranch };
}

function trouble({ message, hint, exit }: CliProblem): NonNullable<CloneFacts["server"]> {
  const id = exit === EXIT.token ? "token" : exit === EXIT.unreachable ? "unreachable" : "server";
  return { id, message, hint };
}

/** `undefined` where the target was never fetched. */
async function commitsAbove({ repository, place }: Workshop, target: string): Promise<CloneFacts["stack"]> {
  if (place.head.kind === "unborn") return [];
  const [head, tip] = await Promise.all([repository.resolve("HEAD"), repository.resolve(`refs/remotes/${target}`)]);
  if (!head.ok || !tip.ok || head.value === undefined || tip.value === undefined) return undefined;
  const commits = await repository.commits({ from: head.value, notReachableFrom: [tip.value], max: 100 });
  return commits.ok ? commits.value : undefined;
}

async function hooksOf({ place, config, choice }: Workshop): Promise<readonly HookFacts[]> {
  const names = choice.kind === "gerrit" ? (["commit-msg"] as const) : (["commit-msg", "pre-push"] as const);
  return Promise.all(names.map((name) => inspectHook(name, place, config)));
}

function remoteFacts(config: GitConfig, name: string, kind: CloneFacts["kind"]): RemoteFacts {
  const url = config.all(`remote.${name}.url`)[0] ?? "";
  const goesTo = remoteUrl(config, name, "fetch") ?? "";
  const pushesTo = remoteUrl(config, name, "push") ?? "";
  const read = (text: string): string | undefined => projectOf(text, kind);
  const projects = Object.fromEntries(
    Object.entries({ url: read(url), goesTo: read(goesTo), pushesTo: read(pushesTo) }).filter(([, one]) => one),
  );
  return {
    ...{ name, url: withoutPassword(url), goesTo: withoutPassword(goesTo), pushesTo: withoutPassword(pushesTo) },
    projects,
    pushUrls: config.all(`remote.${name}.pushurl`).length,
    pushRefspecs: config.all(`remote.${name}.push`),
  };
}

function projectOf(url: string, kind: CloneFacts["kind"]): string | undefined {
  if (kind === "gerrit") {
    const address = parseGerritAddress(url);
    return address === undefined ? undefined : `${address.host}/${address.project}`;
  }
  const address = parseProjectAddress(url);
  return address === undefined ? undefined : `${address.host}/${address.owner}/${address.name}`.toLowerCase();
}

function journalState(text: string | undefined): CloneFacts["journal"] {
  if (text === undefined) return "none";
  try {
    const file: unknown = JSON.parse(text);
    const good = typeof file === "object" && file !== null && "submits" in file && Array.isArray(file.submits);
    return good ? "good" : "broken";
  } catch {
    return "broken";
  }
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

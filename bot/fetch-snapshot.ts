/**
 * The snapshot of one open pull request for somebody who has no service at hand: the service's own gathering, with a person's
 * token, a store that is forgotten and a mirror that is removed. Nothing is written at the forge: the port is asked for reads alone.
 *
 * What only the service has seen (votes that were edited, pushes nobody remembers) stands in the records on its check runs (RULINGS 4),
 * which anybody may read; whose records are believed is decided in fetch-app.ts.
 */
import { join } from "node:path";
import { pino } from "pino";
import { systemClock } from "../src/clock.ts";
import { shippedPresets } from "../src/config/presets.ts";
import { userId, type Sha } from "../src/core/ids.ts";
import type { Person, PolicySnapshot } from "../src/core/policy/snapshot.ts";
import { fail, ok, type Result } from "../src/core/result.ts";
import type { ChangeRead, Forge, ForgeProblem, RepositoryFacts, RepositoryRef } from "../src/forge/forge.ts";
import { createClient } from "../src/forge/github/client.ts";
import { createGitHubForge } from "../src/forge/github/github-forge.ts";
import { readOwnChecks } from "../src/forge/github/own-checks.ts";
import { describeForgeProblem, type ProblemInWords } from "../src/forge/problem.ts";
import { withTemporaryFolder } from "../src/temporary-folder.ts";
import { believedApp, type App } from "./fetch-app.ts";
import { fenced } from "./fenced.ts";
import { gather, type Gathered } from "./gather.ts";
import { createGitMemory } from "./git-memory.ts";
import { createPolicyMemory } from "./policy-memory.ts";
import { describeProblem, type ServiceProblem } from "./problem.ts";
import { DEFAULT_SETTINGS, type Service } from "./service.ts";
import { describeDatabaseProblem, openDatabase, openStore } from "./store/database.ts";

export interface FetchAsked {
  readonly project: RepositoryRef;
  readonly change: number;
  readonly restUrl: string;
  readonly graphqlUrl: string;
  readonly gitUrl: string;
  readonly token: string;
  /** Slug or id of the App whose records are believed. */
  readonly app?: string;
  /** Of this user, for what may be made again. Absent: nothing is kept. */
  readonly cache?: string;
  readonly tell: (line: string) => void;
  readonly note: (line: string) => void;
}

export interface FetchProblem extends Omit<ProblemInWords, "exit"> {
  readonly exit: number;
}

/** What stands below a change, or has its Change-Id, is only known after the first look. */
const MOST_LOOKS = 5;
const REFUSED = 1;

export function fetchSnapshot(asked: FetchAsked): Promise<Result<PolicySnapshot, FetchProblem>> {
  return withTemporaryFolder("plustwo-fetch-", (folder, signal) => fetchInto(folder, asked, signal));
}

async function fetchInto(
  folder: string,
  asked: FetchAsked,
  signal: AbortSignal,
): Promise<Result<PolicySnapshot, FetchProblem>> {
  const { project, change, tell } = asked;
  const named = `#${change} of ${project.owner}/${project.name}`;
  const { client, forge, ownChecksOf } = connect(asked);
  tell(`Reading ${named}`);
  const [facts, read] = await Promise.all([forge.repository(project), forge.readChange(project, change)]);
  if (!facts.ok) return fail(ofForge(facts.problem));
  if (!read.ok) return fail(ofForge(read.problem));
  if (read.value.state !== "open") return fail(notOpen(read.value, named));
  const believed = await believedApp(client, forge, { project, facts: facts.value, read: read.value, app: asked.app });
  if (!believed.ok) return fail(ofForge(believed.problem));
  const { app, note } = believed.value;
  if (note !== undefined) asked.note(note);
  const database = await openDatabase({
    ...{ kind: "directory", path: join(folder, "database") },
    ...(asked.cache === undefined ? {} : { keptIn: asked.cache }),
  });
  if (!database.ok)
    return fail({
      message: describeDatabaseProblem(database.problem),
      hint: "set TMPDIR to a folder with 200 MB free",
      exit: REFUSED,
    });
  try {
    const service: Service = {
      forge: { ...forge, ownChecks: (_, shas) => ownChecksOf(app, shas) },
      store: await openStore(database.value),
      ...{ clock: systemClock, log: pino({ level: "silent" }), presets: await shippedPresets() },
      settings: DEFAULT_SETTINGS,
      gitDirectory: join(folder, "mirrors"),
      gitUrl: () => asked.gitUrl,
      gitToken: () => Promise.resolve(ok(asked.token)),
      ...{ memory: createGitMemory(), policyMemory: createPolicyMemory(), paces: new Map() },
      signal,
    };
    tell(`Fetching the commits of ${project.owner}/${project.name}`);
    const viewer = serviceItself(app?.slug, read.value.author);
    return await lookUntilKnown(service, { ...facts.value, viewer }, asked);
  } finally {
    await database.value.close();
  }
}

/** Looks again while the last look has named changes that this one rests on. */
async function lookUntilKnown(
  service: Service,
  facts: RepositoryFacts,
  { change, project, tell }: FetchAsked,
): Promise<Result<PolicySnapshot, FetchProblem>> {
  const named = `#${change} of ${project.owner}/${project.name}`;
  const wanted = new Set([change]);
  for (let looks = 1; ; looks += 1) {
    const stirred = { changes: wanted, commits: new Set<string>(), upTo: 0 };
    const gathered = await gather(service, facts, { stirred, paced: new Set() });
    if (!gathered.ok) return fail(inWords(gathered.problem));
    const { snapshot, unasked } = gathered.value;
    const found = [...snapshot.changes, ...unasked].find((one) => one.change.number === change);
    if (found === undefined)
      return fail({
        message: `Cannot take a snapshot of ${named}: it is in its target already, or was closed meanwhile`,
        hint: "look at the pull request; `plustwo replay` looks back at what was merged",
        exit: REFUSED,
      });
    const before = wanted.size;
    for (const number of await restsOn(gathered.value, found)) wanted.add(number);
    const again = wanted.size > before || found.incomplete.some(({ why }) => why.endsWith("looking again"));
    if (!again || looks === MOST_LOOKS) return ok(found);
    tell(`Reading what ${named} rests on`);
  }
}

/** Open changes whose head is among its own commits, or that have its Change-Id: the service has read them long ago. */
async function restsOn({ open, mirror }: Gathered, { change }: PolicySnapshot): Promise<readonly number[]> {
  const own = new Set(change.commits.map(({ sha }) => sha));
  const found: number[] = [];
  for (const { headline } of open) {
    if (headline.number === change.number) continue;
    if (own.has(headline.head)) found.push(headline.number);
    else if (change.changeId !== undefined) {
      const commit = await mirror.git.commit(headline.head);
      if (commit.ok && commit.value.message.includes(change.changeId)) found.push(headline.number);
    }
  }
  return found;
}

function connect({ project, restUrl, graphqlUrl, token, note }: FetchAsked) {
  const options = {
    ...{ baseUrl: restUrl, graphqlUrl, auth: { token }, userAgent: "plustwo", clock: systemClock, log: note },
  };
  const client = createClient(options);
  const reading = fenced(createGitHubForge(options), () => Promise.resolve(false));
  return {
    client,
    forge: reading,
    ownChecksOf(app: App | undefined, shas: readonly Sha[]): ReturnType<Forge["ownChecks"]> {
      if (app === undefined) return Promise.resolve(ok([]));
      const viewer = { app: () => Promise.resolve(ok(app)), person: () => Promise.resolve(ok(NOBODY)) };
      return readOwnChecks(client, viewer, { repository: project, shas });
    },
  };
}

const NOBODY: Person = { id: userId(0), login: "nobody", type: "Bot" };

/** The gathering asks who it is itself: what the App opened for somebody is told apart by that. The token's owner is not it. */
function serviceItself(slug: string | undefined, author: Person): Person {
  return slug !== undefined && author.login.toLowerCase() === `${slug}[bot]`.toLowerCase() ? author : NOBODY;
}

function notOpen({ state, mergeCommit }: ChangeRead, named: string): FetchProblem {
  const how =
    state === "merged" ? `merged${mergeCommit === undefined ? "" : ` as ${mergeCommit.slice(0, 7)}`}` : "closed";
  return {
    message: `Cannot take a snapshot of ${named}: it is ${how}, and a policy is asked about open changes alone`,
    hint: "name an open pull request; `plustwo replay` looks back at what was merged",
    exit: REFUSED,
  };
}

/** What is not there was named on the command line. */
function ofForge(problem: ForgeProblem): FetchProblem {
  const words = describeForgeProblem(problem);
  if (problem.kind !== "not-found") return words;
  return { ...words, hint: "check the names and the number, and that the token may see the repository" };
}

function inWords(problem: ServiceProblem): FetchProblem {
  if (problem.kind === "forge") return ofForge(problem.problem);
  return {
    message: describeProblem(problem),
    hint: "see that the token may read the repository's contents, then run it again",
    exit: REFUSED,
  };
}

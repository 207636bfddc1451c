// The default world of every story: one organisation with a core team, one project with three checks, five people and the App.
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { APP_EVENTS, APP_PERMISSIONS, rulesetBodies } from "../../src/core/adopt/rulesets.ts";
import { type Change, Person } from "./person.ts";
import { type Requests, requests } from "./requests.ts";
import { mustRun } from "./shell.ts";
import { root } from "./tools.ts";
import { actor, type Actor } from "./verbs.ts";

/** What `plustwo forge --json` prints, and `startForge()` answers. */
export interface ForgeAddress {
  readonly url: string;
  readonly api: string;
  readonly graphql: string;
  readonly control: string;
  readonly adminToken: string;
}

export interface AppFacts {
  readonly id: number;
  readonly slug: string;
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly installationId: number;
}

export interface CheckSeen {
  readonly title: string;
  readonly summary: string;
  /** The summary up to its first fold: what people read. */
  readonly words: string;
  readonly status: string;
  readonly conclusion: string | null;
}

export interface WorldOptions {
  readonly forge: ForgeAddress;
  readonly org: string;
  readonly name: string;
  /** People's homes are made in it. */
  readonly folder: string;
  readonly tools: string;
  /** Ends every verb. The demo has none: it waits for what it expects. */
  readonly settled?: () => Promise<void>;
  /** Replaces or adds files of the demo's project. */
  readonly files?: Readonly<Record<string, string>>;
  /** A project that never heard of plustwo, in place of the demo's: only `files`, and no ruleset. */
  readonly stranger?: boolean;
  /** People made before; else they are made now. */
  readonly population?: Population;
  /** Unique in the forge; else `plustwo`. */
  readonly appSlug?: string;
}

export interface BotComment {
  readonly id: number;
  readonly number: number;
  readonly body: string;
}

export interface World {
  readonly forge: ForgeAddress;
  readonly org: string;
  readonly name: string;
  readonly fullName: string;
  readonly cloneUrl: string;
  readonly app: AppFacts;
  readonly people: Readonly<Record<"alice" | "bob" | "carol" | "dave" | "mallory", Actor>>;
  /** Every change somebody uploaded, in that order. */
  readonly changes: readonly Change[];
  readonly control: Requests;
  /** `/repos/owner/name` of the API, as the administrator. */
  readonly repository: Requests;
  /** The tip of `main` before anybody did anything. */
  readonly first: string;
  /** A clone that can fetch, for looking at what landed. */
  readonly observer: { readonly git: string; readonly env: Readonly<Record<string, string>>; readonly api: Requests };
  /** Where the App's webhooks go from now on: the service's URL without a path. */
  hook(url: string): Promise<void>;
  /** The plustwo check on the change's newest patch set. */
  checkOf(change: Change): Promise<CheckSeen | undefined>;
  /** What the App wrote under any pull request. */
  commentsOfApp(): Promise<readonly BotComment[]>;
  /** The repository in words, told as if the forge held no other. */
  picture(): Promise<string>;
}

const CORES = ["alice", "bob"] as const;
const CONTRIBUTORS = ["carol", "dave"] as const;
const EVERYBODY = [...CORES, ...CONTRIBUTORS, "mallory"] as const;
type Login = (typeof EVERYBODY)[number];
/** Owns the repositories and makes the rules; appears in no story. */
const OWNER = "olivia";

/** Tokens by login. People are of the forge, not of a story: make them once. */
export type Population = ReadonlyMap<string, string>;

export async function settlePeople(forge: ForgeAddress): Promise<Population> {
  const control = requests(forge.control, forge.adminToken);
  const tokens = new Map<string, string>();
  for (const login of [...EVERYBODY, OWNER]) {
    const body = { login, name: nameOf(login), email: emailOf(login) };
    tokens.set(login, (await control.post<{ token: string }>("/users", body)).token);
  }
  return tokens;
}

export async function foundWorld(options: WorldOptions): Promise<World> {
  const { forge, org, name, folder } = options;
  const fullName = `${org}/${name}`;
  const control = requests(forge.control, forge.adminToken);
  const tokens = options.population ?? (await settlePeople(forge));
  const api = (token: string | undefined): Requests => requests(`${forge.api}/repos/${fullName}`, token ?? "");
  const repository = api(tokens.get(OWNER));
  const cloneUrl = `${forge.url}/${fullName}.git`;

  const own = options.stranger === true ? {} : await projectFiles({ forge, fullName, team: `${org}/core` });
  const files = { ...own, ...options.files };
  const { head: first } = await control.post<{ head: string }>("/repos", { owner: org, name, files });
  await control.post("/teams", { org, slug: "core", members: CORES, repo: fullName, permission: "maintain" });
  for (const login of CONTRIBUTORS) {
    await control.post(`/repos/${fullName}/collaborators`, { login, permission: "write" });
  }
  await control.post(`/repos/${fullName}/collaborators`, { login: OWNER, permission: "admin" });
  const slug = options.appSlug ?? "plustwo";
  const app = await control.post<AppFacts>("/apps", {
    slug,
    permissions: APP_PERMISSIONS,
    events: APP_EVENTS,
    repositories: [fullName],
  });
  if (options.stranger !== true)
    for (const ruleset of rulesetBodies(app.id)) await repository.post("/rulesets", ruleset);

  await mkdir(folder, { recursive: true });
  const observer = await observe({ folder, cloneUrl, token: tokens.get(OWNER) ?? "" });
  const changes: Change[] = [];
  const stage = {
    api: (person: Person) => api(person.token),
    changes,
    settled: options.settled ?? (async () => undefined),
  };
  const person = (login: Login): Actor =>
    actor(
      new Person({
        login,
        name: nameOf(login),
        email: emailOf(login),
        token: tokens.get(login) ?? "",
        home: join(folder, login),
        cloneUrl,
        tools: options.tools,
      }),
      stage,
    );
  return {
    forge,
    org,
    name,
    fullName,
    cloneUrl,
    app,
    changes,
    control,
    repository,
    first,
    people: {
      alice: person("alice"),
      bob: person("bob"),
      carol: person("carol"),
      dave: person("dave"),
      mallory: person("mallory"),
    },
    observer: { ...observer, api: repository },
    hook: async (url) => {
      await control.patch(`/apps/${slug}`, { webhookUrl: `${url}${WEBHOOK_PATH}` });
    },
    async checkOf(change) {
      const { check_runs: runs } = await repository.get<{ check_runs: readonly CheckRun[] }>(
        `/commits/${change.sha}/check-runs?check_name=plustwo&per_page=100`,
      );
      const run = runs.find((one) => one.app.slug === slug);
      if (run === undefined) return undefined;
      const { status, conclusion, output } = run;
      const summary = output.summary ?? "";
      const words = (summary.split("<details>")[0] ?? "").trim();
      return { status, conclusion, title: output.title ?? "", summary, words };
    },
    async commentsOfApp() {
      const { repos } = await control.get<Dump>(`/world?repo=${fullName}`);
      const repo = repos.find((one) => one.full_name === fullName);
      return (repo?.pulls ?? []).flatMap((pull) =>
        pull.issue_comments
          .filter((comment) => comment.user.login === `${slug}[bot]`)
          .map(({ id, body }) => ({ id, body, number: pull.number })),
      );
    },
    async picture() {
      const own = await control.text(`/picture?repo=${fullName}`);
      // Stories share a forge; each is told as if it had one of its own.
      return own.replaceAll(`${slug} plustwo`, "plustwo").replaceAll(slug, "plustwo").replaceAll(org, "acme").trimEnd();
    },
  };
}

const WEBHOOK_PATH = "/api/github/webhooks";

interface CheckRun {
  readonly status: string;
  readonly conclusion: string | null;
  readonly app: { readonly slug: string };
  readonly output: { readonly title: string | null; readonly summary: string | null };
}

interface Dump {
  readonly repos: readonly {
    readonly full_name: string;
    readonly pulls: readonly {
      readonly number: number;
      readonly issue_comments: readonly { id: number; body: string; user: { login: string } }[];
    }[];
  }[];
}

/** The demo's project with its blanks filled in. */
async function projectFiles(blanks: {
  readonly forge: ForgeAddress;
  readonly fullName: string;
  readonly team: string;
}): Promise<Record<string, string>> {
  const folder = join(root, "demo", "project");
  const { protocol, host } = new URL(blanks.forge.url);
  const values: Readonly<Record<string, string>> = {
    scheme: protocol.replace(":", ""),
    host,
    project: blanks.fullName,
    team: blanks.team,
  };
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const text = await readFile(path, "utf8");
    files[relative(folder, path)] = text.replace(/\{\{(\w+)\}\}/g, (blank, name: string) => values[name] ?? blank);
  }
  return files;
}

async function observe(at: { readonly folder: string; readonly cloneUrl: string; readonly token: string }) {
  const git = join(at.folder, "observer");
  const env = { PATH: process.env["PATH"] ?? "", HOME: at.folder, GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0" };
  await mustRun("git", ["clone", "-q", "--bare", at.cloneUrl, git], { cwd: at.folder, env });
  return { git, env };
}

function nameOf(login: string): string {
  return login.charAt(0).toUpperCase() + login.slice(1);
}

function emailOf(login: string): string {
  return `${login}@example.org`;
}

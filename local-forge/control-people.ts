/** The control API's way to make users, organizations, teams, repositories and apps. */
import { generateKeyPair, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { issueUserToken } from "./authenticate.ts";
import { readEdits } from "./control-commits.ts";
import { notFound, Refusal } from "./refusal.ts";
import { representRepository } from "./represent.ts";
import { createRepository } from "./repositories.ts";
import { created, empty, json, param, route, type Call, type Fields } from "./route.ts";
import {
  type Access,
  type Account,
  type App,
  type Installation,
  type Permission,
  type Repository,
  type Team,
  type World,
} from "./world.ts";

const generate = promisify(generateKeyPair);
const PERMISSIONS = ["none", "read", "triage", "write", "maintain", "admin"] as const;

export const controlPeopleRoutes = [
  route("POST /users", ({ world, body }) => {
    const login = body.needed("login");
    if (world.account(login) !== undefined) throw new Refusal(422, `There is already an account "${login}"`);
    const name = body.text("name");
    const email = body.text("email");
    const id = body.number("id");
    const account = world.createAccount({
      kind: "User",
      login,
      name: name ?? login,
      ...(email === undefined ? {} : { email }),
      ...(id === undefined ? {} : { id }),
    });
    return created({ id: account.id, login, token: issueUserToken(world, account), email: account.emails[0] });
  }),
  route("PATCH /users/:login", ({ world, body, params }) => {
    const account = world.account(params["login"] ?? "");
    if (account === undefined) throw notFound();
    account.login = body.text("login") ?? account.login;
    account.name = body.text("name") ?? account.name;
    const email = body.text("email");
    if (email !== undefined) account.emails.unshift(email.toLowerCase());
    return json({ id: account.id, login: account.login, emails: account.emails });
  }),
  route("POST /repos", async (call) => {
    const { world, body } = call;
    const owner = ensureOwner(world, body.needed("owner"));
    const repo = await createRepository(world, {
      owner,
      name: body.needed("name"),
      private: body.flag("private") ?? false,
      defaultBranch: body.text("defaultBranch") ?? "main",
      ...(body.has("files") ? { files: readFiles(body) } : {}),
    });
    return created(repositoryAnswer(world, repo));
  }),
  route("PATCH /repos/:owner/:repo", (call) => {
    const repo = repositoryNamed(call.world, `${param(call, "owner")}/${param(call, "repo")}`);
    repo.private = call.body.flag("private") ?? repo.private;
    repo.defaultBranch = call.body.text("defaultBranch") ?? repo.defaultBranch;
    const merging = call.body.inner("merging");
    for (const key of ["merge", "squash", "rebase", "deleteBranchOnMerge"] as const) {
      repo.merging[key] = merging?.flag(key) ?? repo.merging[key];
    }
    const forking = call.body.inner("forking");
    repo.forking.allowed = forking?.flag("allowed") ?? repo.forking.allowed;
    repo.forking.looks = forking?.number("looks") ?? repo.forking.looks;
    return json(repositoryAnswer(call.world, repo));
  }),
  route("POST /repos/:owner/:repo/collaborators", (call) => {
    const repo = repositoryNamed(call.world, `${param(call, "owner")}/${param(call, "repo")}`);
    const account = call.world.account(call.body.needed("login"));
    if (account === undefined) throw notFound();
    const permission = call.body.choice("permission", PERMISSIONS) ?? "write";
    if (permission === "none") repo.collaborators.delete(account.id);
    else repo.collaborators.set(account.id, permission);
    return created({ login: account.login, permission });
  }),
  route("POST /teams", (call) => created(teamAnswer(putTeam(call.world, call.body)))),
  route("POST /teams/:org/:slug/members", (call) => {
    const team = teamNamed(call);
    for (const login of call.body.texts("members") ?? []) joinTeam(call.world, team, login);
    return created(teamAnswer(team));
  }),
  route("DELETE /teams/:org/:slug/members/:login", (call) => {
    const team = teamNamed(call);
    const member = team.members.find((account) => account.login === param(call, "login"));
    if (member === undefined) throw notFound();
    team.members = team.members.filter((account) => account !== member);
    call.world.emit({ kind: "membership", action: "removed", team, member, sender: team.org });
    return json(teamAnswer(team));
  }),
  route("DELETE /teams/:org/:slug", (call) => {
    call.world.teams.splice(call.world.teams.indexOf(teamNamed(call)), 1);
    return empty();
  }),
  route("POST /apps", async (call) => {
    const app = await createApp(call.world, call.body);
    const [installation] = app.installations;
    const { id, slug, privateKey, webhookSecret } = app;
    return created({
      id,
      slug,
      privateKey,
      webhookSecret,
      installationId: installation?.id ?? null,
      installations: app.installations.map(installationAnswer),
    });
  }),
  route("PATCH /apps/:slug", (call) => {
    const app = call.world.app(param(call, "slug"));
    if (app === undefined) throw notFound();
    app.webhookUrl = call.body.nullableText("webhookUrl") ?? (call.body.has("webhookUrl") ? null : app.webhookUrl);
    app.events = [...(call.body.texts("events") ?? app.events)];
    if (call.body.has("permissions")) app.permissions = readPermissions(call.body);
    const added = (call.body.texts("repositories") ?? []).map((name) => repositoryNamed(call.world, name));
    install(call.world, app, added);
    return json({
      id: app.id,
      slug: app.slug,
      permissions: app.permissions,
      events: app.events,
      webhookUrl: app.webhookUrl,
    });
  }),
];

function readFiles(body: Fields): Record<string, string> {
  return Object.fromEntries(readEdits(body).flatMap(([path, text]) => (text === null ? [] : [[path, text] as const])));
}

function readPermissions(body: Fields): Record<string, Access> {
  const entries = body.inner("permissions")?.entries() ?? [];
  return Object.fromEntries(entries.map(([name, access]) => [name, access === "write" ? "write" : "read"]));
}

function ensureOwner(world: World, login: string): Account {
  return world.account(login) ?? world.createAccount({ kind: "Organization", login, name: login });
}

export function repositoryNamed(world: World, name: string): Repository {
  const [owner = "", repo = ""] = name.split("/");
  const found = world.repository(owner, repo);
  if (found === undefined) throw new Refusal(404, `There is no repository "${name}"`);
  return found;
}

function repositoryAnswer(world: World, repo: Repository) {
  const { id, full_name, clone_url, default_branch } = representRepository(world, repo);
  return {
    id,
    full_name,
    clone_url,
    default_branch,
    private: repo.private,
    head: repo.refs.get(`refs/heads/${repo.defaultBranch}`) ?? null,
  };
}

function teamNamed(call: Call): Team {
  const team = call.world.team(param(call, "org"), param(call, "slug"));
  if (team === undefined) throw notFound();
  return team;
}

/** Makes the team or adds to it. */
function putTeam(world: World, body: Fields): Team {
  const org = ensureOwner(world, body.needed("org"));
  const slug = body.needed("slug");
  const known = world.team(org.login, slug);
  const team: Team = known ?? {
    id: world.id(),
    org,
    slug,
    name: body.text("name") ?? slug,
    members: [],
    repositories: new Map<number, Permission>(),
  };
  if (known === undefined) world.teams.push(team);
  for (const login of body.texts("members") ?? []) joinTeam(world, team, login);
  const repo = body.text("repo");
  const permission = body.choice("permission", PERMISSIONS) ?? "write";
  if (repo !== undefined) team.repositories.set(repositoryNamed(world, repo).id, permission);
  return team;
}

function joinTeam(world: World, team: Team, login: string): void {
  const member = world.account(login);
  if (member === undefined) throw new Refusal(404, `There is no user "${login}"`);
  if (team.members.includes(member)) return;
  team.members.push(member);
  const members = world.members.get(team.org.id) ?? new Set<number>();
  world.members.set(team.org.id, members.add(member.id));
  world.emit({ kind: "membership", action: "added", team, member, sender: team.org });
}

function teamAnswer(team: Team) {
  return { id: team.id, org: team.org.login, slug: team.slug, members: team.members.map((account) => account.login) };
}

function installationAnswer({ id, account, repositories }: Installation) {
  return { id, account: account.login, repositories: [...repositories] };
}

async function createApp(world: World, body: Fields): Promise<App> {
  const slug = body.needed("slug");
  if (world.app(slug) !== undefined) throw new Refusal(422, `There is already an app "${slug}"`);
  const repositories = (body.texts("repositories") ?? []).map((name) => repositoryNamed(world, name));
  const pair = await generate("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  const app: App = {
    ...newApp(world, { slug, owner: repositories[0]?.owner ?? ensureOwner(world, "apps") }),
    permissions: { metadata: "read", ...readPermissions(body) },
    events: [...(body.texts("events") ?? [])],
    webhookUrl: body.text("webhookUrl") ?? null,
    webhookSecret: body.text("webhookSecret") ?? randomBytes(32).toString("hex"),
    privateKey: pair.privateKey,
    publicKey: pair.publicKey,
  };
  world.apps.set(app.id, app);
  install(world, app, repositories);
  return app;
}

interface AppSpec {
  readonly slug: string;
  readonly owner: Account;
}

/** An app nobody can sign as: good enough to post results in its name. */
export function newApp(world: World, { slug, owner }: AppSpec): App {
  return {
    id: world.id(),
    slug,
    name: slug,
    owner,
    bot: world.createAccount({ kind: "Bot", login: `${slug}[bot]`, email: "" }),
    permissions: { metadata: "read", checks: "write", statuses: "write" },
    events: [],
    webhookUrl: null,
    webhookSecret: "",
    privateKey: "",
    publicKey: "",
    installations: [],
    createdAt: world.now(),
  };
}

/** LIVE(app-one-installation): an app has one installation per account, over a choice of its repositories. */
function install(world: World, app: App, repositories: readonly Repository[]): void {
  for (const account of new Set(repositories.map((repo) => repo.owner))) {
    const chosen = repositories.filter((repo) => repo.owner === account);
    const known = app.installations.find((installation) => installation.account === account);
    if (known !== undefined) {
      for (const repo of chosen) known.repositories.add(repo.id);
      continue;
    }
    const ids = new Set(chosen.map((repo) => repo.id));
    const installation: Installation = { id: world.id(), app, account, repositories: ids, createdAt: world.now() };
    app.installations.push(installation);
    world.emit({ kind: "installation", action: "created", installation, repositories: chosen, sender: account });
  }
}

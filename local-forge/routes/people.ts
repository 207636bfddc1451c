/** Users, organizations and teams, and the forge itself. */
import { READ, demand, permissionOf, signedIn } from "../access.ts";
import { notFound, Refusal } from "../refusal.ts";
import { isoTime, representRights, representTeam, representUser } from "../represent.ts";
import { json, list, param, repositoryOf, route, empty, type Call } from "../route.ts";
import { allows, type Account, type Repository, type Team, type World } from "../world.ts";

export const peopleRoutes = [
  route("GET /", ({ world }) =>
    json({ current_user_url: `${world.api}/user`, repository_url: `${world.api}/repos/{owner}/{repo}` }),
  ),
  route("GET /meta", () => json({ verifiable_password_authentication: false, installed_version: "3.17.0" })),
  route("GET /rate_limit", () => {
    const core = { limit: 5000, used: 0, remaining: 5000, reset: 0, resource: "core" };
    return json({ resources: { core, graphql: { ...core, resource: "graphql" }, search: core }, rate: core });
  }),
  route("GET /user", ({ world, actor }) => {
    const account = signedIn(actor);
    if (actor.kind !== "user") throw new Refusal(403, "Resource not accessible by integration");
    return json(fullUser(world, account));
  }),
  route("GET /users/:username", (call) => json(fullUser(call.world, accountOf(call, "username")))),
  route("GET /orgs/:org", (call) => {
    const org = organizationOf(call);
    return json({
      ...representUser(call.world, org),
      name: org.name,
      description: null,
      is_verified: false,
      created_at: isoTime(org.createdAt),
    });
  }),
  route("GET /orgs/:org/members", (call) => {
    const members = call.world.members.get(organizationOf(call).id) ?? new Set();
    return list(
      [...members].flatMap((id) => call.world.accounts.get(id) ?? []),
      (account) => representUser(call.world, account),
    );
  }),
  route("GET /orgs/:org/members/:username", (call) => {
    const member = call.world.account(param(call, "username"));
    const members = call.world.members.get(organizationOf(call).id);
    if (member === undefined || members?.has(member.id) !== true) throw notFound();
    return empty();
  }),
  route("GET /orgs/:org/teams", (call) => {
    const org = organizationOf(call);
    return list(
      call.world.teams.filter((team) => team.org === org),
      (team) => ({ ...representTeam(call.world, team), parent: null }),
    );
  }),
  route("GET /orgs/:org/teams/:team", (call) => {
    const team = teamOf(call);
    const counts = { members_count: team.members.length, repos_count: team.repositories.size };
    return json({
      ...representTeam(call.world, team),
      ...counts,
      parent: null,
      organization: representUser(call.world, team.org),
    });
  }),
  route("GET /orgs/:org/teams/:team/members", (call) =>
    list(teamOf(call).members, (account) => representUser(call.world, account)),
  ),
  route("GET /orgs/:org/teams/:team/memberships/:username", (call) => {
    const member = teamOf(call).members.find((account) => account === accountOf(call, "username"));
    if (member === undefined) throw notFound();
    return json({ url: call.world.api, role: "member", state: "active" });
  }),
  route("GET /repos/:owner/:repo/collaborators", (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, { ...READ, user: "write" });
    return list(collaborators(call.world, repo), (account) => representCollaborator(call.world, repo, account));
  }),
  route("GET /repos/:owner/:repo/collaborators/:username", (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, { ...READ, user: "write" });
    if (!collaborators(call.world, repo).includes(accountOf(call, "username"))) throw notFound();
    return empty();
  }),
  route("GET /repos/:owner/:repo/collaborators/:username/permission", (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, READ);
    const account = accountOf(call, "username");
    const have = call.world.permissionOf(account, repo);
    // LIVE(people-permission-words): `permission` knows admin, write, read and none; maintain shows as write and triage as read; `role_name` is exact.
    const permission = allows(have, "admin")
      ? "admin"
      : allows(have, "write")
        ? "write"
        : allows(have, "read")
          ? "read"
          : "none";
    return json({ permission, role_name: have, user: representCollaborator(call.world, repo, account) });
  }),
  route("GET /repos/:owner/:repo/teams", (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, READ);
    if (permissionOf(call.world, call.actor, repo) === "none") throw notFound();
    const teams = call.world.teams.filter((team) => team.repositories.has(repo.id));
    return list(teams, (team) => ({
      ...representTeam(call.world, team, team.repositories.get(repo.id)),
      parent: null,
    }));
  }),
];

/** Comes after what else is below `/user/`. LIVE(people-by-id): the account that has this id now, whatever it is called; else 404. */
export const accountRoute = route("GET /user/:account", (call) => {
  const account = call.world.accounts.get(Number(param(call, "account")));
  if (account === undefined) throw notFound();
  return json(fullUser(call.world, account));
});

function fullUser(world: World, account: Account) {
  return {
    ...representUser(world, account),
    name: account.name,
    company: null,
    blog: "",
    location: null,
    email: account.kind === "User" ? (account.emails[0] ?? null) : null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: isoTime(account.createdAt),
    updated_at: isoTime(account.createdAt),
  };
}

function representCollaborator(world: World, repo: Repository, account: Account) {
  const have = world.permissionOf(account, repo);
  return { ...representUser(world, account), permissions: representRights(have), role_name: have };
}

function collaborators(world: World, repo: Repository): Account[] {
  const inTeams = world.teams.filter((team) => team.repositories.has(repo.id)).flatMap((team) => team.members);
  const direct = [...repo.collaborators.keys()].flatMap((id) => world.accounts.get(id) ?? []);
  const owner = repo.owner.kind === "User" ? [repo.owner] : [];
  return [...new Set([...owner, ...direct, ...inTeams])];
}

function accountOf(call: Call, name: string): Account {
  const account = call.world.account(param(call, name));
  if (account === undefined) throw notFound();
  return account;
}

function organizationOf(call: Call): Account {
  const account = accountOf(call, "org");
  if (account.kind !== "Organization") throw notFound();
  return account;
}

function teamOf(call: Call): Team {
  const team = call.world.team(param(call, "org"), param(call, "team"));
  // LIVE(people-members-permission): an app without `members: read` gets 404 or 403 for teams; the forge says 403.
  if (call.actor.kind === "installation" && call.actor.installation.app.permissions["members"] === undefined) {
    throw new Refusal(403, "Resource not accessible by integration");
  }
  if (team === undefined) throw notFound();
  return team;
}

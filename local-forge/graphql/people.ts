/** Accounts, apps, teams and tag labels as GraphQL objects. */
import { accountNodeId, isoTime, nodeId } from "../represent.ts";
import { type Account, type App, type Label, type Team, type World } from "../world.ts";
import { connection, type Args, type Asking, type Shape } from "./context.ts";

export function accountShape(world: World, account: Account): Shape {
  const slug = account.login.replace(/\[bot\]$/, "");
  return {
    __typename: account.kind,
    id: accountNodeId(account),
    databaseId: account.id,
    // LIVE(graphql-bot-login): GraphQL names a bot without `[bot]`, REST with it.
    login: account.kind === "Bot" ? slug : account.login,
    name: account.name,
    email: account.emails[0] ?? "",
    url: `${world.url}/${account.kind === "Bot" ? `apps/${slug}` : account.login}`,
    avatarUrl: `${world.url}/avatars/u/${account.id}?v=4`,
    createdAt: isoTime(account.createdAt),
  };
}

/** LIVE(graphql-viewer-app): `viewer` is a User even for an app, with its login `slug[bot]`. */
export function viewerShape(world: World, account: Account): Shape {
  return { ...accountShape(world, account), __typename: "User", login: account.login };
}

export function appShape(app: App): Shape {
  return { __typename: "App", id: nodeId("A", app.id), databaseId: app.id, slug: app.slug, name: app.name };
}

export function teamShape(world: World, team: Team): Shape {
  return {
    __typename: "Team",
    id: nodeId("T", team.id),
    databaseId: team.id,
    slug: team.slug,
    name: team.name,
    combinedSlug: `${team.org.login}/${team.slug}`,
    url: `${world.url}/orgs/${team.org.login}/teams/${team.slug}`,
    organization: () => accountShape(world, team.org),
    members: (args: Args, { shapes }: Asking) =>
      connection(team.members, args, { name: "members", node: (member) => shapes.account(member) }),
  };
}

export function labelShape(label: Label): Shape {
  const { id, name, color, description } = label;
  return { __typename: "Label", id: nodeId("LA", id), name, color, description };
}

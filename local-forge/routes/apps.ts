/** Apps over REST: what an app's JWT may ask, and what its installation token may. */
import { appActor, issueInstallationToken } from "../authenticate.ts";
import { notFound, Refusal } from "../refusal.ts";
import { isoTime, representApp, representInstallation, representRepository } from "../represent.ts";
import { created, json, list, numberParam, param, repositoryOf, route, type Call } from "../route.ts";
import { type Installation } from "../world.ts";

export const appRoutes = [
  route("GET /app", ({ world, actor }) => {
    const app = appActor(actor);
    return json({ ...representApp(world, app), installations_count: app.installations.length });
  }),
  route("GET /app/installations", ({ world, actor }) =>
    list(appActor(actor).installations, (installation) => representInstallation(world, installation)),
  ),
  route("GET /app/installations/:installation_id", (call) =>
    json(representInstallation(call.world, installationOf(call))),
  ),
  route("POST /app/installations/:installation_id/access_tokens", (call) => {
    const installation = installationOf(call);
    const { token, expiresAt } = issueInstallationToken(call.world, installation);
    const permissions = { ...installation.app.permissions };
    return created({ token, expires_at: isoTime(expiresAt), permissions, repository_selection: "selected" });
  }),
  route("GET /apps/:app_slug", (call) => {
    const app = call.world.app(param(call, "app_slug"));
    if (app === undefined) throw notFound();
    return json(representApp(call.world, app));
  }),
  route("GET /repos/:owner/:repo/installation", (call) => {
    const installation = call.world.installationOf(appActor(call.actor), repositoryOf(call));
    if (installation === undefined) throw notFound();
    return json(representInstallation(call.world, installation));
  }),
  route("GET /orgs/:org/installation", (call) => onAccount(call, "org")),
  route("GET /users/:username/installation", (call) => onAccount(call, "username")),
  route("GET /installation/repositories", (call) => {
    const { actor, world } = call;
    if (actor.kind !== "installation")
      throw new Refusal(
        403,
        "You must authenticate with an installation access token in order to list repositories for an installation.",
      );
    const repos = [...actor.installation.repositories].flatMap((id) => world.repositories.get(id) ?? []);
    return list(repos, (repo) => representRepository(world, repo, "write"), "repositories");
  }),
];

function onAccount(call: Call, name: string) {
  const wanted = param(call, name).toLowerCase();
  const found = appActor(call.actor).installations.find(({ account }) => account.login.toLowerCase() === wanted);
  if (found === undefined) throw notFound();
  return json(representInstallation(call.world, found));
}

function installationOf(call: Call): Installation {
  const found = appActor(call.actor).installations.find(({ id }) => id === numberParam(call, "installation_id"));
  if (found === undefined) throw notFound();
  return found;
}

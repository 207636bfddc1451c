/**
 * What admins and owners ask about a repository's surroundings: installations, and what Actions may do.
 * LIVE(refs-custom-rest): refs outside heads and tags, such as `refs/plustwo/pause`, are made, moved and deleted over REST as over git.
 */
import { ADMINISTER, demand } from "../access.ts";
import { Refusal } from "../refusal.ts";
import { representInstallation } from "../represent.ts";
import { json, list, param, repositoryOf, route, type Call } from "../route.ts";
import { allows } from "../world.ts";

export const operationRoutes = [
  // LIVE(org-installations-owners): only owners of an organization list its App installations; the forge takes admins of any of its repositories for owners.
  route("GET /orgs/:org/installations", (call) => {
    demandOwner(call);
    const wanted = param(call, "org").toLowerCase();
    const found = [...call.world.apps.values()].flatMap(({ installations }) =>
      installations.filter(({ account }) => account.login.toLowerCase() === wanted),
    );
    return list(found, (installation) => representInstallation(call.world, installation), "installations");
  }),
  // LIVE(actions-permissions-admin): whether Actions are enabled, and whose runs wait, shows to admins alone.
  route("GET /repos/:owner/:repo/actions/permissions", (call) => {
    demand(call.world, call.actor, repositoryOf(call), ADMINISTER);
    return json({ enabled: true, allowed_actions: "all", sha_pinning_required: false });
  }),
  route("GET /repos/:owner/:repo/actions/permissions/fork-pr-contributor-approval", (call) => {
    demand(call.world, call.actor, repositoryOf(call), ADMINISTER);
    return json({ approval_policy: "first_time_contributors" });
  }),
];

function demandOwner(call: Call): void {
  const { world, actor } = call;
  const wanted = param(call, "org").toLowerCase();
  const own = [...world.repositories.values()].filter(({ owner }) => owner.login.toLowerCase() === wanted);
  const owns = actor.kind === "user" && own.some((repo) => allows(world.permissionOf(actor.account, repo), "admin"));
  if (!owns) throw new Refusal(403, "You must be an organization owner or have admin access to this organization.");
}

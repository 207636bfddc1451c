/** Repositories, branches, forks and the push log. */
import { ADMINISTER, demand, permissionOf, READ, READ_CONTENTS, signedIn } from "../access.ts";
import { readCommit } from "../git.ts";
import { Refusal } from "../refusal.ts";
import {
  isoTime,
  nodeId,
  representCommit,
  representFullRepository,
  representMinimalRepository,
  representUserOrNull,
  repositoryUrl,
} from "../represent.ts";
import { deleteRepository, forkRepository } from "../repositories.ts";
import { empty, json, list, param, repositoryOf, route, type Call } from "../route.ts";
import { rulesetsFor } from "../rules.ts";
import { type Activity, type Repository, type World } from "../world.ts";

export const repositoryRoutes = [
  route("GET /repos/:owner/:repo", (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, READ);
    return json(representFullRepository(call.world, repo, permissionOf(call.world, call.actor, repo)));
  }),
  route("DELETE /repos/:owner/:repo", async (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, ADMINISTER);
    await deleteRepository(call.world, repo);
    return empty();
  }),
  route("GET /user/repos", (call) => {
    const account = signedIn(call.actor);
    const mine = [...call.world.repositories.values()].filter(
      (repo) => repo.owner === account || repo.collaborators.has(account.id),
    );
    return list(mine, (repo) => representMinimalRepository(call.world, repo));
  }),
  route("GET /orgs/:org/repos", (call) => {
    const wanted = param(call, "org").toLowerCase();
    const seen = [...call.world.repositories.values()].filter(
      (repo) => repo.owner.login.toLowerCase() === wanted && permissionOf(call.world, call.actor, repo) !== "none",
    );
    return list(seen, (repo) => representMinimalRepository(call.world, repo));
  }),
  route("GET /repos/:owner/:repo/forks", (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, READ);
    const forks = [...call.world.repositories.values()].filter((other) => other.parent === repo);
    return list(forks, (fork) => representMinimalRepository(call.world, fork));
  }),
  route("POST /repos/:owner/:repo/forks", async (call) => {
    const parent = repositoryOf(call);
    demand(call.world, call.actor, parent, READ);
    if (call.actor.kind !== "user") throw new Refusal(403, "Resource not accessible by integration");
    const fork = await forkRepository(call.world, parent, call.actor.account);
    return json(representFullRepository(call.world, fork, "admin"), 202);
  }),
  route("GET /repos/:owner/:repo/branches", (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, READ_CONTENTS);
    return list(branchesOf(repo), ([branch, sha]) => ({
      name: branch,
      commit: { sha, url: `${repositoryUrl(call.world, repo)}/commits/${sha}` },
      protected: isProtected(repo, branch),
    }));
  }),
  // Classic branch protection is not modelled: the forge has rulesets.
  route("GET /repos/:owner/:repo/branches/*branch/protection", (call) => {
    demand(call.world, call.actor, repositoryOf(call), READ_CONTENTS);
    throw new Refusal(404, "Branch not protected");
  }),
  route("GET /repos/:owner/:repo/branches/*branch", async (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, READ_CONTENTS);
    return json(await representBranch(call, repo));
  }),
  // LIVE(repos-activity-kept): the log of a branch can be asked after the branch is gone, by whoever may read the repository, and has every push.
  // LIVE(repos-activity): the log is newest first, its `ref` full, and it can be asked by `ref`, `actor` and `activity_type`.
  route("GET /repos/:owner/:repo/activity", (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, READ_CONTENTS);
    const ref = call.query.get("ref");
    const wanted = repo.activity.filter(
      (entry) =>
        (ref === null || entry.ref === ref || entry.ref === `refs/heads/${ref}`) &&
        [entry.actor?.login, null].includes(call.query.get("actor")) &&
        (call.query.get("activity_type") ?? entry.type) === entry.type,
    );
    const newestFirst = call.query.get("direction") === "asc" ? wanted : wanted.toReversed();
    return list(newestFirst, (entry) => representActivity(call.world, entry));
  }),
];

function branchesOf(repo: Repository): (readonly [string, string])[] {
  return [...repo.refs]
    .filter(([ref]) => ref.startsWith("refs/heads/"))
    .map(([ref, sha]) => [ref.slice("refs/heads/".length), sha] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

function isProtected(repo: Repository, branch: string): boolean {
  return rulesetsFor(repo, `refs/heads/${branch}`).length > 0;
}

async function representBranch(call: Call, repo: Repository) {
  const branch = param(call, "branch");
  const sha = repo.refs.get(`refs/heads/${branch}`);
  const commit = sha === undefined ? undefined : await readCommit(repo.dir, sha);
  if (commit === undefined) throw new Refusal(404, "Branch not found");
  const url = `${repositoryUrl(call.world, repo)}/branches/${encodeURIComponent(branch)}`;
  const required = { enforcement_level: "off", contexts: [], checks: [] };
  return {
    name: branch,
    commit: representCommit(call.world, repo, commit),
    _links: { self: url, html: `${call.world.url}/${repo.owner.login}/${repo.name}/tree/${branch}` },
    protected: isProtected(repo, branch),
    // LIVE(branches-protection-classic): `protection` speaks of classic branch protection only; rulesets show in `rules/branches`.
    protection: { enabled: false, required_status_checks: required },
    protection_url: `${url}/protection`,
  };
}

function representActivity(world: World, entry: Activity) {
  return {
    id: entry.id,
    node_id: nodeId("PSH", entry.id),
    before: entry.before,
    after: entry.after,
    ref: entry.ref,
    timestamp: isoTime(entry.at),
    activity_type: entry.type,
    actor: representUserOrNull(world, entry.actor),
  };
}

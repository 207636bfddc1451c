/** Rulesets of a repository, and the rules that hold for a branch. */
import { ADMINISTER, demand, permissionOf, READ } from "../access.ts";
import { notFound, Refusal } from "../refusal.ts";
import { isoTime, nodeId, repositoryUrl } from "../represent.ts";
import {
  created,
  empty,
  type Fields,
  json,
  list,
  numberParam,
  param,
  repositoryOf,
  route,
  type Call,
} from "../route.ts";
import { rulesetsFor } from "../rules.ts";
import { allows, fullName, type BypassActor, type Repository, type Rule, type Ruleset, type World } from "../world.ts";

export const rulesetRoutes = [
  route("GET /repos/:owner/:repo/rulesets", (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, READ);
    return list(repo.rulesets, (ruleset) => summary(call.world, repo, ruleset));
  }),
  route("POST /repos/:owner/:repo/rulesets", (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, ADMINISTER);
    const at = call.world.now();
    const ruleset: Ruleset = {
      id: call.world.id(),
      name: call.body.needed("name"),
      enforcement: call.body.choice("enforcement", ["active", "disabled", "evaluate"]) ?? "active",
      ...conditions(call.body),
      bypass: (call.body.items("bypass_actors") ?? []).map(readBypass),
      rules: (call.body.items("rules") ?? []).map(readRule),
      createdAt: at,
      updatedAt: at,
    };
    repo.rulesets.push(ruleset);
    return created(whole(call, repo, ruleset));
  }),
  route("GET /repos/:owner/:repo/rulesets/:ruleset_id", (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, READ);
    return json(whole(call, repo, rulesetOf(call, repo)));
  }),
  route("PUT /repos/:owner/:repo/rulesets/:ruleset_id", (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, ADMINISTER);
    const ruleset = rulesetOf(call, repo);
    ruleset.name = call.body.text("name") ?? ruleset.name;
    ruleset.enforcement = call.body.choice("enforcement", ["active", "disabled", "evaluate"]) ?? ruleset.enforcement;
    if (call.body.has("conditions")) Object.assign(ruleset, conditions(call.body));
    ruleset.bypass = call.body.items("bypass_actors")?.map(readBypass) ?? ruleset.bypass;
    ruleset.rules = call.body.items("rules")?.map(readRule) ?? ruleset.rules;
    ruleset.updatedAt = call.world.now();
    return json(whole(call, repo, ruleset));
  }),
  route("DELETE /repos/:owner/:repo/rulesets/:ruleset_id", (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, ADMINISTER);
    repo.rulesets.splice(repo.rulesets.indexOf(rulesetOf(call, repo)), 1);
    return empty();
  }),
  route("GET /repos/:owner/:repo/rules/branches/*branch", (call) => {
    const repo = repositoryOf(call);
    demand(call.world, call.actor, repo, READ);
    const rules = rulesetsFor(repo, `refs/heads/${param(call, "branch")}`).flatMap((ruleset) =>
      ruleset.rules.map((rule) => ({
        ...representRule(rule),
        ruleset_source_type: "Repository",
        ruleset_source: fullName(repo),
        ruleset_id: ruleset.id,
      })),
    );
    return list(rules, (rule) => rule);
  }),
];

function rulesetOf(call: Call, repo: Repository): Ruleset {
  const ruleset = repo.rulesets.find((candidate) => candidate.id === numberParam(call, "ruleset_id"));
  if (ruleset === undefined) throw notFound();
  return ruleset;
}

function conditions(body: Fields): { include: string[]; exclude: string[] } {
  const names = body.inner("conditions")?.inner("ref_name");
  return { include: [...(names?.texts("include") ?? [])], exclude: [...(names?.texts("exclude") ?? [])] };
}

function readBypass(fields: Fields): BypassActor {
  const actorType = fields.choice("actor_type", ["Integration", "Team", "RepositoryRole", "OrganizationAdmin"]);
  if (actorType === undefined) throw new Refusal(422, 'Invalid request.\n\nA bypass actor needs an "actor_type".');
  return {
    actorId: fields.number("actor_id") ?? null,
    actorType,
    mode: fields.choice("bypass_mode", ["always", "pull_request"]) ?? "always",
  };
}

const PLAIN = [
  "creation",
  "update",
  "deletion",
  "non_fast_forward",
  "required_linear_history",
  "required_signatures",
] as const;

function readRule(fields: Fields): Rule {
  const type = fields.choice("type", [...PLAIN, "pull_request", "required_status_checks"]);
  const parameters = fields.inner("parameters");
  switch (type) {
    case undefined:
      throw new Refusal(422, 'Invalid request.\n\nA rule needs a "type".');
    case "pull_request":
      return {
        type,
        approvals: parameters?.number("required_approving_review_count") ?? 0,
        dismissStale: parameters?.flag("dismiss_stale_reviews_on_push") ?? false,
        codeOwners: parameters?.flag("require_code_owner_review") ?? false,
        lastPushApproval: parameters?.flag("require_last_push_approval") ?? false,
      };
    case "required_status_checks":
      return {
        type,
        strict: parameters?.flag("strict_required_status_checks_policy") ?? false,
        checks: (parameters?.items("required_status_checks") ?? []).map((check) => ({
          context: check.needed("context"),
          integrationId: check.number("integration_id") ?? null,
        })),
      };
    case "creation":
    case "update":
    case "deletion":
    case "non_fast_forward":
    case "required_linear_history":
    case "required_signatures":
      return { type };
  }
}

export function representRule(rule: Rule) {
  switch (rule.type) {
    case "pull_request":
      return {
        type: rule.type,
        parameters: {
          required_approving_review_count: rule.approvals,
          dismiss_stale_reviews_on_push: rule.dismissStale,
          require_code_owner_review: rule.codeOwners,
          require_last_push_approval: rule.lastPushApproval,
          required_review_thread_resolution: false,
        },
      };
    case "required_status_checks":
      return {
        type: rule.type,
        parameters: {
          strict_required_status_checks_policy: rule.strict,
          do_not_enforce_on_create: false,
          required_status_checks: rule.checks.map(({ context, integrationId }) => ({
            context,
            ...(integrationId === null ? {} : { integration_id: integrationId }),
          })),
        },
      };
    case "creation":
    case "update":
    case "deletion":
    case "non_fast_forward":
    case "required_linear_history":
    case "required_signatures":
      return { type: rule.type };
  }
}

function summary(world: World, repo: Repository, ruleset: Ruleset) {
  return {
    id: ruleset.id,
    name: ruleset.name,
    target: "branch",
    source_type: "Repository",
    source: fullName(repo),
    enforcement: ruleset.enforcement,
    node_id: nodeId("RRS", ruleset.id),
    _links: {
      self: { href: `${repositoryUrl(world, repo)}/rulesets/${ruleset.id}` },
      html: { href: `${world.url}/${fullName(repo)}/rules/${ruleset.id}` },
    },
    created_at: isoTime(ruleset.createdAt),
    updated_at: isoTime(ruleset.updatedAt),
  };
}

/** LIVE(ruleset-bypass-hidden): `bypass_actors` shows only to those who may administer the repository. */
function whole(call: Call, repo: Repository, ruleset: Ruleset) {
  const administers =
    call.actor.kind === "installation"
      ? call.actor.installation.app.permissions["administration"] !== undefined
      : allows(permissionOf(call.world, call.actor, repo), "admin");
  const bypass = ruleset.bypass.map(({ actorId, actorType, mode }) => ({
    actor_id: actorId,
    actor_type: actorType,
    bypass_mode: mode,
  }));
  return {
    ...summary(call.world, repo, ruleset),
    conditions: { ref_name: { include: ruleset.include, exclude: ruleset.exclude } },
    rules: ruleset.rules.map(representRule),
    ...(administers ? { bypass_actors: bypass } : {}),
  };
}

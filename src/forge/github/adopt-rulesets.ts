/** Rulesets that stand over a branch, with what each says; the organization's are read like the repository's own. */
import * as z from "zod/mini";
import { type BypassFacts, type Known, type RuleFacts, type RulesetFacts } from "../../core/adopt/facts.ts";
import { type BranchName } from "../../core/ids.ts";
import { type RepositoryRef } from "../forge.ts";
import { partOf, type Part } from "./adopt-part.ts";
import { type Client } from "./client.ts";
import { read, readAll } from "./from-github.ts";
import { nameOf, pathOf } from "./repository.ts";

const summarySchema = z.object({
  id: z.number(),
  name: z.string(),
  target: z.optional(z.string()),
  enforcement: z.enum(["active", "evaluate", "disabled"]),
  source_type: z.optional(z.string()),
});

const wholeSchema = z.object({
  conditions: z.nullish(
    z.object({ ref_name: z.optional(z.object({ include: z.array(z.string()), exclude: z.array(z.string()) })) }),
  ),
  rules: z.optional(z.array(z.object({ type: z.string(), parameters: z.nullish(z.record(z.string(), z.unknown())) }))),
  bypass_actors: z.nullish(
    z.array(z.object({ actor_type: z.string(), actor_id: z.nullish(z.number()), bypass_mode: z.optional(z.string()) })),
  ),
});

export async function readRulesets(
  client: Client,
  repository: RepositoryRef,
  target: BranchName,
): Promise<Part<readonly RulesetFacts[]>> {
  const tried = `read the rulesets of ${nameOf(repository)}`;
  const scope = { kind: "repository", repository } as const;
  const path = pathOf(repository);
  const rows = await client.pages({ scope, tried, route: `GET ${path}/rulesets`, params: { includes_parents: true } });
  if (!rows.ok) return partOf(rows);
  const listed = readAll(summarySchema, rows.value, tried);
  if (!listed.ok) return partOf(listed);
  // Which of them govern the branch is GitHub's to say: patterns of an organization cover repositories too.
  const rules = await client.pages({ scope, tried, route: `GET ${path}/rules/branches/${encodeURIComponent(target)}` });
  if (!rules.ok) return partOf(rules);
  const governing = readAll(z.object({ ruleset_id: z.optional(z.number()) }), rules.value, tried);
  if (!governing.ok) return partOf(governing);
  const active = new Set(governing.value.map(({ ruleset_id }) => ruleset_id));
  const found: RulesetFacts[] = [];
  for (const { id, name, enforcement, source_type, target: kind } of listed.value) {
    if (kind !== undefined && kind !== "branch") continue;
    const reply = await client.ask({
      scope,
      tried: `read the ruleset "${name}" of ${nameOf(repository)}`,
      route: `GET ${path}/rulesets/${id}`,
      params: { includes_parents: true },
    });
    if (!reply.ok) return partOf(reply);
    const whole = read(wholeSchema, reply.value.data, tried);
    if (!whole.ok) return partOf(whole);
    const include = whole.value.conditions?.ref_name?.include ?? [];
    found.push({
      ...{ id, name, enforcement },
      from: source_type === "Organization" ? "organization" : "repository",
      // One that is not active shows in no branch's rules; its own words then have to do.
      governs: active.has(id) || (enforcement !== "active" && names(include, target)),
      rules: (whole.value.rules ?? []).map(ruleOf),
      bypass: bypassOf(whole.value.bypass_actors),
    });
  }
  return { known: true, value: found };
}

function names(include: readonly string[], target: string): boolean {
  return include.some((one) => ["~ALL", "~DEFAULT_BRANCH", `refs/heads/${target}`].includes(one));
}

function ruleOf({
  type,
  parameters,
}: {
  type: string;
  parameters?: Record<string, unknown> | null | undefined;
}): RuleFacts {
  const required = requiredChecks.safeParse(parameters?.["required_status_checks"]);
  return {
    type,
    ...(required.success && type === "required_status_checks"
      ? {
          checks: required.data.map(({ context, integration_id }) => ({
            context,
            ...(typeof integration_id === "number" ? { appId: integration_id } : {}),
          })),
        }
      : {}),
    ...(parameters?.["dismiss_stale_reviews_on_push"] === true ? { dismissStale: true } : {}),
    ...(parameters?.["require_last_push_approval"] === true ? { lastPushApproval: true } : {}),
  };
}

const requiredChecks = z.array(z.object({ context: z.string(), integration_id: z.nullish(z.number()) }));

function bypassOf(actors: z.infer<typeof wholeSchema>["bypass_actors"]): Known<readonly BypassFacts[]> {
  if (actors === undefined || actors === null)
    return { known: false, why: "GitHub shows it only to those who may edit the ruleset" };
  const value = actors.map(({ actor_type, actor_id, bypass_mode = "always" }) => ({
    kind: actor_type,
    mode: bypass_mode,
    ...(typeof actor_id === "number" ? { id: actor_id } : {}),
  }));
  return { known: true, value };
}

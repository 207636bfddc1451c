/** What `plustwo doctor` asks of GitHub beside what `init` does: rulesets, protection, the App, Actions, people of the policy. */
import * as z from "zod/mini";
import {
  type ActionsFacts,
  type AppFacts,
  type InstallationFacts,
  type OperationFacts,
  type ProjectFacts,
  type ProtectionFacts,
  type RulesetFacts,
} from "../../core/adopt/facts.ts";
import { VERDICT_CONTEXT, GATE_CONTEXT } from "../../core/adopt/rulesets.ts";
import { POLICY_PATH, type PolicyTexts } from "../../core/adopt/policy-layers.ts";
import { type BranchName } from "../../core/ids.ts";
import { fail, ok } from "../../core/result.ts";
import { type Answer, type RepositoryRef } from "../forge.ts";
import { readAccount, readTeam } from "./adopt-people.ts";
import { downOf, partOf, type Part } from "./adopt-part.ts";
import { readOrganisation } from "./adopt-organisation.ts";
import { readRulesets } from "./adopt-rulesets.ts";
import { readProject } from "./adopt.ts";
import { type Client } from "./client.ts";
import { read, readAll } from "./from-github.ts";
import { nameOf, pathOf, readFile } from "./repository.ts";

export interface OperationQuestion {
  /** Absent = the default branch. */
  readonly target?: BranchName;
  /** Slug of our App, where the user says so. */
  readonly app?: string;
  /** From the policy's texts: whom to look up. */
  readonly named: (texts: PolicyTexts) => {
    readonly logins: readonly string[];
    readonly teams: readonly string[];
  };
}

export async function readOperation(
  client: Client,
  repository: RepositoryRef,
  question: OperationQuestion,
): Answer<OperationFacts> {
  const project = await readProject(client, repository);
  if (!project.ok) return project;
  const ref = { owner: project.value.repository.owner, name: project.value.repository.name };
  const target = question.target ?? project.value.repository.defaultBranch;
  const policy = partOf(await readFile(client, ref, { ref: target, path: POLICY_PATH }));
  const organisation = await readOrganisation(client, ref);
  const app = await readApp(client, ref, project.value, question.app);
  const [rulesets, protection, actions, forkApproval, plan, installation]: readonly [
    Part<readonly RulesetFacts[]>,
    Part<ProtectionFacts | undefined>,
    Part<ActionsFacts>,
    Part<string>,
    Part<string>,
    Part<InstallationFacts | undefined>,
  ] = await Promise.all([
    readRulesets(client, ref, target),
    readProtection(client, ref, target),
    readActions(client, ref),
    readForkApproval(client, ref),
    readPlan(client, project.value),
    readInstallation(client, project.value, app.known ? app.value : undefined),
  ]);
  const down = downOf([policy, organisation, app, rulesets, protection, actions, forkApproval, plan, installation]);
  if (down !== undefined) return fail(down);
  const { logins, teams } = question.named({
    ...{ owner: ref.owner, organisation: organisation.known ? organisation.value : undefined },
    repository: policy.known ? policy.value : undefined,
  });
  const accounts = await Promise.all(
    logins.map(async (login) => [login, await readAccount(client, ref, login)] as const),
  );
  const members = await Promise.all(teams.map(async (team) => [team, await readTeam(client, team)] as const));
  return ok({
    ...project.value,
    ...{ target, policy, organisation, app, installation, rulesets, protection, actions, forkApproval, plan },
    members: Object.fromEntries(members),
    accounts: Object.fromEntries(accounts),
  });
}

const appSchema = z.object({ id: z.number(), slug: z.string() });

/** Of a public App, or of one that belongs to the token's user. */
export async function readAppId(client: Client, repository: RepositoryRef, slug: string): Answer<number> {
  const tried = `read the App ${slug}`;
  const scope = { kind: "repository", repository } as const;
  const reply = await client.ask({ scope, tried, route: `GET /apps/${encodeURIComponent(slug)}` });
  if (!reply.ok) return reply;
  const raw = read(appSchema, reply.value.data, tried);
  return raw.ok ? ok(raw.value.id) : raw;
}

/** As named, else whoever posted our checks. */
async function readApp(
  client: Client,
  repository: RepositoryRef,
  { results }: ProjectFacts,
  slug: string | undefined,
): Promise<Part<AppFacts | undefined>> {
  if (slug === undefined) {
    if (!results.known) return { known: false, why: results.why };
    const ours = results.value.find(
      ({ kind, name }) => kind === "check-run" && [VERDICT_CONTEXT, GATE_CONTEXT].includes(name),
    );
    return { known: true, value: ours?.app };
  }
  const tried = `read the App ${slug}`;
  const scope = { kind: "repository", repository } as const;
  const reply = await client.ask({ scope, tried, route: `GET /apps/${encodeURIComponent(slug)}` });
  if (reply.ok) return partOf(read(appSchema, reply.value.data, tried));
  return reply.problem.kind === "not-found"
    ? { known: false, why: `there is no public App "${slug}", and a private one shows only to its owner` }
    : partOf(reply);
}

const installationSchema = z.object({
  id: z.number(),
  app_id: z.number(),
  permissions: z.record(z.string(), z.string()),
  events: z.array(z.string()),
  suspended_at: z.nullish(z.string()),
  repository_selection: z.optional(z.string()),
});

/** Owners of an organization see its installations; a person's own account shows none to a personal token. */
async function readInstallation(
  client: Client,
  { repository }: ProjectFacts,
  app: AppFacts | undefined,
): Promise<Part<InstallationFacts | undefined>> {
  if (app === undefined) return { known: false, why: "it is not known which App plustwo is here" };
  if (repository.ownerKind === "User")
    return { known: false, why: "GitHub shows the installations of a person's account only in its settings" };
  const { owner } = repository;
  const tried = `list the App installations of ${owner}`;
  const scope = { kind: "organization", login: owner } as const;
  const route = `GET /orgs/${encodeURIComponent(owner)}/installations`;
  const rows = await client.pages({ scope, tried, route }, "installations");
  if (!rows.ok) {
    const part = partOf(rows);
    return "down" in part
      ? part
      : { known: false, why: `only owners of ${owner} see it (${part.known ? "" : part.why})` };
  }
  const installations = readAll(installationSchema, rows.value, tried);
  if (!installations.ok) return partOf(installations);
  const ours = installations.value.find(({ app_id }) => app_id === app.id);
  if (ours === undefined) return { known: true, value: undefined };
  const { id, app_id, permissions, events, suspended_at, repository_selection } = ours;
  return {
    known: true,
    value: {
      ...{ id, appId: app_id, permissions, events },
      suspended: (suspended_at ?? null) !== null,
      ...(repository_selection === "all" ? { everyRepository: true } : {}),
    },
  };
}

const toggle = z.nullish(z.object({ enabled: z.boolean() }));
const protectionSchema = z.object({
  required_status_checks: z.nullish(z.object({ contexts: z.optional(z.array(z.string())) })),
  required_pull_request_reviews: z.nullish(z.object({ required_approving_review_count: z.optional(z.number()) })),
  required_linear_history: toggle,
  required_signatures: toggle,
  enforce_admins: toggle,
  restrictions: z.nullish(z.object({})),
});

async function readProtection(
  client: Client,
  repository: RepositoryRef,
  branch: BranchName,
): Promise<Part<ProtectionFacts | undefined>> {
  const tried = `read the protection of ${branch} in ${nameOf(repository)}`;
  const scope = { kind: "repository", repository } as const;
  const path = `${pathOf(repository)}/branches/${encodeURIComponent(branch)}`;
  // Whoever can read sees whether there is any; only admins see what it says.
  const shown = await client.ask({ scope, tried, route: `GET ${path}` });
  if (!shown.ok) return partOf(shown);
  const summary = read(
    z.object({ protection: z.nullish(z.object({ enabled: z.boolean() })) }),
    shown.value.data,
    tried,
  );
  if (!summary.ok) return partOf(summary);
  if (summary.value.protection?.enabled !== true) return { known: true, value: undefined };
  const reply = await client.ask({ scope, tried, route: `GET ${path}/protection` });
  if (!reply.ok)
    return reply.problem.kind === "not-found" ? { known: false, why: "only admins see it" } : partOf(reply);
  const raw = read(protectionSchema, reply.value.data, tried);
  if (!raw.ok) return partOf(raw);
  const approvals = raw.value.required_pull_request_reviews?.required_approving_review_count;
  return {
    known: true,
    value: {
      requiredChecks: raw.value.required_status_checks?.contexts ?? [],
      ...(approvals === undefined ? {} : { requiredApprovals: approvals }),
      linearHistory: raw.value.required_linear_history?.enabled === true,
      signatures: raw.value.required_signatures?.enabled === true,
      restricted: (raw.value.restrictions ?? null) !== null,
      enforceAdmins: raw.value.enforce_admins?.enabled === true,
    },
  };
}

async function readActions(client: Client, repository: RepositoryRef): Promise<Part<ActionsFacts>> {
  const tried = `read whether Actions are enabled in ${nameOf(repository)}`;
  const route = `GET ${pathOf(repository)}/actions/permissions`;
  const reply = await client.ask({ scope: { kind: "repository", repository }, tried, route });
  if (!reply.ok) return partOf(reply);
  const raw = read(
    z.object({ enabled: z.boolean(), allowed_actions: z.optional(z.string()) }),
    reply.value.data,
    tried,
  );
  if (!raw.ok) return partOf(raw);
  const { enabled, allowed_actions: allowed } = raw.value;
  return { known: true, value: { enabled, ...(allowed === undefined ? {} : { allowed }) } };
}

async function readForkApproval(client: Client, repository: RepositoryRef): Promise<Part<string>> {
  const tried = `read whose runs wait for approval in ${nameOf(repository)}`;
  const route = `GET ${pathOf(repository)}/actions/permissions/fork-pr-contributor-approval`;
  const reply = await client.ask({ scope: { kind: "repository", repository }, tried, route });
  if (!reply.ok) return partOf(reply);
  const raw = read(z.object({ approval_policy: z.string() }), reply.value.data, tried);
  return raw.ok ? { known: true, value: raw.value.approval_policy } : partOf(raw);
}

/** Shown to members of an organization, and to a person of their own account. */
async function readPlan(client: Client, { repository, viewer }: ProjectFacts): Promise<Part<string>> {
  const { owner, ownerKind } = repository;
  const tried = `read the plan of ${owner}`;
  const own = viewer.login.toLowerCase() === owner.toLowerCase();
  if (ownerKind === "User" && !own) return { known: false, why: `only ${owner} sees it` };
  const route = ownerKind === "User" ? "GET /user" : `GET /orgs/${encodeURIComponent(owner)}`;
  const scope = { kind: "organization", login: owner } as const;
  const reply = await client.ask({ scope, tried, route });
  if (!reply.ok) return partOf(reply);
  const raw = read(z.object({ plan: z.nullish(z.object({ name: z.string() })) }), reply.value.data, tried);
  if (!raw.ok) return partOf(raw);
  const name = raw.value.plan?.name;
  return name === undefined ? { known: false, why: "GitHub shows it only to members" } : { known: true, value: name };
}

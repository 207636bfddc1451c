/**
 * Pauses of the gate on GitHub: refs under `refs/plustwo/`, each a commit that says who, why and since when. Moved only
 * by compare-and-swap or creation, so that two admins cannot overwrite each other's word unseen.
 */
import * as z from "zod/mini";
import { type Tip } from "../../core/adopt/facts.ts";
import { formatPause, parsePause, pausedBy, pauseRef, type Pause, type Step } from "../../core/adopt/pause.ts";
import { type BranchName, parseBranchName, type Sha } from "../../core/ids.ts";
import { fail, ok } from "../../core/result.ts";
import { type Instant } from "../../core/time.ts";
import { type Answer, type RepositoryRef } from "../forge.ts";
import { type Client } from "./client.ts";
import { read, readAll, shaSchema, timeSchema } from "./from-github.ts";
import { nameOf, pathOf } from "./repository.ts";

/** A pause as it stands there; without `pause` somebody else made the ref, and it holds all the same. */
export interface StandingPause {
  readonly ref: string;
  readonly sha: Sha;
  readonly pause?: Pause;
}

const refSchema = z.object({ ref: z.string(), object: z.object({ sha: shaSchema }) });
const commitSchema = z.object({ sha: shaSchema, message: z.string(), tree: z.object({ sha: shaSchema }) });

export async function readPauses(client: Client, repository: RepositoryRef): Answer<readonly StandingPause[]> {
  const refs = await matchingRefs(client, repository, "plustwo/pause");
  if (!refs.ok) return refs;
  const standing: StandingPause[] = [];
  for (const { ref, sha } of refs.value.filter((one) => pausedBy(one.ref) !== undefined)) {
    const commit = await readCommit(client, repository, sha);
    if (!commit.ok) return commit;
    const pause = parsePause(commit.value.message);
    standing.push({ ref, sha, ...(pause === undefined ? {} : { pause }) });
  }
  return ok(standing);
}

/** Everything below `refs/<prefix>`. */
export async function matchingRefs(
  client: Client,
  repository: RepositoryRef,
  prefix: string,
): Answer<readonly { readonly ref: string; readonly sha: Sha }[]> {
  const tried = `list refs/${prefix} of ${nameOf(repository)}`;
  const route = `GET ${pathOf(repository)}/git/matching-refs/${prefix}`;
  const rows = await client.pages({ scope: { kind: "repository", repository }, tried, route });
  if (!rows.ok) return rows;
  const refs = readAll(refSchema, rows.value, tried);
  return refs.ok ? ok(refs.value.map(({ ref, object }) => ({ ref, sha: object.sha }))) : refs;
}

async function readCommit(client: Client, repository: RepositoryRef, sha: Sha): Answer<z.infer<typeof commitSchema>> {
  const tried = `read the commit ${sha.slice(0, 7)} of ${nameOf(repository)}`;
  const route = `GET ${pathOf(repository)}/git/commits/${sha}`;
  const reply = await client.ask({ scope: { kind: "repository", repository }, tried, route });
  return reply.ok ? read(commitSchema, reply.value.data, tried) : reply;
}

/** The default branch and every protected one: where something could land without the gate. At most 50. */
export async function readTips(
  client: Client,
  repository: RepositoryRef,
  wanted: { readonly defaultBranch: BranchName; readonly only?: BranchName },
): Answer<readonly Tip[]> {
  const tried = `list the branches of ${nameOf(repository)}`;
  const route = `GET ${pathOf(repository)}/branches`;
  const rows = await client.pages({ scope: { kind: "repository", repository }, tried, route });
  if (!rows.ok) return rows;
  const schema = z.object({
    name: z.string(),
    protected: z.optional(z.boolean()),
    commit: z.object({ sha: shaSchema }),
  });
  const branches = readAll(schema, rows.value, tried);
  if (!branches.ok) return branches;
  const tips = branches.value.flatMap(({ name, protected: guarded, commit }): readonly Tip[] => {
    const branch = parseBranchName(name);
    if (branch === undefined || branch.startsWith("gate/")) return [];
    const meant =
      wanted.only === undefined ? guarded === true || branch === wanted.defaultBranch : branch === wanted.only;
    return meant ? [{ branch, sha: commit.sha }] : [];
  });
  return ok(tips.toSorted((one) => (one.branch === wanted.defaultBranch ? -1 : 0)).slice(0, 50));
}

/** Fails with `refused` where there is one already. */
export async function writePause(client: Client, repository: RepositoryRef, pause: Pause): Answer<StandingPause> {
  const ref = pauseRef(pause.branch);
  const [tip] = pause.tips;
  const tried = `pause ${nameOf(repository)}`;
  if (tip === undefined) return fail({ kind: "refused", tried, found: "no branch to pause was found" });
  const at = await readCommit(client, repository, tip.sha);
  if (!at.ok) return at;
  const made = await makeCommit(client, repository, {
    message: formatPause(pause),
    tree: at.value.tree.sha,
    parents: [],
  });
  if (!made.ok) return made;
  const reply = await client.ask({
    scope: { kind: "repository", repository },
    tried,
    route: `POST ${pathOf(repository)}/git/refs`,
    params: { ref, sha: made.value },
  });
  return reply.ok ? ok({ ref, sha: made.value, pause }) : reply;
}

/** The second admin's word, as a commit on top of the first one's; refused when the ref moved meanwhile. */
export async function confirmPause(
  client: Client,
  repository: RepositoryRef,
  { standing, pause }: { readonly standing: StandingPause; readonly pause: Pause },
): Answer<void> {
  const at = await readCommit(client, repository, standing.sha);
  if (!at.ok) return at;
  const message = formatPause(pause);
  const made = await makeCommit(client, repository, { message, tree: at.value.tree.sha, parents: [standing.sha] });
  if (!made.ok) return made;
  const reply = await client.ask({
    scope: { kind: "repository", repository },
    tried: `confirm the pause of ${nameOf(repository)}`,
    route: `PATCH ${pathOf(repository)}/git/${standing.ref}`,
    params: { sha: made.value, force: false },
  });
  return reply.ok ? ok(undefined) : reply;
}

/** Without author and committer GitHub puts the token's user. */
async function makeCommit(
  client: Client,
  repository: RepositoryRef,
  commit: { readonly message: string; readonly tree: Sha; readonly parents: readonly Sha[] },
): Answer<Sha> {
  const tried = `write the pause of ${nameOf(repository)}`;
  const route = `POST ${pathOf(repository)}/git/commits`;
  const reply = await client.ask({ scope: { kind: "repository", repository }, tried, route, params: { ...commit } });
  if (!reply.ok) return reply;
  const raw = read(z.object({ sha: shaSchema }), reply.value.data, tried);
  return raw.ok ? ok(raw.value.sha) : raw;
}

/** Any ref; one that is gone already is as good. */
export async function deleteRef(client: Client, repository: RepositoryRef, ref: string): Answer<void> {
  const tried = `delete ${ref} of ${nameOf(repository)}`;
  const route = `DELETE ${pathOf(repository)}/git/${ref.split("/").map(encodeURIComponent).join("/")}`;
  const reply = await client.ask({ scope: { kind: "repository", repository }, tried, route });
  if (reply.ok || reply.problem.kind === "not-found") return ok(undefined);
  return reply.problem.kind === "refused" && /does not exist/i.test(reply.problem.found) ? ok(undefined) : reply;
}

const activitySchema = z.object({
  before: shaSchema,
  after: shaSchema,
  timestamp: timeSchema,
  activity_type: z.string(),
  actor: z.nullish(z.object({ login: z.string() })),
});
const gateCheckSchema = z.object({
  conclusion: z.nullable(z.string()),
  app: z.nullish(z.object({ id: z.number(), slug: z.string() })),
});

/** Every step of a branch since then, oldest first, from GitHub's own log, with who certified where it led. */
export async function readSteps(
  client: Client,
  repository: RepositoryRef,
  { tip, since, context }: { readonly tip: Tip; readonly since: Instant; readonly context: string },
): Answer<readonly Step[]> {
  const tried = `read what happened to ${tip.branch} of ${nameOf(repository)}`;
  const scope = { kind: "repository", repository } as const;
  const path = pathOf(repository);
  const rows = await client.pages({
    scope,
    tried,
    route: `GET ${path}/activity`,
    params: { ref: `refs/heads/${tip.branch}` },
  });
  if (!rows.ok) return rows;
  const log = readAll(activitySchema, rows.value, tried);
  if (!log.ok) return log;
  // Newest first; GitHub shows whole seconds, so the step that led to the tip ends the list rather than the time alone.
  const ends = log.value.findIndex(({ after, timestamp }) => after === tip.sha || timestamp < since - 1_000);
  const newest = ends < 0 ? log.value : log.value.slice(0, ends);
  const steps: Step[] = [];
  for (const { before, after, timestamp, activity_type, actor } of newest) {
    const certifiedBy = await readCertificates(client, repository, { sha: after, context });
    if (!certifiedBy.ok) return certifiedBy;
    steps.push({
      ...{ from: before, to: after, at: timestamp },
      by: actor?.login ?? "somebody who is gone",
      forced: activity_type === "force_push" || activity_type === "branch_deletion",
      certifiedBy: certifiedBy.value,
    });
  }
  return ok(steps.reverse());
}

async function readCertificates(
  client: Client,
  repository: RepositoryRef,
  { sha, context }: { readonly sha: Sha; readonly context: string },
): Answer<Step["certifiedBy"]> {
  if (/^0+$/.test(sha)) return ok([]);
  const tried = `read the checks of ${sha.slice(0, 7)} in ${nameOf(repository)}`;
  const scope = { kind: "repository", repository } as const;
  const route = `GET ${pathOf(repository)}/commits/${sha}/check-runs`;
  const rows = await client.pages({ scope, tried, route, params: { check_name: context } }, "check_runs");
  if (!rows.ok) return rows;
  const checks = readAll(z.extend(gateCheckSchema, { name: z.string() }), rows.value, tried);
  if (!checks.ok) return checks;
  return ok(
    checks.value.flatMap(({ name, conclusion, app }) =>
      name === context && conclusion === "success" && app !== null && app !== undefined ? [app] : [],
    ),
  );
}

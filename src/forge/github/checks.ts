/**
 * What CI says of a commit. A job of Actions is read from its run, with workflow, event and branch: a check run alone
 * can be forged by any job, since all of them write as the same app (ruling 7). Check runs are those of other apps.
 */
import * as z from "zod/mini";
import type { JobName, Sha } from "../../core/ids.ts";
import type { Check } from "../../core/policy/snapshot.ts";
import { fail, ok } from "../../core/result.ts";
import type { Answer, RepositoryRef } from "../forge.ts";
import type { Client } from "./client.ts";
import { branchNamed, readAll, shaSchema, timeSchema, userSchema } from "./from-github.ts";
import { nameOf, pathOf } from "./repository.ts";
import { listingKey, type Writer } from "./write.ts";

const GITHUB_ACTIONS = { id: 15368, slug: "github-actions" } as const;

export const runSchema = z.object({
  id: z.number(),
  path: z.string(),
  event: z.string(),
  head_branch: z.nullish(z.string()),
  head_sha: shaSchema,
  status: z.nullish(z.string()),
  conclusion: z.nullish(z.string()),
  run_attempt: z.optional(z.number()),
  created_at: timeSchema,
  updated_at: z.nullish(timeSchema),
});
export type Run = z.infer<typeof runSchema>;

const jobSchema = z.object({
  id: z.number(),
  name: z.string(),
  status: z.string(),
  conclusion: z.nullish(z.string()),
  started_at: z.nullish(timeSchema),
  completed_at: z.nullish(timeSchema),
  created_at: z.nullish(timeSchema),
  run_attempt: z.optional(z.number()),
  html_url: z.nullish(z.string()),
  check_run_url: z.nullish(z.string()),
  steps: z.optional(z.array(z.object({ name: z.string(), conclusion: z.nullish(z.string()) }))),
});
type Job = z.infer<typeof jobSchema>;

const checkRunSchema = z.object({
  id: z.number(),
  name: z.string(),
  external_id: z.nullish(z.string()),
  status: z.string(),
  conclusion: z.nullish(z.string()),
  started_at: z.nullish(timeSchema),
  completed_at: z.nullish(timeSchema),
  html_url: z.nullish(z.string()),
  app: z.nullish(z.object({ id: z.number(), slug: z.nullish(z.string()) })),
  output: z.nullish(z.object({ title: z.nullish(z.string()), summary: z.nullish(z.string()) })),
});
type CheckRun = z.infer<typeof checkRunSchema>;

const statusSchema = z.object({
  context: z.string(),
  state: z.string(),
  created_at: timeSchema,
  target_url: z.nullish(z.string()),
  description: z.nullish(z.string()),
  creator: userSchema,
});

/** Commits whose check runs are kept for the write that may follow. */
const MOST_LISTED = 100;

interface Place {
  readonly client: Client;
  readonly repository: RepositoryRef;
  readonly sha: Sha;
}

export async function readChecks(
  client: Client,
  repository: RepositoryRef,
  shas: readonly Sha[],
  listed: Writer["listed"],
): Answer<readonly Check[]> {
  const checks: Check[] = [];
  for (const sha of new Set(shas)) {
    const place = { client, repository, sha };
    // Jobs first: what a job said when it ended is on its check run by then.
    const jobs = await readJobs(place);
    if (!jobs.ok) return jobs;
    const runs = await readCheckRuns(place);
    if (!runs.ok) return runs;
    if (listed.size >= MOST_LISTED) listed.clear();
    listed.set(listingKey(repository, sha), runs.value);
    const said = saidBy(runs.value);
    const ended = jobs.value.map(({ run, job }) => jobCheck(run, job, said.get(checkRunOf(job))));
    const statuses = await readStatuses(place);
    if (!statuses.ok) return statuses;
    checks.push(...ended, ...newestOfOthers(runs.value).flatMap((run) => checkOf(run, sha)), ...statuses.value);
  }
  return ok(checks);
}

async function readRuns({ client, repository, sha }: Place): Answer<readonly Run[]> {
  const tried = `read the workflow runs of ${short(sha)} in ${nameOf(repository)}`;
  const route = `GET ${pathOf(repository)}/actions/runs`;
  const scope = { kind: "repository", repository } as const;
  const rows = await client.pages({ scope, tried, route, params: { head_sha: sha } }, "workflow_runs");
  if (!rows.ok) return rows;
  const runs = readAll(runSchema, rows.value, tried);
  if (!runs.ok) return runs;
  const other = runs.value.find((run) => run.head_sha !== sha);
  return other === undefined ? runs : fail({ kind: "unreadable", tried, found: `a run of ${short(other.head_sha)}` });
}

async function readJobsOf({ client, repository }: Place, run: Run): Answer<readonly Job[]> {
  const tried = `read the jobs of run ${run.id} in ${nameOf(repository)}`;
  const route = `GET ${pathOf(repository)}/actions/runs/${run.id}/jobs`;
  const scope = { kind: "repository", repository } as const;
  const rows = await client.pages({ scope, tried, route, params: { filter: "latest" } }, "jobs");
  return rows.ok ? readAll(jobSchema, rows.value, tried) : rows;
}

/** A job is also a check run: what that says is a better line than the name of the step that failed. */
function saidBy(runs: readonly CheckRun[]): ReadonlyMap<number, string> {
  return new Map(
    runs.flatMap(({ id, output }): readonly [number, string][] => {
      const [line = ""] = (output?.summary ?? output?.title ?? "").trim().split("\n");
      return line === "" ? [] : [[id, line.slice(0, 200)]];
    }),
  );
}

interface JobOf {
  readonly run: Run;
  readonly job: Job;
}

async function readJobs(place: Place): Answer<readonly JobOf[]> {
  const runs = await readRuns(place);
  if (!runs.ok) return runs;
  const found: JobOf[] = [];
  for (const run of runs.value) {
    const jobs = await readJobsOf(place, run);
    if (!jobs.ok) return jobs;
    found.push(...jobs.value.map((job) => ({ run, job })));
    if (jobs.value.length === 0 && run.conclusion === "action_required") found.push({ run, job: unapproved(run) });
  }
  return ok(found);
}

/** A first-time contributor's run waits for "Approve and run". It has no jobs yet, so the check has no name. */
function unapproved({ id }: Run): Job {
  return { id, name: "", status: "completed", conclusion: "action_required" };
}

function checkRunOf({ id, check_run_url: url }: Job): number {
  return Number(/\/(\d+)$/.exec(url ?? "")?.[1] ?? id);
}

function jobCheck(run: Run, job: Job, said: string | undefined): Check {
  const failed = job.steps?.find(({ conclusion }) => conclusion === "failure");
  const summary = said ?? (failed === undefined ? undefined : `failed at "${failed.name}"`);
  return {
    kind: "job",
    name: job.name,
    run: run.id,
    app: GITHUB_ACTIONS,
    // A workflow that is called from elsewhere has its ref behind the path.
    workflow: run.path.replace(/@.*$/, ""),
    event: run.event,
    ...(run.head_branch ? { headBranch: branchNamed(run.head_branch, run.id) } : {}),
    sha: run.head_sha,
    ...progress(job.status, isLost(job) ? "runner_lost" : job.conclusion),
    at: job.completed_at ?? job.started_at ?? job.created_at ?? run.created_at,
    ...(job.started_at ? { startedAt: job.started_at } : {}),
    attempt: job.run_attempt ?? run.run_attempt ?? 1,
    ...(summary === undefined ? {} : { summary }),
    ...(job.html_url ? { url: job.html_url } : {}),
  };
}

/** The runner went away: the job failed, and none of its steps did. That says nothing about the code. */
function isLost({ conclusion, steps = [] }: Job): boolean {
  return conclusion === "failure" && steps.length > 0 && steps.every((step) => !FAILED.includes(step.conclusion ?? ""));
}

const FAILED = ["failure", "timed_out"];

/** All of them: "latest" is one for each app and name, so that a run of the same name would hide what a job said. */
async function readCheckRuns({ client, repository, sha }: Place): Answer<readonly CheckRun[]> {
  const tried = `read the check runs of ${short(sha)} in ${nameOf(repository)}`;
  const route = `GET ${pathOf(repository)}/commits/${sha}/check-runs`;
  const scope = { kind: "repository", repository } as const;
  const rows = await client.pages({ scope, tried, route, params: { filter: "all" } }, "check_runs");
  return rows.ok ? readAll(checkRunSchema, rows.value, tried) : rows;
}

/** Actions' own are read as jobs. Ids grow with time. */
function newestOfOthers(runs: readonly CheckRun[]): readonly CheckRun[] {
  const others = runs.filter(({ app }) => app?.id !== GITHUB_ACTIONS.id && app?.slug !== GITHUB_ACTIONS.slug);
  const newest = new Map([...others].sort((a, b) => a.id - b.id).map((run) => [`${run.app?.id} ${run.name}`, run]));
  return [...newest.values()];
}

function checkOf(run: CheckRun, sha: Sha): readonly Check[] {
  const at = run.completed_at ?? run.started_at;
  if (!at) return [];
  return [
    {
      kind: "check-run",
      name: run.name,
      ...(run.app ? { app: { id: run.app.id, slug: run.app.slug ?? "" } } : {}),
      sha,
      ...progress(run.status, run.conclusion),
      at,
      ...(run.started_at ? { startedAt: run.started_at } : {}),
      attempt: 1,
      ...(run.output?.title ? { summary: run.output.title } : {}),
      ...(run.html_url ? { url: run.html_url } : {}),
    },
  ];
}

/** The newest of each context and creator: a stranger's must not hide the one that counts. The list has its newest first. */
async function readStatuses({ client, repository, sha }: Place): Answer<readonly Check[]> {
  const tried = `read the commit statuses of ${short(sha)} in ${nameOf(repository)}`;
  const route = `GET ${pathOf(repository)}/commits/${sha}/statuses`;
  const rows = await client.pages({ scope: { kind: "repository", repository }, tried, route });
  if (!rows.ok) return rows;
  const statuses = readAll(statusSchema, rows.value, tried);
  if (!statuses.ok) return statuses;
  const newest = new Map<string, z.infer<typeof statusSchema>>();
  for (const status of statuses.value) {
    const key = `${status.creator.id} ${status.context}`;
    if (!newest.has(key)) newest.set(key, status);
  }
  const checks = [...newest.values()].map((status): Check => ({
    kind: "status",
    name: status.context,
    creator: status.creator,
    sha,
    ...(status.state === "pending"
      ? { status: "in_progress" as const }
      : { status: "completed" as const, conclusion: status.state === "success" ? "success" : "failure" }),
    at: status.created_at,
    attempt: 1,
    ...(status.description ? { summary: status.description } : {}),
    ...(status.target_url ? { url: status.target_url } : {}),
  }));
  return ok(checks);
}

export function progress(status: string, conclusion: string | null | undefined): Pick<Check, "status" | "conclusion"> {
  if (status === "completed") return { status, conclusion: conclusion ?? "unknown" };
  return { status: status === "in_progress" ? status : "queued" };
}

/**
 * Asks for another attempt of the runs these jobs belong to, of all in them that did not succeed: GitHub reruns runs as
 * a whole, and only those that have ended. One that runs has been asked for before.
 */
export async function rerunJobs(
  client: Client,
  repository: RepositoryRef,
  asked: { readonly sha: Sha; readonly jobs: readonly JobName[] },
): Answer<void> {
  const { sha, jobs } = asked;
  const place = { client, repository, sha };
  const scope = { kind: "repository", repository } as const;
  const runs = await readRuns(place);
  if (!runs.ok) return runs;
  const missing = new Set<string>(jobs);
  for (const run of runs.value) {
    const there = await readJobsOf(place, run);
    if (!there.ok) return there;
    const wanted = there.value.filter(({ name }) => missing.has(name));
    if (wanted.length === 0) continue;
    for (const { name } of wanted) missing.delete(name);
    if (run.status !== "completed") continue;
    const tried = `rerun ${wanted.map(({ name }) => name).join(", ")} on ${short(sha)} in ${nameOf(repository)}`;
    const route = `POST ${pathOf(repository)}/actions/runs/${run.id}/rerun-failed-jobs`;
    const reply = await client.ask({ scope, tried, route });
    if (!reply.ok) return reply;
  }
  if (missing.size === 0) return ok(undefined);
  const tried = `rerun ${[...missing].join(", ")} on ${short(sha)} in ${nameOf(repository)}`;
  return fail({ kind: "refused", tried, found: "no run on this commit has such a job" });
}

function short(sha: Sha): string {
  return sha.slice(0, 7);
}

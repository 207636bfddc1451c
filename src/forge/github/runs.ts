/**
 * Workflow runs of a gate commit, seen as runs: whether they started, wait, could not start, or have ended without a job.
 * Only runs of a push to the given branch on the given commit are read or stopped; a run of anybody else is left alone.
 */
import * as z from "zod/mini";
import { type BranchName, branchOfRef, type RefName, type Sha } from "../../core/ids.ts";
import { fail, ok } from "../../core/result.ts";
import type { Answer, RepositoryRef, RunRead } from "../forge.ts";
import { progress, type Run, runSchema } from "./checks.ts";
import type { Client } from "./client.ts";
import { branchNamed, readAll } from "./from-github.ts";
import { nameOf, pathOf } from "./repository.ts";

const jobSchema = z.object({ name: z.string() });

export interface GateCommit {
  readonly sha: Sha;
  readonly ref: RefName;
}

export async function readRuns(
  client: Client,
  repository: RepositoryRef,
  commit: GateCommit,
): Answer<readonly RunRead[]> {
  const runs = await runsOf(client, repository, commit);
  if (!runs.ok) return runs;
  const read: RunRead[] = [];
  for (const run of runs.value) {
    // Asked after the run was seen completed: whatever it lacks now, it will never have.
    const jobs = run.status === "completed" ? await jobsOf(client, repository, run) : undefined;
    if (jobs !== undefined && !jobs.ok) return jobs;
    read.push({
      id: run.id,
      // A workflow that is called from elsewhere has its ref behind the path.
      workflow: run.path.replace(/@.*$/, ""),
      event: run.event,
      ...(run.head_branch ? { headBranch: branchNamed(run.head_branch, run.id) } : {}),
      ...progress(run.status ?? "queued", run.conclusion),
      attempt: run.run_attempt ?? 1,
      at: run.updated_at ?? run.created_at,
      ...(jobs === undefined ? {} : { jobs: jobs.value }),
    });
  }
  return ok(read);
}

/** One that ends by itself in the meantime (409) is as good as stopped. */
export async function cancelRuns(client: Client, repository: RepositoryRef, commit: GateCommit): Answer<number> {
  const runs = await runsOf(client, repository, commit);
  if (!runs.ok) return runs;
  let stopped = 0;
  for (const run of runs.value) {
    if (run.status === "completed") continue;
    const tried = `cancel run ${run.id} on ${commit.sha.slice(0, 7)} in ${nameOf(repository)}`;
    const route = `POST ${pathOf(repository)}/actions/runs/${run.id}/cancel`;
    const reply = await client.ask({ scope: { kind: "repository", repository }, tried, route });
    if (reply.ok) stopped += 1;
    else if (reply.problem.kind !== "refused" && reply.problem.kind !== "not-found") return reply;
  }
  return ok(stopped);
}

async function runsOf(client: Client, repository: RepositoryRef, { sha, ref }: GateCommit): Answer<readonly Run[]> {
  const tried = `read the workflow runs of ${sha.slice(0, 7)} in ${nameOf(repository)}`;
  const branch: BranchName | undefined = branchOfRef(ref);
  if (branch === undefined) return fail({ kind: "refused", tried, found: `${ref} is not a branch` });
  const route = `GET ${pathOf(repository)}/actions/runs`;
  const params = { head_sha: sha, branch, event: "push" };
  const rows = await client.pages({ scope: { kind: "repository", repository }, tried, route, params }, "workflow_runs");
  if (!rows.ok) return rows;
  const runs = readAll(runSchema, rows.value, tried);
  if (!runs.ok) return runs;
  // Believed only as far as they say so themselves: a filter that was ignored must not let us stop somebody's run.
  return ok(runs.value.filter((run) => run.head_sha === sha && run.head_branch === branch && run.event === "push"));
}

async function jobsOf(client: Client, repository: RepositoryRef, run: Run): Answer<readonly string[]> {
  const tried = `read the jobs of run ${run.id} in ${nameOf(repository)}`;
  const route = `GET ${pathOf(repository)}/actions/runs/${run.id}/jobs`;
  const scope = { kind: "repository", repository } as const;
  const rows = await client.pages({ scope, tried, route, params: { filter: "latest" } }, "jobs");
  if (!rows.ok) return rows;
  const jobs = readAll(jobSchema, rows.value, tried);
  return jobs.ok ? ok(jobs.value.map(({ name }) => name)) : jobs;
}

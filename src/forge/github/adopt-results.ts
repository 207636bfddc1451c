/** Which jobs ran lately, and which results other apps and services posted. */
import * as z from "zod/mini";
import { type SeenJob, type SeenResult } from "../../core/adopt/facts.ts";
import { type BranchName } from "../../core/ids.ts";
import { type RepositoryRef } from "../forge.ts";
import { partOf, type Part } from "./adopt-part.ts";
import { type Client } from "./client.ts";
import { read, readAll } from "./from-github.ts";
import { nameOf, pathOf } from "./repository.ts";

/** Runs of each kind that are looked at, and pull requests whose results are. */
const NEWEST_RUNS = 30;
const JOBS_OF_RUNS = 12;
const NEWEST_PULLS = 5;

const runSchema = z.object({
  id: z.number(),
  path: z.string(),
  event: z.string(),
  head_branch: z.nullable(z.string()),
});
const jobSchema = z.object({ name: z.string(), conclusion: z.nullable(z.string()) });

/** Jobs of the newest run of each workflow, event and kind of branch. */
export async function readJobs(client: Client, repository: RepositoryRef): Promise<Part<readonly SeenJob[]>> {
  const tried = `read the recent workflow runs of ${nameOf(repository)}`;
  const scope = { kind: "repository", repository } as const;
  const newest = new Map<string, z.infer<typeof runSchema>>();
  for (const event of ["pull_request", "push"]) {
    const params = { per_page: NEWEST_RUNS, event };
    const reply = await client.ask({ scope, tried, route: `GET ${pathOf(repository)}/actions/runs`, params });
    if (!reply.ok) return partOf(reply);
    const rows = read(z.object({ workflow_runs: z.array(runSchema) }), reply.value.data, tried);
    if (!rows.ok) return partOf(rows);
    for (const run of rows.value.workflow_runs) {
      const gate = run.head_branch?.startsWith("gate/") === true;
      const key = `${pathWithoutRef(run.path)} ${run.event} ${gate ? "gate" : ""}`;
      if (!newest.has(key)) newest.set(key, run);
    }
  }
  const seen: SeenJob[] = [];
  for (const run of [...newest.values()].slice(0, JOBS_OF_RUNS)) {
    const route = `GET ${pathOf(repository)}/actions/runs/${run.id}/jobs`;
    const rows = await client.pages({ scope, tried, route }, "jobs");
    if (!rows.ok) return partOf(rows);
    const jobs = readAll(jobSchema, rows.value, tried);
    if (!jobs.ok) return partOf(jobs);
    for (const { name, conclusion } of jobs.value)
      seen.push({
        name,
        workflow: pathWithoutRef(run.path),
        event: run.event,
        branch: run.head_branch ?? "",
        ...(conclusion === null ? {} : { conclusion }),
      });
  }
  return { known: true, value: seen };
}

/** A run of a reusable workflow is shown with `@ref` behind its path. */
function pathWithoutRef(path: string): string {
  return path.replace(/@.*$/, "");
}

const headsSchema = z.array(z.object({ head: z.object({ sha: z.string() }) }));
const checkRunSchema = z.object({ name: z.string(), app: z.nullish(z.object({ id: z.number(), slug: z.string() })) });
const statusSchema = z.object({
  context: z.string(),
  creator: z.nullish(z.object({ id: z.number(), login: z.string() })),
});

const ACTIONS_APP = 15_368;

/** On the default branch and the newest pull requests: whatever is not a job of Actions. */
export async function readResults(
  client: Client,
  repository: RepositoryRef,
  branch: BranchName,
): Promise<Part<readonly SeenResult[]>> {
  const tried = `read the recent checks of ${nameOf(repository)}`;
  const scope = { kind: "repository", repository } as const;
  const path = pathOf(repository);
  const params = { state: "all", sort: "updated", direction: "desc", per_page: NEWEST_PULLS };
  const pulls = await client.ask({ scope, tried, route: `GET ${path}/pulls`, params });
  if (!pulls.ok) return partOf(pulls);
  const heads = read(headsSchema, pulls.value.data, tried);
  if (!heads.ok) return partOf(heads);
  const seen = new Map<string, SeenResult>();
  for (const ref of [branch, ...heads.value.map(({ head }) => head.sha)]) {
    const commit = `${path}/commits/${encodeURIComponent(ref)}`;
    const [runs, statuses] = await Promise.all([
      client.pages({ scope, tried, route: `GET ${commit}/check-runs` }, "check_runs"),
      client.pages({ scope, tried, route: `GET ${commit}/statuses` }),
    ]);
    if (!runs.ok) return partOf(runs);
    if (!statuses.ok) return partOf(statuses);
    const [checks, contexts] = [
      readAll(checkRunSchema, runs.value, tried),
      readAll(statusSchema, statuses.value, tried),
    ];
    if (!checks.ok) return partOf(checks);
    if (!contexts.ok) return partOf(contexts);
    for (const { name, app } of checks.value)
      if (app?.id !== ACTIONS_APP && app !== null && app !== undefined) add({ kind: "check-run", name, app });
    for (const { context, creator } of contexts.value)
      if (creator !== null && creator !== undefined)
        add({ kind: "status", name: context, app: { id: creator.id, slug: creator.login } });
  }
  return { known: true, value: [...seen.values()] };

  function add(result: SeenResult): void {
    seen.set(`${result.kind} ${result.app.id} ${result.name}`, result);
  }
}

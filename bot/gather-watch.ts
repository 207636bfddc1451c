/**
 * What the gate's watchdogs rest on, beside the jobs: the workflow runs behind those that are missing, red or lost, and
 * how long the jobs have taken before. Ended jobs are written down here, also those that a newer attempt has overtaken.
 */
import { tipOf } from "../src/core/gate/identity.ts";
import type { Build, GateSnapshot } from "../src/core/gate/snapshot.ts";
import type { RunState } from "../src/core/gate/watch.ts";
import { jobName, type JobName, type RepoId } from "../src/core/ids.ts";
import { matchesGlob } from "../src/core/policy/glob.ts";
import type { CheckEntry, CheckSource } from "../src/core/policy/policy.ts";
import type { RepositoryRef, RunRead } from "../src/forge/forge.ts";
import type { Service } from "./service.ts";
import { jobMemory, rememberJobs } from "./store/jobs.ts";

export interface WatchOf {
  readonly ref: RepositoryRef;
  readonly id: RepoId;
  /** The policy's checks: which job comes from which workflow. */
  readonly sources: readonly CheckSource[];
}

export async function watchGate(service: Service, of: WatchOf, gate: GateSnapshot): Promise<GateSnapshot> {
  const { store, clock } = service;
  await rememberJobs(store, of.id, gate.builds, clock.now());
  const memory = { ...gate.memory, ...(await jobMemory(store, of.id)) };
  const builds = [];
  for (const build of gate.builds) builds.push(await withRuns(service, { ...of, gate }, build));
  return { ...gate, builds, memory };
}

async function withRuns(service: Service, of: WatchOf & { readonly gate: GateSnapshot }, build: Build): Promise<Build> {
  const { jobs } = of.gate.pipeline;
  const [sha, ref] = [tipOf(build), build.ref];
  if (build.state.kind !== "open" || build.onto !== of.gate.target.tip || sha === undefined || ref === undefined)
    return build;
  const states = new Map(build.jobs.map(({ job, state }) => [job, state]));
  const odd = jobs.some((job) => ["failed", "lost", undefined].includes(states.get(job)));
  if (!odd) return build;
  const read = await service.forge.runs(of.ref, sha, ref);
  if (read.ok) return { ...build, runs: read.value.flatMap((run) => runState(run, of.sources) ?? []) };
  service.log.warn({ sha, problem: read.problem.kind }, "the runs of a gate commit could not be read; the gate waits");
  return { ...build, jobs: jobs.map((job) => unknown(build, job)) };
}

/** What is not known must not be taken for "did not run", nor for red. */
function unknown({ jobs }: Build, job: JobName): Build["jobs"][number] {
  const known = jobs.find((state) => state.job === job);
  if (known === undefined) return { job, attempt: 1, state: "queued" };
  return known.state === "failed" || known.state === "lost" ? { job, attempt: known.attempt, state: "running" } : known;
}

function runState(run: RunRead, sources: readonly CheckSource[]): RunState | undefined {
  const mine = sources.filter(({ entries }) => entries.some((entry) => comesFrom(entry, run)));
  if (mine.length === 0) return undefined;
  const { workflow, status, conclusion, attempt, at, jobs } = run;
  const lacking = mine.filter(({ entries }) =>
    entries.some((entry) => comesFrom(entry, run) && isMissing(entry, jobs)),
  );
  return {
    workflow,
    jobs: mine.map(({ name }) => jobName(name)),
    status: status === "in_progress" ? "running" : status,
    ...(conclusion === undefined ? {} : { conclusion }),
    attempt,
    at,
    lacks: lacking.map(({ name }) => jobName(name)),
  };
}

function comesFrom({ producer }: CheckEntry, { workflow }: RunRead): boolean {
  return producer.kind === "actions" && producer.workflow === workflow;
}

function isMissing({ pattern, required }: CheckEntry, jobs: readonly string[] | undefined): boolean {
  return jobs !== undefined && required === "always" && !jobs.some((name) => matchesGlob(pattern, name));
}

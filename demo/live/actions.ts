// Probes of Actions: which pushes start runs, and under which event and branch they appear.
import { holdsIf, type Finding, type Probe } from "./probe.ts";
import { type Scratch } from "./scratch.ts";

const WORKFLOW = `name: plustwo-live
on: { push: { branches: ['plustwo-live/**'] } }
jobs:
  probe:
    runs-on: ubuntu-latest
    steps:
      - run: "true"
`;
const PATH = ".github/workflows/plustwo-live.yml";

async function runsOf(scratch: Scratch, sha: string) {
  const { data } = await scratch.octokit.rest.actions.listWorkflowRunsForRepo({ ...scratch.where, head_sha: sha });
  return data.workflow_runs.filter((run) => run.path.startsWith(PATH));
}

/** With the App's token if there is one: only that shows that an App's pushes start workflows. */
async function pushStartsRuns(scratch: Scratch): Promise<Finding> {
  const { target, trunk } = scratch;
  const branch = scratch.branch("gate/main/1");
  const sha = await scratch.commit("Gate commit", { parents: [trunk.sha], files: { [PATH]: WORKFLOW } });
  const by = target.appToken === undefined ? "a personal token" : "an App's installation token";
  const pushed = await scratch.push(
    [`${sha}:refs/heads/${branch}`],
    target.appToken === undefined ? {} : { token: target.appToken },
  );
  if (!pushed.ok)
    return {
      kind: "skipped",
      why: `the push of a workflow by ${by} was refused (the workflows permission is needed): ${pushed.said}`,
    };
  const [run] = await scratch.poll(
    () => runsOf(scratch, sha),
    (runs) => runs.length > 0,
  );
  if (run === undefined) return { kind: "differs", found: `no run appeared for ${branch}, pushed with ${by}` };
  return holdsIf(
    run.event === "push" && run.head_branch === branch && run.head_sha === sha,
    `pushed with ${by}: event ${run.event}, head_branch ${run.head_branch === branch ? "the gate branch" : String(run.head_branch)}`,
  );
}

async function skipMarker(scratch: Scratch): Promise<Finding> {
  const { trunk } = scratch;
  const skipped = await scratch.commit("Nothing to run [skip ci]", {
    parents: [trunk.sha],
    files: { [PATH]: WORKFLOW },
  });
  const control = await scratch.commit("Something to run", { parents: [trunk.sha], files: { [PATH]: WORKFLOW } });
  const pushed = await scratch.push([`${skipped}:refs/heads/${scratch.branch("skip")}`]);
  if (!pushed.ok) return { kind: "skipped", why: `the push of a workflow was refused: ${pushed.said}` };
  await scratch.push([`${control}:refs/heads/${scratch.branch("noskip")}`]);
  const runs = await scratch.poll(
    () => runsOf(scratch, control),
    (found) => found.length > 0,
  );
  const none = await runsOf(scratch, skipped);
  return holdsIf(runs.length > 0 && none.length === 0, `runs with [skip ci]: ${none.length}; without: ${runs.length}`);
}

const CHAIN = `name: plustwo-live
on: { push: { branches: ['plustwo-live/**'] } }
jobs:
  first:
    runs-on: ubuntu-latest
    steps:
      - run: sleep 5
  second:
    needs: first
    runs-on: ubuntu-latest
    steps:
      - run: "true"
`;

async function needsAppearLate(scratch: Scratch): Promise<Finding> {
  const { octokit, where, trunk } = scratch;
  const sha = await scratch.commit("Chain", { parents: [trunk.sha], files: { [PATH]: CHAIN } });
  const pushed = await scratch.push([`${sha}:refs/heads/${scratch.branch("chain")}`]);
  if (!pushed.ok) return { kind: "skipped", why: `the push of a workflow was refused: ${pushed.said}` };
  const jobs = async (): Promise<string[]> => {
    const [run] = await runsOf(scratch, sha);
    if (run === undefined) return [];
    const { data } = await octokit.rest.actions.listJobsForWorkflowRun({ ...where, run_id: run.id });
    return data.jobs.map((job) => `${job.name} ${job.status}`).sort();
  };
  const early = await scratch.poll(jobs, (found) => found.length > 0);
  const late = await scratch.poll(jobs, (found) => found.length === 2);
  return holdsIf(early.length === 1 && late.length === 2, `at first: ${early.join(", ")}; later: ${late.join(", ")}`);
}

const ON_PULL = WORKFLOW.replace("{ push: { branches: ['plustwo-live/**'] } }", "pull_request");

/** A second pull request, without a conflict, shows that runs would have come. */
async function conflictStartsNothing(scratch: Scratch): Promise<Finding> {
  const { trunk } = scratch;
  const [base, clash, clean] = [scratch.branch("base"), scratch.branch("clash"), scratch.branch("clean")];
  const file = (text: string): Record<string, string> => ({ "live/conflict.txt": text });
  const moved = await scratch.commit("Base", { parents: [trunk.sha], files: { ...file("base"), [PATH]: ON_PULL } });
  const against = await scratch.commit("Clash", { parents: [trunk.sha], files: { ...file("clash"), [PATH]: ON_PULL } });
  const beside = await scratch.commit("Clean", { parents: [moved], files: { "live/clean.txt": "clean" } });
  const specs = [`${moved}:refs/heads/${base}`, `${against}:refs/heads/${clash}`, `${beside}:refs/heads/${clean}`];
  const pushed = await scratch.push(specs);
  if (!pushed.ok) return { kind: "skipped", why: `the push of a workflow was refused: ${pushed.said}` };
  await scratch.openPull(clash, base, "Conflicts");
  await scratch.openPull(clean, base, "Does not");
  const control = await scratch.poll(
    () => runsOf(scratch, beside),
    (runs) => runs.length > 0,
  );
  const none = await runsOf(scratch, against);
  return holdsIf(
    control.length > 0 && none.length === 0,
    `runs of the conflicting one: ${none.length}; of the clean one: ${control.length}`,
  );
}

export const actionsProbes: readonly Probe[] = [
  {
    id: "actions-app-push-triggers",
    assumption:
      "A push by an App starts push workflows on its gate branch, with event `push` and that branch as head_branch",
    run: pushStartsRuns,
  },
  {
    id: "actions-skip-ci",
    assumption: "A head commit whose message says [skip ci] starts no workflow",
    run: skipMarker,
  },
  {
    id: "actions-needs-late",
    assumption: "A job with `needs` has no job and no check run until everything it needs has ended",
    run: needsAppearLate,
  },
  {
    id: "actions-conflict-no-run",
    assumption: "A pull request that conflicts with its base gets no pull_request runs",
    run: conflictStartsNothing,
  },
];

import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { latestJobs } from "../../local-forge/actions-state.ts";
import { matchesFilter } from "../../local-forge/actions/globs.ts";
import { parseWorkflow } from "../../local-forge/actions/parse-workflow.ts";
import { startupProblem } from "../../local-forge/actions/record.ts";
import { type Runner, startRunner } from "../../local-forge/actions/runner.ts";
import { type WorkflowRun } from "../../local-forge/world.ts";
import { type SmallWorld, smallWorld } from "./small-world.ts";

const CI = ".github/workflows/ci.yml";
const THREE_JOBS = `
name: CI
on:
  push: { branches: [main, 'gate/**'] }
  pull_request:
jobs:
  style: { runs-on: ubuntu-latest, steps: [{ uses: actions/checkout@v4 }, { run: test -f file.txt }] }
  unit: { runs-on: ubuntu-latest, steps: [{ run: 'echo "$GITHUB_REF $GITHUB_SHA"; grep -q good file.txt || { echo "Error: file.txt is not good"; exit 1; }' }] }
  integration: { needs: [style, unit], runs-on: ubuntu-latest, steps: [{ run: echo ok }] }
`;

let small: SmallWorld;
let runner: Runner;

beforeEach(async () => {
  small = await smallWorld();
  runner = startRunner(small.world, { limitMs: 20_000 });
});
afterEach(async () => {
  await runner.close();
  expect(runner.faults).toEqual([]);
  await small.close();
});

function shown(run: WorkflowRun | undefined): string[] {
  if (run === undefined) return [];
  return [
    `${run.event} ${run.headBranch} ${run.conclusion ?? run.status}`,
    ...latestJobs(run).map((job) => `${job.name} ${job.conclusion ?? job.status}`),
  ];
}
const workflow = (jobs: string, on = "push"): string => `on: ${on}\njobs:\n${jobs}`;
const job = (id: string, run: string): string => `  ${id}: { steps: [{ run: ${JSON.stringify(run)} }] }\n`;

describe("the runner", () => {
  it("really runs the jobs of a pushed commit and shows them as runs, jobs and check runs", async () => {
    const commit = await small.push("main", { [CI]: THREE_JOBS, "file.txt": "good" });
    await runner.settled();
    const [run] = small.repo.workflowRuns;
    expect(shown(run)).toEqual(["push main success", "style success", "unit success", "integration success"]);
    expect(run?.workflow.path).toBe(CI);
    expect(run?.headSha).toBe(commit.sha);
    expect(run?.jobs.find((one) => one.name === "unit")?.log).toContain(`refs/heads/main ${commit.sha}`);
    expect(
      small.repo.checkRuns.map((one) => `${one.suite.app.slug} ${one.name} ${one.conclusion ?? ""}`).sort(),
    ).toEqual(["github-actions integration success", "github-actions style success", "github-actions unit success"]);
    expect(run?.suite.conclusion).toBe("success");
  });

  it("says in the check run's summary which line failed, and skips the jobs that needed the failed one", async () => {
    await small.push("main", { [CI]: THREE_JOBS, "file.txt": "bad" });
    await runner.settled();
    expect(shown(small.repo.workflowRuns[0])).toEqual([
      "push main failure",
      "style success",
      "unit failure",
      "integration skipped",
    ]);
    expect(small.repo.checkRuns.find((one) => one.name === "unit")?.output.summary).toBe("Error: file.txt is not good");
  });

  it("tells of a run in GitHub's order", async () => {
    await small.push("main", { [CI]: workflow(job("unit", "true")) });
    await runner.settled();
    expect(small.events.map((event) => ("action" in event ? `${event.kind} ${event.action}` : event.kind))).toEqual([
      "push",
      "workflow-run requested",
      "check-run created",
      "workflow-job queued",
      "workflow-job in_progress",
      "workflow-run in_progress",
      "check-run completed",
      "workflow-job completed",
      "workflow-run completed",
      "check-suite completed",
    ]);
  });

  it("tests a pull request's merge with its base, and reports on its head", async () => {
    const base = await small.push("main", { [CI]: THREE_JOBS, "file.txt": "good" });
    const head = await small.push("topic", { "other.txt": "x" }, { parent: base.sha });
    await small.push("main", { "third.txt": "newer" });
    await runner.settled();
    small.openPull("topic", "main", "Add other");
    await runner.settled();
    const run = small.repo.workflowRuns.find((one) => one.event === "pull_request");
    expect(shown(run)).toEqual(["pull_request topic success", "style success", "unit success", "integration success"]);
    expect(run?.headSha).toBe(head.sha);
    const log = run?.jobs.find((one) => one.name === "unit")?.log ?? "";
    expect(log).toContain("refs/pull/1/merge ");
    expect(log).not.toContain(head.sha);
  });

  it("starts nothing for a pull request that conflicts with its base", async () => {
    const base = await small.push("main", { [CI]: THREE_JOBS, "file.txt": "good" });
    await small.push("topic", { "file.txt": "good here" }, { parent: base.sha });
    await small.push("main", { "file.txt": "good there" });
    small.openPull("topic", "main", "Conflict");
    await runner.settled();
    expect(small.repo.workflowRuns.map((run) => run.event)).toEqual(["push", "push"]);
  });

  it("starts nothing for a commit that asks to skip, or for a branch that no filter wants", async () => {
    await small.push("main", { [CI]: THREE_JOBS, "file.txt": "good" }, { message: "Add CI [skip ci]" });
    await small.push("review/main/I1", { [CI]: THREE_JOBS, "file.txt": "good" });
    await runner.settled();
    expect(small.repo.workflowRuns).toEqual([]);
  });

  it("starts gate branches by a filter that crosses slashes", async () => {
    await small.push("gate/main/1", { [CI]: THREE_JOBS, "file.txt": "good" });
    await runner.settled();
    expect(shown(small.repo.workflowRuns[0])[0]).toBe("push gate/main/1 success");
  });

  it("holds a job in progress while everything else settles, until its mode changes", async () => {
    runner.setMode({ repo: "acme/rocket", job: "unit", mode: "hold" });
    await small.push("main", { [CI]: THREE_JOBS, "file.txt": "good" });
    await runner.settled();
    expect(shown(small.repo.workflowRuns[0])).toEqual(["push main in_progress", "style success", "unit in_progress"]);
    runner.setMode({ repo: "acme/rocket", job: "unit", mode: "fail" });
    await runner.settled();
    expect(shown(small.repo.workflowRuns[0])).toEqual([
      "push main failure",
      "style success",
      "unit failure",
      "integration skipped",
    ]);
  });

  it("starts no run where it is told so; the same commit on another branch starts one of its own", async () => {
    runner.setMode({ repo: "acme/rocket", job: "*", mode: "no-run", ref: "gate/main/1" });
    const commit = await small.push("gate/main/1", { [CI]: THREE_JOBS, "file.txt": "good" });
    await runner.settled();
    expect(small.repo.workflowRuns).toEqual([]);
    await small.push("gate/main/2", { [CI]: THREE_JOBS, "file.txt": "good" });
    await runner.settled();
    expect(shown(small.repo.workflowRuns[0])[0]).toBe("push gate/main/2 success");
    expect(small.repo.workflowRuns[0]?.headSha).toBe(commit.sha);
  });

  it("leaves a job queued until its run is cancelled, and loses a runner without failing a step", async () => {
    runner.setMode({ repo: "acme/rocket", job: "*", mode: "queue" });
    runner.setMode({ repo: "acme/rocket", job: "style", mode: "lose" });
    await small.push("main", { [CI]: THREE_JOBS, "file.txt": "good" });
    await runner.settled();
    const [run] = small.repo.workflowRuns;
    expect(shown(run)).toEqual(["push main in_progress", "style failure", "unit queued"]);
    expect(run?.jobs[0]?.steps.map(({ conclusion }) => conclusion)).not.toContain("failure");
    runner.cancel(run?.id ?? 0);
    await runner.settled();
    expect(shown(run)).toEqual(["push main failure", "style failure", "unit cancelled", "integration cancelled"]);
  });

  it("decides jobs without running them, the newest fitting setting first", async () => {
    runner.setMode({ repo: "acme/rocket", job: "*", mode: "skip" });
    runner.setMode({ repo: "acme/rocket", job: "*", mode: "pass", ref: "refs/heads/main" });
    runner.setMode({ repo: "acme/rocket", job: "unit", mode: "cancel", ref: "main" });
    runner.setMode({ repo: "acme/rocket", job: "unit", mode: "fail", pull: 7 });
    await small.push("main", { [CI]: THREE_JOBS, "file.txt": "bad" });
    await runner.settled();
    expect(shown(small.repo.workflowRuns[0])).toEqual([
      "push main cancelled",
      "style success",
      "unit cancelled",
      "integration skipped",
    ]);
    await small.push("gate/main/1", { [CI]: THREE_JOBS, "file.txt": "bad" });
    await runner.settled();
    expect(shown(small.repo.workflowRuns[1])).toEqual([
      "push gate/main/1 skipped",
      "style skipped",
      "unit skipped",
      "integration skipped",
    ]);
  });

  it("runs only what had not passed when failed jobs are run again, as attempt 2", async () => {
    runner.setMode({ repo: "acme/rocket", job: "unit", mode: "fail" });
    await small.push("main", { [CI]: THREE_JOBS, "file.txt": "good" });
    await runner.settled();
    runner.setMode({ repo: "acme/rocket", job: "unit", mode: "auto" });
    const run = small.repo.workflowRuns[0];
    runner.rerun(run?.id ?? 0, { failedOnly: true });
    await runner.settled();
    expect(run?.attempt).toBe(2);
    expect(shown(run)).toEqual(["push main success", "style success", "unit success", "integration success"]);
    expect(run?.jobs.map((one) => `${one.attempt} ${one.name}`)).toEqual([
      "1 style",
      "1 unit",
      "1 integration",
      "2 unit",
      "2 integration",
    ]);
    expect(() => runner.rerun(999_999)).toThrow("this forge has no such run");
  });

  it("stops a cancelled run's processes, also those left in the background", async () => {
    await small.push("main", { [CI]: workflow(job("slow", "sleep 300 & sleep 300")) });
    await until(() => small.repo.workflowRuns[0]?.jobs[0]?.status === "in_progress");
    runner.cancel(small.repo.workflowRuns[0]?.id ?? 0);
    await runner.settled();
    expect(shown(small.repo.workflowRuns[0])).toEqual(["push main cancelled", "slow cancelled"]);
  });

  it("ends a job that exceeds its time limit as cancelled and says so", async () => {
    await small.push("main", { [CI]: workflow("  slow: { timeout-minutes: 0.005, steps: [{ run: sleep 300 }] }\n") });
    await runner.settled();
    expect(shown(small.repo.workflowRuns[0])).toEqual(["push main cancelled", "slow cancelled"]);
    expect(small.repo.checkRuns[0]?.output.summary).toMatch(/did not end within 0.3 s/);
  });

  it("gives jobs nothing of its own environment but the search path and the language", async () => {
    process.env["FORGE_TEST_SECRET"] = "hush";
    await small.push("main", {
      [CI]: workflow(job("env", "env | grep -c hush || echo none; echo HOME=$HOME CI=$CI; git log --oneline | wc -l")),
    });
    await runner.settled();
    delete process.env["FORGE_TEST_SECRET"];
    const log = small.repo.workflowRuns[0]?.jobs[0]?.log ?? "";
    expect(log).toContain("none");
    expect(log).toMatch(/HOME=\S*forge-job-\S+ CI=true/);
  });

  it("leaves no folder behind", async () => {
    const jobs = async (): Promise<string[]> =>
      (await readdir(tmpdir())).filter((name) => name.startsWith("forge-job-"));
    const before = await jobs();
    await small.push("main", { [CI]: THREE_JOBS, "file.txt": "good" });
    await runner.settled();
    expect((await jobs()).filter((name) => !before.includes(name))).toEqual([]);
  });

  it("cancels the older run of a concurrency group that says so", async () => {
    runner.setMode({ repo: "acme/rocket", job: "*", mode: "hold" });
    const file = `concurrency: { group: 'ci-\${{ github.ref }}', cancel-in-progress: true }\n${workflow(job("unit", "true"))}`;
    await small.push("main", { [CI]: file });
    await small.push("main", { "a.txt": "a" });
    await small.push("other", { [CI]: file });
    await runner.settled();
    expect(small.repo.workflowRuns.map((run) => `${run.headBranch} ${run.conclusion ?? run.status}`)).toEqual([
      "main cancelled",
      "main in_progress",
      "other in_progress",
    ]);
  });

  it("ends a workflow it cannot read as startup_failure, with a sentence", async () => {
    await small.push("main", { [CI]: workflow("  unit: { services: { db: {} }, steps: [{ run: 'true' }] }\n") });
    await runner.settled();
    const run = small.repo.workflowRuns[0];
    expect(shown(run)).toEqual(["push main startup_failure"]);
    expect(run === undefined ? "" : startupProblem(run)).toContain(
      '"services" in jobs.unit is not in the subset this forge runs',
    );
  });

  it("looks at changed paths where a filter asks for them", async () => {
    const on = "{ push: { paths: ['src/**', '!src/docs/**'] } }";
    await small.push("main", { [CI]: workflow(job("unit", "true"), on), "src/a.ts": "1" });
    await small.push("main", { "README.md": "1" });
    await small.push("main", { "src/docs/x.md": "1" });
    await small.push("main", { "src/b.ts": "1" });
    await runner.settled();
    expect(small.repo.workflowRuns.map((run) => run.displayTitle)).toEqual([
      `Change ${CI}, src/a.ts`,
      "Change src/b.ts",
    ]);
  });
});

describe("a workflow file", () => {
  it("names each job of a matrix by its values", () => {
    const parsed = parseWorkflow(
      CI,
      workflow(
        "  unit: { strategy: { matrix: { node: [20, 22], os: [a, b], exclude: [{ node: 22, os: b }] } }, steps: [{ run: 'echo ${{ matrix.node }}' }] }\n",
      ),
    );
    expect(parsed.ok && parsed.workflow.jobs.map((one) => one.name)).toEqual([
      "unit (20, a)",
      "unit (20, b)",
      "unit (22, a)",
    ]);
  });

  it.each([
    ["jobs:\n  a: { needs: b, steps: [] }\n  b: { needs: a, steps: [] }\non: push", "needs itself"],
    ["on: push\njobs:\n  a: { needs: zz, steps: [] }", 'needs "zz", which is not a job'],
    ["on: push\njobs:\n  a: { steps: [{ uses: 'docker://x' }] }", "knows actions/checkout and actions/setup-node only"],
    [
      "on: push\njobs:\n  a: { steps: [{ run: 'echo ${{ secrets.X }}' }] }",
      'The expression "${{ secrets.X }}" is not in the subset',
    ],
    [
      "on: push\njobs:\n  a: { if: \"github.ref == 'x'\", steps: [{ run: 'true' }] }",
      "evaluates true, false, always()",
    ],
    ["on: push\njobs: {}", "has no jobs"],
    ["on: [push\njobs:", "not valid YAML"],
    ["on: push\ndefaults: { run: { shell: pwsh } }\njobs:\n  a: { steps: [{ run: 'true' }] }", "runs bash and sh"],
  ])("is refused with a sentence: %s", (text, sentence) => {
    const parsed = parseWorkflow(CI, text);
    expect(parsed.ok ? "accepted" : parsed.problem).toContain(sentence);
  });

  it.each([
    [["gate/**"], "gate/main/1", true],
    [["gate/*"], "gate/main/1", false],
    [["releases/v[12].[0-9]+"], "releases/v1.10", true],
    [["**", "!review/**"], "review/main/I1", false],
    [["v?1"], "1", true],
    [["a.b"], "axb", false],
  ])("filter %j on %s is %s", (patterns, name, fits) => {
    expect(matchesFilter(patterns, name)).toBe(fits);
  });
});

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error("the condition did not come true within 10 s");
    await new Promise((next) => setTimeout(next, 5));
  }
}

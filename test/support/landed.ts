// What landed, read from git itself, and what Actions says was tested: the proof that the two are one commit.
import { type Requests } from "./requests.ts";
import { mustRun } from "./shell.ts";

export interface Landing {
  /** A step of `main`: the tip after one landing. */
  readonly sha: string;
  readonly subject: string;
  /** The pull requests whose head this step brought in. */
  readonly changes: readonly number[];
  /** The gate's jobs on exactly this commit, newest attempt. */
  readonly jobs: readonly { readonly name: string; readonly conclusion: string | null; readonly run: number }[];
  /** Undefined: landed = tested. Else what is missing. */
  readonly problem?: string;
}

interface Run {
  readonly id: number;
  readonly event: string;
  readonly head_branch: string;
  readonly head_sha: string;
}

const REQUIRED = ["style", "unit", "integration"];

/** Every step of `main` after `since`, oldest first. `git` is a clone or bare repository that can fetch from origin. */
export async function landings(
  at: { readonly git: string; readonly env: Readonly<Record<string, string>>; readonly api: Requests },
  since: string,
): Promise<readonly Landing[]> {
  const git = async (...args: readonly string[]): Promise<string> =>
    (await mustRun("git", args, { cwd: at.git, env: at.env })).stdout.trimEnd();
  await git("fetch", "-q", "origin", "+refs/heads/main:refs/landed/main");
  const pulls = await at.api.get<readonly { number: number; merged_at: string | null; head: { sha: string } }[]>(
    "/pulls?state=all&per_page=100",
  );
  const merged = pulls.filter((pull) => pull.merged_at !== null);
  const log = await git("log", "--first-parent", "--reverse", "--format=%H %s", `${since}..refs/landed/main`);
  const steps = log === "" ? [] : log.split("\n");
  const found: Landing[] = [];
  for (const step of steps) {
    const [sha = ""] = step.split(" ", 1);
    const news = (await git("rev-list", sha, `^${sha}^1`)).split("\n");
    const changes = merged.filter((pull) => news.includes(pull.head.sha)).map((pull) => pull.number);
    const jobs = await gateJobs(at.api, sha);
    const problem = problemOf(changes, jobs);
    found.push({
      sha,
      subject: step.slice(sha.length + 1),
      changes,
      jobs,
      ...(problem === undefined ? {} : { problem }),
    });
  }
  const shown = new Set(found.flatMap((landing) => landing.changes));
  const lost = merged.filter((pull) => !shown.has(pull.number)).map((pull) => `#${pull.number}`);
  if (lost.length > 0) throw new Error(`Shown as merged, but not on main: ${lost.join(", ")}`);
  return found;
}

async function gateJobs(api: Requests, sha: string): Promise<Landing["jobs"]> {
  const { workflow_runs: runs } = await api.get<{ workflow_runs: readonly Run[] }>(`/actions/runs?head_sha=${sha}`);
  const gate = runs.filter(
    (run) => run.event === "push" && run.head_sha === sha && run.head_branch.startsWith("gate/"),
  );
  const jobs = [];
  for (const run of gate) {
    const answer = await api.get<{ jobs: readonly { name: string; conclusion: string | null; head_sha: string }[] }>(
      `/actions/runs/${run.id}/jobs`,
    );
    for (const { name, conclusion, head_sha } of answer.jobs) {
      if (head_sha === sha) jobs.push({ name, conclusion, run: run.id });
    }
  }
  return jobs;
}

function problemOf(changes: readonly number[], jobs: Landing["jobs"]): string | undefined {
  if (changes.length === 0) return "no merged pull request has its head here";
  const missing = REQUIRED.filter((name) => !jobs.some((job) => job.name === name && job.conclusion === "success"));
  return missing.length === 0 ? undefined : `not tested on this commit: ${missing.join(", ")}`;
}

/** The landings as a table for people. */
export function landedTable(found: readonly Landing[]): string {
  const rows = found.map((landing) => [
    landing.changes.map((number) => `#${number}`).join(" "),
    landing.sha.slice(0, 10),
    landing.problem === undefined ? (landing.jobs[0] === undefined ? "" : landing.sha.slice(0, 10)) : "-",
    landing.jobs.map((job) => `${job.name} ${job.conclusion ?? "running"}`).join(", "),
    landing.problem ?? "landed = tested",
  ]);
  const all = [["change", "landed", "tested", "jobs of the gate", ""], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

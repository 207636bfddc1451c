// What landed, read from git itself, and what Actions says was tested: the proof that the two are one commit.
import { type Requests } from "./requests.ts";
import { mustRun } from "./shell.ts";

export interface Landing {
  /** A step of `main`: the tip after one landing. */
  readonly sha: string;
  readonly subject: string;
  /** The pull requests whose head this step brought in. */
  readonly changes: readonly number[];
  /** The newest commit with these changes on which every required job of the gate passed. */
  readonly tested?: Tested;
  /** Undefined: landed = tested. Else what is wrong. */
  readonly problem?: string;
}

export interface Tested {
  readonly sha: string;
  /** Actions runs by id. */
  readonly runs: readonly number[];
  readonly jobs: readonly { readonly name: string; readonly conclusion: string | null }[];
}

const REQUIRED = ["style", "unit", "integration"];

export interface Witness {
  /** A clone or bare repository that can fetch from origin. */
  readonly git: string;
  readonly env: Readonly<Record<string, string>>;
  /** `/repos/owner/name` of the API. */
  readonly api: Requests;
}

/** Every step of `main` after `since`, oldest first; `before`: pull requests that were merged until then. What landed comes from git, what was tested from Actions; the two are then compared. */
export async function landings(
  at: Witness,
  since: string,
  { jobs = REQUIRED, before = [] }: { readonly jobs?: readonly string[]; readonly before?: readonly number[] } = {},
): Promise<readonly Landing[]> {
  const git = async (...args: readonly string[]): Promise<string> =>
    (await mustRun("git", args, { cwd: at.git, env: at.env })).stdout.trimEnd();
  await git("fetch", "-q", "origin", "+refs/heads/main:refs/landed/main");
  const pulls = await at.api.get<readonly { number: number; merged_at: string | null; head: { sha: string } }[]>(
    "/pulls?state=all&per_page=100",
  );
  const merged = pulls.filter((pull) => pull.merged_at !== null);
  const tested = await testedInGate(at.api, jobs);
  const log = await git("log", "--first-parent", "--reverse", "--format=%H %s", `${since}..refs/landed/main`);
  const found: Landing[] = [];
  for (const step of log === "" ? [] : log.split("\n")) {
    const [sha = ""] = step.split(" ", 1);
    const news = (await git("rev-list", sha, `^${sha}^1`)).split("\n");
    const changes = merged.filter((pull) => news.includes(pull.head.sha)).map((pull) => pull.number);
    const proof = tested.findLast((one) => one.sha === sha) ?? tested.findLast((one) => news.includes(one.sha));
    const problem = problemOf({ sha, changes, ...(proof === undefined ? {} : { tested: proof }) }, jobs);
    found.push({
      ...{ sha, subject: step.slice(sha.length + 1), changes },
      ...(proof === undefined ? {} : { tested: proof }),
      ...(problem === undefined ? {} : { problem }),
    });
  }
  const shown = new Set(found.flatMap((landing) => landing.changes));
  const lost = merged
    .filter((pull) => !shown.has(pull.number) && !before.includes(pull.number))
    .map((pull) => `#${pull.number}`);
  if (lost.length > 0) throw new Error(`Shown as merged, but not on main: ${lost.join(", ")}`);
  return found;
}

/** Commits on gate branches that passed every required job, oldest first. Newest attempt of each run. */
async function testedInGate(api: Requests, required: readonly string[]): Promise<readonly Tested[]> {
  interface Run {
    readonly id: number;
    readonly head_branch: string;
    readonly head_sha: string;
  }
  const { workflow_runs: runs } = await api.get<{ workflow_runs: readonly Run[] }>(
    "/actions/runs?event=push&per_page=100",
  );
  const bySha = new Map<string, Tested>();
  for (const run of runs.filter((one) => one.head_branch.startsWith("gate/")).sort((a, b) => a.id - b.id)) {
    const { jobs } = await api.get<{ jobs: readonly { name: string; conclusion: string | null; head_sha: string }[] }>(
      `/actions/runs/${run.id}/jobs`,
    );
    const before = bySha.get(run.head_sha) ?? { sha: run.head_sha, runs: [], jobs: [] };
    const here = jobs
      .filter((job) => job.head_sha === run.head_sha)
      .map(({ name, conclusion }) => ({ name, conclusion }));
    bySha.set(run.head_sha, { sha: run.head_sha, runs: [...before.runs, run.id], jobs: [...before.jobs, ...here] });
  }
  const passed = ({ jobs }: Tested, name: string): boolean =>
    jobs.some((job) => job.name === name && job.conclusion === "success");
  return [...bySha.values()].filter((one) => required.every((name) => passed(one, name)));
}

function problemOf(
  { sha, changes, tested }: Omit<Landing, "subject" | "problem">,
  required: readonly string[],
): string | undefined {
  if (changes.length === 0) return "no merged pull request has its head here";
  if (tested === undefined) return `no commit with it passed ${required.join(", ")} in the gate`;
  return tested.sha === sha ? undefined : "another commit landed than was tested";
}

/** The landings as a table for people. */
export function landedTable(found: readonly Landing[]): string {
  const rows = found.map(({ changes, sha, tested, problem }) => [
    changes.map((number) => `#${number}`).join(" "),
    sha.slice(0, 12),
    tested?.sha.slice(0, 12) ?? "-",
    tested?.runs.join(", ") ?? "-",
    tested?.jobs.map((job) => `${job.name} ${job.conclusion ?? "running"}`).join(", ") ?? "-",
    problem ?? "landed = tested",
  ]);
  const all = [["change", "landed", "tested", "run", "jobs", ""], ...rows];
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

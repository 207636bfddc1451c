// The story's hand on CI: every job is held until it is decided here. Pull requests and gate commits are decided apart.
import { type Change } from "./person.ts";
import { type Requests } from "./requests.ts";

const JOBS = ["style", "unit", "integration"] as const;
export type Job = (typeof JOBS)[number];

export interface Ci {
  /** All jobs of the newest patch set, then those of every gate commit with the change, until none of it is held. */
  passes(change: Change): Promise<void>;
  /** Only the jobs of the pull request. */
  checkPasses(change: Change): Promise<void>;
  /** Only the jobs of gate commits with the change; there must be one. */
  gatePasses(change: Change): Promise<void>;
  /** On the pull request: this job fails, the others pass. */
  fails(change: Change, job: Job): Promise<void>;
  /** On the gate commit: this job fails, the others pass. */
  gateFails(change: Change, job: Job): Promise<void>;
  /** From now on jobs execute the project's own scripts. */
  runsForReal(): Promise<void>;
}

interface Run {
  readonly head_sha: string;
  readonly head_branch: string;
  readonly event: string;
  readonly status: string;
}

export interface CiStage {
  readonly fullName: string;
  readonly control: Requests;
  readonly repository: Requests;
  readonly settled: () => Promise<void>;
  /** Whether `commit` holds the change's newest patch set. */
  readonly holds: (commit: string, change: Change) => Promise<boolean>;
}

/** More gate commits than any story makes of one change in one go. */
const ROUNDS = 10;

export function ciOf(stage: CiStage): Ci {
  const { fullName, control, repository, settled } = stage;

  const decide = async (where: object, failing?: Job): Promise<void> => {
    for (const job of JOBS) {
      await control.post("/jobs", { ...where, repo: fullName, job, mode: job === failing ? "fail" : "pass" });
    }
    await settled();
  };

  const gateRun = async (change: Change): Promise<Run | undefined> => {
    const { workflow_runs: runs } = await repository.get<{ workflow_runs: readonly Run[] }>(
      "/actions/runs?event=push&per_page=100",
    );
    for (const run of runs) {
      const open = run.status !== "completed" && run.head_branch.startsWith("gate/");
      if (open && (await stage.holds(run.head_sha, change))) return run;
    }
    return undefined;
  };

  /** How many gate commits were decided. */
  const decideGate = async (change: Change, failing?: Job): Promise<number> => {
    for (let decided = 0; decided < ROUNDS; decided += 1) {
      const run = await gateRun(change);
      if (run === undefined) return decided;
      await decide({ sha: run.head_sha, ref: run.head_branch }, failing);
    }
    throw new Error(`The gate built #${change.number} ${ROUNDS} times in a row`);
  };

  const mustDecideGate = async (change: Change, failing?: Job): Promise<void> => {
    if ((await decideGate(change, failing)) === 0) {
      throw new Error(
        `The gate is not testing #${change.number} "${change.subject}": no held job on a gate commit with it`,
      );
    }
  };

  const check = (change: Change, failing?: Job): Promise<void> =>
    decide({ sha: change.sha, pull: change.number }, failing);

  return {
    async passes(change) {
      await check(change);
      await decideGate(change);
    },
    checkPasses: (change) => check(change),
    gatePasses: (change) => mustDecideGate(change),
    fails: (change, job) => check(change, job),
    gateFails: (change, job) => mustDecideGate(change, job),
    async runsForReal() {
      await control.post("/jobs", { repo: fullName, job: "*", mode: "auto" });
      await settled();
    },
  };
}

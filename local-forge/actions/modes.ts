// What the control API has asked of jobs: hold, pass, fail, skip, cancel or lose them, leave them without a runner, start no
// run at all, or really run them. The newest setting that fits wins.
import { type Repository, fullName } from "../world.ts";

/**
 * `queue`: no runner takes it. `lose`: its runner is gone in the middle. `no-run` is asked of a run before it has jobs, so
 * only settings for the job `*` can say it; to jobs of a run that is there it means the same as `queue`.
 */
export type JobMode = "hold" | "pass" | "fail" | "skip" | "cancel" | "queue" | "lose" | "no-run" | "auto";

export interface ModeSetting {
  /** `owner/name`. */
  readonly repo: string;
  /** The check run's name, a matrix job's name without its values, or `*`. */
  readonly job: string;
  readonly mode: JobMode;
  /** Branch or full ref of the run's head. */
  readonly ref?: string;
  /** Head commit of the run (for a pull request its head, not the merge), or its first letters. */
  readonly sha?: string;
  /** Only runs of this pull request. */
  readonly pull?: number;
}

export interface JobAddress {
  readonly repo: Repository;
  readonly jobId: string;
  readonly jobName: string;
  readonly branch: string;
  readonly sha: string;
  readonly pull?: number;
}

export function modeFor(settings: readonly ModeSetting[], job: JobAddress): JobMode {
  return settings.findLast((setting) => fits(setting, job))?.mode ?? "auto";
}

/** LIVE(actions-no-run): a push may start no run at all, and nothing says so. */
export function startsNothing(settings: readonly ModeSetting[], run: Omit<JobAddress, "jobId" | "jobName">): boolean {
  const every = settings.filter(({ job }) => job === "*");
  return every.findLast((setting) => fits(setting, { ...run, jobId: "*", jobName: "*" }))?.mode === "no-run";
}

function fits(setting: ModeSetting, job: JobAddress): boolean {
  const { ref, sha, pull } = setting;
  return (
    setting.repo.toLowerCase() === fullName(job.repo).toLowerCase() &&
    (setting.job === "*" || setting.job === job.jobName || setting.job === job.jobId) &&
    (ref === undefined || ref.replace(/^refs\/heads\//, "") === job.branch) &&
    (sha === undefined || job.sha.startsWith(sha)) &&
    (pull === undefined || pull === job.pull)
  );
}

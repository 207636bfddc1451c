/**
 * What the gate watches beside the jobs: the workflow runs they belong to, and what it has asked for itself. A job that is
 * not there says nothing; the run it should come from says whether it is still to come, never will, or never started.
 */
import type { JobName } from "../ids.ts";
import type { Instant } from "../time.ts";

/** A run of a required workflow on the gate commit, newest attempt. */
export interface RunState {
  /** Path of the workflow's file. */
  readonly workflow: string;
  /** Required jobs that come from this workflow. */
  readonly jobs: readonly JobName[];
  readonly status: "queued" | "running" | "completed";
  readonly conclusion?: string;
  readonly attempt: number;
  /** When it last moved. */
  readonly at: Instant;
  /** Of `jobs`, those that the completed run does not have; read after it completed, so that none was still to come. */
  readonly lacks: readonly JobName[];
}

/** The newest attempt that the gate itself has asked for. */
export interface AskedRerun {
  readonly attempt: number;
  readonly at: Instant;
  /** The forge's words where it did not want to. */
  readonly refused?: string;
}

/**
 * The forge did not take a commit: the target one that had passed, or the gate branch one that was to be tested (its build
 * is then void). Remembered with the build, so a new tip or patch set starts afresh.
 */
export interface PushRefusal {
  /** `refused`: somebody said no, and will again until something is changed. `trouble`: it may pass by itself. */
  readonly kind: "refused" | "trouble";
  readonly since: Instant;
  readonly times: number;
  /** Not tried again before. */
  readonly next: Instant;
  /** Who refused, and in which words. */
  readonly why: string;
}

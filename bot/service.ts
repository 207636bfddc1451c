/** Everything a look at a repository needs of the outside: one value, composed in `app.ts`, passed to every room. */
import type { Logger } from "pino";
import type { Clock } from "../src/clock.ts";
import type { Pace } from "../src/core/gate/attention.ts";
import type { RepoId } from "../src/core/ids.ts";
import type { Result } from "../src/core/result.ts";
import type { ForgeProblem, RepositoryRef } from "../src/forge/forge.ts";
import type { ServiceForge } from "../src/forge/release.ts";
import type { GitMemory } from "./git-memory.ts";
import type { PolicyMemory } from "./policy-memory.ts";
import type { Store } from "./store/database.ts";
import type { TagSigner } from "./tag-signer.ts";

export interface Service {
  readonly forge: ServiceForge;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where the bare mirrors are. */
  readonly gitDirectory: string;
  /** Address of a repository for git, without credentials. */
  readonly gitUrl: (repository: RepositoryRef) => string;
  /** A short-lived token that may push to this repository. */
  readonly gitToken: (repository: RepositoryRef) => Promise<Result<string, ForgeProblem>>;
  /** Texts of presets by name. */
  readonly presets: Readonly<Record<string, string>>;
  readonly settings: Settings;
  /** What git has said about commits before. */
  readonly memory: GitMemory;
  /** Organisations' files and accounts, read lately. */
  readonly policyMemory: PolicyMemory;
  /** How many changes nobody is waiting for may be read now, by repository. */
  readonly paces: Map<RepoId, Pace>;
  /** Signs the tags of releases; absent: they are not signed. */
  readonly tagSigner?: TagSigner;
  /** Ends git processes that run; every call of git is `aborted` from then on. */
  readonly signal?: AbortSignal;
}

export interface Settings {
  /** Between two sweeps. */
  readonly sweepMs: number;
  /** After a first failure. */
  readonly retryMs: number;
  /** How long the gate waits for a job's run to appear, and for a build to end. */
  readonly startMs: number;
  readonly totalMs: number;
  /** How often a job whose run was lost is asked for again. */
  readonly retries: number;
  /** Changes a minute that are read for the first time, or again because the rules changed (ruling 21). */
  readonly backfillPerMinute: number;
}

export const DEFAULT_SETTINGS: Settings = {
  sweepMs: 300_000,
  retryMs: 5_000,
  startMs: 600_000,
  totalMs: 7_200_000,
  retries: 3,
  backfillPerMinute: 20,
};

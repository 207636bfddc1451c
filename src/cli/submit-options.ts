/** What may be asked of a submit, already read and checked; the same for GitHub and Gerrit. */
export const NOTIFY = ["NONE", "OWNER", "OWNER_REVIEWERS", "ALL"] as const;
export type Notify = (typeof NOTIFY)[number];

/** Where to, as every verb may be told. */
export interface PlaceOptions {
  /** Target; it also switches tracking off. */
  readonly branch?: string;
  /** `-r`. */
  readonly remote?: string;
  /** `--use-pushurl`. */
  readonly usePushUrl: boolean;
  /** `--track`, `--no-track`; absent = as set. */
  readonly track?: boolean;
}

export interface SubmitOptions extends PlaceOptions {
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
  /** `-y`. */
  readonly yes: boolean;
  /**
   * `test`: look for conflicts with the target (unless `gitreview.rebase` is off). `skip` = `-R`.
   * `force` = `-F`: keep and send the rebased commits. `keep` = `-K`: as `test`; of a conflict in a work tree nothing is undone.
   */
  readonly rebase: "test" | "skip" | "force" | "keep";
  /** `-t`. */
  readonly topic?: string;
  /** `-T`. */
  readonly noTopic: boolean;
  /** `--reviewers` alone: those of `gitreview.reviewers` come on top. */
  readonly reviewers: readonly string[];
  readonly cc: readonly string[];
  readonly hashtags: readonly string[];
  /** Of the patch set, not of the commit. */
  readonly message?: string;
  readonly notify?: Notify;
  /** `-w` and `-W`; absent = as it is. */
  readonly work?: "in-progress" | "ready";
  /** `-p` and `-P`; absent = as it is. */
  readonly privacy?: "private" | "remove-private";
  /** `-i`: the newest commit becomes a new change. */
  readonly newChangeId: boolean;
  /** `-f`: afterwards, switch to the target and delete the topic branch. */
  readonly finish: boolean;
  /** `--to`: nothing above this commit; a number, a Change-Id, or what git knows as a commit. */
  readonly to?: string;
  /** `--plan`: the file that a dry run writes its plan to. */
  readonly planFile?: string;
  /** `--abandon`: close the changes sent from this branch whose commits are gone from it. */
  readonly abandon: boolean;
  /** `-u`: fetch again, and the hook too. */
  readonly update: boolean;
  /** `--no-thin`: false. */
  readonly thin: boolean;
  /** `--no-custom-script`: false. */
  readonly customScripts: boolean;
  /** `--remote-hook`: the server's own commit-msg hook. */
  readonly remoteHook: boolean;
}

export interface SetupOptions extends PlaceOptions {
  readonly remoteHook: boolean;
  readonly update: boolean;
  readonly verbose: boolean;
  readonly finish: boolean;
}

export interface ListOptions extends PlaceOptions {
  readonly json: boolean;
  /** `-ll`: with topics. */
  readonly long: boolean;
}

/** `-d`, `-x`, `-X`, `-N`, `-m`. */
export interface FetchOptions extends PlaceOptions {
  readonly how: "download" | "cherry-pick" | "cherry-pick-indicate" | "cherry-pick-only" | "compare";
  /** As typed: a number, `N,PS`, `N,PS-PS`, a Change-Id, or an address. */
  readonly change: string;
  /** `-R`: false; of `-m` alone. */
  readonly rebase: boolean;
  readonly verbose: boolean;
}

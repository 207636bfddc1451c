/**
 * The list of git commands the product may run, each with the options it may use. What is not here does not run:
 * `process.ts` checks the list again at run time, so that no cast or string from outside can widen it.
 * `end` says whether `--end-of-options` stands between options and slots (git 2.39 knows it for these commands).
 */
interface Shape {
  readonly options: readonly string[];
  /** Options that take `=<slot>`. */
  readonly valued?: readonly string[];
  readonly end: boolean;
}

export const COMMANDS = {
  "rev-parse": {
    options: [
      "--is-bare-repository",
      "--absolute-git-dir",
      "--git-common-dir",
      "--show-toplevel",
      "--show-cdup",
      "--symbolic-full-name",
      "--verify",
      "--quiet",
      "HEAD",
    ],
    end: true,
  },
  "symbolic-ref": { options: ["--quiet", "HEAD"], end: false },
  version: { options: [], end: false },
  config: { options: ["--list", "-z", "--show-scope"], end: false },
  "for-each-ref": {
    options: [
      "--format=%(objectname)%00%(refname)%00%(upstream)",
      "--format=%(objectname)%00%(objecttype)%00%(*objectname)%00%(*objecttype)%00%(creatordate:unix)%00%(refname)",
    ],
    end: false,
  },
  status: {
    options: [
      "--porcelain=v2",
      "-z",
      "--untracked-files=no",
      "--untracked-files=all",
      "--no-renames",
      "--ignore-submodules=all",
      "--",
    ],
    end: false,
  },
  "rev-list": {
    options: [
      "--header",
      "--no-merges",
      "--format=%ae",
      "--topo-order",
      "--reverse",
      "--first-parent",
      "--count",
      "--fixed-strings",
      "--no-commit-header",
      "--format=%H %ct %T %P",
      "--stdin",
    ],
    valued: ["--max-count", "--grep"],
    end: true,
  },
  log: {
    options: [
      "--first-parent",
      "-m",
      "--raw",
      "-z",
      "--no-abbrev",
      "--no-renames",
      "--reverse",
      "--format=%H",
      "--full-history",
      "--diff-merges=combined",
      "--no-walk=unsorted",
      "--format=%x01%H",
      "--stdin",
    ],
    end: true,
  },
  "ls-tree": { options: ["-r", "-z", "--full-tree"], end: true },
  "cat-file": { options: ["--batch", "-z", "--buffer", "--batch-check=%(objectname)"], end: false },
  "merge-tree": { options: ["--write-tree", "-z", "--name-only", "--no-messages"], end: true },
  "merge-base": { options: ["--is-ancestor"], end: true },
  "write-tree": { options: [], end: false },
  var: { options: ["GIT_COMMITTER_IDENT"], end: false },
  "hash-object": { options: ["-t", "commit", "tree", "blob", "-w", "--stdin"], end: false },
  "diff-tree": {
    options: [
      "-r",
      "-z",
      "-p",
      "-U0",
      "--color=always",
      "--raw",
      "--numstat",
      "--full-index",
      "-M",
      "--no-renames",
      "--no-ext-diff",
      "--no-textconv",
      "--ignore-submodules=none",
      "-l1000",
      "--name-only",
      "-G^<<<<<<<",
      "--stdin",
    ],
    end: true,
  },
  "patch-id": { options: ["--stable"], end: false },
  "diff-index": { options: ["--quiet", "--ignore-submodules", "HEAD"], end: false },
  "update-ref": { options: ["--stdin", "-z", "-m", "--no-deref"], end: false },
  "ls-remote": { options: ["--quiet", "--refs", "--symref"], end: true },
  fetch: {
    options: [
      "--quiet",
      "--no-write-fetch-head",
      "--no-tags",
      "--no-auto-maintenance",
      "--recurse-submodules=no",
      "--prune",
      "--atomic",
    ],
    end: true,
  },
  push: {
    options: [
      "--atomic",
      "--porcelain",
      "--no-follow-tags",
      "--recurse-submodules=no",
      "--no-verify",
      "--no-progress",
      "--no-thin",
    ],
    valued: ["--force-with-lease"],
    end: true,
  },
  switch: { options: ["--quiet", "--detach", "--no-guess"], valued: ["--create"], end: true },
  reset: { options: ["--quiet", "--keep"], end: false },
  "cherry-pick": { options: ["-x", "--no-commit", "--abort"], end: false },
  branch: { options: ["--quiet"], valued: ["--set-upstream-to"], end: true },
  remote: { options: ["add", "set-url", "--push"], end: false },
  worktree: { options: ["add", "remove", "--quiet", "--detach", "--force"], end: true },
  init: { options: ["--bare", "--quiet"], end: true },
  "commit-graph": { options: ["write", "--reachable", "--changed-paths", "--no-progress"], end: false },
} as const satisfies Readonly<Record<string, Shape>>;

export type Subcommand = keyof typeof COMMANDS;
export type OptionOf<S extends Subcommand> = (typeof COMMANDS)[S]["options"][number];
export type ValuedOf<S extends Subcommand> = (typeof COMMANDS)[S] extends {
  valued: readonly (infer V extends string)[];
}
  ? V
  : never;

export function shapeOf(subcommand: Subcommand): Shape {
  return COMMANDS[subcommand];
}

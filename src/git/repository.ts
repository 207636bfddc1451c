/**
 * A git repository, held open: a person's clone or the service's bare mirror. The one door of the product to git.
 * Every answer is a Result; no method throws for what a user, a clone or a server can cause.
 * Nothing is cached: each call is one git process (`processes` counts them), except where its comment says otherwise.
 */
import { mkdir } from "node:fs/promises";
import type { BranchName, RefName, Sha } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { FileHunks } from "../core/review/line-map.ts";
import { readAuthorCommits, type AuthorCommits } from "./author-commits.ts";
import { readChangedPaths, readPathsWithMarkers, type ChangedPath } from "./changed-paths.ts";
import type { Commit, NewCommit } from "./commit.ts";
import type { GitConfig } from "./config.ts";
import { environmentFor, secretsOf, type Credentials, type Trust, type Variables } from "./environment.ts";
import { readFileVersions, type FileVersion } from "./file-versions.ts";
import * as follow from "./follow.ts";
import { readLineChanges } from "./line-changes.ts";
import { listTree, type TreeFile } from "./list-tree.ts";
import { readPatchText } from "./patch-text.ts";
import { peelCommits } from "./peel.ts";
import type { GitProblem } from "./problem.ts";
import { GitProcess } from "./process.ts";
import * as read from "./read.ts";
import * as remote from "./remote.ts";
import * as reviewPush from "./review-push.ts";
import { directorySlot, type FetchSpec, type RefPattern, type RemoteAddress } from "./slots.ts";
import { treeWith, type WrittenFile } from "./tree-with.ts";
import * as worktree from "./worktree.ts";
import * as write from "./write.ts";

type Answer<T> = Promise<Result<T, GitProblem>>;

export interface RepositoryOptions {
  /** The environment to start from, normally `process.env`. A service keeps only proxies, certificates and PATH of it. */
  readonly env?: Variables;
  /** Default: `{ kind: "user" }`. */
  readonly trust?: Trust;
  readonly credentials?: readonly Credentials[];
  /** Stops running git processes; calls then answer `aborted`. */
  readonly signal?: AbortSignal;
}

/** Opens lazily: no process is started, so a wrong directory is found by the first call. */
export function openRepository(dir: string, options: RepositoryOptions = {}): Repository {
  const { env = process.env, trust = { kind: "user" }, credentials = [], signal } = options;
  const variables = environmentFor(trust, env, credentials);
  const git = new GitProcess({
    cwd: dir,
    // A service knows where its repository is; it never searches for one.
    env: trust.kind === "service" ? { ...variables, GIT_DIR: dir } : variables,
    secrets: secretsOf(credentials),
    ownGroup: trust.kind === "service" && process.platform !== "win32",
    ...(signal === undefined ? {} : { signal }),
  });
  return new Repository(git, trust);
}

/** Makes `dir` a bare repository (again: harmless) and opens it as the service does. */
export async function initBareMirror(
  dir: string,
  options: Omit<RepositoryOptions, "trust"> & { protocols?: readonly string[] } = {},
): Answer<Repository> {
  const { protocols, ...rest } = options;
  await mkdir(dir, { recursive: true });
  const mirror = openRepository(dir, {
    ...rest,
    trust: { kind: "service", ...(protocols === undefined ? {} : { protocols }) },
  });
  const made = await mirror.git.run("init", { options: ["--bare", "--quiet"], slots: [directorySlot(dir)] });
  return made.ok ? ok(mirror) : made;
}

export class Repository {
  /** For the rooms of src/git; others use the methods. */
  readonly git: GitProcess;
  readonly trust: Trust;

  constructor(git: GitProcess, trust: Trust) {
    this.git = git;
    this.trust = trust;
  }

  /** git processes started so far. */
  processes(): number {
    return this.git.started;
  }

  /** Where the repository is and what HEAD is: one process; two or three when bare or newborn. */
  discover(): Answer<read.Place> {
    return read.discover(this.git);
  }

  /** As git says it: `2.39.5`, or longer. */
  async version(): Answer<string> {
    const said = await this.git.run("version", { via: "text" });
    return said.ok
      ? ok(
          said.value.stdout
            .toString("utf8")
            .trim()
            .replace(/^git version /, ""),
        )
      : said;
  }

  config(): Answer<GitConfig> {
    return read.readConfig(this.git);
  }

  /** Local refs under or equal to the patterns (`refs/heads/`, `refs/remotes/origin/*`). */
  refs(...patterns: readonly (RefPattern | RefName)[]): Answer<readonly read.Ref[]> {
    return read.readRefs(this.git, patterns);
  }

  /** The commit a user's words mean; `undefined` when there is none. */
  resolve(revision: string): Answer<Sha | undefined> {
    return read.resolve(this.git, revision);
  }

  /** Newest first. Trees, parents, people, whole messages and unusual headers of all commits in one process. */
  commits(range: read.CommitRange): Answer<readonly Commit[]> {
    return read.readCommits(this.git, range);
  }

  async commit(sha: Sha): Answer<Commit> {
    const found = await this.commits({ from: sha, max: 1 });
    if (!found.ok) return found;
    const [commit] = found.value;
    return commit === undefined
      ? fail({ kind: "missing-object", what: `commit ${sha}`, detail: "not listed" })
      : ok(commit);
  }

  async treeOf(sha: Sha): Answer<Sha> {
    const found = await this.commit(sha);
    return found.ok ? ok(found.value.tree) : found;
  }

  /** Bytes of the file at `path` in commit or tree `at`; `undefined` when there is none. */
  async blob(at: Sha, path: string): Answer<Uint8Array | undefined> {
    const found = await this.blobs([{ at, path }]);
    return found.ok ? ok(found.value[0]) : found;
  }

  /** `blob`, decoded as UTF-8; bytes that are not become U+FFFD. */
  async text(at: Sha, path: string): Answer<string | undefined> {
    const found = await this.blob(at, path);
    return found.ok ? ok(found.value === undefined ? undefined : Buffer.from(found.value).toString("utf8")) : found;
  }

  /** Many files in one process, in the order asked. A missing commit reads like a missing file: check commits first. */
  blobs(wanted: readonly read.BlobAt[]): Answer<readonly (Uint8Array | undefined)[]> {
    return read.readBlobs(this.git, wanted);
  }

  /** Files of the folder and below, else of the whole tree, by their paths from the root; empty where there is no such folder. */
  list(at: Sha, folder?: string): Answer<readonly TreeFile[]> {
    return listTree(this.git, at, folder);
  }

  /** The commits that tags and SHAs stand for, in the order asked; `undefined` where there is none. */
  peel(names: readonly (RefName | Sha)[]): Answer<readonly (Sha | undefined)[]> {
    return peelCommits(this.git, names);
  }

  /** Every state of the files below these paths along the first parents of `tip`, oldest first. */
  fileVersions(
    tip: Sha,
    paths: readonly string[],
    options: { readonly since?: Sha } = {},
  ): Answer<readonly FileVersion[]> {
    return readFileVersions(this.git, tip, { paths, ...options });
  }

  /** Who wrote the newest `max` commits, by their emails in lower case: see author-commits.ts. */
  authorCommits(
    tip: Sha,
    asked: { readonly emails: readonly string[]; readonly max: number },
  ): Answer<ReadonlyMap<string, AuthorCommits>> {
    return readAuthorCommits(this.git, tip, asked);
  }

  isAncestor(ancestor: Sha, descendant: Sha): Answer<boolean> {
    return read.isAncestor(this.git, ancestor, descendant);
  }

  /** At most some thousand commits: they stand on a command line. */
  areReachable(commits: readonly Sha[], tip: Sha): Answer<boolean> {
    return read.areReachable(this.git, commits, tip);
  }

  mergeBase(one: Sha, other: Sha): Answer<Sha | undefined> {
    return read.mergeBase(this.git, one, other);
  }

  changedPaths(from: Sha, to: Sha, options: { renames?: boolean } = {}): Answer<readonly ChangedPath[]> {
    return readChangedPaths(this.git, from, to, options);
  }

  /** Paths where a conflict may be left, from one commit to another. */
  pathsWithMarkers(from: Sha, to: Sha): Answer<readonly string[]> {
    return readPathsWithMarkers(this.git, from, to);
  }

  /** Merge over the natural merge base, in memory. */
  mergeTree(ours: Sha, theirs: Sha): Answer<write.MergedTree> {
    return write.mergeTree(this.git, ours, theirs);
  }

  /** Merge of `theirs` into the tree of `ours`, over `base`. Two processes, three when `ours` must be looked up for its tree. */
  async mergeTreeOnBase({
    base,
    ours,
    theirs,
  }: {
    base: Sha;
    ours: Sha | { tree: Sha };
    theirs: Sha;
  }): Answer<write.MergedTree> {
    const tree = typeof ours === "string" ? await this.treeOf(ours) : ok(ours.tree);
    if (!tree.ok) return tree;
    return write.mergeTreeOnBase(this.git, { base, ourTree: tree.value, theirs });
  }

  /**
   * The tree that `commit` gives when it is cherry-picked onto `onto`, in memory: its change against its first parent.
   * A root commit cannot be replayed (`missing-object`). Two processes.
   */
  async replay(commit: Pick<Commit, "sha" | "parents">, onto: { tree: Sha }): Answer<write.MergedTree> {
    const [parent] = commit.parents;
    if (parent === undefined)
      return fail({ kind: "missing-object", what: `a parent of ${commit.sha}`, detail: "it is a root commit" });
    return write.mergeTreeOnBase(this.git, { base: parent, ourTree: onto.tree, theirs: commit.sha });
  }

  /** Writes a commit and answers its SHA; the same input gives the same SHA everywhere. No ref changes. */
  commitTree(commit: NewCommit): Answer<Sha> {
    return write.commitTree(this.git, commit);
  }

  /** Writes a tree with this one file. */
  treeOfFile(file: { name: string; content: string }): Answer<Sha> {
    return write.treeOfFile(this.git, file);
  }

  /** Writes the tree of a commit or tree with these files anew; nothing refers to it. */
  treeWith(at: Sha, files: readonly WrittenFile[]): Answer<Sha> {
    return treeWith(this.git, at, files);
  }

  /** Moves local refs by compare-and-swap, all or none. */
  updateRefs(moves: readonly write.RefMove[], reason: string): Answer<void> {
    return write.updateRefs(this.git, moves, reason);
  }

  updateRef(
    ref: RefName,
    { from, to }: { from: Sha | undefined; to: Sha | undefined },
    reason = "plustwo",
  ): Answer<void> {
    return this.updateRefs([{ ref, from, to }], reason);
  }

  listRemote(
    address: RemoteAddress,
    ...patterns: readonly (RefPattern | RefName)[]
  ): Answer<readonly remote.RemoteRef[]> {
    return remote.listRemote(this.git, address, patterns);
  }

  /** Never writes FETCH_HEAD or tags. Without `to` in the specs only objects come. */
  fetch(address: RemoteAddress, specs: readonly FetchSpec[], options: { prune?: boolean } = {}): Answer<void> {
    return remote.fetchFrom(this.git, address, specs, options);
  }

  /** One atomic, leased push; see `pushTo`. A user's pre-push hook runs unless `hooks: "skip"`; a service has none. */
  push(
    address: RemoteAddress,
    moves: readonly remote.PushMove[],
    options: { hooks?: "run" | "skip"; thin?: boolean } = {},
  ): Answer<remote.Pushed> {
    const hooks = this.trust.kind === "service" ? "skip" : (options.hooks ?? "run");
    return remote.pushTo(this.git, address, moves, { hooks, thin: options.thin ?? true });
  }

  /** Gerrit's push: one commit to `refs/for/<target>`. */
  pushForReview(address: RemoteAddress, push: reviewPush.ReviewPush): Answer<reviewPush.ReviewAnswer> {
    return reviewPush.pushForReview(this.git, address, push);
  }

  addRemote(remote: follow.NewRemote): Answer<void> {
    return follow.addRemote(this.git, remote);
  }

  setUpstream(branch: BranchName, to: { remote: RemoteAddress; upstream: BranchName }): Answer<void> {
    return follow.setUpstream(this.git, branch, to);
  }

  /** Which lines changed from one commit to another, file by file. */
  lineChanges(from: Sha, to: Sha): Answer<readonly FileHunks[]> {
    return readLineChanges(this.git, from, to);
  }

  /** What changed from one commit or tree to another, as a patch. */
  patchText(compared: { from: Sha; to: Sha; colour: boolean }): Answer<string> {
    return readPatchText(this.git, compared);
  }

  /** Nothing staged and no tracked file edited. */
  isClean(): Answer<boolean> {
    return worktree.isClean(this.git);
  }

  /** Checks out a local branch; with `create`, a new one at that commit. Local edits that are in the way are a problem, never lost. */
  switchTo(branch: worktree.SwitchTarget): Answer<void> {
    return worktree.switchTo(this.git, branch);
  }

  /** Moves the current branch and the work tree to `sha`, keeping local edits or refusing. */
  resetKeep(sha: Sha): Answer<void> {
    return worktree.resetKeep(this.git, sha);
  }

  cherryPick(sha: Sha, options: worktree.CherryPickOptions = {}): Answer<worktree.CherryPicked> {
    return worktree.cherryPick(this.git, sha, options);
  }

  /** Makes reachability questions and merges several times faster on a big mirror. Repeat after large fetches. */
  async writeCommitGraph(): Answer<void> {
    const written = await this.git.run("commit-graph", {
      options: ["write", "--reachable", "--changed-paths", "--no-progress"],
      timeoutMs: 600_000,
    });
    return written.ok ? ok(undefined) : written;
  }
}

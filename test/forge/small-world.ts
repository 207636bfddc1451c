// A world of one repository without a server: commits are made with git, events are told by hand. For tests of single rooms of the forge.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { git, initBare, readCommit } from "../../local-forge/git.ts";
import {
  type Account,
  type Commit,
  type ForgeEvent,
  type PullRequest,
  type Repository,
  World,
  ZERO_SHA,
} from "../../local-forge/world.ts";

export interface SmallWorld {
  readonly world: World;
  readonly repo: Repository;
  readonly carol: Account;
  readonly events: ForgeEvent[];
  /** Commits `files` on top of the branch (or of `parent`) and pushes it as carol. */
  push(
    branch: string,
    files: Readonly<Record<string, string>>,
    options?: { message?: string; parent?: string; merge?: string },
  ): Promise<Commit>;
  openPull(head: string, base: string, title: string): PullRequest;
  close(): Promise<void>;
}

export async function smallWorld(): Promise<SmallWorld> {
  const dir = await mkdtemp(join(tmpdir(), "forge-test-"));
  const world = new World({ dir });
  world.url = "http://127.0.0.1:1";
  const org = world.createAccount({ kind: "Organization", login: "acme" });
  const carol = world.createAccount({ kind: "User", login: "carol" });
  const repo: Repository = {
    id: world.id(),
    owner: org,
    name: "rocket",
    private: false,
    description: null,
    defaultBranch: "main",
    dir: world.directoryOf("acme", "rocket"),
    parent: null,
    forking: { allowed: true, looks: 0 },
    copyingFor: null,
    createdAt: world.now(),
    pushedAt: world.now(),
    refs: new Map(),
    collaborators: new Map([[carol.id, "write"]]),
    rulesets: [],
    labels: [],
    pulls: new Map(),
    checkSuites: [],
    checkRuns: [],
    statuses: [],
    workflows: [],
    workflowRuns: [],
    activity: [],
    releases: [],
    nextNumber: 1,
    merging: { merge: true, squash: true, rebase: true, deleteBranchOnMerge: false },
  };
  world.repositories.set(repo.id, repo);
  await initBare(repo.dir, "main");
  const events: ForgeEvent[] = [];
  world.on((event) => events.push(event));

  const push: SmallWorld["push"] = async (branch, files, options = {}) => {
    const ref = `refs/heads/${branch}`;
    const before = repo.refs.get(ref) ?? ZERO_SHA;
    const parent = options.parent ?? (before === ZERO_SHA ? undefined : before);
    const message = options.message ?? `Change ${Object.keys(files).join(", ")}`;
    const lines = [
      `commit ${ref}`,
      "committer Carol <carol@example.com> 1700000000 +0000",
      `data ${Buffer.byteLength(message)}`,
      message,
      ...(parent === undefined ? [] : [`from ${parent}`]),
      ...(options.merge === undefined ? [] : [`merge ${options.merge}`]),
      ...Object.entries(files).flatMap(([path, text]) => [
        `M 100644 inline ${path}`,
        `data ${Buffer.byteLength(text)}`,
        text,
      ]),
      "",
    ];
    await git(repo.dir, ["fast-import", "--quiet", "--force"], { stdin: lines.join("\n") });
    const after = (await git(repo.dir, ["rev-parse", ref])).stdout.toString().trim();
    const commit = await readCommit(repo.dir, after);
    if (commit === undefined) throw new Error("fast-import made no commit");
    repo.refs.set(ref, after);
    const created = before === ZERO_SHA;
    repo.activity.push({
      id: world.id(),
      ref,
      before,
      after,
      at: world.now(),
      type: created ? "branch_creation" : "push",
      actor: carol,
    });
    world.emit({
      kind: "push",
      repo,
      ref,
      before,
      after,
      created,
      deleted: false,
      forced: false,
      pusher: carol,
      commits: [commit],
      headCommit: commit,
    });
    return commit;
  };

  const openPull: SmallWorld["openPull"] = (head, base, title) => {
    const side = (branch: string) => ({
      ref: branch,
      sha: repo.refs.get(`refs/heads/${branch}`) ?? ZERO_SHA,
      repository: repo,
    });
    const pull: PullRequest = {
      id: world.id(),
      number: repo.nextNumber++,
      repository: repo,
      title,
      body: null,
      author: carol,
      head: side(head),
      base: side(base),
      state: "open",
      draft: false,
      merged: null,
      closedAt: null,
      closedBy: null,
      createdAt: world.now(),
      updatedAt: world.now(),
      mergeable: null,
      testMerge: null,
      labels: [],
      requestedReviewers: [],
      requestedTeams: [],
      assignees: [],
      maintainerCanModify: false,
      stats: { commits: 1, additions: 1, deletions: 0, changedFiles: 1 },
      reviews: [],
      comments: [],
      threads: [],
      timeline: [],
    };
    repo.pulls.set(pull.number, pull);
    world.emit({ kind: "pull-request", action: "opened", repo, pull, sender: carol });
    return pull;
  };

  return { world, repo, carol, events, push, openPull, close: () => rm(dir, { recursive: true, force: true }) };
}

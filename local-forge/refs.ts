/** Moving refs and telling what follows: the push log, the push event, and what it does to pull requests. */
import { isAncestor, logCommits, moveRef, readCommit } from "./git.ts";
import { syncPulls } from "./pull-sync.ts";
import { type RefUpdate } from "./rules.ts";
import { ZERO_SHA, type Account, type Commit, type PullRequest, type Repository, type World } from "./world.ts";

export interface RefChange extends RefUpdate {
  readonly created: boolean;
  readonly deleted: boolean;
  readonly forced: boolean;
}

export interface Cause {
  readonly by: Account;
  readonly merging?: Merging;
}

/** The merge that a ref update carries out, when it does. */
export interface Merging {
  readonly pull: PullRequest;
  readonly commit: string;
}

/** Moves refs in git, each by compare-and-swap, and records it. Rules must have been asked before. */
export async function updateRefs(
  world: World,
  repo: Repository,
  updates: readonly RefUpdate[],
  cause: Cause,
): Promise<void> {
  for (const update of updates) await moveRef(repo.dir, update.ref, update);
  await recordRefs(world, repo, updates, cause);
}

/**
 * Records moves that git has made. Pull requests see the state after all of them, as on GitHub where an atomic push
 * has happened before anything looks at it. LIVE(refs-hidden-silent): refs outside heads and tags cause no event and no log line.
 */
export async function recordRefs(
  world: World,
  repo: Repository,
  updates: readonly RefUpdate[],
  cause: Cause,
): Promise<void> {
  const changes: RefChange[] = [];
  for (const update of updates) {
    if (update.before === update.after) continue;
    if (update.after === ZERO_SHA) repo.refs.delete(update.ref);
    else repo.refs.set(update.ref, update.after);
    changes.push(await describe(repo, update));
  }
  for (const change of changes) await announce(world, repo, change, cause);
  await syncPulls(world, repo, changes, cause);
}

async function describe(repo: Repository, update: RefUpdate): Promise<RefChange> {
  const created = update.before === ZERO_SHA;
  const deleted = update.after === ZERO_SHA;
  const straight =
    created ||
    deleted ||
    !update.ref.startsWith("refs/heads/") ||
    (await isAncestor(repo.dir, update.before, update.after));
  return { ...update, created, deleted, forced: !straight };
}

async function announce(world: World, repo: Repository, change: RefChange, { by, merging }: Cause): Promise<void> {
  if (!/^refs\/(heads|tags)\//.test(change.ref)) return;
  repo.pushedAt = world.now();
  if (change.ref.startsWith("refs/heads/")) {
    const merged = merging !== undefined && change.ref === `refs/heads/${merging.pull.base.ref}`;
    const { ref, before, after, created, deleted, forced } = change;
    const type = merged
      ? "pr_merge"
      : created
        ? "branch_creation"
        : deleted
          ? "branch_deletion"
          : forced
            ? "force_push"
            : "push";
    repo.activity.push({ id: world.id(), ref, before, after, at: world.now(), type, actor: by });
  }
  const commits = change.deleted ? [] : await newCommits(repo, change);
  const headCommit = change.deleted ? null : (commits.at(-1) ?? (await readCommit(repo.dir, change.after)) ?? null);
  const { ref, before, after, created, deleted, forced } = change;
  world.emit({ kind: "push", repo, ref, before, after, created, deleted, forced, pusher: by, commits, headCommit });
}

async function newCommits(repo: Repository, change: RefChange): Promise<Commit[]> {
  const trunk = repo.refs.get(`refs/heads/${repo.defaultBranch}`);
  const known = change.created ? trunk : change.before;
  const range = known === undefined || known === change.after ? [change.after, "-1"] : [change.after, `^${known}`];
  return (await logCommits(repo.dir, ["-20", ...range])).reverse();
}

/**
 * What happens to pull requests when refs move, by GitHub's own rules. Runs after all refs of a push have moved.
 * Known race on GitHub that is not modelled: two pushes whose follow-ups overtake each other.
 */
import { copyObject, countCommits, git, isAncestor, mergeTrees, writeCommit } from "./git.ts";
import { type Cause, type RefChange } from "./refs.ts";
import {
  isCrossRepository,
  ZERO_SHA,
  type Account,
  type DiffStats,
  type PullRequest,
  type Repository,
  type World,
} from "./world.ts";

const branchOf = (ref: string) => (ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : undefined);

export async function syncPulls(
  world: World,
  repo: Repository,
  changes: readonly RefChange[],
  cause: Cause,
): Promise<void> {
  const moved = new Set(changes.map((change) => branchOf(change.ref)));
  for (const change of changes) {
    const branch = branchOf(change.ref);
    if (branch === undefined) continue;
    for (const pull of openPulls(world)) {
      if (pull.head.repository === repo && pull.head.ref === branch) await headMoved(world, pull, { change, cause });
    }
  }
  for (const change of changes) {
    const branch = branchOf(change.ref);
    if (branch === undefined) continue;
    for (const pull of openPulls(world)) {
      const isBase = pull.repository === repo && pull.base.ref === branch;
      if (isBase && change.deleted) await baseDeleted(world, pull, cause.by);
      else if (isBase && !change.deleted) await baseMoved(world, pull, cause);
      const isHead = pull.head.repository === repo && pull.head.ref === branch;
      // Only the head moved, and nothing is left between: closed, not merged.
      if (isHead && !(pull.repository === repo && moved.has(pull.base.ref))) await closeIfEmpty(world, pull, cause.by);
    }
  }
}

export function openPulls(world: World): PullRequest[] {
  return [...world.repositories.values()].flatMap((repo) =>
    [...repo.pulls.values()].filter((pull) => pull.state === "open"),
  );
}

async function headMoved(
  world: World,
  pull: PullRequest,
  { change, cause }: { readonly change: RefChange; readonly cause: Cause },
): Promise<void> {
  const at = world.now();
  const actor = cause.by;
  if (change.deleted) {
    pull.timeline.push({ kind: "head-deleted", id: world.id(), at, actor });
    closePull(world, pull, actor);
    return;
  }
  const before = pull.head.sha;
  await followHead(world, pull, change.after);
  if (change.forced) {
    pull.timeline.push({ kind: "head-force-pushed", id: world.id(), at, actor, before, after: change.after });
  }
  pull.updatedAt = at;
  world.emit({
    kind: "pull-request",
    action: "synchronize",
    repo: pull.repository,
    pull,
    sender: actor,
    before,
    after: change.after,
  });
}

/** Takes a new head in: objects, `refs/pull/N/head`, numbers, and the test merge that `pull_request` jobs check out. */
export async function followHead(world: World, pull: PullRequest, sha: string): Promise<void> {
  const { repository: repo } = pull;
  if (pull.head.repository !== null && isCrossRepository(pull))
    await copyObject(pull.head.repository.dir, repo.dir, sha);
  pull.head.sha = sha;
  // LIVE(pulls-base-sha-lags): `base.sha` follows the base branch only when the head moves or the base is changed.
  pull.base.sha = baseTip(pull) ?? pull.base.sha;
  // LIVE(refs-pull-kept): `refs/pull/N/head` stays when the pull request is merged and its branch deleted.
  await setHidden(repo, `refs/pull/${pull.number}/head`, sha);
  await refreshStats(pull);
  await refreshTestMerge(world, pull);
}

/** The base branch as it stands, which `base.sha` need not be. */
export function baseTip(pull: PullRequest): string | undefined {
  return pull.repository.refs.get(`refs/heads/${pull.base.ref}`);
}

async function setHidden(repo: Repository, ref: string, sha: string): Promise<void> {
  await git(repo.dir, ["update-ref", ref, sha]);
  repo.refs.set(ref, sha);
}

export async function refreshStats(pull: PullRequest): Promise<void> {
  const tip = pull.state === "open" ? (baseTip(pull) ?? pull.base.sha) : pull.base.sha;
  pull.stats = await diffStats(pull.repository, tip, pull.head.sha);
}

/** Commits two-dot, differences three-dot. */
export async function diffStats(repo: Repository, base: string, head: string): Promise<DiffStats> {
  const commits = await countCommits(repo.dir, `${base}..${head}`);
  const { stdout } = await git(repo.dir, ["diff", "--numstat", "-M", "--no-ext-diff", `${base}...${head}`, "--"], {
    codes: [128],
  });
  const rows = stdout
    .toString()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("\t"));
  const sum = (column: number) => rows.reduce((total, row) => total + (Number(row[column]) || 0), 0);
  return { commits, additions: sum(0), deletions: sum(1), changedFiles: rows.length };
}

/**
 * The merge of head into base under `refs/pull/N/merge`; answers whether it is clean. A conflict leaves the ref as it was.
 * `mergeable` goes back to unknown: it is told only to those who ask, later.
 */
export async function refreshTestMerge(world: World, pull: PullRequest): Promise<boolean> {
  pull.mergeable = null;
  const tip = baseTip(pull) ?? pull.base.sha;
  const merged = await mergeTrees(pull.repository.dir, tip, pull.head.sha);
  if ("conflicts" in merged) {
    pull.testMerge = null;
    return false;
  }
  const person = { name: "GitHub", email: "noreply@github.com", at: world.now() };
  const message = `Merge ${pull.head.sha} into ${tip}`;
  pull.testMerge = await writeCommit(pull.repository.dir, {
    tree: merged.tree,
    parents: [tip, pull.head.sha],
    message,
    author: person,
    committer: person,
  });
  await setHidden(pull.repository, `refs/pull/${pull.number}/merge`, pull.testMerge);
  return true;
}

async function baseMoved(world: World, pull: PullRequest, { by, merging }: Cause): Promise<void> {
  pull.mergeable = null;
  const tip = baseTip(pull);
  if (tip === undefined) return;
  if (merging?.pull === pull) markMerged(world, pull, { by, commit: merging.commit });
  // LIVE(pulls-merged-when-reachable): a head that becomes reachable from its base branch shows as merged, by whoever pushed, whatever way it got there.
  else if (await isAncestor(pull.repository.dir, pull.head.sha, tip)) markMerged(world, pull, { by, commit: tip });
}

function markMerged(world: World, pull: PullRequest, merge: { readonly by: Account; readonly commit: string }): void {
  const at = world.now();
  pull.merged = { at, by: merge.by, commit: merge.commit };
  pull.timeline.push({ kind: "merged", id: world.id(), at, actor: merge.by });
  closePull(world, pull, merge.by);
}

/** LIVE(pulls-empty-diff-closes): pushing a head that has no commits left against its base closes the pull request, unmerged. */
async function closeIfEmpty(world: World, pull: PullRequest, by: Account): Promise<void> {
  const tip = baseTip(pull);
  if (pull.state === "open" && tip !== undefined && (await isAncestor(pull.repository.dir, pull.head.sha, tip)))
    closePull(world, pull, by);
}

/** LIVE(pulls-base-deleted-closes): deleting the branch of a merged pull request moves those based on it to its base; any other deletion closes them. */
async function baseDeleted(world: World, pull: PullRequest, by: Account): Promise<void> {
  const merged = [...pull.repository.pulls.values()].filter(
    (lower) => lower.merged !== null && lower.head.repository === pull.repository && lower.head.ref === pull.base.ref,
  );
  const target = merged.at(-1)?.base.ref;
  if (target === undefined || !pull.repository.refs.has(`refs/heads/${target}`)) closePull(world, pull, by);
  else await changeBase(world, pull, target, by);
}

/** Retargets without asking anything. */
export async function changeBase(world: World, pull: PullRequest, target: string, by: Account): Promise<void> {
  const previous = { ref: pull.base.ref, sha: pull.base.sha };
  pull.base.ref = target;
  pull.base.sha = baseTip(pull) ?? ZERO_SHA;
  pull.updatedAt = world.now();
  pull.timeline.push({
    kind: "base-changed",
    id: world.id(),
    at: world.now(),
    actor: by,
    before: previous.ref,
    after: target,
  });
  await refreshStats(pull);
  await refreshTestMerge(world, pull);
  world.emit({
    kind: "pull-request",
    action: "edited",
    repo: pull.repository,
    pull,
    sender: by,
    changes: { base: previous },
  });
}

export function closePull(world: World, pull: PullRequest, by: Account): void {
  if (pull.state === "closed") return;
  pull.state = "closed";
  pull.closedAt = pull.updatedAt = world.now();
  pull.closedBy = by;
  pull.timeline.push({ kind: "closed", id: world.id(), at: pull.closedAt, actor: by });
  world.emit({ kind: "pull-request", action: "closed", repo: pull.repository, pull, sender: by });
}

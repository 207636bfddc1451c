/** The Revert button: a branch with one commit that undoes a merged pull request, and a pull request for it. */
import { demand, signedIn, WRITE_CONTENTS } from "./access.ts";
import { logCommits, mergeBase, mergeTrees, readCommit, writeCommit } from "./git.ts";
import { personOf, webFlow } from "./merging.ts";
import { baseTip } from "./pull-sync.ts";
import { createPull } from "./pulls.ts";
import { unprocessable } from "./refusal.ts";
import { updateRefs } from "./refs.ts";
import { fullName, ZERO_SHA, type Actor, type PullRequest, type World } from "./world.ts";

export interface Revert {
  readonly title?: string;
  readonly body?: string;
  readonly draft?: boolean;
}

/**
 * LIVE(pulls-revert-button): the branch is `revert-N-<head branch>` in the base's repository, the title `Revert "<title>"`, the body
 * `Reverts owner/name#N`, and the commit is by whoever pressed, committed by GitHub; of one that was merged by hand, all its commits are undone.
 */
export async function revertPull(world: World, actor: Actor, pull: PullRequest, wanted: Revert): Promise<PullRequest> {
  const { repository: repo, merged } = pull;
  demand(world, actor, repo, WRITE_CONTENTS);
  const tip = baseTip(pull);
  if (merged === null || tip === undefined) throw unprocessable("The pull request has not been merged.");
  const by = signedIn(actor);
  const after = await writeCommit(repo.dir, {
    tree: await without(world, pull, { merged: merged.commit, tip }),
    parents: [tip],
    message: `Revert "${pull.title}"\n\nThis reverts commit ${merged.commit}.`,
    author: personOf(world, by),
    committer: webFlow(world),
  });
  const branch = `revert-${pull.number}-${pull.head.ref}`;
  const ref = `refs/heads/${branch}`;
  if (repo.refs.has(ref)) throw unprocessable(`The branch ${branch} is there already.`);
  await updateRefs(world, repo, [{ ref, before: ZERO_SHA, after }], { by });
  return createPull(world, actor, repo, {
    title: wanted.title ?? `Revert "${pull.title}"`,
    body: wanted.body ?? `Reverts ${fullName(repo)}#${pull.number}`,
    head: branch,
    base: pull.base.ref,
    draft: wanted.draft ?? false,
    maintainerCanModify: false,
  });
}

/** The tree of `tip` with what the pull request brought taken away: a merge whose base is the merged commit. */
async function without(
  world: World,
  pull: PullRequest,
  { merged, tip }: { readonly merged: string; readonly tip: string },
): Promise<string> {
  const { dir } = pull.repository;
  const [ours, theirs] = [await treeOf(dir, tip), await treeOf(dir, await beforeIt(pull, merged))];
  const standIn = (tree: string) =>
    writeCommit(dir, { tree, parents: [merged], message: "revert", author: webFlow(world), committer: webFlow(world) });
  const result = await mergeTrees(dir, await standIn(ours), await standIn(theirs));
  if ("conflicts" in result)
    throw unprocessable("This pull request could not be reverted: it conflicts with what came later.");
  return result.tree;
}

async function beforeIt(pull: PullRequest, merged: string): Promise<string> {
  const { dir } = pull.repository;
  const commit = await readCommit(dir, merged);
  const [first, second] = commit?.parents ?? [];
  if (first !== undefined && (second !== undefined || merged !== pull.head.sha)) return first;
  const oldest = (await logCommits(dir, ["--topo-order", `${pull.base.sha}..${merged}`])).at(-1);
  return oldest?.parents[0] ?? (await mergeBase(dir, pull.base.sha, merged)) ?? merged;
}

async function treeOf(dir: string, sha: string): Promise<string> {
  const commit = await readCommit(dir, sha);
  if (commit === undefined) throw unprocessable(`There is no commit ${sha}.`);
  return commit.tree;
}

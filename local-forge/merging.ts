/** The merge button in its three kinds, and "Update branch". */
import { demand, permissionOf, signedIn, WRITE_CONTENTS, WRITE_PULLS } from "./access.ts";
import { copyObject, isAncestor, logCommits, mergeTrees, readCommit, writeCommit } from "./git.ts";
import { baseTip } from "./pull-sync.ts";
import { Refusal, unprocessable } from "./refusal.ts";
import { updateRefs } from "./refs.ts";
import { ruleViolations } from "./rules.ts";
import {
  allows,
  ZERO_SHA,
  type Account,
  type Actor,
  type Commit,
  type GitPerson,
  type PullRequest,
  type World,
} from "./world.ts";

export interface MergeSpec {
  readonly method: "merge" | "squash" | "rebase";
  readonly title?: string;
  readonly message?: string;
  /** The head the asker saw. */
  readonly sha?: string;
}

/** Answers the commit the base branch then points to. */
export async function mergePull(world: World, actor: Actor, pull: PullRequest, spec: MergeSpec): Promise<string> {
  const { repository: repo } = pull;
  demand(world, actor, repo, WRITE_CONTENTS);
  const by = signedIn(actor);
  const tip = baseTip(pull);
  if (pull.state === "closed" || tip === undefined) throw new Refusal(405, "Pull Request is not mergeable");
  if (pull.draft) throw new Refusal(405, "Pull Request is still a draft");
  if (spec.sha !== undefined && spec.sha !== pull.head.sha) {
    throw new Refusal(409, "Head branch was modified. Review and try the merge again.");
  }
  if (!repo.merging[spec.method]) {
    const kind = { merge: "Merge commits", squash: "Squash merges", rebase: "Rebase merges" }[spec.method];
    throw new Refusal(405, `${kind} are not allowed on this repository.`);
  }
  const ref = `refs/heads/${pull.base.ref}`;
  const violations = await ruleViolations(world, repo, {
    actor,
    pull,
    update: { ref, before: tip, after: pull.head.sha },
  });
  if (violations.length > 0) throw new Refusal(405, ruleMessage(violations));
  const commit = await composed(world, pull, { spec, tip, by });
  await updateRefs(world, repo, [{ ref, before: tip, after: commit }], { by, merging: { pull, commit } });
  if (repo.merging.deleteBranchOnMerge && pull.head.repository === repo) {
    const head = `refs/heads/${pull.head.ref}`;
    await updateRefs(world, repo, [{ ref: head, before: pull.head.sha, after: ZERO_SHA }], { by });
  }
  return commit;
}

/** LIVE(ruleset-rest-words): the API says "Repository rule violations found", an empty line, and each sentence followed by one. */
export function ruleMessage(violations: readonly string[]): string {
  return `Repository rule violations found\n\n${violations.map((sentence) => `${sentence}\n\n`).join("")}`;
}

interface Composing {
  readonly spec: MergeSpec;
  readonly tip: string;
  readonly by: Account;
}

async function composed(world: World, pull: PullRequest, { spec, tip, by }: Composing): Promise<string> {
  const { dir } = pull.repository;
  if (spec.method === "rebase") return rebased(world, pull, tip);
  const merged = await mergeTrees(dir, tip, pull.head.sha);
  if ("conflicts" in merged) throw new Refusal(405, "Pull Request is not mergeable");
  const commits = (await logCommits(dir, [`${tip}..${pull.head.sha}`])).reverse();
  const committer = webFlow(world);
  if (spec.method === "merge") {
    const title =
      spec.title ??
      `Merge pull request #${pull.number} from ${pull.head.repository?.owner.login ?? "unknown"}/${pull.head.ref}`;
    const message = `${title}\n\n${spec.message ?? pull.title}`;
    return writeCommit(dir, {
      tree: merged.tree,
      parents: [tip, pull.head.sha],
      message,
      author: personOf(world, by),
      committer,
    });
  }
  const message = squashMessage(pull, commits, spec);
  return writeCommit(dir, {
    tree: merged.tree,
    parents: [tip],
    message,
    author: personOf(world, pull.author),
    committer,
  });
}

/** LIVE(merge-squash-message): a squash of one commit takes its message; of several, the pull request's title and a list of their messages. */
function squashMessage(pull: PullRequest, commits: readonly Commit[], spec: MergeSpec): string {
  const [first] = commits;
  const [subject = "", ...rest] = (first?.message ?? "").split("\n");
  const single = commits.length === 1;
  const title = spec.title ?? `${single ? subject : pull.title} (#${pull.number})`;
  const body = single ? rest.join("\n").trim() : commits.map((commit) => `* ${commit.message}`).join("\n\n");
  return `${title}\n\n${spec.message ?? body}`.trim();
}

/** Replays each commit onto the tip in memory, oldest first. */
async function rebased(world: World, pull: PullRequest, tip: string): Promise<string> {
  const { dir } = pull.repository;
  const commits = (await logCommits(dir, ["--no-merges", "--topo-order", `${tip}..${pull.head.sha}`])).reverse();
  let onto = tip;
  for (const commit of commits) {
    const parent = commit.parents[0];
    const ontoTree = (await readCommit(dir, onto))?.tree;
    if (parent === undefined || ontoTree === undefined) throw new Refusal(405, "Pull Request is not mergeable");
    const committer = webFlow(world);
    // A stand-in whose parent is the commit's own, so that the three-way merge replays exactly this commit.
    const stand = await writeCommit(dir, {
      tree: ontoTree,
      parents: [parent],
      message: "onto",
      author: committer,
      committer,
    });
    const merged = await mergeTrees(dir, stand, commit.sha);
    if ("conflicts" in merged) throw new Refusal(405, "This branch can't be rebased");
    onto = await writeCommit(dir, {
      tree: merged.tree,
      parents: [onto],
      message: commit.message,
      author: commit.author,
      committer,
    });
  }
  return onto;
}

export function webFlow(world: World): GitPerson {
  return { name: "GitHub", email: "noreply@github.com", at: world.now() };
}

export function personOf(world: World, account: Account): GitPerson {
  const noreply = account.emails.find((email) => email.includes("@users.noreply.")) ?? `${account.login}@example.com`;
  return { name: account.name ?? account.login, email: noreply, at: world.now() };
}

/** Merges the base into the head branch; answers the new head. */
export async function updateBranch(
  world: World,
  actor: Actor,
  pull: PullRequest,
  expected: string | undefined,
): Promise<string> {
  demand(world, actor, pull.repository, WRITE_PULLS);
  const by = signedIn(actor);
  const { repository: home } = pull.head;
  const tip = baseTip(pull);
  if (home === null || tip === undefined || pull.state === "closed")
    throw unprocessable("The head branch cannot be updated.");
  const byMaintainer = pull.maintainerCanModify && allows(permissionOf(world, actor, pull.repository), "write");
  if (!byMaintainer && !allows(permissionOf(world, actor, home), "write"))
    throw new Refusal(403, "Must have push access to repository");
  if (expected !== undefined && expected !== pull.head.sha) {
    throw new Refusal(422, "expected head sha didn’t match current head ref.");
  }
  if (await isAncestor(pull.repository.dir, tip, pull.head.sha)) {
    throw new Refusal(422, "There are no new commits on the base branch.");
  }
  const merged = await mergeTrees(pull.repository.dir, pull.head.sha, tip);
  if ("conflicts" in merged) throw new Refusal(422, "merge conflict between base and head");
  const after = await writeCommit(pull.repository.dir, {
    tree: merged.tree,
    parents: [pull.head.sha, tip],
    message: `Merge branch '${pull.base.ref}' into ${pull.head.ref}`,
    author: personOf(world, by),
    committer: webFlow(world),
  });
  const ref = `refs/heads/${pull.head.ref}`;
  const violations = await ruleViolations(world, home, { actor, update: { ref, before: pull.head.sha, after } });
  if (violations.length > 0) throw new Refusal(422, ruleMessage(violations));
  await copyObject(pull.repository.dir, home.dir, after);
  await updateRefs(world, home, [{ ref, before: pull.head.sha, after }], { by });
  return after;
}

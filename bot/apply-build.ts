/**
 * Makes the commit that would land and hands it to CI. Merge-if-necessary: a head that already contains the tip is
 * tested and lands as it is, anything else through a merge commit whose second parent is the reviewed head, so that the
 * forge shows the pull request as merged. Deterministic: the same items onto the same tip give the same SHA.
 */
import { stripSkipMarkers } from "../src/core/gate/compose.ts";
import type { Action, Build, Item } from "../src/core/gate/snapshot.ts";
import type { BranchName, Sha } from "../src/core/ids.ts";
import { branchOfRef } from "../src/core/ids.ts";
import { fail, ok, type Result } from "../src/core/result.ts";
import { describeGitProblem, type GitProblem } from "../src/git/problem.ts";
import type { Applied, Applying } from "./applying.ts";
import { gitProblem } from "./problem.ts";
import { openItems, saveBuild, wasBuilt } from "./store/queue.ts";

type BuildAction = Extract<Action, { kind: "build" }>;

export async function applyBuild(at: Applying, action: BuildAction): Promise<Applied> {
  const { service, gathered } = at;
  // From the store, because a newcomer was enqueued a moment ago and is not in the snapshot yet.
  const queued = await openItems(service.store, gathered.facts.id);
  const items = action.stack.flatMap((id) => queued.find(({ item }) => item.id === id)?.item ?? []);
  if (items.length !== action.stack.length) return { kind: "nothing" };
  const chain = await makeChain(at, items, action);
  if (!chain.ok && chain.problem.kind === "git") return { kind: "problem", problem: gitProblem(chain.problem.problem) };
  const build: Build = {
    id: action.build,
    stack: action.stack,
    onto: action.onto,
    commits: chain.ok ? chain.value : [],
    ref: action.ref,
    jobs: [],
    askedAt: service.clock.now(),
    state: chain.ok ? { kind: "open" } : stateOf(chain.problem),
  };
  const refused = chain.ok ? await pushGateRef(at, action, chain.value) : undefined;
  if (refused?.kind === "stale") return { kind: "changed" };
  if (refused !== undefined && refused.kind !== "rejected") return { kind: "problem", problem: gitProblem(refused) };
  const state: Build["state"] =
    refused === undefined ? build.state : { kind: "lost", why: describeGitProblem(refused).message };
  await saveBuild(service.store, gathered.facts.id, { target: action.target, build: { ...build, state } });
  return { kind: "changed" };
}

type ChainProblem =
  | { readonly kind: "conflict"; readonly files: readonly string[] }
  | { readonly kind: "nothing-new"; readonly change: number }
  | { readonly kind: "git"; readonly problem: GitProblem };

type NoChain = Exclude<ChainProblem, { kind: "git" }>;

function stateOf(problem: ChainProblem): Build["state"] {
  const known: NoChain | undefined = problem.kind === "git" ? undefined : problem;
  if (known?.kind === "conflict") return { kind: "conflict", files: known.files };
  return { kind: "lost", why: "the target already contains everything of it" };
}

/** One commit per item, front first. */
async function makeChain(
  at: Applying,
  items: readonly Item[],
  { build, onto }: BuildAction,
): Promise<Result<readonly Sha[], ChainProblem>> {
  const chain: Sha[] = [];
  let tip = onto;
  for (const item of items) {
    for (const { head, change } of item.members) {
      const next = await addOne(at, { item, head, change, tip, build });
      if (!next.ok) return next;
      tip = next.value;
    }
    chain.push(tip);
  }
  return ok(chain);
}

async function addOne(
  { service, gathered }: Applying,
  one: {
    readonly item: Item;
    readonly head: Sha;
    readonly change: number;
    readonly tip: Sha;
    readonly build: BuildAction["build"];
  },
): Promise<Result<Sha, ChainProblem>> {
  const { git } = gathered.mirror;
  const { item, head, tip } = one;
  const contained = await git.isAncestor(head, tip);
  if (!contained.ok) return fail({ kind: "git", problem: contained.problem });
  if (contained.value) return fail({ kind: "nothing-new", change: one.change });
  const ahead = await git.isAncestor(tip, head);
  if (!ahead.ok) return fail({ kind: "git", problem: ahead.problem });
  const reviewed = await git.commit(head);
  if (!reviewed.ok) return fail({ kind: "git", problem: reviewed.problem });
  // A head that tells CI to skip it would never be tested, and one that was tested before (recheck) has old results on
  // it: both land below a merge commit, which is new.
  const silent = stripSkipMarkers(reviewed.value.message) !== reviewed.value.message;
  const old = await wasBuilt(service.store, gathered.facts.id, { sha: head, not: one.build });
  if (ahead.value && !silent && !old) return ok(head);
  const merged = await git.mergeTree(tip, head);
  if (!merged.ok) return fail({ kind: "git", problem: merged.problem });
  if (merged.value.kind === "conflict") return fail({ kind: "conflict", files: merged.value.files });
  // The App's own account, pinned: the same inputs give the same commit.
  const { login, id } = gathered.facts.viewer;
  const signature = { name: login, email: `${id}+${login}@users.noreply.github.com`, at: item.seal.at, zone: "+0000" };
  const written = await git.commitTree({
    tree: merged.value.tree,
    parents: [tip, head],
    author: signature,
    committer: signature,
    message: `${item.seal.message}\n`,
  });
  return written.ok ? written : fail({ kind: "git", problem: written.problem });
}

/** By lease from what is there now: a slot that somebody else moved is looked at again first. */
async function pushGateRef(
  { gathered }: Applying,
  { ref }: BuildAction,
  chain: readonly Sha[],
): Promise<GitProblem | undefined> {
  const { git, address } = gathered.mirror;
  const branch: BranchName | undefined = branchOfRef(ref);
  const from = branch === undefined ? undefined : gathered.tips.branches.get(branch);
  const pushed = await git.push(address, [{ ref, from, to: chain.at(-1) }]);
  return pushed.ok ? undefined : pushed.problem;
}

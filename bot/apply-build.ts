/**
 * Makes the commit that would land (compose-commit.ts) and hands it to CI. Deterministic: the same items onto the same
 * tip give the same SHA.
 */
import type { Action, Build, Item } from "../src/core/gate/snapshot.ts";
import type { BranchName, Sha } from "../src/core/ids.ts";
import { branchOfRef } from "../src/core/ids.ts";
import { fail, ok, type Result } from "../src/core/result.ts";
import { describeGitProblem, type GitProblem } from "../src/git/problem.ts";
import type { Applied, Applying } from "./applying.ts";
import { refusedAgain } from "./apply-watch.ts";
import { composeCommit, type NotComposed } from "./compose-commit.ts";
import { gitProblem } from "./problem.ts";
import { buildById, openItems, saveBuild, wasBuilt } from "./store/queue.ts";

type BuildAction = Extract<Action, { kind: "build" }>;

export async function applyBuild(at: Applying, action: BuildAction): Promise<Applied> {
  const { service, gathered } = at;
  // From the store, because a newcomer was enqueued a moment ago and is not in the snapshot yet.
  const queued = await openItems(service.store, gathered.facts.id);
  const items = action.stack.flatMap((id) => queued.find(({ item }) => item.id === id)?.item ?? []);
  if (items.length !== action.stack.length) return { kind: "nothing" };
  const made = await makeChain(at, items, action);
  if (!made.ok) return { kind: "problem", problem: gitProblem(made.problem) };
  const chain = made.value;
  const before = await buildById(service.store, gathered.facts.id, action.build);
  const build: Build = {
    id: action.build,
    stack: action.stack,
    onto: action.onto,
    commits: chain.ok ? chain.value : [],
    ref: action.ref,
    jobs: [],
    askedAt: service.clock.now(),
    state: stateOf(chain, action.target),
    ...(before?.build.moved === undefined ? {} : { moved: before.build.moved }),
  };
  const refused = chain.ok ? await pushGateRef(at, action, chain.value) : undefined;
  if (refused?.kind === "stale") return { kind: "changed" };
  if (refused !== undefined && refused.kind !== "rejected") return { kind: "problem", problem: gitProblem(refused) };
  // Nobody's fault, and it may be allowed later: the item keeps its place and is built again then.
  const waits =
    refused === undefined
      ? {}
      : {
          state: { kind: "cancelled" as const },
          // The forge never saw them: there is nothing to ask it about.
          commits: [],
          refusal: refusedAgain(before?.build.refusal, describeGitProblem(refused).message, service.clock.now()),
        };
  if (refused !== undefined)
    service.log.warn({ ref: action.ref, problem: describeGitProblem(refused).message }, "a gate branch was refused");
  await saveBuild(service.store, gathered.facts.id, { target: action.target, build: { ...build, ...waits } });
  return { kind: "changed" };
}

type NoChain = Exclude<NotComposed, { kind: "git" }>;

function stateOf(chain: Result<readonly Sha[], NoChain>, target: BranchName): Build["state"] {
  if (chain.ok) return { kind: "open" };
  const { problem } = chain;
  switch (problem.kind) {
    case "conflict":
      return { kind: "conflict", files: problem.files };
    case "nothing-new":
      return { kind: "lost", why: "the target already contains everything of it" };
    case "merge-inside": {
      const merge = problem.commit.slice(0, 7);
      const why = `${merge} in it is a merge, which the strategy "rebase" cannot replay; rebase the change onto ${target} without it, or let the policy say "squash"`;
      return { kind: "lost", why };
    }
  }
}

/** One commit per item, front first. A problem of git says nothing about the items. */
async function makeChain(
  { service, gathered }: Applying,
  items: readonly Item[],
  { build, onto }: BuildAction,
): Promise<Result<Result<readonly Sha[], NoChain>, GitProblem>> {
  const { git } = gathered.mirror;
  // The App's own account, pinned: the same inputs give the same commit.
  const { login, id } = gathered.facts.viewer;
  const app = { name: login, email: `${id}+${login}@users.noreply.github.com` };
  const isFresh = async (sha: Sha) => !(await wasBuilt(service.store, gathered.facts.id, { sha, not: build }));
  const chain: Sha[] = [];
  let tip = onto;
  for (const { members, seal } of items) {
    for (const { head } of members) {
      const next = await composeCommit(git, { tip, head, seal, app, isFresh });
      if (!next.ok) return next.problem.kind === "git" ? fail(next.problem.problem) : ok(fail(next.problem));
      tip = next.value;
    }
    chain.push(tip);
  }
  return ok(ok(chain));
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

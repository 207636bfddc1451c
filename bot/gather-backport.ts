/**
 * Where the commits of a change were picked from, and which newer maintained branches have what it brings: by the commit itself, by
 * its Change-Id, or by another pick of the same commit, and nobody has reverted it there. Found with few looks into each branch, which
 * are remembered.
 */
import { changeKind } from "../src/core/change/change-kind.ts";
import { parseChangeId, parseSha, type BranchName, type Sha } from "../src/core/ids.ts";
import { isUnchanged, newerBranches, pickedFrom } from "../src/core/policy/backport.ts";
import type { ChangeKind, PolicySnapshot } from "../src/core/policy/snapshot.ts";
import { fixesOf, idOf, picksOf } from "../src/core/release/backport/fix.ts";
import { ladderOf, mustBeOn } from "../src/core/release/backport/ladder.ts";
import { ok, type Result } from "../src/core/result.ts";
import { gatherChangeKindFacts } from "../src/git/change-kind-facts.ts";
import type { Commit } from "../src/git/commit.ts";
import type { GitProblem } from "../src/git/problem.ts";
import type { Answer, FactsOf } from "./gather-facts.ts";
import { revertOf } from "./gather-reverts.ts";
import type { Mirror } from "./mirror.ts";

type Backport = NonNullable<PolicySnapshot["facts"]["backportOf"]>;
type Newer = NonNullable<PolicySnapshot["facts"]["newer"]>;
type BackportOf = Pick<FactsOf, "mirror" | "range" | "target" | "defaultBranch" | "branches" | "open">;

/** An open change, as far as its branch's name tells what it brings. */
export interface OpenBackport {
  readonly number: number;
  readonly target: BranchName;
  readonly headBranch: BranchName;
}

/** One commit is looked for in a branch by at most so many that say the same. */
const MOST_ALIKE = 50;

/** The newest branch first. Of a change of several commits a branch has to have all. */
export async function newerWith(of: BackportOf): Promise<Answer<Newer>> {
  const { range, target, defaultBranch, branches, open } = of;
  const ladder = ladderOf({ branches: [...branches.keys()], defaultBranch, near: target });
  const newer: Newer[number][] = [];
  for (const branch of mustBeOn(ladder, target)) {
    const tip = branches.get(branch);
    if (tip === undefined) continue;
    let has = true;
    let reverted: Sha | undefined;
    for (const commit of range?.commits ?? []) {
      const standing = await standingOn(commit, tip, of);
      if (!standing.ok) return standing;
      has &&= standing.value.on;
      reverted ??= standing.value.reverted;
    }
    const id = range?.commits.map(({ message }) => idOf(message)).find((one) => one !== undefined);
    const bringing = open.find(
      (one) =>
        id !== undefined && one.target === branch && parseChangeId(one.headBranch.split("/").at(-1) ?? "") === id,
    );
    if (reverted !== undefined) newer.push({ branch, has: false, reverted });
    else newer.push({ branch, has, ...(has || bringing === undefined ? {} : { open: bringing.number }) });
  }
  return ok(newer);
}

export interface Standing {
  /** Something on the branch brings it. */
  readonly on: boolean;
  /** Takes it back there; of several that bring it, each was taken back. */
  readonly reverted?: Sha;
}

/** Whether a branch with this tip has what the commit brings to `target`. */
export async function standingOn(
  commit: Pick<Commit, "sha" | "message">,
  tip: Sha,
  of: Pick<BackportOf, "mirror" | "branches" | "target">,
): Promise<Result<Standing, GitProblem>> {
  const found = await commitsOn(commit, tip, of);
  if (!found.ok) return found;
  const onto = of.branches.get(of.target);
  let reverted: Sha | undefined;
  for (const sha of new Set(found.value)) {
    // Of the branches' own, what the target has is as old as the target. Of a commit that both have, what came after it counts.
    const since = sha === commit.sha ? [sha] : onto === undefined ? [] : [onto];
    const revert = await revertOf(of.mirror, { shas: [sha] }, { tip, notReachableFrom: since });
    if (!revert.ok) return revert;
    if (revert.value === undefined) return ok({ on: true });
    reverted ??= revert.value;
  }
  return ok({ on: found.value.length > 0, ...(reverted === undefined ? {} : { reverted }) });
}

/** Commits of a branch with this tip that bring there what the commit brings to `target`; none: it has not got it. */
async function commitsOn(
  commit: Pick<Commit, "sha" | "message">,
  tip: Sha,
  { mirror, branches, target }: Pick<BackportOf, "mirror" | "branches" | "target">,
): Promise<Result<readonly Sha[], GitProblem>> {
  const picks = picksOf(commit.message);
  const id = idOf(commit.message);
  const saying = [
    ...(id === undefined ? [] : [`Change-Id: ${id}`]),
    ...[...picks, commit.sha].map((sha) => `(cherry picked from commit ${sha}`),
  ];
  const onto = branches.get(target);
  const since = onto === undefined ? {} : { notReachableFrom: [onto] };
  const alike = await mirror.known.commits({ from: tip, ...since, saying, max: MOST_ALIKE });
  if (!alike.ok) return alike;
  const found = alike.value.filter((one) => fixesOf([one]).has(commit) !== undefined).map(({ sha }) => sha);
  for (const pick of [commit.sha, ...picks]) {
    const sha = parseSha(pick);
    const contained = sha === undefined ? ok(false) : await mirror.known.isAncestor(sha, tip);
    if (!contained.ok && contained.problem.kind !== "missing-object") return contained;
    if (sha !== undefined && contained.ok && contained.value) found.push(sha);
  }
  return ok(found);
}

/** Every commit names one that is in a newer branch; the kind is the worst of them. */
export async function backportIn(of: BackportOf): Promise<Answer<Backport | undefined>> {
  const { mirror, range, target, defaultBranch, branches } = of;
  if (range === undefined || range.commits.length === 0) return ok(undefined);
  const newer = newerBranches([...branches.keys()], { target, defaultBranch });
  const found: Backport[] = [];
  for (const commit of range.commits) {
    const sha = pickedFrom(commit.message);
    if (sha === undefined) return ok(undefined);
    const branch = await branchWith(sha, newer, of);
    if (!branch.ok) return branch;
    if (branch.value === undefined) return ok(undefined);
    const kind = await kindOf(mirror, sha, commit);
    if (!kind.ok) return kind;
    found.push({ sha, branch: branch.value, kind: kind.value });
  }
  return ok(found.find(({ kind }) => !isUnchanged(kind)) ?? found[0]);
}

async function branchWith(
  sha: Sha,
  newer: readonly BranchName[],
  { mirror, branches }: BackportOf,
): Promise<Answer<BranchName | undefined>> {
  for (const branch of newer) {
    const tip = branches.get(branch);
    const contained = tip === undefined ? ok(false) : await mirror.known.isAncestor(sha, tip);
    // A commit that nobody here has is in no branch of ours.
    if (!contained.ok && contained.problem.kind !== "missing-object") return contained;
    if (contained.ok && contained.value) return ok(branch);
  }
  return ok(undefined);
}

/** Of the commit here against the one it was picked from, each on its own parent. Without one, or with several, it is other code. */
async function kindOf({ git, known }: Mirror, picked: Sha, here: Commit): Promise<Answer<ChangeKind>> {
  const there = await known.commits({ from: picked, max: 1 });
  if (!there.ok) return there;
  const [origin] = there.value;
  const [from] = origin?.parents ?? [];
  const [onto] = here.parents;
  if (from === undefined || onto === undefined || origin?.parents.length !== 1 || here.parents.length !== 1)
    return ok("REWORK");
  const facts = await gatherChangeKindFacts(git, {
    previous: { head: picked, base: from },
    next: { head: here.sha, base: onto },
  });
  return facts.ok ? ok(changeKind(facts.value)) : facts;
}

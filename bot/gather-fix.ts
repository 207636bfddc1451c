/**
 * Which commits of the branch are what a merged change brought, oldest first: those that were reviewed where they are in the branch, else
 * the ones that landed in their place. Each is on that branch: a pick is named after it. Where nobody can say, half a sentence why.
 */
import { type BranchName, type Sha } from "../src/core/ids.ts";
import type { Asked } from "../src/core/release/backport/asked.ts";
import { replayedFrom } from "../src/core/release/backport/replayed.ts";
import { fail, ok, type Result } from "../src/core/result.ts";
import type { RepositoryFacts } from "../src/forge/forge.ts";
import type { Commit } from "../src/git/commit.ts";
import type { GitProblem } from "../src/git/problem.ts";
import type { Mirror, Tips } from "./mirror.ts";
import type { Service } from "./service.ts";
import { patchSetsOf } from "./store/patch-sets.ts";

/** `unknown` is nobody's failure: nothing becomes better by trying again. */
export type NoFix =
  { readonly kind: "unknown"; readonly why: string } | { readonly kind: "git"; readonly problem: GitProblem };
type Fix = Promise<Result<readonly Commit[], NoFix>>;

export interface FixPlace {
  readonly facts: Pick<RepositoryFacts, "id">;
  readonly mirror: Mirror;
  readonly tips: Pick<Tips, "branches">;
}

/** Commits of one change that are picked. */
const MOST_PICKED = 50;

export async function fixOf({ store }: Pick<Service, "store">, at: FixPlace, asked: Asked): Fix {
  const sets = await patchSetsOf(store, at.facts.id, asked.change);
  const recorded = sets.findLast(({ patchSet }) => patchSet.sha === asked.head);
  return fixFrom(at, asked, recorded?.patchSet.parent);
}

/** `parent`: what the reviewed head stood on, as it was written down. */
export async function fixFrom(
  { mirror, tips }: Pick<FixPlace, "mirror" | "tips">,
  asked: Asked,
  parent: Sha | undefined,
): Fix {
  const { origin } = asked;
  const tip = tips.branches.get(origin);
  if (tip === undefined) return unknown(`\`${origin}\`, where it landed, is gone`);
  const range = await landedRange(mirror, { asked, tip, parent });
  if (!range.ok) return range;
  const commits = range.value.filter(({ parents }) => parents.length === 1);
  if (commits.length === 0) return unknown("it brought no commit that can be picked");
  if (range.value.length > MOST_PICKED) return unknown(`it has more than ${MOST_PICKED} commits`);
  const odd = await oddMerge(mirror, range.value);
  if (!odd.ok) return odd;
  if (odd.value !== undefined) return unknown(`${short(odd.value)} in it is a merge that brings changes of its own`);
  const lost = await notOn(mirror, { commits, tip, origin });
  return lost.ok ? ok(commits) : lost;
}

interface Landing {
  readonly asked: Asked;
  readonly tip: Sha;
  readonly parent: Sha | undefined;
}

/** With its merges. */
async function landedRange(mirror: Mirror, { asked, tip, parent }: Landing): Fix {
  const { head, landed } = asked;
  const written = parent === undefined ? ok([]) : await rangeOf(mirror, head, parent);
  const reviewed = written.ok ? written.value : [];
  const contained = await mirror.known.isAncestor(head, tip);
  if (!contained.ok && contained.problem.kind !== "missing-object") return git(contained.problem);
  if (contained.ok && contained.value && reviewed.length > 0) return ok(reviewed);
  const there = await mirror.known.commits({ from: landed, max: 1 });
  if (!there.ok) return gone(there.problem, `${short(landed)}, as which it landed, is not here any more`);
  const [one] = there.value;
  const [first, second, more] = one?.parents ?? [];
  if (one === undefined || first === undefined || more !== undefined)
    return unknown(`${short(landed)}, as which it landed, has ${one?.parents.length ?? 0} parents`);
  if (second !== undefined) return rangeOf(mirror, second, first);
  return instead(mirror, { one, first, head, reviewed });
}

interface Instead {
  readonly one: Commit;
  readonly first: Sha;
  readonly head: Sha;
  readonly reviewed: readonly Commit[];
}

/** Landed by squash or rebase: other commits than the reviewed ones. */
async function instead(mirror: Mirror, { one, first, head, reviewed }: Instead): Fix {
  if (reviewed.length === 0 && one.sha === head)
    return unknown(`nobody has written down how many commits ended in ${short(head)}`);
  const known = reviewed.length > 0 ? ok(reviewed) : await rangeFromForge(mirror, head, first);
  if (!known.ok) return known;
  const authored = known.value.filter(({ parents }) => parents.length === 1);
  const down = await mirror.known.commits({ from: one.sha, max: Math.min(authored.length, MOST_PICKED) + 1 });
  if (!down.ok) return git(down.problem);
  const replayed = replayedFrom(authored, down.value);
  return ok(replayed.length === 0 ? [one] : replayed);
}

/** The forge keeps the heads of pull requests that have ended. */
async function rangeFromForge(mirror: Mirror, head: Sha, base: Sha): Fix {
  const here = await mirror.git.commit(head);
  if (!here.ok && here.problem.kind !== "missing-object") return git(here.problem);
  const fetched = here.ok ? ok(undefined) : await mirror.git.fetch(mirror.address, [{ from: head }]);
  if (!fetched.ok) return gone(fetched.problem, `${short(head)}, which was reviewed, is not on the forge any more`);
  return rangeOf(mirror, head, base);
}

/** Oldest first. */
async function rangeOf(mirror: Mirror, from: Sha, base: Sha): Fix {
  const range = await mirror.known.commits({ from, notReachableFrom: [base], max: MOST_PICKED + 1 });
  return range.ok ? ok([...range.value].reverse()) : gone(range.problem, `the commits of ${short(from)} are not here`);
}

/** A merge whose content is not what git makes of its parents: picking commits leaves that out. */
async function oddMerge(
  { git: repository }: Mirror,
  range: readonly Commit[],
): Promise<Result<Sha | undefined, NoFix>> {
  for (const { sha, tree, parents } of range) {
    const [first, second, more] = parents;
    if (first === undefined || second === undefined) continue;
    if (more !== undefined) return ok(sha);
    const merged = await repository.mergeTree(first, second);
    if (!merged.ok) return git(merged.problem);
    if (merged.value.kind === "conflict" || merged.value.tree !== tree) return ok(sha);
  }
  return ok(undefined);
}

async function notOn(
  { known }: Mirror,
  { commits, tip, origin }: { readonly commits: readonly Commit[]; readonly tip: Sha; readonly origin: BranchName },
): Promise<Result<void, NoFix>> {
  for (const { sha } of commits) {
    const contained = await known.isAncestor(sha, tip);
    if (!contained.ok) return git(contained.problem);
    if (!contained.value) return unknown(`\`${origin}\` does not have ${short(sha)} any more`);
  }
  return ok(undefined);
}

function gone(problem: GitProblem, why: string): Result<never, NoFix> {
  return problem.kind === "missing-object" ? unknown(why) : git(problem);
}

function git(problem: GitProblem): Result<never, NoFix> {
  return fail({ kind: "git", problem });
}

function unknown(why: string): Result<never, NoFix> {
  return fail({ kind: "unknown", why });
}

function short(sha: Sha): string {
  return sha.slice(0, 10);
}

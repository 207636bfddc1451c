/**
 * Moves the head branches of changes that land as another commit to that commit, so that the forge shows them merged
 * when the target follows: a push of its own, before the target's. Each move is written down first (own-heads.ts).
 * Only branches of this repository that nobody else builds on are moved; a fork is never written to. What stays where it
 * is lands all the same, and is closed with a sentence (apply-close.ts).
 */
import type { Action, Build, PullFacts } from "../src/core/gate/snapshot.ts";
import { branchRef, type BranchName, type Sha } from "../src/core/ids.ts";
import { fail, ok, type Result } from "../src/core/result.ts";
import type { Applied, Applying } from "./applying.ts";
import type { Gathered } from "./gather.ts";
import { ownHeads } from "./own-heads.ts";
import { gitProblem } from "./problem.ts";
import type { Service } from "./service.ts";
import { landedOn, openItems, saveBuild } from "./store/queue.ts";

type Land = Extract<Action, { kind: "land" }>;

interface Move {
  readonly change: number;
  readonly branch: BranchName;
  /** Where the branch is: the reviewed head, or an earlier move of ours. */
  readonly at: Sha;
  readonly from: Sha;
  readonly to: Sha;
}

/** `undefined`: the target may follow. */
export async function moveHeads(
  { service, gathered }: Pick<Applying, "service" | "gathered">,
  action: Land,
  build: Build,
): Promise<Applied | undefined> {
  const moves = await movesFor(service, gathered, { action, build });
  if (!moves.ok) return moves.problem;
  if (moves.value.length === 0) return undefined;
  const known = new Map((build.moved ?? []).map((move) => [`${move.change} ${move.to}`, move]));
  for (const { change, from, to } of moves.value) known.set(`${change} ${to}`, { change, from, to });
  const record = { target: action.target, build: { ...build, moved: [...known.values()] } };
  await saveBuild(service.store, gathered.facts.id, record);
  const { git, address } = gathered.mirror;
  for (const { change, branch, at, to } of moves.value) {
    const pushed = await git.push(address, [{ ref: branchRef(branch), from: at, to }]);
    if (pushed.ok) continue;
    // Somebody pushed: what was reviewed is not what is there.
    if (pushed.problem.kind === "stale") return { kind: "changed" };
    if (pushed.problem.kind !== "rejected") return { kind: "problem", problem: gitProblem(pushed.problem) };
    service.log.info({ change, branch }, "the head branch may not be moved; the change will be closed once it landed");
  }
  return undefined;
}

async function movesFor(
  service: Service,
  gathered: Gathered,
  { action, build }: { readonly action: Land; readonly build: Build },
): Promise<Result<readonly Move[], Applied>> {
  const { mirror, snapshot, facts } = gathered;
  const own = await ownHeads(service.store, facts.id);
  const landing = snapshot.gates.flatMap(({ items }) => items).filter(({ id }) => action.items.includes(id));
  const moves: Move[] = [];
  for (const { id, members } of landing) {
    const to = build.commits[build.stack.indexOf(id)] ?? action.to;
    for (const { change, head } of members) {
      const shows = await mirror.known.isAncestor(head, to);
      if (!shows.ok) return fail({ kind: "problem", problem: gitProblem(shows.problem) });
      if (shows.value) continue;
      const pull = snapshot.pulls?.find((one) => one.change === change && one.state === "open");
      const at = pull?.branchTip;
      if (pull === undefined || at === undefined || !(await isMovable(service, gathered, pull))) continue;
      if (own.reviewed(change, at) !== head) return fail({ kind: "changed" });
      if (at !== to) moves.push({ change, branch: pull.headBranch, at, from: head, to });
    }
  }
  return ok(moves);
}

/** By name ours: made by `git review` for this one change. */
const OURS = "review/";

/** Not a branch that is more than this change: one that things land on, or that others' pull requests are based on. */
async function isMovable(service: Service, { facts, snapshot }: Gathered, pull: PullFacts): Promise<boolean> {
  const branch = pull.headBranch;
  const isTarget = branch === facts.defaultBranch || snapshot.gates.some(({ target }) => target.branch === branch);
  if (isTarget || (await landedOn(service.store, facts.id, branch)).length > 0) return false;
  const shared = snapshot.pulls?.some(
    (other) =>
      other.state === "open" && other.change !== pull.change && (other.base === branch || other.headBranch === branch),
  );
  return branch.startsWith(OURS) || shared !== true;
}

/**
 * Puts a head back where the change left the gate between the two pushes: its author finds what they pushed. Never one
 * whose move the target already contains.
 */
export async function restoreHeads(service: Service, { facts, mirror, snapshot, tips }: Gathered): Promise<void> {
  const own = await ownHeads(service.store, facts.id);
  const away = (snapshot.pulls ?? []).filter(
    ({ state, change, head, branchTip }) =>
      state === "open" && branchTip !== undefined && branchTip !== head && own.reviewed(change, branchTip) === head,
  );
  if (away.length === 0) return;
  const queued = await openItems(service.store, facts.id);
  for (const { change, head, headBranch, branchTip } of away) {
    if (branchTip === undefined) continue;
    if (queued.some(({ item }) => item.members.some((one) => one.change === change && one.head === head))) continue;
    if (snapshot.gates.some(({ landed }) => landed.some((one) => one.change === change))) continue;
    const within = await Promise.all(
      [...targetsOf(snapshot, tips)].map((tip) => mirror.known.isAncestor(branchTip, tip)),
    );
    if (within.some((answer) => !answer.ok || answer.value)) continue;
    const back = await mirror.git.push(mirror.address, [{ ref: branchRef(headBranch), from: branchTip, to: head }]);
    if (back.ok) service.log.info({ change, branch: headBranch }, "the head is back at what was reviewed");
    else service.log.warn({ change, problem: back.problem.kind }, "a head that the gate moved could not be put back");
  }
}

function targetsOf(snapshot: Gathered["snapshot"], tips: Gathered["tips"]): ReadonlySet<Sha> {
  return new Set(snapshot.gates.flatMap(({ target }) => tips.branches.get(target.branch) ?? []));
}

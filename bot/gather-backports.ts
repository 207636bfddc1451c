/**
 * Where the backports that were asked for stand: on which branches the fix is, who reverted it there, and which pull requests bring it.
 * All from git and from the list of pull requests; the forge is asked for nothing, except to hear what was said on a merged change.
 * What git cannot read of one change is told on that change; it holds up nobody else.
 */
import { settledBackport, type BackportFacts } from "../src/core/gate/backport-merged.ts";
import { digestOf } from "../src/core/gate/reports.ts";
import { parseBranchName, parseChangeId, type BranchName, type Sha } from "../src/core/ids.ts";
import { askerOf, branchesOnTheWay, shown, type Asked, type Branches } from "../src/core/release/backport/asked.ts";
import { idOf } from "../src/core/release/backport/fix.ts";
import { conflictsIn } from "../src/core/release/backport/message.ts";
import type { Found } from "../src/core/release/backport/plan.ts";
import { ok, type Result } from "../src/core/result.ts";
import type { Commit } from "../src/git/commit.ts";
import type { GitProblem } from "../src/git/problem.ts";
import type { Attending } from "./attend.ts";
import { standingOn } from "./gather-backport.ts";
import { fixOf } from "./gather-fix.ts";
import type { Ground } from "./gather-ground.ts";
import { revertOf } from "./gather-reverts.ts";
import { hearBackports } from "./hear-backport.ts";
import type { Mirror, Tips } from "./mirror.ts";
import { gitProblem, type ServiceProblem } from "./problem.ts";
import type { Service } from "./service.ts";
import { askedIn } from "./store/backports.ts";
import type { KnownPull } from "./store/pulls.ts";
import { publishedDigests } from "./store/published.ts";
import { saveRequester } from "./store/remembered.ts";

/** Before anybody says how a change was merged: what is heard of it is heard once. */
export async function gatherBackports(
  service: Service,
  ground: Ground,
  attending: Attending,
): Promise<Result<readonly BackportFacts[], ServiceProblem>> {
  const heard = await hearBackports(service, ground, attending);
  if (!heard.ok) return heard;
  const published = await publishedDigests(service.store, ground.facts.id);
  const live = { branches: [...ground.tips.branches.keys()], defaultBranch: ground.facts.defaultBranch };
  const found: BackportFacts[] = [];
  for (const { asked, text } of askedIn(published)) {
    const digest = digestOf(text);
    if (published[settledBackport(asked.change)] === digest) continue;
    const read = await factsOf(service, ground, { asked, live });
    if (!read.ok) return { ok: false, problem: gitProblem(read.problem) };
    found.push({ ...live, asked, digest, ...read.value });
  }
  return ok(found);
}

type Read<T> = Promise<Result<T, GitProblem>>;
type Facts = Pick<BackportFacts, "found" | "reverted" | "unread" | "notes">;

async function factsOf(
  service: Service,
  ground: Ground,
  { asked, live }: { readonly asked: Asked; readonly live: Branches },
): Read<Facts> {
  const branches = branchesOnTheWay(asked, live);
  if (branches.length === 0) return ok({ found: {} });
  const fix = await fixOf(service, ground, asked);
  if (!fix.ok)
    return fix.problem.kind === "git"
      ? { ok: false, problem: fix.problem.problem }
      : ok({ found: {}, unread: fix.problem.why });
  const found: Record<string, Found> = {};
  const reverted: Record<string, Sha> = {};
  const notes: string[] = [];
  const at = await revertedAtHome(ground, { asked, commits: fix.value });
  if (!at.ok) return at;
  if (at.value !== undefined) reverted[asked.origin] = at.value;
  for (const branch of branches) {
    const here = await foundOn(service, ground, { asked, branch, commits: fix.value });
    if (!here.ok) return here;
    const { is, revert, note } = here.value;
    found[branch] = is;
    if (revert !== undefined) reverted[branch] = revert;
    if (note !== undefined) notes.push(note);
  }
  return ok({ found, reverted, notes });
}

/** Where it landed; a revert names the commits, the merge, or the pull request. */
async function revertedAtHome(
  { mirror, tips, ref }: Ground,
  { asked, commits }: { readonly asked: Asked; readonly commits: readonly Commit[] },
): Read<Sha | undefined> {
  const tip = tips.branches.get(asked.origin);
  if (tip === undefined) return ok(undefined);
  const own = commits.map(({ sha }) => sha);
  const fix = { shas: [...own, asked.landed], pull: `${ref.owner}/${ref.name}#${asked.change}` };
  return revertOf(mirror, fix, { tip, notReachableFrom: own.slice(-1) });
}

interface FoundOn {
  readonly is: Found;
  /** Took it back there. */
  readonly revert?: Sha;
  /** A sentence. */
  readonly note?: string;
}

interface Wanted {
  readonly asked: Asked;
  readonly branch: BranchName;
  readonly commits: readonly Commit[];
}

async function foundOn(service: Service, ground: Ground, wanted: Wanted): Read<FoundOn> {
  const { asked, branch } = wanted;
  const tip = ground.tips.branches.get(branch);
  if (tip === undefined || asked.empty.includes(branch)) return ok({ is: { kind: "empty" } });
  const lacking = await lackingOn(ground, wanted);
  if (!lacking.ok) return lacking;
  const { missing, reverted } = lacking.value;
  if (missing.length === 0)
    return ok({ is: { kind: "there" }, ...(reverted === undefined ? {} : { revert: reverted }) });
  const { own, open, closed, merged } = bringing(ground.pulls, wanted);
  if (open !== undefined) {
    if (own === open.headBranch) await rememberRequester(service, ground, { asked, branch, change: open.change });
    const conflict = await isConflicting(ground, open, tip);
    return ok({ is: { kind: "open", change: open.change, ...(conflict ? { conflict: true as const } : {}) } });
  }
  if (closed !== undefined) return ok({ is: { kind: "closed", change: closed.change } });
  if (merged === undefined) return ok({ is: { kind: "absent" } });
  const names = missing.map(({ sha }) => sha.slice(0, 10)).join(", ");
  const note = `${shown(branch)}: #${merged.change} was merged, and no commit there names ${names}; pick by hand what is missing.`;
  return ok({ is: { kind: "there" }, note });
}

/** Commits of the fix that a branch lacks, oldest first, and who took back one that it has. */
export async function lackingOn(
  { mirror, tips }: { readonly mirror: Mirror; readonly tips: Pick<Tips, "branches"> },
  { asked, branch, commits }: Wanted,
): Read<{ readonly missing: readonly Commit[]; readonly reverted: Sha | undefined }> {
  const tip = tips.branches.get(branch);
  if (tip === undefined) return ok({ missing: commits, reverted: undefined });
  const missing: Commit[] = [];
  let reverted: Sha | undefined;
  for (const commit of commits) {
    const standing = await standingOn(commit, tip, { mirror, branches: tips.branches, target: asked.origin });
    if (!standing.ok) return standing;
    if (!standing.value.on) missing.push(commit);
    reverted ??= standing.value.reverted;
  }
  return ok({ missing, reverted });
}

interface Bringing {
  readonly own: BranchName | undefined;
  readonly open?: KnownPull | undefined;
  readonly closed?: KnownPull | undefined;
  readonly merged?: KnownPull | undefined;
}

/**
 * Pull requests that bring it: ours by its branch, and open ones that somebody named after its Change-Id. How those of others ended says
 * nothing: whoever likes may open and close one.
 */
export function bringing(pulls: readonly KnownPull[], { asked, branch, commits }: Wanted): Bringing {
  const ids = commits.flatMap(({ message }) => idOf(message) ?? []);
  const own = backportBranch(asked, { branch, commits });
  const here = pulls.filter(({ base }) => base === branch);
  const ours = here.filter(({ local, headBranch }) => local && headBranch === own);
  const named = here.filter(({ headBranch }) => {
    const id = parseChangeId(headBranch.split("/").at(-1) ?? "");
    return id !== undefined && ids.includes(id);
  });
  // Newest number first: one that was opened again by hand comes before what was closed.
  return {
    own,
    open: [...ours, ...named].find(({ state }) => state === "open"),
    closed: ours.find(({ state }) => state === "closed"),
    merged: ours.find(({ state }) => state === "merged"),
  };
}

/** The markers are there, or it is a draft still. The block of what conflicted stays in the message for its readers. */
async function isConflicting({ mirror, open }: Ground, { change, head }: KnownPull, tip: Sha): Promise<boolean> {
  const commits = await mirror.known.commits({ from: head, notReachableFrom: [tip], max: 1 });
  if (!commits.ok || commits.value.every(({ message }) => conflictsIn(message).length === 0)) return false;
  const isDraft = open.find(({ headline }) => headline.number === change)?.headline.draft === true;
  const left = await mirror.known.pathsWithMarkers(tip, head);
  return isDraft || !left.ok || left.value.length > 0;
}

/** Ours, opened by a look that died before it could say for whom. */
async function rememberRequester(
  { store }: Service,
  { facts, open }: Ground,
  { asked, branch, change }: { readonly asked: Asked; readonly branch: BranchName; readonly change: number },
): Promise<void> {
  const headline = open.find((one) => one.headline.number === change)?.headline;
  const requester = askerOf(asked, branch);
  if (headline?.author.id !== facts.viewer.id || requester === undefined) return;
  await saveRequester(store, facts.id, { change, requester });
}

/** Of the pull request that we open. A Change-Id finds it from any clone; where there is none, or no room for it, the number does. */
export function backportBranch(
  { change }: Pick<Asked, "change">,
  { branch, commits }: { readonly branch: BranchName; readonly commits: readonly Pick<Commit, "message">[] },
): BranchName | undefined {
  const id = commits.map(({ message }) => idOf(message)).find((one) => one !== undefined);
  const [first, second] = [id, change].map((word) => parseBranchName(`review/backport/${branch}/${word}`));
  return id === undefined ? second : (first ?? second);
}

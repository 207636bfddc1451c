/**
 * The way down: from the newest branch to the oldest each backport is made in memory, from what the next newer branch has. Only objects
 * are written; no ref, no index and no file. What `git cherry-pick -x` would write is what is written: author and message are the fix's.
 */
import type { BranchName, Sha } from "../../core/ids.ts";
import { fixesOf, type Twin } from "../../core/release/backport/fix.ts";
import { backportMessage, cleanedUp } from "../../core/release/backport/message.ts";
import type { Step } from "../../core/release/backport/plan.ts";
import { ok, type Result } from "../../core/result.ts";
import type { Commit, Ident } from "../../git/commit.ts";
import type { GitProblem } from "../../git/problem.ts";
import type { Ground } from "./ground.ts";

/** Where help is needed. */
export interface Stop {
  readonly branch: BranchName;
  /** The commit that the pick goes on top of. */
  readonly onto: Sha;
  readonly source: Commit;
  /** Of the commit in the fix. */
  readonly at: number;
  readonly files: readonly string[];
}

/** A stop that somebody has resolved: everything up to there is in `tip`. */
export interface Resolved {
  readonly branch: BranchName;
  readonly at: number;
  readonly tip: Sha;
}

export type HopState =
  | { readonly kind: "there"; readonly twins: readonly Twin<Commit>[] }
  /** The local branch has it; left as it is. */
  | { readonly kind: "made"; readonly tip: Sha }
  /** `was`: of the fix's commits, what the branch had or needed not. */
  | { readonly kind: "picked"; readonly tip: Sha; readonly commits: number; readonly was: number }
  /** Nothing of it is left to do there: it has the content. */
  | { readonly kind: "empty" }
  | { readonly kind: "conflict"; readonly stop: Stop }
  | { readonly kind: "behind"; readonly behind: BranchName }
  /** The name is that of something else, or stands in the way of it. */
  | { readonly kind: "taken"; readonly by: BranchName };

export interface Hop {
  readonly branch: BranchName;
  readonly asked: boolean;
  /** What the local branch is called. */
  readonly name: BranchName;
  readonly state: HopState;
}

type Answer<T> = Promise<Result<T, GitProblem>>;

/** Newest first, one for each step of the plan. */
export async function walkDown(
  ground: Ground,
  committer: Ident | undefined,
  resolved?: Resolved,
): Answer<readonly Hop[]> {
  const hops: Hop[] = [];
  let sources: readonly Commit[] = ground.fix.commits;
  let stopped: BranchName | undefined;
  for (const { branch } of ground.ladder) {
    const twins = ground.there.get(branch);
    const step = ground.steps.find((one) => one.branch === branch);
    const tip = ground.branches.tips.get(branch);
    if (twins === undefined || tip === undefined) continue;
    const before = sources;
    sources = twins.map((twin, at) => twin?.as ?? before[at]).flatMap((one) => one ?? []);
    if (step === undefined) continue;
    const at: HopAt = { step, tip, twins, sources: before, committer };
    const mine = resolved?.branch === branch ? resolved : undefined;
    const hop = stopped === undefined ? await hopTo(ground, at, mine) : ok({ state: behind(stopped, twins), sources });
    if (!hop.ok) return hop;
    sources = hop.value.sources;
    const { state } = hop.value;
    if (state.kind === "conflict" || state.kind === "taken") stopped = branch;
    hops.push({ branch, asked: step.asked, name: ground.nameFor(branch), state });
  }
  return ok(hops);
}

function behind(stopped: BranchName, twins: HopAt["twins"]): HopState {
  const there = twins.flatMap((twin) => twin ?? []);
  return there.length === twins.length ? { kind: "there", twins: there } : { kind: "behind", behind: stopped };
}

interface HopAt {
  readonly step: Step;
  readonly tip: Sha;
  readonly twins: readonly (Twin<Commit> | undefined)[];
  /** What each commit is picked from. */
  readonly sources: readonly Commit[];
  readonly committer: Ident | undefined;
}

interface HopMade {
  readonly state: HopState;
  /** What the next older branch picks from. */
  readonly sources: readonly Commit[];
}

async function hopTo(ground: Ground, at: HopAt, resolved: Resolved | undefined): Answer<HopMade> {
  const { git } = ground.branches;
  const name = ground.nameFor(at.step.branch);
  const local = ground.local.get(name);
  const sources = at.twins.map((twin, index) => twin?.as ?? at.sources[index]).flatMap((one) => one ?? []);
  const there = at.twins.flatMap((twin) => twin ?? []);
  if (there.length === at.twins.length && resolved === undefined)
    return ok({ state: { kind: "there", twins: there }, sources });
  if (local !== undefined) {
    const own = await git.commits({ from: local, notReachableFrom: [at.tip] });
    if (!own.ok) return own;
    const fixes = fixesOf(own.value);
    const made = ground.fix.commits.map((commit, index) => at.twins[index] ?? fixes.find(commit));
    const all = made.flatMap((twin) => twin?.as ?? []);
    if (all.length < made.length) return ok({ state: { kind: "taken", by: name }, sources });
    return ok({ state: { kind: "made", tip: local }, sources: all });
  }
  const inTheWay = [...ground.local.keys()].find((one) => one.startsWith(`${name}/`) || name.startsWith(`${one}/`));
  if (inTheWay !== undefined) return ok({ state: { kind: "taken", by: inTheWay }, sources });
  return pickAll(ground, at, resolved);
}

async function pickAll(ground: Ground, at: HopAt, resolved: Resolved | undefined): Answer<HopMade> {
  const { git } = ground.branches;
  const start = await git.commit(resolved?.tip ?? at.tip);
  if (!start.ok) return start;
  const begun = resolved === undefined ? ok([]) : await git.commits({ from: resolved.tip, notReachableFrom: [at.tip] });
  if (!begun.ok) return begun;
  const done = fixesOf(begun.value);
  let stand: Commit = start.value;
  let commits = begun.value.length;
  let was = 0;
  const sources: Commit[] = [];
  for (const [index, fix] of ground.fix.commits.entries()) {
    const twin = at.twins[index];
    const source = at.sources[index] ?? fix;
    if (twin !== undefined || (resolved !== undefined && index <= resolved.at)) {
      const last = index === resolved?.at && commits > 0 ? stand : source;
      if (twin !== undefined) was += 1;
      sources.push(twin?.as ?? done.find(fix)?.as ?? last);
      continue;
    }
    const replayed = await git.replay(source, { tree: stand.tree });
    if (!replayed.ok) return replayed;
    const { kind, tree } = replayed.value;
    if (kind === "conflict") {
      const { files } = replayed.value;
      const stop: Stop = { branch: at.step.branch, onto: stand.sha, source, at: index, files };
      return ok({ state: { kind: "conflict", stop }, sources: at.sources });
    }
    if (tree === stand.tree) {
      was += 1;
      sources.push(source);
      continue;
    }
    const written = await write(ground, { source, onto: stand, tree, committer: at.committer });
    if (!written.ok) return written;
    stand = written.value;
    commits += 1;
    sources.push(stand);
  }
  if (commits === 0) return ok({ state: { kind: "empty" }, sources });
  return ok({ state: { kind: "picked", tip: stand.sha, commits, was }, sources });
}

interface Write {
  readonly source: Commit;
  readonly onto: Commit;
  readonly tree: Sha;
  readonly committer: Ident | undefined;
}

async function write({ branches }: Ground, { source, onto, tree, committer }: Write): Answer<Commit> {
  const commit = {
    ...{ tree, parents: [onto.sha], author: source.author, committer: committer ?? source.committer },
    message: cleanedUp(backportMessage(source.message, { from: source.sha, conflicts: [] })),
    headers: {},
  };
  const sha = await branches.git.commitTree(commit);
  return sha.ok ? ok({ ...commit, sha: sha.value }) : sha;
}

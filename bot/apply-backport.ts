/**
 * Makes one backport: picks in memory what was merged onto the tip of the older branch, pushes a branch that must not be there yet, and
 * opens a pull request for whoever asked. A conflict is pushed as it is, with its markers, as a draft: the gate lets nobody land them.
 * After a crash between the two the branch is found and used. What a rule of the repository forbids is told, and ends the request.
 */
import { settledBackport } from "../src/core/gate/backport-merged.ts";
import type { Action } from "../src/core/gate/snapshot.ts";
import type { BranchName, Sha } from "../src/core/ids.ts";
import { givenUp, type Asked } from "../src/core/release/backport/asked.ts";
import { backportMessage } from "../src/core/release/backport/message.ts";
import { ok, type Result } from "../src/core/result.ts";
import type { NewChange } from "../src/forge/forge.ts";
import type { Commit } from "../src/git/commit.ts";
import { describeGitProblem, type GitProblem } from "../src/git/problem.ts";
import type { Applied, Applying } from "./applying.ts";
import { closedFor, policyOn } from "./backport-rights.ts";
import { backportBranch, lackingOn } from "./gather-backports.ts";
import { fixOf } from "./gather-fix.ts";
import { onBehalfOf, openOwnChange } from "./open-own-change.ts";
import { gitProblem } from "./problem.ts";
import { amendAsked } from "./store/backports.ts";
import { markPublished, publishedDigest } from "./store/published.ts";

type Backport = Extract<Action, { kind: "backport" }>;

export async function applyBackport(at: Applying, action: Backport): Promise<Applied> {
  const { asked, branch } = action;
  const { tips } = at.gathered;
  const policy = await policyOn(at.service, at.gathered, branch);
  if (!policy.ok) return { kind: "problem", problem: policy.problem };
  // It may lie in between, or have changed its mind since it was asked.
  const closed = closedFor(policy.value);
  if (closed !== undefined) return giveUp(at, action, closed);
  const fix = await fixOf(at.service, at.gathered, asked);
  if (!fix.ok)
    return fix.problem.kind === "git"
      ? { kind: "problem", problem: gitProblem(fix.problem.problem) }
      : giveUp(at, action, fix.problem.why);
  const name = backportBranch(asked, { branch, commits: fix.value });
  const tip = tips.branches.get(branch);
  if (name === undefined || tip === undefined) return giveUp(at, action, "its name is too long for a branch of ours");
  const inTheWay = [...tips.branches.keys()].find((one) => name.startsWith(`${one}/`) || one.startsWith(`${name}/`));
  if (inTheWay !== undefined)
    return giveUp(at, action, `the branch \`${inTheWay}\` is in the way of \`${name}\`; delete it`);
  return bring(at, action, { name, tip, commits: fix.value, there: tips.branches.get(name) });
}

interface Bring {
  readonly name: BranchName;
  readonly tip: Sha;
  readonly commits: readonly Commit[];
  /** Of our branch. */
  readonly there: Sha | undefined;
}

async function bring(at: Applying, action: Backport, { name, tip, commits, there }: Bring): Promise<Applied> {
  const { asked, branch } = action;
  const { mirror, tips } = at.gathered;
  const lacking = await lackingOn({ mirror, tips }, { asked, branch, commits });
  if (!lacking.ok) return { kind: "problem", problem: gitProblem(lacking.problem) };
  const { missing } = lacking.value;
  const picked = await pick(at, missing, tip);
  if (!picked.ok) return unpicked(at, action, picked.problem);
  if (picked.value.made === tip) return amend(at, action, (now) => ({ ...now, empty: [...now.empty, branch] }));
  // Made before a crash, perhaps on an older tip: what we make there is this commit, to the last byte.
  const before = there === undefined ? undefined : await pickedBefore(at, missing, { there, tip });
  const { made, conflicts, left } = before ?? picked.value;
  const opened = await openOwnChange(at.service, {
    into: { ref: at.gathered.ref, id: at.gathered.facts.id, mirror },
    pull: pullFor(action, { name, conflicts, left }),
    ...{ commit: made, requester: action.by },
    ...(there === undefined ? {} : { isOurs: () => Promise.resolve(before !== undefined) }),
  });
  if (opened.kind === "stopped") return giveUp(at, action, opened.why);
  // The list of pull requests is behind: the next look has the one that is there.
  if (opened.kind === "changed" && there !== undefined) return { kind: "nothing" };
  if (opened.kind !== "opened") return opened;
  at.service.log.info({ change: asked.change, branch, opened: opened.change, conflicts }, "backported");
  return { kind: "changed" };
}

function unpicked(at: Applying, action: Backport, problem: GitProblem): Promise<Applied> | Applied {
  if (problem.kind !== "missing-object") return { kind: "problem", problem: gitProblem(problem) };
  return giveUp(at, action, `it cannot be picked (${describeGitProblem(problem).message})`);
}

interface Picked {
  readonly made: Sha;
  /** Paths; of the last commit that was picked. */
  readonly conflicts: readonly string[];
  /** Above the conflict: to be picked by hand. */
  readonly left: readonly Sha[];
}

/** Deterministic: the committer's time is that of what is picked. */
async function pick(
  { gathered: { mirror, facts } }: Applying,
  commits: readonly Commit[],
  tip: Sha,
): Promise<Result<Picked, GitProblem>> {
  const { login, id } = facts.viewer;
  const app = { name: login, email: `${id}+${login}@users.noreply.github.com` };
  const start = await mirror.git.treeOf(tip);
  if (!start.ok) return start;
  let stand = { commit: tip, tree: start.value };
  for (const [index, commit] of commits.entries()) {
    const replayed = await mirror.git.replay(commit, { tree: stand.tree });
    if (!replayed.ok) return replayed;
    const { tree } = replayed.value;
    if (tree === stand.tree) continue;
    const conflicts = replayed.value.kind === "conflict" ? replayed.value.files : [];
    const { author, headers, committer } = commit;
    const written = await mirror.git.commitTree({
      ...{ tree, parents: [stand.commit], author, headers },
      committer: { ...app, at: committer.at, zone: "+0000" },
      message: backportMessage(commit.message, { from: commit.sha, conflicts }),
    });
    if (!written.ok) return written;
    stand = { commit: written.value, tree };
    if (conflicts.length > 0)
      return ok({ made: stand.commit, conflicts, left: commits.slice(index + 1).map(({ sha }) => sha) });
  }
  return ok({ made: stand.commit, conflicts: [], left: [] });
}

async function pickedBefore(
  at: Applying,
  commits: readonly Commit[],
  { there, tip }: { readonly there: Sha; readonly tip: Sha },
): Promise<Picked | undefined> {
  const base = await at.gathered.mirror.git.mergeBase(there, tip);
  if (!base.ok || base.value === undefined) return undefined;
  const again = await pick(at, commits, base.value);
  return again.ok && again.value.made === there ? again.value : undefined;
}

function pullFor(
  { asked, branch, by }: Backport,
  { name, conflicts, left }: Omit<Picked, "made"> & { readonly name: BranchName },
): NewChange {
  const body = [
    `Backport of #${asked.change} to \`${branch}\`.`,
    ...(conflicts.length === 0 ? [] : [conflictWords(name, { conflicts, left })]),
    onBehalfOf(by),
  ].join("\n\n");
  const pull = { head: name, base: branch, title: asked.title, body };
  return conflicts.length === 0 ? pull : { ...pull, draft: true };
}

function conflictWords(name: BranchName, { conflicts, left }: Omit<Picked, "made">): string {
  return [
    "**It conflicts**, and nobody can land it as it is. Resolve these files, then mark it as ready for review:",
    conflicts.map((path) => `- \`${path}\``).join("\n"),
    `\`\`\`sh\ngit fetch origin ${name} && git switch --detach FETCH_HEAD\n# edit, then:\ngit commit --all --amend\n${left
      .map((sha) => `git cherry-pick -x ${sha}\n`)
      .join("")}git push --force-with-lease origin HEAD:${name}\n\`\`\``,
  ].join("\n\n");
}

/** Not tried again by itself. */
function giveUp(at: Applying, action: Backport, why: string): Promise<Applied> {
  const { tips, facts } = at.gathered;
  const live = { branches: [...tips.branches.keys()], defaultBranch: facts.defaultBranch };
  return amend(at, action, (now) => givenUp(now, { branch: action.branch, why }, live));
}

async function amend(
  { service, gathered }: Applying,
  { asked }: Backport,
  change: (asked: Asked) => Asked,
): Promise<Applied> {
  await amendAsked(service.store, { repository: gathered.facts.id, asked }, change, service.clock.now());
  return { kind: "changed" };
}

export async function settleBackport(
  { service, gathered }: Applying,
  { change, digest, after }: Extract<Action, { kind: "settle-backport" }>,
): Promise<Applied> {
  const { store, clock } = service;
  if ((await publishedDigest(store, gathered.facts.id, after.slot)) !== after.digest) return { kind: "nothing" };
  const mark = { repository: gathered.facts.id, slot: settledBackport(change), digest };
  await markPublished(store, mark, clock.now());
  return { kind: "said" };
}

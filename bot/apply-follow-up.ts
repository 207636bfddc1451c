/**
 * The pull request that makes the `.gitreview` of a new branch name it. The commit is made in memory, on the branch's tip, and its bytes
 * depend on nothing else: whoever makes it again makes the same. It lands by review and gate as any other, or not at all.
 */
import { withDefaultBranch } from "../src/config/gitreview-branch.ts";
import { branchRef, type BranchName, type Sha } from "../src/core/ids.ts";
import { followUpHead, followUpText, type FollowUpText } from "../src/core/release/release/follow-up.ts";
import type { ReleaseStep } from "../src/core/release/release/steps.ts";
import { fail, ok, type Result } from "../src/core/result.ts";
import { instant } from "../src/core/time.ts";
import type { RepositoryFacts } from "../src/forge/forge.ts";
import type { GitProblem } from "../src/git/problem.ts";
import type { Repository } from "../src/git/repository.ts";
import type { Applied, Applying } from "./applying.ts";
import { askerOf, GITREVIEW, stoppedSlot, stoppedText } from "./gather-follow-ups.ts";
import { openMirror, type Mirror } from "./mirror.ts";
import { onBehalfOf, openOwnChange } from "./open-own-change.ts";
import { forgeProblem, gitProblem, type ServiceProblem } from "./problem.ts";
import { markPublished } from "./store/published.ts";

type Step = Extract<ReleaseStep, { readonly kind: "open-follow-up" }>;

export async function openFollowUp(at: Applying, { order, branch }: Step, change: number): Promise<Applied> {
  const { service, gathered } = at;
  const [owner = "", name = ""] = order.repository.split("/");
  const target = await service.forge.repository({ owner, name });
  if (!target.ok) return { kind: "problem", problem: forgeProblem(target.problem) };
  const mirror = await mirrorOf(at, target.value);
  if (!mirror.ok) return { kind: "problem", problem: mirror.problem };
  const head = followUpHead(target.value.id, branch.name);
  const tips = await bring(mirror.value, { branch: branch.name, head });
  if (!tips.ok) return { kind: "problem", problem: gitProblem(tips.problem) };
  const { tip, there } = tips.value;
  if (tip === undefined) return { kind: "changed" };
  const requester = await askerOf(service, gathered, change);
  if (!requester.ok) return { kind: "problem", problem: forgeProblem(requester.problem) };
  const asked = `${gathered.ref.owner}/${gathered.ref.name}#${change}`;
  const text = followUpText(order, { repository: target.value.id, branch: branch.name, asked });
  const compose = (onto: Sha) =>
    composed(mirror.value.git, { onto, branch: branch.name, text, viewer: target.value.viewer });
  const made = await compose(tip);
  if (!made.ok) return { kind: "problem", problem: gitProblem(made.problem) };
  if (made.value === undefined) return { kind: "changed" };
  const opened =
    made.value === "no plain file"
      ? ({ kind: "stopped", why: "it is no plain file" } as const)
      : await openOwnChange(service, {
          into: { ref: target.value.ref, id: target.value.id, mirror: mirror.value },
          pull: { head, base: branch.name, title: text.title, body: `${text.body}\n\n${onBehalfOf(requester.value)}` },
          ...{ commit: made.value, requester: requester.value },
          ...(there === undefined ? {} : { isOurs: () => isOurs(mirror.value.git, { there, tip, compose }) }),
        });
  if (opened.kind === "stopped") {
    const slot = stoppedSlot({ repository: target.value.id, branch: branch.name });
    const digest = stoppedText(gathered.snapshot.releases?.at ?? tip, opened.why);
    await markPublished(service.store, { repository: gathered.facts.id, slot, digest }, service.clock.now());
    return { kind: "changed" };
  }
  if (opened.kind !== "opened") return opened;
  service.log.info({ repository: order.repository, branch: branch.name, opened: opened.change }, "followed up");
  return { kind: "changed" };
}

/** Of another repository it holds what was fetched for this, and what that repository's own looks have. */
async function mirrorOf(
  { service, gathered }: Applying,
  target: RepositoryFacts,
): Promise<Result<Mirror, ServiceProblem>> {
  if (target.id === gathered.facts.id) return ok(gathered.mirror);
  const token = await service.gitToken(target.ref);
  if (!token.ok) return fail(forgeProblem(token.problem));
  const opened = await openMirror({
    directory: service.gitDirectory,
    repository: target.id,
    url: service.gitUrl(target.ref),
    token: token.value,
    memory: service.memory,
    ...(service.signal === undefined ? {} : { signal: service.signal }),
  });
  return opened.ok ? opened : fail(gitProblem(opened.problem));
}

/** What the two branches are at now, with their objects; no ref of the mirror moves. */
async function bring(
  { git, address }: Mirror,
  { branch, head }: { readonly branch: BranchName; readonly head: BranchName },
): Promise<Result<{ readonly tip: Sha | undefined; readonly there: Sha | undefined }, GitProblem>> {
  const listed = await git.listRemote(address, branchRef(branch), branchRef(head));
  if (!listed.ok) return listed;
  const at = (name: BranchName): Sha | undefined => listed.value.find((one) => one.name === branchRef(name))?.sha;
  const [tip, there] = [at(branch), at(head)];
  for (const sha of [tip, there]) {
    if (sha === undefined || (await git.commit(sha)).ok) continue;
    const fetched = await git.fetch(address, [{ from: sha }]);
    if (!fetched.ok) return fetched;
  }
  return ok({ tip, there });
}

interface Wanted {
  readonly onto: Sha;
  readonly branch: BranchName;
  readonly text: FollowUpText;
  readonly viewer: RepositoryFacts["viewer"];
}

/** undefined: the branch says so itself there. The rest of the tree is left as it is: the change of the one file is picked onto it. */
async function composed(
  git: Repository,
  { onto, branch, text, viewer }: Wanted,
): Promise<Result<Sha | "no plain file" | undefined, GitProblem>> {
  const [parent, before] = [await git.commit(onto), await git.text(onto, GITREVIEW)];
  if (!parent.ok) return parent;
  if (!before.ok) return before;
  const after = before.value === undefined ? undefined : withDefaultBranch(before.value, branch);
  if (before.value === undefined || after === undefined) return ok(undefined);
  const app = { name: viewer.login, email: `${viewer.id}+${viewer.login}@users.noreply.github.com` };
  const ident = { ...app, at: parent.value.committer.at, zone: "+0000" };
  const people = { author: ident, committer: ident };
  const alone = {
    author: { ...ident, at: instant(0) },
    committer: { ...ident, at: instant(0) },
    message: "stand-in\n",
  };
  let last: Sha | undefined;
  const states: Sha[] = [];
  for (const content of [before.value, after]) {
    const tree = await git.treeOfFile({ name: GITREVIEW, content });
    if (!tree.ok) return tree;
    const state = await git.commitTree({ ...alone, tree: tree.value, parents: last === undefined ? [] : [last] });
    if (!state.ok) return state;
    last = state.value;
    states.push(state.value);
  }
  const [from, to] = states;
  if (from === undefined || to === undefined) return ok(undefined);
  const picked = await git.replay({ sha: to, parents: [from] }, { tree: parent.value.tree });
  if (!picked.ok) return picked;
  if (picked.value.kind === "conflict") return ok("no plain file");
  return git.commitTree({ tree: picked.value.tree, parents: [onto], ...people, message: text.message });
}

/** Made before a crash, perhaps on an older tip: what we make there is this commit, to the last byte. */
async function isOurs(
  git: Repository,
  {
    there,
    tip,
    compose,
  }: { readonly there: Sha; readonly tip: Sha; readonly compose: (onto: Sha) => ReturnType<typeof composed> },
): Promise<boolean> {
  const base = await git.mergeBase(there, tip);
  if (!base.ok || base.value === undefined) return false;
  const again = await compose(base.value);
  return again.ok && again.value === there;
}

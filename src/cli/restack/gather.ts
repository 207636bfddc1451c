/** What a restack looks at: the commits above the target, what the server has of them, and whose patch sets are newer. */
import { headBranch } from "../../core/change/change.ts";
import { planRestack, unsure, type RestackStep, type RestackView } from "../../core/change/restack.ts";
import { changeIdOfCommit, linear } from "../../core/change/stack.ts";
import { subjectOf } from "../../core/commit-message/message.ts";
import { branchRef, type BranchName, type Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { type Commit } from "../../git/commit.ts";
import { type Desk } from "../desk.ts";
import { above, tipsOf } from "../gather-stack.ts";
import { readMemory, type Memory } from "../memory.ts";
import { seenOf } from "../plan-upload.ts";
import { EXIT, ofForge, ofGit, ofStack } from "../problems.ts";
import { oneLine, type CliProblem } from "../say.ts";

export interface GatheredRestack {
  readonly target: BranchName;
  readonly targetTip: Commit;
  readonly head: Commit;
  readonly steps: readonly RestackStep[];
  /** Of the stack, and those that are taken over. */
  readonly commits: ReadonlyMap<Sha, Commit>;
  readonly memory: Memory;
}

export async function gatherRestack(
  desk: Desk,
  target: BranchName,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Result<GatheredRestack, CliProblem>> {
  const { repository } = desk;
  const tips = await tipsOf(desk, target, dryRun);
  if (!tips.ok) return tips;
  const { targetTip: onto, head } = tips.value;
  const found = await repository.commits({ from: head, notReachableFrom: [onto] });
  if (!found.ok) return fail(ofGit(found.problem));
  const line = linear(found.value, head);
  if (!line.ok) return fail(ofStack(line.problem, above(desk, target)));
  const top = line.value.at(-1);
  if (top === undefined)
    return fail({
      message: `Nothing to restack: there is no commit above ${above(desk, target)}`,
      hint: `\`git merge --ff-only ${above(desk, target)}\` brings this branch to it`,
      exit: EXIT.refused,
    });
  const memory = await readMemory(desk.place);
  const stack = line.value.map((commit) => {
    const id = changeIdOfCommit(commit);
    const branch = id === undefined ? undefined : headBranch(target, id);
    const at = { commit: commit.sha, subject: subjectOf(commit.message) };
    return branch === undefined ? at : { ...at, branch };
  });
  const view = await viewOf(desk, target, { stack, memory });
  if (!view.ok) return view;
  const planned = planRestack(stack, view.value);
  if (!planned.ok) {
    const { at, remote } = planned.problem;
    return fail({
      message: `Cannot restack ${at.commit.slice(0, 7)} "${oneLine(at.subject)}": #${remote.number} is at ${remote.head.slice(0, 7)} on the server, which this clone never had, and yours is no patch set of it`,
      hint: `see theirs with \`git review -d ${remote.number}\`; redo your edit on top of it there, or leave your commit out with \`git rebase -i\``,
      exit: EXIT.refused,
    });
  }
  const commits = await bring(desk, line.value, planned.value);
  if (!commits.ok) return commits;
  const tip = await repository.commit(onto);
  if (!tip.ok) return fail(ofGit(tip.problem));
  return ok({ target, targetTip: tip.value, head: top, steps: planned.value, commits: commits.value, memory });
}

async function viewOf(
  desk: Desk,
  target: BranchName,
  { stack, memory }: { readonly stack: Parameters<typeof unsure>[0]; readonly memory: Memory },
): Promise<Result<RestackView, CliProblem>> {
  const { forge, project, say, location } = desk;
  const branches = stack.flatMap(({ branch }) => branch ?? []);
  const read = await say.during(`Asking ${location.host}`, forge.readStack(project, branches));
  if (!read.ok) return fail(ofForge(read.problem));
  const { changes, repository } = read.value;
  const heads = stack.flatMap(({ branch, commit }) => {
    const head = branch === undefined ? undefined : changes[branch]?.head;
    return head === undefined || head === commit ? [] : [head];
  });
  const seen = await seenOf(desk, heads, memory);
  const view = { target, viewer: repository.viewer.login, changes, sent: memory, seen };
  const former: Record<number, ReadonlySet<Sha>> = {};
  for (const number of unsure(stack, { ...view, former: {} })) {
    const whole = await forge.readChange(project, number);
    if (!whole.ok) return fail(ofForge(whole.problem));
    const pushes = whole.value.pushes.flatMap(({ before, after }) =>
      before === undefined ? [after] : [before, after],
    );
    former[number] = new Set(pushes);
  }
  return ok({ ...view, former });
}

/** The commits that are taken over, in one fetch that moves no ref. */
async function bring(
  { repository, remoteUrl }: Desk,
  line: readonly Commit[],
  steps: readonly RestackStep[],
): Promise<Result<ReadonlyMap<Sha, Commit>, CliProblem>> {
  const commits = new Map(line.map((commit) => [commit.sha, commit]));
  const wanted = steps.flatMap((step) => {
    if (step.kind !== "take" && step.kind !== "as-sent") return [];
    return commits.has(step.head) || step.at.branch === undefined ? [] : [{ head: step.head, branch: step.at.branch }];
  });
  if (wanted.length === 0) return ok(commits);
  const fetched = await repository.fetch(
    remoteUrl,
    wanted.map(({ branch }) => ({ from: branchRef(branch) })),
  );
  if (!fetched.ok) return fail(ofGit(fetched.problem));
  for (const { head } of wanted) {
    const commit = await repository.commit(head);
    if (!commit.ok) return fail(ofGit(commit.problem));
    commits.set(head, commit.value);
  }
  return ok(commits);
}

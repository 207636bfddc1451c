/** `--to`: the lower part of a stack, up to the commit that somebody named. */
import { headBranch, parseHeadBranch } from "../core/change/change.ts";
import { parseChangeReference } from "../core/change/change-reference.ts";
import { changeIdOfCommit, commitName } from "../core/change/stack.ts";
import { type BranchName, type Sha } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { type Commit } from "../git/commit.ts";
import { type Desk } from "./desk.ts";
import { EXIT, ofForge, ofGit } from "./problems.ts";
import { oneLine, type CliProblem } from "./say.ts";

/** `commits`: those above the target. A number costs a request; nothing else does. */
export async function resolveTo(
  desk: Desk,
  text: string,
  { commits, target }: { readonly commits: readonly Commit[]; readonly target: BranchName },
): Promise<Result<Sha, CliProblem>> {
  const name = parseChangeReference(text)?.name;
  if (name === undefined) {
    const found = await desk.repository.resolve(text);
    if (!found.ok) return fail(ofGit(found.problem));
    if (found.value === undefined) return fail(unknown(text));
    return inside(commits, found.value) ? ok(found.value) : fail(outside(desk, target, text));
  }
  const id = name.kind === "id" ? ok(name.id) : await idOf(desk, name.number);
  if (!id.ok) return id;
  const commit = commits.find((one) => changeIdOfCommit(one) === id.value);
  return commit === undefined ? fail(outside(desk, target, text)) : ok(commit.sha);
}

async function idOf(desk: Desk, number: number) {
  const read = await desk.say.during(`Asking ${desk.location.host}`, desk.forge.readChange(desk.project, number));
  if (!read.ok) return fail(ofForge(read.problem));
  const { headBranch: branch, title } = read.value;
  const id = parseHeadBranch(branch)?.id;
  if (id !== undefined) return ok(id);
  return fail({
    message: `Cannot send up to #${number} "${oneLine(title)}": it was not sent by git review, so which commit it is cannot be told`,
    hint: "name the commit: `--to HEAD~1`, or its SHA",
    exit: EXIT.refused,
  });
}

/** From `last` down. */
export function upTo<C extends Pick<Commit, "sha" | "parents">>(commits: readonly C[], last: Sha): readonly C[] {
  const bySha = new Map(commits.map((commit) => [commit.sha, commit]));
  const found = new Set<C>();
  const open = [last];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const commit = bySha.get(at);
    if (commit === undefined || found.has(commit)) continue;
    found.add(commit);
    open.push(...commit.parents);
  }
  return commits.filter((commit) => found.has(commit));
}

/** Lowest first, in whatever order the commits come. */
export function leftOut(
  commits: readonly Commit[],
  { sent, target }: { readonly sent: readonly Commit[]; readonly target: BranchName },
): readonly { readonly commit: Sha; readonly subject: string; readonly branch?: BranchName }[] {
  const above = commits.filter((commit) => !sent.includes(commit));
  const depth = new Map(above.map((commit) => [commit, upTo(above, commit.sha).length]));
  const ordered = above.sort((a, b) => (depth.get(a) ?? 0) - (depth.get(b) ?? 0));
  return ordered.map((commit) => {
    const id = changeIdOfCommit(commit);
    const branch = id === undefined ? undefined : headBranch(target, id);
    const { sha, subject } = commitName(commit);
    return { commit: sha, subject, ...(branch === undefined ? {} : { branch }) };
  });
}

function inside(commits: readonly Commit[], sha: Sha): boolean {
  return commits.some((commit) => commit.sha === sha);
}

function outside(desk: Desk, target: BranchName, text: string): CliProblem {
  return {
    message: `Cannot send up to ${oneLine(text)}: it is none of your commits above ${desk.location.remote}/${target}`,
    hint: "`git log --oneline` shows them; name one by HEAD~1, its SHA, its Change-Id or the number of its change",
    exit: EXIT.refused,
  };
}

function unknown(text: string): CliProblem {
  return {
    message: `Cannot send up to ${JSON.stringify(text)}: git knows no commit of that name`,
    hint: "name it by HEAD~1, its SHA, its Change-Id or the number of its change",
    exit: EXIT.malformed,
  };
}

export function noPrefixOnGerrit(to: string): CliProblem {
  return {
    message:
      "Cannot send a part of the commits to Gerrit: --to is for GitHub, where each change has a branch of its own",
    hint: `make a branch at that commit and send that: \`git switch -c <topic> ${oneLine(to)}\`, then \`git review\``,
    exit: EXIT.usage,
  };
}

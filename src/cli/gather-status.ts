/** The facts of `git review status`: the commits of the current branch, and what the server says of their changes. */
import { headBranch } from "../core/change/change.ts";
import { changeIdOfCommit } from "../core/change/stack.ts";
import { subjectOf } from "../core/commit-message/message.ts";
import { branchRef, parseRefName, type BranchName, type Sha } from "../core/ids.ts";
import { parsePublished, type PublishedVerdict } from "../core/policy/published.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { type Instant } from "../core/time.ts";
import { type ChangeStatus } from "../forge/forge.ts";
import { type Commit } from "../git/commit.ts";
import { factsOf, type Desk } from "./desk.ts";
import { readJournal } from "./journal.ts";
import { readMemory, type Memory } from "./memory.ts";
import { ofForge, ofGit } from "./problems.ts";
import { type CliProblem } from "./say.ts";
import { lastSubmit } from "./undo/last.ts";

export interface KnownChange {
  readonly status: ChangeStatus;
  /** What our service said of exactly this head; absent = nothing yet, or no service. */
  readonly verdict?: PublishedVerdict;
  /** The commit here, where it is not the head on the server. */
  readonly newer?: Sha;
}

export interface NotSent {
  readonly commit: Sha;
  readonly subject: string;
  /** `finished`: it was sent before, and its change is merged or closed now. */
  readonly kind: "new" | "finished";
}

export interface StatusFacts {
  readonly target: BranchName;
  readonly viewer: string;
  /** Newest first, as `git log` shows them. */
  readonly changes: readonly KnownChange[];
  readonly notSent: readonly NotSent[];
  /** `branch`: the commits here; `own`: there are none above the target, so all open changes of the viewer. */
  readonly of: "branch" | "own";
  /** When the last submit of this clone was, where one of these changes still is as it left it: `git review undo` takes it back. */
  readonly undo?: Instant;
}

export async function gatherStatus(desk: Desk): Promise<Result<StatusFacts, CliProblem>> {
  const repository = await factsOf(desk);
  if (!repository.ok) return repository;
  const target = desk.location.target ?? repository.value.defaultBranch;
  const viewer = repository.value.viewer.login;
  const commits = await commitsHere(desk, target);
  if (!commits.ok) return commits;
  const of = commits.value.length === 0 ? "own" : "branch";
  const heads = commits.value.flatMap((commit) => branchOf(target, commit) ?? []);
  const read = await readStatuses(desk, of === "own" ? undefined : heads);
  if (!read.ok) return read;
  if (of === "own") {
    const changes = read.value.filter(({ author }) => author.login === viewer).map((status) => known(status));
    return ok({ target, viewer, changes, notSent: [], of, ...(await undoOf(desk, changes)) });
  }
  const byBranch = new Map<string, ChangeStatus>(read.value.map((status) => [status.headBranch, status]));
  const memory = await readMemory(desk.place);
  const changes = commits.value.flatMap((commit) => {
    const status = byBranch.get(branchOf(target, commit) ?? "");
    return status === undefined ? [] : [known(status, commit.sha)];
  });
  const notSent = commits.value.flatMap((commit): NotSent[] =>
    byBranch.has(branchOf(target, commit) ?? "") ? [] : [notSentYet(commit, target, memory)],
  );
  return ok({ target, viewer, changes, notSent, of, ...(await undoOf(desk, changes)) });
}

async function undoOf(desk: Desk, changes: readonly KnownChange[]): Promise<{ readonly undo?: Instant }> {
  const last = lastSubmit(desk, await readJournal(desk.place));
  const there = last?.record.changes.some(({ branch, push }) =>
    changes.some(({ status }) => status.headBranch === branch && status.head === (push?.to ?? status.head)),
  );
  return last === undefined || there !== true ? {} : { undo: last.record.at };
}

async function readStatuses(
  desk: Desk,
  heads: readonly BranchName[] | undefined,
): Promise<Result<readonly ChangeStatus[], CliProblem>> {
  if (heads?.length === 0) return ok([]);
  const read = await desk.say.during(`Asking ${desk.location.host}`, desk.forge.statuses(desk.project, heads));
  return read.ok ? read : fail(ofForge(read.problem));
}

/** Above the target as it was fetched last: a status only looks. */
async function commitsHere(desk: Desk, target: BranchName): Promise<Result<readonly Commit[], CliProblem>> {
  if (desk.place.head.kind === "unborn") return ok([]);
  const tracking = parseRefName(`refs/remotes/${desk.location.remote}/${target}`);
  const [head, refs] = await Promise.all([
    desk.repository.resolve("HEAD"),
    desk.repository.refs(...(tracking === undefined ? [branchRef(target)] : [tracking])),
  ]);
  if (!head.ok) return fail(ofGit(head.problem));
  if (!refs.ok) return fail(ofGit(refs.problem));
  const tip = refs.value.find(({ name }) => name === tracking)?.sha;
  if (head.value === undefined || tip === undefined) return ok([]);
  const commits = await desk.repository.commits({ from: head.value, notReachableFrom: [tip] });
  return commits.ok ? commits : fail(ofGit(commits.problem));
}

function branchOf(target: BranchName, commit: Commit): BranchName | undefined {
  const id = changeIdOfCommit(commit);
  return id === undefined ? undefined : headBranch(target, id);
}

function known(status: ChangeStatus, commit?: Sha): KnownChange {
  const check = status.verdict;
  const verdict = check === undefined ? undefined : (parsePublished(check.text ?? "") ?? parsePublished(check.summary));
  return {
    status,
    ...(verdict === undefined || verdict.head !== status.head ? {} : { verdict }),
    ...(commit === undefined || commit === status.head ? {} : { newer: commit }),
  };
}

function notSentYet(commit: Commit, target: BranchName, memory: Memory): NotSent {
  const branch = branchOf(target, commit);
  const sent = branch === undefined ? undefined : memory[branch];
  const subject = subjectOf(commit.message);
  return { commit: commit.sha, subject, kind: sent?.head === commit.sha ? "finished" : "new" };
}

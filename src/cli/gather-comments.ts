/**
 * The facts of `git review comments`: the unresolved threads of a change, each at its line of the files that are checked out here. The
 * forge says where a line is in the newest head; from there, or from the commit that was commented on where the line was changed since,
 * git's own differences lead to HEAD.
 */
import { parseReviewBase } from "../core/change/review-base.ts";
import { headBranch } from "../core/change/change.ts";
import { changeIdOfCommit } from "../core/change/stack.ts";
import { type Sha } from "../core/ids.ts";
import { mapLine, type FileHunks } from "../core/review/line-map.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { type ChangeHeadline } from "../forge/forge.ts";
import { type ThreadRead } from "../forge/reviewer.ts";
import { type Commit } from "../git/commit.ts";
import { targetOf, type Desk } from "./desk.ts";
import { EXIT, ofForge, ofGit } from "./problems.ts";
import { type CliProblem } from "./say.ts";

export interface PlacedThread {
  readonly thread: ThreadRead;
  /** As the file is called here. */
  readonly path: string;
  /** From 1. Where the line is gone: the nearest. */
  readonly line: number;
  /**
   * `same`: this is the line that was meant. `outdated`: it was changed or removed since. `removed`: a line that the change itself
   * takes away. `file`: the whole file is meant.
   * `unmapped`: the commit that was commented on is not here, so the line is the one of then.
   */
  readonly place: "same" | "outdated" | "removed" | "file" | "unmapped";
}

export interface CommentsFacts {
  readonly change: ChangeHeadline;
  /** By path and line. */
  readonly threads: readonly PlacedThread[];
  readonly resolved: number;
  /** What the lines are of: the commit checked out here, or the change's newest head, which is not. */
  readonly at: "HEAD" | "head";
}

export async function gatherComments(
  desk: Desk,
  number: number | undefined,
): Promise<Result<CommentsFacts, CliProblem>> {
  const head = await headHere(desk);
  if (!head.ok) return head;
  const found = number === undefined ? await changeHere(desk, head.value) : ok(number);
  if (!found.ok) return found;
  const read = await desk.say.during(`Asking ${desk.location.host}`, desk.forge.threads(desk.project, found.value));
  if (!read.ok) return fail(ofForge(read.problem));
  const { change, threads } = read.value;
  const open = threads.filter(({ resolved }) => !resolved);
  const here = head.value !== undefined && (number === undefined || (await isHere(desk, change, head.value)));
  const placing = { desk, change, to: here ? head.value?.sha : undefined, changes: new Map<string, Hunks>() };
  const placed: PlacedThread[] = [];
  for (const thread of open) placed.push(await place(thread, placing));
  const sorted = placed.sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
  return ok({ change, threads: sorted, resolved: threads.length - open.length, at: here ? "HEAD" : "head" });
}

type Hunks = Promise<readonly FileHunks[] | undefined>;

interface Placing {
  readonly desk: Desk;
  readonly change: ChangeHeadline;
  /** Absent: the change is not checked out, and its newest head is what lines are told of. */
  readonly to: Sha | undefined;
  /** By commits: each pair is compared once. */
  readonly changes: Map<string, Hunks>;
}

async function place(thread: ThreadRead, placing: Placing): Promise<PlacedThread> {
  const { path, side, line, originalLine = 1, commit, wholeFile } = thread;
  const { change, to = change.head } = placing;
  if (wholeFile) return { thread, path: await pathNow(path, placing), line: 1, place: "file" };
  // On the left the line is one of the file before the change: it is no more, or stands somewhere as context.
  if (side === "base") {
    const before = commit === undefined ? undefined : await parentOf(placing, commit);
    return follow(thread, { from: before, line: originalLine }, { ...placing, to });
  }
  if (line !== undefined) return follow(thread, { from: change.head, line }, { ...placing, to });
  return follow(thread, { from: commit, line: originalLine }, { ...placing, to });
}

async function follow(
  thread: ThreadRead,
  { from, line }: { readonly from: Sha | undefined; readonly line: number },
  placing: Placing & { readonly to: Sha },
): Promise<PlacedThread> {
  const { path } = thread;
  if (from === placing.to) return { thread, path, line, place: "same" };
  const files = from === undefined ? undefined : await linesBetween(placing, from, placing.to);
  if (files === undefined) return { thread, path, line, place: "unmapped" };
  const file = files.find(({ previousPath }) => previousPath === path);
  if (file === undefined) return { thread, path, line, place: "same" };
  const gone = thread.side === "base" ? "removed" : "outdated";
  if (file.removed) return { thread, path: file.path, line: 1, place: gone };
  const mapped = mapLine(line, file.hunks);
  return { thread, path: file.path, line: mapped.line, place: mapped.gone ? gone : "same" };
}

async function pathNow(path: string, placing: Placing): Promise<string> {
  const { change, to } = placing;
  if (to === undefined || to === change.head) return path;
  const files = await linesBetween(placing, change.head, to);
  return files?.find(({ previousPath }) => previousPath === path)?.path ?? path;
}

/** Undefined where one of the commits is not here and cannot be fetched. */
function linesBetween({ desk, changes }: Placing, from: Sha, to: Sha): Hunks {
  const key = `${from} ${to}`;
  const known = changes.get(key) ?? compare(desk, from, to);
  changes.set(key, known);
  return known;
}

async function compare(desk: Desk, from: Sha, to: Sha): Hunks {
  const first = await desk.repository.lineChanges(from, to);
  if (first.ok) return first.value;
  if (first.problem.kind !== "missing-object") return undefined;
  // One by one: a commit that the server has let go of must not spoil the other.
  for (const sha of [from, to]) {
    const there = await desk.repository.commit(sha);
    if (!there.ok) await desk.repository.fetch(desk.remoteUrl, [{ from: sha }]);
  }
  const second = await desk.repository.lineChanges(from, to);
  return second.ok ? second.value : undefined;
}

/** The commit below the change as it was commented on; of one that has several commits, where it left its target. */
async function parentOf({ desk, change }: Placing, commit: Sha): Promise<Sha | undefined> {
  const { repository, remoteUrl, location } = desk;
  const here = await repository.commit(commit);
  if (!here.ok) await repository.fetch(remoteUrl, [{ from: commit }]);
  const found = here.ok ? here : await repository.commit(commit);
  if (!found.ok) return undefined;
  const base = await repository.resolve(
    `refs/remotes/${location.remote}/${parseReviewBase(change.base)?.target ?? change.base}`,
  );
  const fork = base.ok && base.value !== undefined ? await repository.mergeBase(commit, base.value) : undefined;
  const left = fork?.ok === true ? fork.value : undefined;
  return left === undefined || left === commit ? found.value.parents[0] : left;
}

async function headHere(desk: Desk): Promise<Result<Commit | undefined, CliProblem>> {
  if (desk.place.head.kind === "unborn") return ok(undefined);
  const head = await desk.repository.resolve("HEAD");
  if (!head.ok) return fail(ofGit(head.problem));
  if (head.value === undefined) return ok(undefined);
  const commit = await desk.repository.commit(head.value);
  return commit.ok ? commit : fail(ofGit(commit.problem));
}

/** Its newest head, or any patch set of it, is HEAD or below it. */
async function isHere(desk: Desk, change: ChangeHeadline, head: Commit): Promise<boolean> {
  if (head.sha === change.head) return true;
  const id = changeIdOfCommit(head);
  const target = desk.location.target;
  if (id !== undefined && target !== undefined && headBranch(target, id) === change.headBranch) return true;
  if (id !== undefined && change.headBranch.endsWith(`/${id}`)) return true;
  const below = await desk.repository.isAncestor(change.head, head.sha);
  return below.ok && below.value;
}

/** Of the commit that is checked out, by its Change-Id. */
async function changeHere(desk: Desk, head: Commit | undefined): Promise<Result<number, CliProblem>> {
  const id = head === undefined ? undefined : changeIdOfCommit(head);
  const target = id === undefined ? undefined : await targetOf(desk);
  if (target?.ok === false) return target;
  const branch = id === undefined || target === undefined ? undefined : headBranch(target.value, id);
  const read = branch === undefined ? undefined : await desk.forge.readStack(desk.project, [branch]);
  if (read?.ok === false) return fail(ofForge(read.problem));
  const [change] = Object.values(read?.value.changes ?? {});
  if (change !== undefined) return ok(change.number);
  return fail({
    message: "Cannot tell whose comments are meant: the commit that is checked out is none that was sent",
    hint: "name the change: `git review comments 12`; `git review list` shows the numbers",
    exit: EXIT.refused,
  });
}

/** Review threads: conversations beside lines of a pull request's diff, and where those lines are after later pushes. */
import { demand, signedIn, WRITE_PULLS } from "./access.ts";
import { git, mergeBase } from "./git.ts";
import { baseTip } from "./pull-sync.ts";
import { unprocessable } from "./refusal.ts";
import { type Fields } from "./route.ts";
import {
  type Actor,
  type PullRequest,
  type Review,
  type ReviewComment,
  type ReviewThread,
  type World,
} from "./world.ts";

export interface NewThread {
  readonly path: string;
  readonly side: "LEFT" | "RIGHT";
  /** Null: beside the whole file. */
  readonly line: number | null;
  readonly startLine: number | null;
  readonly body: string;
}

type Place = NewThread & Pick<ReviewThread, "commit" | "base">;

/** REST says `start_line`, GraphQL `startLine`. */
export function newThreads(items: readonly Fields[] | undefined): readonly NewThread[] {
  return (items ?? []).map((item) => ({
    path: item.needed("path"),
    side: item.choice("side", ["LEFT", "RIGHT"]) ?? "RIGHT",
    line: item.number("line") ?? null,
    startLine: item.number("start_line") ?? item.number("startLine") ?? null,
    body: item.needed("body"),
  }));
}

/** LIVE(review-comment-lines): a comment may stand beside a line that the diff shows, changed or as context; anything else is a 422. */
export async function placeThread(pull: PullRequest, spec: NewThread & { readonly commit: string }): Promise<Place> {
  const base = await baseOf(pull, spec.commit);
  const shown = await hunksOf(pull, { from: base, to: spec.commit, path: spec.path, context: 3 });
  const { line, side } = spec;
  const inside = shown.some((hunk) => {
    const { start, count } = side === "LEFT" ? hunk.old : hunk.new;
    return line === null || (line >= start && line < start + count);
  });
  if (!inside)
    throw unprocessable(`pull_request_review_thread.${shown.length === 0 ? "path" : "line"} must be part of the diff`);
  return { ...spec, base };
}

export function startThread(world: World, review: Review, { body, ...place }: Place): ReviewThread {
  const { pull } = review;
  const thread: ReviewThread = { ...place, id: world.id(), pull, resolvedBy: null, comments: [] };
  pull.threads.push(thread);
  replyTo(world, thread, { review, body });
  return thread;
}

export function replyTo(
  world: World,
  thread: ReviewThread,
  { review, body }: { readonly review: Review; readonly body: string },
): ReviewComment {
  const comment = { id: world.id(), thread, review, author: review.author, body, createdAt: world.now() };
  thread.comments.push(comment);
  return comment;
}

/** LIVE(review-thread-resolve): the author of the pull request and people with write access resolve a thread, and take that back. */
export function resolveThread(world: World, actor: Actor, thread: ReviewThread, resolved: boolean): void {
  const { pull } = thread;
  const by = signedIn(actor);
  demand(world, actor, pull.repository, by === pull.author ? WRITE_PULLS : { ...WRITE_PULLS, user: "write" });
  thread.resolvedBy = resolved ? by : null;
  pull.updatedAt = world.now();
}

/** Those of a pending review show to its author alone. */
export function threadsSeenBy(actor: Actor, pull: PullRequest): readonly ReviewThread[] {
  const me = actor.kind === "anonymous" ? undefined : actor.account;
  return pull.threads.filter(({ comments: [first] }) => first?.review.state !== "PENDING" || first.author === me);
}

export function threadOf(pull: PullRequest, comment: number): ReviewThread | undefined {
  return pull.threads.find(({ comments }) => comments.some(({ id }) => id === comment));
}

/**
 * LIVE(graphql-thread-lines): a thread's `line` follows its line through later pushes, to the file of the newest head, or on the left
 * of its base; once the line was changed or removed, or the file renamed, `line` is null and `isOutdated` true. `originalLine` stays.
 */
export async function lineNow(thread: ReviewThread): Promise<number | null> {
  const { pull, path, side, line } = thread;
  if (line === null) return null;
  const [from, to] =
    side === "LEFT" ? [thread.base, await baseOf(pull, pull.head.sha)] : [thread.commit, pull.head.sha];
  if (from === to) return line;
  let moved = 0;
  for (const hunk of await hunksOf(pull, { from, to, path, context: 0 })) {
    const { start, count } = hunk.old;
    // An insertion stands after its line.
    if (count > 0 && line >= start && line < start + count) return null;
    if (count > 0 ? start + count <= line : start < line) moved += hunk.new.count - count;
  }
  return line + moved;
}

async function baseOf(pull: PullRequest, commit: string): Promise<string> {
  const tip = baseTip(pull) ?? pull.base.sha;
  return (await mergeBase(pull.repository.dir, tip, commit)) ?? tip;
}

interface Lines {
  readonly start: number;
  readonly count: number;
}

interface Hunk {
  readonly old: Lines;
  readonly new: Lines;
}

interface Compared {
  readonly from: string;
  readonly to: string;
  readonly path: string;
  readonly context: number;
}

async function hunksOf({ repository }: PullRequest, { from, to, path, context }: Compared): Promise<readonly Hunk[]> {
  const args = ["diff", "--no-renames", "--no-ext-diff", "--no-textconv", `-U${context}`, from, to, "--", path];
  const text = (await git(repository.dir, args)).stdout.toString();
  return [...text.matchAll(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm)].map((found) => ({
    old: { start: Number(found[1]), count: Number(found[2] ?? 1) },
    new: { start: Number(found[3]), count: Number(found[4] ?? 1) },
  }));
}

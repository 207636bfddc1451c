/**
 * What is wished for all changes of an upload besides their commits: reviewers, tag labels, draft or ready. Names are
 * already ids here. Nothing is written that the server has already, so that a second run with the same wishes writes
 * nothing.
 */
import { type Step } from "./upload.ts";
import { type BranchName } from "../ids.ts";

/** Somebody or something of the forge, by its own id and by the name people use. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface Reviewer extends Named {
  readonly kind: "user" | "team";
}

export interface Wishes {
  readonly topic?: string;
  readonly work?: "in-progress" | "ready";
  /** For every change of the stack. */
  readonly reviewers?: readonly Reviewer[];
  /** For those that this upload makes. */
  readonly reviewersOfNew?: readonly Reviewer[];
  /** Tag labels. */
  readonly labels?: readonly Named[];
}

export type Wish =
  | { readonly kind: "draft" | "ready" }
  | { readonly kind: "ask"; readonly reviewers: readonly Reviewer[] }
  | { readonly kind: "label"; readonly labels: readonly Named[] };

export interface WishOn {
  readonly branch: BranchName;
  readonly wish: Wish;
  /** Absent: on the pull request that this upload makes. */
  readonly on?: { readonly number: number; readonly nodeId: string };
}

/** `viewer` opens the new ones: nobody is asked to review what they opened themselves. Bottom first. */
export function planWishes(steps: readonly Step[], wishes: Wishes, viewer: string | undefined): readonly WishOn[] {
  return steps.flatMap((step) => wishesOf(step, wishes, viewer));
}

/** What somebody with this permission may wish for; GitHub refuses the rest, also on one's own pull request. */
export function allowedWishes(
  wishes: Wishes,
  permission: string,
): { readonly wishes: Wishes; readonly notes: readonly string[] } {
  if (permission !== "none" && permission !== "read") return { wishes, notes: [] };
  const { reviewers = [], reviewersOfNew = [], labels = [], ...rest } = wishes;
  const asked = new Set([...reviewers, ...reviewersOfNew].map(({ name }) => name));
  const left = [...asked, ...labels.map(({ name }) => name)];
  if (left.length === 0) return { wishes, notes: [] };
  return {
    wishes: rest,
    notes: [
      `Left out: ${left.join(", ")}. Reviewers and labels are set by people with the permission "triage"; yours is "${permission}"`,
    ],
  };
}

function wishesOf(step: Step, wishes: Wishes, viewer: string | undefined): readonly WishOn[] {
  const { branch } = step;
  const { reviewers = [], reviewersOfNew = [], labels = [], work } = wishes;
  switch (step.kind) {
    case "merged":
      return [];
    case "create": {
      // A new one is made as a draft or ready at once.
      const asked = ask(unique([...reviewers, ...reviewersOfNew]), { author: viewer, already: [] });
      return [...asked, ...tag(labels, [])].map((wish) => ({ branch, wish }));
    }
    case "update":
    case "message-only":
    case "retarget":
    case "reword":
    case "unchanged": {
      const { number, nodeId, author, requested = [], labels: there = [], draft = false, theirs } = step.remote;
      // Somebody else's, below ours: nothing is wished for it.
      if (theirs === true) return [];
      const turn = work === undefined || (work === "in-progress") === draft ? [] : [turned(work)];
      const all = [...turn, ...ask(reviewers, { author: author.login, already: requested }), ...tag(labels, there)];
      return all.map((wish) => ({ branch, wish, on: { number, nodeId } }));
    }
  }
}

function turned(work: "in-progress" | "ready"): Wish {
  return { kind: work === "ready" ? "ready" : "draft" };
}

function ask(
  reviewers: readonly Reviewer[],
  { author, already }: { readonly author: string | undefined; readonly already: readonly string[] },
): readonly Wish[] {
  const open = reviewers.filter(
    ({ id, name }) => !already.includes(id) && name.toLowerCase() !== author?.toLowerCase(),
  );
  return open.length === 0 ? [] : [{ kind: "ask", reviewers: open }];
}

function tag(labels: readonly Named[], there: readonly string[]): readonly Wish[] {
  const missing = labels.filter(({ id }) => !there.includes(id));
  return missing.length === 0 ? [] : [{ kind: "label", labels: missing }];
}

function unique<N extends Named>(all: readonly N[]): readonly N[] {
  return [...new Map(all.map((one) => [one.id, one])).values()];
}

/**
 * The topic that a local branch's name makes, as git-review has it: the name, or what follows `review/<somebody>/`.
 * None for the target itself, and none where that part is a number alone.
 */
export function topicOfBranch(branch: BranchName, target: BranchName): string | undefined {
  const downloaded = /^review\/[^/]+\/(.+)$/.exec(branch)?.[1];
  const topic = downloaded ?? branch;
  return topic === target || (downloaded !== undefined && /^\d+$/.test(topic)) ? undefined : topic;
}

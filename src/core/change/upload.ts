/**
 * The upload plan: what `git review` will do to the server so that every commit of the stack is one pull request,
 * each on top of the one below. Pure: the same stack and the same view of the server give the same plan, so a dry
 * run shows exactly what a submit does. Order of effects: `retargetFirst`, one atomic leased push, `writes`.
 */
import { type BranchName, type ChangeId, type Sha } from "../ids.ts";
import { fail, ok, type Result } from "../result.ts";
import { headBranch, parseHeadBranch, type Change, type Stack } from "./change.ts";
import { overlapOf, supersession } from "./overlap.ts";
import { newText, updatedText } from "./pull-request-text.ts";
import { parseReviewBase } from "./review-base.ts";
import { planWishes, type Wishes, type WishOn } from "./wishes.ts";

/** A pull request as the server has it now. */
export interface RemoteChange {
  readonly number: number;
  readonly nodeId: string;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly state: "open" | "merged" | "closed";
  readonly author: { readonly login: string };
  readonly head: Sha;
  readonly headBranch: BranchName;
  readonly base: BranchName;
  /** As the service counted them, where known. */
  readonly patchSet?: number;
  readonly draft?: boolean;
  /** Ids of whom a review is asked of, and of its tag labels: where they were read. */
  readonly requested?: readonly string[];
  readonly labels?: readonly string[];
  /** `owner/name` of the repository its head branch lives in, where that is not the project. */
  readonly fork?: string;
  /** Its head branch is where the sender may not push. */
  readonly theirs?: boolean;
}

/** Where somebody who may not push to the project has new heads. `exists` false: the upload makes it. */
export interface HeadFork {
  readonly name: string;
  readonly exists: boolean;
}

/** What this clone remembers of its own uploads. */
export interface Sent {
  readonly head: Sha;
  readonly tree: Sha;
  readonly patchSet?: number;
}

export interface RemoteView {
  readonly target: BranchName;
  /** By head branch: the open pull request, else the newest closed or merged one. */
  readonly changes: Readonly<Record<string, RemoteChange>>;
  /** Where new heads go; absent = to the project itself. */
  readonly fork?: HeadFork;
  /** Values of head branches there that were asked for by name; absent = not asked, or there is none. */
  readonly branches: Readonly<Record<string, Sha>>;
  /** By head branch. */
  readonly sent: Readonly<Record<string, Sent>>;
  /** Commits that this clone had checked out or sent at some time: building on them overwrites nothing unseen. */
  readonly seen: ReadonlySet<Sha>;
  /** Head branches once sent from the same local branch. */
  readonly sentFromHere: readonly BranchName[];
  /** Who sends, where known. */
  readonly viewer?: string;
}

export type Step = {
  readonly change: Change;
  readonly branch: BranchName;
  readonly base: BranchName;
  /** The repository of `branch`, where that is not the project. */
  readonly fork?: string;
  /** Head branch of the change below, whose commits this pull request shows too, since its base cannot be in a fork. */
  readonly over?: BranchName;
} &
  /** `supersedes`: a pull request with the same Change-Id whose branch the sender may not push. */
  (
    | { readonly kind: "create"; readonly replaces?: RemoteChange; readonly supersedes?: RemoteChange }
    | {
        /** `message-only`: the tree is the one the server has. */
        readonly kind: "update" | "message-only" | "retarget" | "reword" | "unchanged";
        readonly remote: RemoteChange;
        /** After this upload; absent = nobody counted. */
        readonly patchSet?: number;
        readonly kept: readonly ("title" | "body")[];
      }
    /** Already in the target by another commit; nothing is sent. */
    | { readonly kind: "merged"; readonly remote: RemoteChange }
  );

/** `from` absent: the branch must not exist yet. */
export interface PushedBranch {
  readonly branch: BranchName;
  readonly from?: Sha;
  readonly to: Sha;
  /** `owner/name`, where that is not the project. */
  readonly fork?: string;
}

export type PlannedWrite =
  | {
      readonly kind: "create";
      readonly head: BranchName;
      readonly base: BranchName;
      readonly title: string;
      readonly body: string;
      readonly draft: boolean;
      /** `owner/name` of the repository of `head`, where that is not the project. */
      readonly fork?: string;
    }
  | {
      readonly kind: "update";
      readonly number: number;
      readonly nodeId: string;
      readonly base?: BranchName;
      readonly title?: string;
      readonly body?: string;
    };

export interface UploadPlan {
  readonly target: BranchName;
  /** One per change, oldest first. */
  readonly steps: readonly Step[];
  /**
   * Pull requests moved onto the target before the push. Those whose base will contain them after the push would
   * otherwise be marked as merged by the server; those at the bottom spare code owners a wrong request.
   */
  readonly retargetFirst: readonly PlannedWrite[];
  /** Bottom first. */
  readonly push: readonly PushedBranch[];
  /** Bottom first. */
  readonly writes: readonly PlannedWrite[];
  /** As it was wished; absent = each keeps its own. */
  readonly topic?: string;
  /** After the writes, which make the pull requests some of them are for. Bottom first. */
  readonly wishes: readonly WishOn[];
  /** Open changes once sent from this branch whose commits are gone. Listed, never closed. */
  readonly orphans: readonly RemoteChange[];
}

export type UploadProblem =
  | { readonly kind: "branch-name-too-long"; readonly target: BranchName; readonly change: Change }
  /** The server has a head that this clone never had: somebody else's patch set, or an edit on the web. */
  | {
      readonly kind: "foreign";
      readonly change: Change;
      readonly branch: BranchName;
      readonly head: Sha;
      readonly remote?: RemoteChange;
    }
  | {
      readonly kind: "other-target";
      readonly change: Change;
      readonly remote: RemoteChange;
      readonly target: BranchName;
    }
  | { readonly kind: "merged-as-another"; readonly change: Change; readonly remote: RemoteChange }
  | {
      readonly kind: "merged-above-open";
      readonly change: Change;
      readonly remote: RemoteChange;
      readonly open: Change;
    };

/** Fails with the problem nearest the target. Nothing to do is a plan without effects, not a failure. */
export function planUpload(stack: Stack, remote: RemoteView, wishes: Wishes = {}): Result<UploadPlan, UploadProblem> {
  const steps: Step[] = [];
  for (const change of stack) {
    const step = planStep(change, steps, { ...remote, wishes });
    if (!step.ok) return step;
    steps.push(step.value);
  }
  const first = retargetFirst(steps, remote.target);
  return ok({
    target: remote.target,
    steps,
    retargetFirst: first,
    push: steps.flatMap((step) => pushOf(step, remote)),
    writes: steps.flatMap((step) => writeOf(step, { base: baseAfter(step, first), steps, wishes })),
    ...(wishes.topic === undefined ? {} : { topic: wishes.topic }),
    wishes: planWishes(steps, wishes, remote.viewer),
    orphans: orphansOf(steps, remote),
  });
}

export function hasEffects(plan: UploadPlan): boolean {
  return plan.retargetFirst.length + plan.push.length + plan.writes.length + plan.wishes.length > 0;
}

interface Wanting extends RemoteView {
  readonly wishes: Wishes;
}

function planStep(change: Change, under: readonly Step[], view: Wanting): Result<Step, UploadProblem> {
  const below = under.at(-1);
  const branch = headBranch(view.target, change.id);
  if (branch === undefined) return fail({ kind: "branch-name-too-long", target: view.target, change });
  const stands = below === undefined || below.kind === "merged" ? undefined : below;
  const base = stands === undefined || stands.fork !== undefined ? view.target : stands.branch;
  const remote = view.changes[branch];
  const over = stands?.fork === undefined ? {} : { over: stands.branch };
  const place = { change, branch, base, ...over };
  if (remote?.state === "merged" && remote.head === change.commit) {
    if (below === undefined || below.kind === "merged") return ok({ ...place, kind: "merged", remote });
    return fail({ kind: "merged-above-open", change, remote, open: below.change });
  }
  if (remote?.state === "merged") return fail({ kind: "merged-as-another", change, remote });
  const open = remote?.state === "open" ? remote : undefined;
  const unseen = [open?.head, view.branches[branch]].find(
    (head) => head !== undefined && head !== change.commit && !view.seen.has(head),
  );
  if (unseen !== undefined) {
    return fail({ kind: "foreign", change, branch, head: unseen, ...(remote === undefined ? {} : { remote }) });
  }
  const home = view.fork === undefined ? {} : { fork: view.fork.name };
  if (open === undefined)
    return ok({ ...place, ...home, kind: "create", ...(remote === undefined ? {} : { replaces: remote }) });
  const stood = parseReviewBase(open.base);
  if (open.base !== view.target && (parseHeadBranch(open.base) ?? stood)?.target !== view.target) {
    return fail({ kind: "other-target", change, remote: open, target: view.target });
  }
  const where = open.fork === undefined ? {} : { fork: open.fork };
  // What the service made its base, it also moves and takes away.
  const kept = stood !== undefined && base === view.target ? { base: open.base } : {};
  if (open.theirs !== true) return ok(stepOnOpen({ ...place, ...kept, ...where }, open, { under, view }));
  if (open.head !== change.commit) return ok({ ...place, ...home, kind: "create", supersedes: open });
  return ok({ change, branch, ...where, base: open.base, kind: "unchanged", remote: open, kept: [] });
}

interface Place {
  readonly change: Change;
  readonly branch: BranchName;
  readonly base: BranchName;
  readonly fork?: string;
  readonly over?: BranchName;
}

function stepOnOpen(
  place: Place,
  remote: RemoteChange,
  { under, view }: { readonly under: readonly Step[]; readonly view: Wanting },
): Step {
  const sent = view.sent[place.branch];
  const text = updatedText(place.change, remote, view.wishes.topic, overlapOf(place, remote, under));
  const known = remote.patchSet ?? (sent?.head === remote.head ? sent.patchSet : undefined);
  const same = remote.head === place.change.commit;
  const patchSet = known === undefined ? {} : { patchSet: same ? known : known + 1 };
  const common = { ...place, remote, kept: text.kept, ...patchSet };
  if (!same) {
    const sameTree = sent?.head === remote.head && sent.tree === place.change.tree;
    return { ...common, kind: sameTree ? "message-only" : "update" };
  }
  if (remote.base !== place.base) return { ...common, kind: "retarget" };
  return { ...common, kind: text.title === undefined && text.body === undefined ? "unchanged" : "reword" };
}

/** A pull request goes to the target first when it belongs there, or when its present base comes to lie above it. */
function retargetFirst(steps: readonly Step[], target: BranchName): readonly PlannedWrite[] {
  return steps.flatMap((step, index) => {
    if (step.kind === "create" || step.kind === "merged") return [];
    const { remote } = step;
    if (remote.base === step.base || remote.base === target) return [];
    const baseIsAbove = steps.slice(index + 1).some((above) => above.branch === remote.base);
    if (step.base !== target && !baseIsAbove) return [];
    return [{ kind: "update" as const, number: remote.number, nodeId: remote.nodeId, base: target }];
  });
}

/** The base a pull request has once `retargetFirst` is done. */
function baseAfter(step: Step, first: readonly PlannedWrite[]): BranchName | undefined {
  if (step.kind === "create" || step.kind === "merged") return undefined;
  const moved = first.find((write) => write.kind === "update" && write.number === step.remote.number);
  return moved?.base ?? step.remote.base;
}

function pushOf(step: Step, view: RemoteView): readonly PushedBranch[] {
  const to = step.change.commit;
  const home = step.fork === undefined ? {} : { fork: step.fork };
  switch (step.kind) {
    case "create": {
      // A branch without a pull request: an earlier run was stopped between push and create.
      const mine = step.replaces === undefined && step.supersedes === undefined;
      const from =
        view.branches[step.branch] ?? (mine && view.fork?.exists !== false ? view.sent[step.branch]?.head : undefined);
      if (from === to) return [];
      return [{ branch: step.branch, to, ...(from === undefined ? {} : { from }), ...home }];
    }
    case "update":
    case "message-only":
      return [{ branch: step.branch, from: step.remote.head, to, ...home }];
    case "retarget":
    case "reword":
    case "unchanged":
    case "merged":
      return [];
  }
}

interface Writing {
  /** The one it has when the writes begin. */
  readonly base: BranchName | undefined;
  readonly steps: readonly Step[];
  readonly wishes: Wishes;
}

function writeOf(step: Step, { base, steps, wishes: { topic, work } }: Writing): readonly PlannedWrite[] {
  if (step.kind === "merged") return [];
  if (step.kind === "create") {
    const text = newText(step.change, topic, supersession(step));
    const home = step.fork === undefined ? {} : { fork: step.fork };
    const draft = work === "in-progress";
    return [{ kind: "create", head: step.branch, base: step.base, ...text, draft, ...home }];
  }
  if (step.remote.theirs === true) return [];
  const { title, body } = updatedText(step.change, step.remote, topic, overlapOf(step, step.remote, steps));
  const changes = {
    ...(base === step.base ? {} : { base: step.base }),
    ...(title === undefined ? {} : { title }),
    ...(body === undefined ? {} : { body }),
  };
  if (Object.keys(changes).length === 0) return [];
  return [{ kind: "update", number: step.remote.number, nodeId: step.remote.nodeId, ...changes }];
}

function orphansOf(steps: readonly Step[], view: RemoteView): readonly RemoteChange[] {
  const here = new Set<string>(steps.map(({ branch }) => branch));
  return view.sentFromHere.flatMap((branch) => {
    const remote = view.changes[branch];
    return here.has(branch) || remote?.state !== "open" ? [] : [remote];
  });
}

/** The head branches a view of the server must cover: those of the stack, then those sent from here before. */
export function branchesToRead(
  stack: Stack,
  target: BranchName,
  sentFromHere: readonly BranchName[],
): readonly BranchName[] {
  const own = stack.flatMap(({ id }: { readonly id: ChangeId }) => headBranch(target, id) ?? []);
  return [...new Set([...own, ...sentFromHere])];
}

/**
 * Somebody pressed Merge on an upper change of a stack: it went into the branch of the change below instead of the
 * target (RULINGS 10, threat T45). What is to be undone is read from the forge's own list of pushes, which tells such a
 * merge from a push; nothing is guessed from the shape of commits, so that nobody's own work is ever put back.
 */
import type { BranchName, Sha } from "../ids.ts";
import type { Person } from "../policy/snapshot.ts";
import type { Action, PullFacts, RepositorySnapshot } from "./snapshot.ts";

/** Only a branch that `git review` named is put back: what is merged into people's own branches may be meant. */
const OURS = "review/";

/** Key in `published` once a merge was dealt with. */
export function handMergeSlot(change: number): string {
  return `hand-merge:${change}`;
}

/** Merged pull requests to be looked at. `enforced`: open changes whose policy lets the gate act. */
export function handMerges(
  { gates, pulls = [], published }: Pick<RepositorySnapshot, "gates" | "pulls" | "published">,
  enforced: ReadonlySet<number>,
): readonly Action[] {
  const landed = new Set(gates.flatMap((gate) => gate.landed.map(({ change }) => change)));
  const targets = new Set(gates.map(({ target }) => target.branch));
  return pulls.flatMap((upper): readonly Action[] => {
    if (upper.state !== "merged" || landed.has(upper.change) || targets.has(upper.base)) return [];
    if (published[handMergeSlot(upper.change)] !== undefined) return [];
    const lower = pulls.find((pull) => isBelow(pull, upper) && enforced.has(pull.change));
    return lower === undefined ? [] : [{ kind: "undo-hand-merge", change: upper.change, lower: lower.change }];
  });
}

function isBelow({ state, headBranch, branchTip }: PullFacts, upper: PullFacts): boolean {
  return state === "open" && headBranch === upper.base && branchTip !== undefined && headBranch.startsWith(OURS);
}

export interface MergedPull {
  readonly mergeCommit?: Sha;
  readonly base: BranchName;
}

export type HandMerge =
  /** The forge lists no merge by button: the branch came there by a push, which is its author's. */
  | { readonly kind: "pushed" }
  /** `before` is what the branch was, exactly. */
  | { readonly kind: "undo"; readonly merged: Sha; readonly before: Sha; readonly by?: Person }
  /** It is back already: somebody died, or did it by hand. */
  | { readonly kind: "undone"; readonly by?: Person }
  /** More was pushed since, which must not be lost. */
  | { readonly kind: "overtaken"; readonly by?: Person };

export function handMergeOf(
  { mergeCommit, base }: MergedPull,
  lower: {
    readonly headBranch: BranchName;
    readonly tip: Sha | undefined;
    readonly pushes: readonly {
      readonly by?: Person;
      readonly before?: Sha;
      readonly after: Sha;
      readonly merge?: true;
    }[];
  },
): HandMerge {
  const push = lower.pushes.findLast(({ after, merge }) => merge === true && after === mergeCommit);
  if (push?.before === undefined || base !== lower.headBranch) return { kind: "pushed" };
  const by = push.by === undefined ? {} : { by: push.by };
  if (lower.tip === push.after) return { kind: "undo", merged: push.after, before: push.before, ...by };
  return lower.tip === push.before ? { kind: "undone", ...by } : { kind: "overtaken", ...by };
}

/** What became of it, for the words. */
export interface Undoing {
  readonly change: number;
  readonly lower: number;
  readonly base: BranchName;
  readonly target: BranchName;
  readonly by?: Person;
  readonly restored: boolean;
  /** Why the branch was left as it is. */
  readonly why?: string;
  /** The pull request that stands for the merged one now, or why there is none. */
  readonly replacement: number | string;
}

/** The one comment, on the pull request that was merged. */
export function handMergeWords(done: Undoing): string {
  const { change, lower, base, target, by, restored, replacement } = done;
  const who = by === undefined ? "Somebody" : by.login;
  const branch = `\`${base}\``;
  const what = `${who} pressed Merge here, and #${change} went into ${branch}, the branch of #${lower}, which is below it. Nothing has landed on \`${target}\`.`;
  if (!restored) {
    return [
      what,
      `${branch} was left as it is: ${done.why ?? "it could not be put back"}. So #${lower} now holds both changes, as a new patch set that needs its votes again.`,
      `**Next:** vote on #${lower} as it is now; or its author takes the merge out of ${branch}, and opens this change again.`,
    ].join("\n\n");
  }
  const back = `${branch} is back at what it was before. Votes on #${lower} are asked for again, because its branch was another in between.`;
  const next =
    typeof replacement === "number"
      ? `#${replacement} stands for this change now, with its own votes.\n\n**Next:** review #${replacement}; it lands from the gate after #${lower}.`
      : `A pull request in its place could not be opened: ${replacement}.\n\n**Next:** its author opens it again, from the same branch onto ${branch}.`;
  return [what, back, next].join("\n\n");
}

/**
 * What becomes of each commit of a local stack when it is put onto the newest of everything: merged ones go, those that somebody
 * amended on the server are taken over where the clone has no edits of its own, all others are replayed. Pure; the replay itself
 * is the shell's.
 */
import { type BranchName, type Sha } from "../ids.ts";
import { fail, ok, type Result } from "../result.ts";
import { type RemoteChange, type Sent } from "./upload.ts";

/** A commit of the stack; without a Change-Id there is nothing of it on the server. */
export interface StackedCommit {
  readonly commit: Sha;
  readonly subject: string;
  /** Its head branch. */
  readonly branch?: BranchName;
}

export interface RestackView {
  readonly target: BranchName;
  readonly viewer: string;
  /** By head branch. */
  readonly changes: Readonly<Record<string, RemoteChange>>;
  readonly sent: Readonly<Record<string, Sent>>;
  /** Commits that this clone had checked out or sent at some time. */
  readonly seen: ReadonlySet<Sha>;
  /** By number: the former heads of a pull request, of those that `unsure` names. */
  readonly former: Readonly<Record<number, ReadonlySet<Sha>>>;
}

export type RestackStep = { readonly at: StackedCommit; readonly remote?: RemoteChange } & (
  | { readonly kind: "replay" }
  /** The server's head instead of the local commit. */
  | { readonly kind: "take"; readonly head: Sha }
  /** At the bottom, by another person: exactly as it is on the server, so that their change gets no patch set of ours. */
  | { readonly kind: "as-sent"; readonly head: Sha }
  | { readonly kind: "drop" }
  /** Merged, but this commit may have edits that were never sent: left out only if nothing of it is left. */
  | { readonly kind: "drop-if-empty" }
);

/** Both sides have a patch set that the other does not have. */
export interface Diverged {
  readonly kind: "diverged";
  readonly at: StackedCommit;
  readonly remote: RemoteChange;
}

/** `ahead`: the local commit is newer than the server's. */
type Standing = "same" | "ahead" | "behind" | "unknown";

/** Pull requests whose former heads must be known first. */
export function unsure(stack: readonly StackedCommit[], view: RestackView): readonly number[] {
  return stack.flatMap((at) => {
    const remote = remoteOf(at, view);
    if (remote === undefined || remote.state === "closed") return [];
    return standingOf(at, remote, view) === "unknown" ? [remote.number] : [];
  });
}

/** `stack`: oldest first. Fails with the lowest that cannot be decided. */
export function planRestack(
  stack: readonly StackedCommit[],
  view: RestackView,
): Result<readonly RestackStep[], Diverged> {
  const steps: RestackStep[] = [];
  for (const at of stack) {
    const remote = remoteOf(at, view);
    const bottom = steps.every(({ kind }) => kind === "as-sent");
    if (remote === undefined || remote.state === "closed") {
      steps.push({ at, kind: "replay", ...(remote === undefined ? {} : { remote }) });
      continue;
    }
    const standing = standingOf(at, remote, view);
    if (remote.state === "merged") {
      const whole = remote.base === view.target && (standing === "same" || standing === "behind");
      steps.push({ at, remote, kind: whole ? "drop" : "drop-if-empty" });
      continue;
    }
    if (standing === "unknown") return fail({ kind: "diverged", at, remote });
    const theirs = remote.author.login !== view.viewer;
    if (standing === "ahead") steps.push({ at, remote, kind: "replay" });
    else if (bottom && theirs) steps.push({ at, remote, kind: "as-sent", head: remote.head });
    else if (standing === "same") steps.push({ at, remote, kind: "replay" });
    else steps.push({ at, remote, kind: "take", head: remote.head });
  }
  return ok(steps);
}

function remoteOf({ branch }: StackedCommit, view: RestackView): RemoteChange | undefined {
  return branch === undefined ? undefined : view.changes[branch];
}

function standingOf({ commit }: StackedCommit, remote: RemoteChange, view: RestackView): Standing {
  if (remote.head === commit) return "same";
  const last = view.sent[remote.headBranch]?.head;
  // What was last sent from here, untouched: whatever the server has is newer.
  if (last === commit) return "behind";
  if (last === remote.head) return "ahead";
  if (view.former[remote.number]?.has(commit) === true) return "behind";
  return view.seen.has(remote.head) ? "ahead" : "unknown";
}

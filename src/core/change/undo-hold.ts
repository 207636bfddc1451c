/**
 * What keeps a change of a submit from being taken back: whatever somebody else has done on it or built on it, and what lies below
 * such a change, since that would lose the ground it stands on.
 */
import { type BranchName, type Sha } from "../ids.ts";
import { type RecordedChange, type SubmitRecord, type UndoView } from "./undo.ts";

export type Hold =
  /** The branch is neither where the submit left it nor where it was before. */
  | { readonly kind: "moved"; readonly tip: Sha }
  | { readonly kind: "gone" }
  | { readonly kind: "merged" }
  | { readonly kind: "closed" }
  /** Its branch is in a fork of somebody else. */
  | { readonly kind: "in-fork"; readonly fork: string }
  /** `how`: "bob reviewed it". */
  | { readonly kind: "touched"; readonly how: string }
  | { readonly kind: "built-on"; readonly numbers: readonly number[] }
  /** The commit it would go back to is in the target: the server would mark it as merged. */
  | { readonly kind: "landed"; readonly sha: Sha }
  /** Something above it stays, which stands on it. */
  | { readonly kind: "below"; readonly subject: string };

export function holdsOf(record: SubmitRecord, view: UndoView): ReadonlyMap<BranchName, Hold> {
  const holds = new Map<BranchName, Hold>();
  for (const change of record.changes) {
    const hold = ownHold(change, record, view);
    if (hold !== undefined) holds.set(change.branch, hold);
  }
  // From the top down: one that stays keeps everything below it.
  let stays: string | undefined;
  for (const change of [...record.changes].reverse()) {
    const hold = holds.get(change.branch);
    if (hold !== undefined && hold.kind !== "gone" && hold.kind !== "closed") stays ??= change.subject;
    else if (hold === undefined && stays !== undefined && hasEffect(change)) {
      holds.set(change.branch, { kind: "below", subject: stays });
    }
  }
  return holds;
}

function ownHold(change: RecordedChange, record: SubmitRecord, view: UndoView): Hold | undefined {
  const { branch, push, created } = change;
  if (!hasEffect(change)) return undefined;
  if (change.fork !== undefined && !isOf(view.viewer, change.fork)) return { kind: "in-fork", fork: change.fork };
  const remote = view.changes[branch];
  const tip = view.tips[branch];
  if (remote?.state === "merged") return { kind: "merged" };
  if (tip !== undefined && push !== undefined && tip !== push.to && tip !== push.from) return { kind: "moved", tip };
  if (!created && tip === undefined && push !== undefined) return { kind: "gone" };
  if (!created && remote?.state === "closed") return { kind: "closed" };
  if (created && remote?.state === "open") {
    const how = remote.author.login === view.viewer ? view.touched[remote.number] : `${remote.author.login} opened it`;
    if (how !== undefined) return { kind: "touched", how };
  }
  if (push?.from !== undefined && tip === push.to && view.landed.has(push.from))
    return { kind: "landed", sha: push.from };
  const on = builtOn(change, record, view);
  return on.length === 0 ? undefined : { kind: "built-on", numbers: on };
}

/** A branch that vanishes takes every pull request based on it along; one that moves back only pulls the ground from under some. */
function builtOn({ branch, push, created }: RecordedChange, record: SubmitRecord, view: UndoView): readonly number[] {
  if (push === undefined) return [];
  const goes = created && push.from === undefined;
  const others = view.others.filter(({ base, contains }) => base === branch && (goes || contains));
  // One of our own that stood here before too, or that somebody has since pointed here on the web, is left there.
  const pointed = record.changes.flatMap(({ branch: own, base, created: alsoNew }) => {
    const remote = view.changes[own];
    if (alsoNew || remote?.state !== "open" || remote.base !== branch) return [];
    return goes && (base?.became !== branch || base.was === branch) ? [remote.number] : [];
  });
  return [...others.map(({ number }) => number), ...pointed];
}

function hasEffect({ created, push, base, title, body, draft }: RecordedChange): boolean {
  if (created || push !== undefined) return true;
  return [base, title, body, draft].some((turned) => turned !== undefined && turned.was !== turned.became);
}

/** `owner/name` is of its owner. */
export function isOf(login: string, fork: string): boolean {
  return fork.split("/")[0]?.toLowerCase() === login.toLowerCase();
}

/**
 * What `git review undo` does: the last submit of a clone taken back, as far as nobody else stands on it. Pure, like the plan of
 * an upload: the same record and the same view of the server give the same plan, so `undo -n` shows exactly what `undo` does.
 * Order of effects: `retargetFirst`, one atomic leased push, `writes`, `turns`, `close`, and last the leased `remove`.
 */
import { type BranchName, type RefName, type Sha } from "../ids.ts";
import { type Instant } from "../time.ts";
import { type PlannedWrite, type RemoteChange, type Sent } from "./upload.ts";
import { holdsOf, type Hold } from "./undo-hold.ts";

/** A value before a submit and after it. */
export interface Turned<T> {
  readonly was: T;
  readonly became: T;
}

export interface RecordedChange {
  readonly branch: BranchName;
  readonly subject: string;
  /** `owner/name` of the repository of the branch, where that is not the project. */
  readonly fork?: string;
  /** The submit opened its pull request. */
  readonly created: boolean;
  /** Of one that was there before. */
  readonly number?: number;
  /** What the submit pushed; without `from` it made the branch. */
  readonly push?: { readonly from?: Sha; readonly to: Sha };
  /** Of every pull request that was there before, also where it stayed. */
  readonly base?: Turned<BranchName>;
  readonly title?: Turned<string>;
  readonly body?: Turned<string>;
  readonly draft?: Turned<boolean>;
  /** Reviewers were asked or tag labels put on: that stays. */
  readonly asked: boolean;
  /** What the clone remembered of the branch before. */
  readonly sent?: Sent & { readonly from?: BranchName };
}

/** One submit, as its clone noted it. */
export interface SubmitRecord {
  readonly at: Instant;
  readonly host: string;
  /** `owner/name`. */
  readonly project: string;
  readonly target: BranchName;
  /** Bottom first, those without any effect included. */
  readonly changes: readonly RecordedChange[];
  /** The local branch that was given Change-Ids or rebased. */
  readonly local?: { readonly ref: RefName; readonly from: Sha; readonly to: Sha; readonly files: boolean };
}

/** An open pull request that the submit did not send. */
export interface OtherChange {
  readonly number: number;
  readonly author: string;
  readonly base: BranchName;
  /** Its commits stand on what the submit pushed to its base; also where that cannot be found out. */
  readonly contains: boolean;
}

export interface UndoView {
  readonly viewer: string;
  /** By head branch: the open pull request, else the newest of the others. */
  readonly changes: Readonly<Record<string, RemoteChange>>;
  /** Where the head branches are; absent = there is none. */
  readonly tips: Readonly<Record<string, Sha>>;
  readonly others: readonly OtherChange[];
  /** By number: what people other than the viewer did to a pull request that the submit opened, in words. */
  readonly touched: Readonly<Record<number, string>>;
  /** Former heads that are in the target by now. */
  readonly landed: ReadonlySet<Sha>;
}

export type Part = "head" | "base" | "title" | "body" | "draft";

export type UndoStep = { readonly change: RecordedChange; readonly remote?: RemoteChange } & (
  | {
      readonly kind: "back";
      readonly parts: readonly Part[];
      /** Changed by somebody since, and left as they are. */
      readonly edited: readonly Part[];
    }
  /** `removed`: the branch goes; else it moves back to what it was. `closed`: there is an open pull request. */
  | { readonly kind: "close"; readonly closed: boolean; readonly removed: boolean }
  | { readonly kind: "kept"; readonly hold: Hold }
  | { readonly kind: "nothing"; readonly edited: readonly Part[] }
);

export interface UndoPlan {
  /** One per change, bottom first. */
  readonly steps: readonly UndoStep[];
  readonly retargetFirst: readonly PlannedWrite[];
  /** Bottom first; each from exactly where the submit left it. */
  readonly push: readonly (InRepository & { readonly from: Sha; readonly to: Sha })[];
  readonly writes: readonly PlannedWrite[];
  readonly turns: readonly { readonly number: number; readonly nodeId: string; readonly to: "draft" | "ready" }[];
  readonly close: readonly { readonly number: number }[];
  readonly remove: readonly (InRepository & { readonly from: Sha })[];
}

/** `fork`: its `owner/name`, where it is not the project. */
interface InRepository {
  readonly branch: BranchName;
  readonly fork?: string;
}

export function planUndo(record: SubmitRecord, view: UndoView): UndoPlan {
  const holds = holdsOf(record, view);
  const steps = record.changes.map((change): UndoStep => {
    const remote = view.changes[change.branch];
    const at = { change, ...(remote === undefined ? {} : { remote }) };
    const hold = holds.get(change.branch);
    if (hold !== undefined) return { ...at, kind: "kept", hold };
    return change.created ? stepOnNew(at, view) : stepOnOld(at, view);
  });
  const back = steps.filter(({ kind }) => kind !== "kept");
  const writes = back.flatMap(({ change, remote }) => writeOf(change, remote));
  const first = back.flatMap((step) => retargetFirst(step, record));
  return {
    steps,
    retargetFirst: first,
    push: back.flatMap(({ change }) => pushOf(change, view)),
    writes: writes.flatMap((write) => withoutDone(write, first)),
    turns: back.flatMap(({ change, remote }) => turnOf(change, remote)),
    close: back.flatMap(({ kind, remote }) =>
      kind === "close" && remote?.state === "open" ? [{ number: remote.number }] : [],
    ),
    remove: back.flatMap(({ change }) => {
      const { push, created } = change;
      const isThere = push !== undefined && view.tips[change.branch] === push.to;
      return created && isThere && push.from === undefined ? [{ ...placeOf(change), from: push.to }] : [];
    }),
  };
}

export function undoes(plan: UndoPlan): boolean {
  const { retargetFirst: first, push, writes, turns, close, remove } = plan;
  return first.length + push.length + writes.length + turns.length + close.length + remove.length > 0;
}

type At = Pick<UndoStep, "change" | "remote">;

function stepOnNew(at: At, view: UndoView): UndoStep {
  const { branch, push } = at.change;
  const closed = at.remote?.state === "open";
  const there = push !== undefined && view.tips[branch] === push.to;
  if (!closed && !there) return { ...at, kind: "nothing", edited: [] };
  return { ...at, kind: "close", closed, removed: there && push.from === undefined };
}

function stepOnOld(at: At, view: UndoView): UndoStep {
  const { change, remote } = at;
  const parts: Part[] = pushOf(change, view).length > 0 ? ["head"] : [];
  const edited: Part[] = [];
  for (const part of ["base", "title", "body", "draft"] as const) {
    const state = stateOf(change, remote, part);
    if (state === "ours") parts.push(part);
    if (state === "edited") edited.push(part);
  }
  return parts.length === 0 ? { ...at, kind: "nothing", edited } : { ...at, kind: "back", parts, edited };
}

/** `ours`: as the submit left it, and it was something else before. */
function stateOf(
  change: RecordedChange,
  remote: RemoteChange | undefined,
  part: Exclude<Part, "head">,
): "ours" | "back" | "edited" {
  const turned = change[part];
  const now = remote?.[part];
  if (turned === undefined || now === undefined || same(turned.was, turned.became)) return "back";
  if (same(now, turned.became)) return "ours";
  return same(now, turned.was) ? "back" : "edited";
}

/** The web's editor writes CRLF and may add or drop a final newline. */
function same(one: string | boolean, other: string | boolean): boolean {
  const normal = (value: string | boolean): string | boolean =>
    typeof value === "string" ? value.replaceAll("\r\n", "\n").trim() : value;
  return normal(one) === normal(other);
}

function pushOf(change: RecordedChange, view: UndoView): UndoPlan["push"] {
  const { branch, push } = change;
  if (push?.from === undefined || view.tips[branch] !== push.to) return [];
  return [{ ...placeOf(change), from: push.to, to: push.from }];
}

function placeOf({ branch, fork }: RecordedChange): InRepository {
  return { branch, ...(fork === undefined ? {} : { fork }) };
}

function writeOf(change: RecordedChange, remote: RemoteChange | undefined): readonly PlannedWrite[] {
  if (remote === undefined || change.created) return [];
  const back = <T extends "base" | "title" | "body">(part: T): { readonly [P in T]?: string } => {
    const turned = change[part];
    const made: { [P in T]?: string } = {};
    if (turned !== undefined && stateOf(change, remote, part) === "ours") made[part] = turned.was;
    return made;
  };
  const base = stateOf(change, remote, "base") === "ours" && change.base !== undefined ? { base: change.base.was } : {};
  const changes = { ...back("title"), ...back("body"), ...base };
  if (Object.keys(changes).length === 0) return [];
  return [{ kind: "update", number: remote.number, nodeId: remote.nodeId, ...changes }];
}

function turnOf(change: RecordedChange, remote: RemoteChange | undefined): UndoPlan["turns"] {
  if (remote === undefined || change.draft === undefined || stateOf(change, remote, "draft") !== "ours") return [];
  return [{ number: remote.number, nodeId: remote.nodeId, to: change.draft.was ? "draft" : "ready" }];
}

/**
 * Those that go back to the target, and those whose present base comes to lie above them again: the push would otherwise
 * put a pull request's head into its own base, and the server would mark it as merged.
 */
function retargetFirst({ change, remote }: UndoStep, record: SubmitRecord): readonly PlannedWrite[] {
  const { base } = change;
  if (remote === undefined || base === undefined || stateOf(change, remote, "base") !== "ours") return [];
  const above = liesAbove(base.became, change.branch, record);
  if (base.was !== record.target && !above) return [];
  return [{ kind: "update", number: remote.number, nodeId: remote.nodeId, base: record.target }];
}

/** Whether `upper` stood on `lower` before the submit. */
function liesAbove(upper: BranchName, lower: BranchName, record: SubmitRecord): boolean {
  const bases = new Map(record.changes.map(({ branch, base }) => [branch, base?.was]));
  let at = bases.get(upper);
  for (let steps = record.changes.length; at !== undefined && steps > 0; steps -= 1) {
    if (at === lower) return true;
    at = bases.get(at);
  }
  return false;
}

function withoutDone(write: PlannedWrite, first: readonly PlannedWrite[]): readonly PlannedWrite[] {
  if (write.kind === "create") return [write];
  const done = first.some((one) => one.kind === "update" && one.number === write.number && one.base === write.base);
  if (!done) return [write];
  const { base: _base, ...rest } = write;
  return rest.title === undefined && rest.body === undefined ? [] : [rest];
}

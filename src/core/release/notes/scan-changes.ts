/** What one commit does to each note, by UID: reno's rules, and where they end with an error. */
import { fail, ok, type Result } from "../../result.ts";
import { byCodePoint } from "./scan-refs.ts";
import type { NoteChange, NoteChanges } from "./shapes.ts";
import { isNotePath, uidOf } from "./uid.ts";

export interface UidChange {
  readonly uid: string;
  readonly type: "add" | "modify" | "delete" | "rename";
  readonly change: NoteChange;
}

export interface Refusal {
  readonly uid: string;
  readonly paths: readonly string[];
}

/**
 * An add and a delete of one UID are a rename. `deletedTwice` remembers UIDs of which several files went in one commit (that came
 * later): two files that add such a UID in one commit are let pass and left out; two of another UID are refused.
 */
export function changesByUid(changes: NoteChanges, deletedTwice: Set<string>): Result<readonly UidChange[], Refusal> {
  const listed = changes.kind === "plain" ? ok(changes.changes) : mergeChanges(changes);
  if (!listed.ok) return listed;
  const byUid = new Map<string, NoteChange[]>();
  for (const change of listed.value) {
    if (!isNotePath(change.path)) continue;
    const uid = uidOf(change.path);
    const others = byUid.get(uid);
    if (others === undefined) byUid.set(uid, [change]);
    else others.push(change);
  }
  const result: UidChange[] = [];
  for (const [uid, found] of [...byUid].toSorted(([one], [other]) => byCodePoint(one, other))) {
    const [first] = found;
    const types = [...new Set(found.map(({ type }) => type))].toSorted().join(" ");
    const added = found.find(({ type }) => type === "add");
    if (first !== undefined && found.length === 1) result.push({ uid, type: first.type, change: first });
    else if (types === "add delete" && added !== undefined) result.push({ uid, type: "rename", change: added });
    else if (types === "modify" || types === "delete")
      result.push(...found.map((change) => ({ uid, type: change.type, change })));
    else if (types !== "add" || !deletedTwice.has(uid)) return fail({ uid, paths: found.map(({ path }) => path) });
    if (types === "delete" && found.length > 1) deletedTwice.add(uid);
  }
  return ok(result);
}

/** Of a merge only what it settles itself, once for each parent that has the folder. */
function mergeChanges({
  paths,
  hasFolder,
}: Extract<NoteChanges, { kind: "merge" }>): Result<readonly NoteChange[], Refusal> {
  const settled = paths.map((path) => path.filter((_, parent) => hasFolder[parent] === true)).filter(isSettled);
  const listed: NoteChange[] = [];
  for (const path of settled.toSorted((a, b) => byCodePoint(pathOf(a), pathOf(b))))
    for (const change of path) {
      if (change === undefined) return fail({ uid: uidOf(pathOf(path)), paths: [pathOf(path)] });
      listed.push(change);
    }
  return ok(listed);
}

/** Whether a merge did to a file what no parent had: deleted different contents, or differs from all, or not from all alike. */
export function isSettled(path: readonly (NoteChange | undefined)[]): boolean {
  const there = path.filter((change) => change !== undefined);
  const [first] = there;
  if (first === undefined) return false;
  if (there.some(({ type }) => type !== first.type)) return true;
  return first.type === "delete" ? there.some(({ blob }) => blob !== first.blob) : there.length === path.length;
}

function pathOf(path: readonly (NoteChange | undefined)[]): string {
  return path.find((change) => change !== undefined)?.path ?? "";
}

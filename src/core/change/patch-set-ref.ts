/**
 * Where a patch set can be fetched for good: `refs/changes/<last two digits>/<number>/<patch set>`, as in Gerrit, so that
 * whoever knows one knows the other. The service alone writes them; they are a convenience and prove nothing (ADR 0031).
 */
import { parseRefName, type RefName } from "../ids.ts";

export interface PatchSetName {
  readonly change: number;
  readonly n: number;
}

/** Under it stand all patch sets of one change. */
export function patchSetFolder(change: number): string {
  return `refs/changes/${String(change % 100).padStart(2, "0")}/${change}/`;
}

export function patchSetRef({ change, n }: PatchSetName): RefName {
  const ref = parseRefName(`${patchSetFolder(change)}${n}`);
  if (ref === undefined) throw new Error(`No ref for patch set ${n} of change ${change}`);
  return ref;
}

/** `undefined` for any other ref, also for one in another change's folder. */
export function parsePatchSetRef(ref: string): PatchSetName | undefined {
  const [, change, n] = /^refs\/changes\/\d{2}\/([1-9]\d{0,9})\/([1-9]\d{0,5})$/.exec(ref) ?? [];
  if (change === undefined || n === undefined) return undefined;
  const name = { change: Number(change), n: Number(n) };
  return patchSetRef(name) === ref ? name : undefined;
}

/**
 * What people type where a change is meant: a number, `number,ps`, a Change-Id, or the address of a page in one of five
 * shapes: `/N`, `/N/PS`, `/#/c/N[/PS]`, `/c/<project>/+/N[/PS]`, each with or without a slash at its end.
 * Source: git-review, `-d`.
 */
import { type ChangeId } from "../../core/ids.ts";

export type ChangeKey =
  | { readonly kind: "number"; readonly number: number }
  /** May be shortened: `I` and at least four digits. */
  | { readonly kind: "id"; readonly id: string };

export interface ChangeReference {
  readonly key: ChangeKey;
  /** Absent = the newest. */
  readonly patchSet?: number;
}

export interface ComparedReference {
  readonly key: ChangeKey;
  readonly older: number;
  /** Absent = the newest. */
  readonly newer?: number;
}

export function parseChangeReference(text: string): ChangeReference | undefined {
  const path = text.includes("://") ? pathOf(text) : text.trim();
  if (path === undefined) return undefined;
  const found = /^([^,/]+)(?:[,/](\d{1,6}))?$/.exec(path);
  const key = keyOf(found?.[1] ?? "");
  const patchSet = found?.[2] === undefined ? undefined : Number(found[2]);
  if (key === undefined || patchSet === 0) return undefined;
  return { key, ...(patchSet === undefined ? {} : { patchSet }) };
}

/** `N,PS` or `N,PS-PS`; the same patch set twice is nothing to compare. */
export function parseComparedReference(text: string): ComparedReference | undefined {
  const [, before = "", second] = /^(.*?\d)(?:-(\d{1,6}))?$/.exec(text.trim()) ?? [];
  const first = parseChangeReference(before);
  if (first?.patchSet === undefined) return undefined;
  const newer = second === undefined ? undefined : Number(second);
  if (newer === 0 || newer === first.patchSet) return undefined;
  return { key: first.key, older: first.patchSet, ...(newer === undefined ? {} : { newer }) };
}

export function describeKey(key: ChangeKey): string {
  return key.kind === "number" ? String(key.number) : key.id;
}

export function isChangeKeyOf(key: ChangeKey, change: { readonly number: number; readonly id: ChangeId }): boolean {
  return key.kind === "number" ? key.number === change.number : change.id.startsWith(key.id);
}

function keyOf(text: string): ChangeKey | undefined {
  if (/^[1-9]\d{0,9}$/.test(text)) return { kind: "number", number: Number(text) };
  return /^I[0-9a-f]{4,40}$/.test(text) ? { kind: "id", id: text } : undefined;
}

/** What says the change: `N`, `N/PS` or a Change-Id. A server may keep Gerrit below a path, so the end counts. */
function pathOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { pathname, hash } = new URL(text);
  const path = (hash.startsWith("#/") ? hash.slice(1) : pathname).replace(/\/+$/, "");
  const polygerrit = /\/\+\/(.+)$/.exec(path)?.[1];
  return polygerrit ?? /(?:^|\/)((?:[1-9]\d*|I[0-9a-f]{4,40})(?:\/\d+)?)$/.exec(path)?.[1];
}

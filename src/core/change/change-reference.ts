/**
 * How people name a change: its number, `12,3` for a patch set of it, its Change-Id, or the address of its page, on GitHub or on
 * Gerrit. Source: git-review, `-d`; Gerrit, "Change URLs".
 */
import { parseChangeId, type ChangeId } from "../ids.ts";

export interface ChangeReference {
  readonly name: { readonly kind: "number"; readonly number: number } | { readonly kind: "id"; readonly id: ChangeId };
  readonly patchSet?: number;
  /** Of an address: the server it is on, with port, and the project where the address says it. */
  readonly at?: { readonly host: string; readonly project?: string };
}

/** Two patch sets of one change; without `to` the newest. */
export interface Comparison {
  readonly change: ChangeReference;
  readonly from: number;
  readonly to?: number;
}

export function parseChangeReference(text: string): ChangeReference | undefined {
  const [, plain, patchSet] = /^#?([^,\s]+?)(?:[,/]([1-9]\d{0,5}))?$/.exec(text.trim()) ?? [];
  if (plain === undefined) return undefined;
  if (/^https?:\/\//.test(plain)) return ofAddress(text.trim());
  const name = nameOf(plain);
  return name === undefined ? undefined : { name, ...patchSetOf(patchSet) };
}

/** `12,1-3` and `12,1`. */
export function parseComparison(text: string): Comparison | undefined {
  const [, named = "", from, to] = /^([^\s]+),([1-9]\d{0,5})(?:-([1-9]\d{0,5}))?$/.exec(text.trim()) ?? [];
  const change = parseChangeReference(named);
  if (change === undefined || change.patchSet !== undefined || from === undefined) return undefined;
  return { change, from: Number(from), ...(to === undefined ? {} : { to: Number(to) }) };
}

/** As people type it. */
export function formatReference({ name, patchSet }: ChangeReference): string {
  const named = name.kind === "number" ? `${name.number}` : name.id;
  return patchSet === undefined ? named : `${named},${patchSet}`;
}

function nameOf(text: string): ChangeReference["name"] | undefined {
  if (/^[1-9]\d{0,9}$/.test(text)) return { kind: "number", number: Number(text) };
  const id = parseChangeId(text);
  return id === undefined ? undefined : { kind: "id", id };
}

function patchSetOf(text: string | undefined): Pick<ChangeReference, "patchSet"> {
  return text === undefined ? {} : { patchSet: Number(text) };
}

/** `/owner/name/pull/12…`, `/c/<project>/+/12[/3]`, `/#/c/12[/3]`, `/12[/3]`, and `/q/I…`. */
const ADDRESSES: readonly RegExp[] = [
  /^(?<project>[^/]+\/[^/]+)\/pull\/(?<change>[1-9]\d{0,9})(?:\/.*)?$/,
  /^(?:.*?\/)??c\/(?<project>.+)\/\+\/(?<change>[1-9]\d{0,9})(?:\/(?:\d+\.\.)?(?<patchSet>[1-9]\d{0,5}))?(?:\/.*)?$/,
  /^(?:.*?\/)??(?:#\/)?c\/(?<change>[1-9]\d{0,9})(?:\/(?<patchSet>[1-9]\d{0,5}))?(?:\/.*)?$/,
  /^(?:.*?\/)??(?:#\/)?(?:q|id)\/(?<change>I[0-9a-f]{40})$/,
  /^(?:.*?\/)??(?<change>[1-9]\d{0,9})(?:\/(?<patchSet>[1-9]\d{0,5}))?$/,
];

function ofAddress(text: string): ChangeReference | undefined {
  const [, host, path] = /^https?:\/\/(?:[^/@\s]*@)?([^/\s?#]+)\/(\S*)$/.exec(text) ?? [];
  if (host === undefined || path === undefined) return undefined;
  const plain = path
    .replace(/^#\//, "#/")
    .replace(/\?[^#]*/, "")
    .replace(/\/+$/, "");
  for (const shape of ADDRESSES) {
    const { change, patchSet, project } =
      shape.exec(plain.startsWith("#") ? plain : (plain.split("#")[0] ?? ""))?.groups ?? {};
    const name = change === undefined ? undefined : nameOf(change);
    if (name === undefined) continue;
    const at = { host: host.toLowerCase(), ...(project === undefined ? {} : { project: decoded(project) }) };
    return { name, ...patchSetOf(patchSet), at };
  }
  return undefined;
}

function decoded(project: string): string {
  return project.replaceAll(/%2f/gi, "/");
}

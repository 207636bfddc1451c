/**
 * Who takes back what: `This reverts commit <sha>`, as git and the Revert button write it, or `Reverts owner/name#12`, as the button
 * writes into the pull request and a squash takes over.
 */
import type { Sha } from "../../ids.ts";

export interface Revertible {
  readonly shas: readonly Sha[];
  /** `owner/name#12`. */
  readonly pull?: string;
}

const REVERTS = /^\s*This reverts commit ([0-9a-f]{7,64})\b/gim;

/** Texts that one of them is in, where somebody takes this back. `git revert --reference` writes seven digits or more. */
export function revertTexts({ shas, pull }: Revertible): readonly string[] {
  return [
    ...shas.map((sha) => `This reverts commit ${sha.slice(0, 7)}`),
    ...(pull === undefined ? [] : [`Reverts ${pull}`]),
  ];
}

/** Commits that a message takes back, whole or abbreviated, in lower case. */
export function commitsRevertedBy(message: string): readonly string[] {
  return [...message.matchAll(REVERTS)].flatMap(([, sha]) => sha?.toLowerCase() ?? []);
}

export function reverts(message: string, { shas, pull }: Revertible): boolean {
  if (commitsRevertedBy(message).some((one) => shas.some((sha) => sha.startsWith(one)))) return true;
  if (pull === undefined) return false;
  const words = message.split(/\s+/);
  return words.some((word, at) => word === "Reverts" && words[at + 1]?.replace(/\.$/, "") === pull);
}

/**
 * A fix, wherever it is: the same work on several branches is told by what it is called (Change-Id), by where it was picked from
 * (`cherry picked from commit`), and by what it does (patch id, where somebody has worked it out).
 */
import type { ChangeId, Sha } from "../../ids.ts";
import { changeIdOf } from "../../commit-message/change-id.ts";

export interface Fix {
  readonly sha: Sha;
  readonly message: string;
  /** Of `git patch-id --stable`. */
  readonly patchId?: string;
}

/** What a branch has, since it left an older one. */
export interface BranchFixes {
  /** Why the fix is there; `undefined` where it is not. */
  has(fix: Fix): FoundBy | undefined;
}

export type FoundBy = "the commit" | "its Change-Id" | "a pick of it" | "its patch";

const PICKED = /^\(cherry picked from commit ([0-9a-f]{7,64})\)\s*$/gm;

/** Every commit that the message names, in its order: the first is on the newest branch. */
export function picksOf(message: string): readonly string[] {
  return [...message.matchAll(PICKED)].flatMap(([, sha]) => sha ?? []);
}

export function idOf(message: string): ChangeId | undefined {
  const id = changeIdOf(message);
  return id.ok ? id.value : undefined;
}

export function fixesOf(commits: readonly Fix[]): BranchFixes {
  const shas = new Set<string>(commits.map(({ sha }) => sha));
  const picks = new Set(commits.flatMap(({ message }) => picksOf(message)));
  const patches = new Set(commits.flatMap(({ patchId }) => patchId ?? []));
  const ids = new Set<string>(commits.flatMap(({ message }) => idOf(message) ?? []));
  return {
    has: ({ sha, message, patchId }) => {
      if (shas.has(sha)) return "the commit";
      const from = picksOf(message);
      if (from.some((one) => shas.has(one)) || picks.has(sha) || from.some((one) => picks.has(one)))
        return "a pick of it";
      const id = idOf(message);
      if (id !== undefined && ids.has(id)) return "its Change-Id";
      return patchId !== undefined && patches.has(patchId) ? "its patch" : undefined;
    },
  };
}

/** Its author says that newer branches do not need it. Case does not matter; `stable only` and `[stable-only]` are what people write. */
export function isStableOnly(message: string): boolean {
  return /\bstable[ -]only\b/i.test(message);
}

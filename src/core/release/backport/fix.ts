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
export interface BranchFixes<F extends Fix = Fix> {
  /** Why the fix is there; `undefined` where it is not. */
  has(fix: Fix): FoundBy | undefined;
  /** The commit that brought it, the newest of several; `undefined` where it is not there. */
  find(fix: Fix): Twin<F> | undefined;
}

/** The same fix on another branch. */
export interface Twin<F extends Fix = Fix> {
  readonly by: FoundBy;
  readonly as: F;
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

/** `commits`: newest first. */
export function fixesOf<F extends Fix>(commits: readonly F[]): BranchFixes<F> {
  const [shas, picks] = [new Map<string, F>(), new Map<string, F>()];
  const [ids, patches] = [new Map<string, F>(), new Map<string, F>()];
  for (const fix of commits.toReversed()) {
    shas.set(fix.sha, fix);
    for (const pick of picksOf(fix.message)) picks.set(pick, fix);
    const id = idOf(fix.message);
    if (id !== undefined) ids.set(id, fix);
    if (fix.patchId !== undefined) patches.set(fix.patchId, fix);
  }
  const find = ({ sha, message, patchId }: Fix): Twin<F> | undefined => {
    const twin = (by: FoundBy, as: F | undefined): Twin<F> | undefined => (as === undefined ? undefined : { by, as });
    const from = picksOf(message);
    const firstOf = (known: ReadonlyMap<string, F>): F | undefined =>
      from.map((one) => known.get(one)).find((one) => one !== undefined);
    return (
      twin("the commit", shas.get(sha)) ??
      twin("a pick of it", firstOf(shas) ?? picks.get(sha) ?? firstOf(picks)) ??
      twin("its Change-Id", ids.get(idOf(message) ?? "")) ??
      twin("its patch", patchId === undefined ? undefined : patches.get(patchId))
    );
  };
  return { find, has: (fix) => find(fix)?.by };
}

/** Its author says that newer branches do not need it. Case does not matter; `stable only` and `[stable-only]` are what people write. */
export function isStableOnly(message: string): boolean {
  return /\bstable[ -]only\b/i.test(message);
}

/**
 * Merges to a guarded target that nobody's certificate covers (threat T38): an administrator pressed Merge, past the rules. Nothing is
 * undone; it is said once, on the pull request, with what its verdict was. Asked of changes that were open at the last look and are merged
 * at this one, so that only what the service watched is told; `plustwo policy audit` looks at the past.
 */
import type { BranchName, Sha } from "../ids.ts";
import { code, prose } from "../policy/markdown.ts";
import type { Mode } from "../policy/verdict.ts";
import { certificateOf, type AppCheck } from "../replay/certificate.ts";
import { digestOf, GATE_SLOT, reportSlot } from "./reports.ts";
import type { Action, GateSnapshot, RepositorySnapshot } from "./snapshot.ts";

/** A change that was merged since the last look. */
export interface MergedFacts {
  readonly change: number;
  readonly target: BranchName;
  /** Of the policy at the target's tip. */
  readonly mode: Mode;
  readonly head: Sha;
  /** What the forge says it was merged as. */
  readonly landed: Sha;
  /** Ours, on the head and on the landed commit. */
  readonly checks: readonly AppCheck[];
}

/** While a target is paused merges by hand are the point of it, and `plustwo resume` lists them. */
export function reportUnattested(
  merged: readonly MergedFacts[],
  { gates, published }: Pick<RepositorySnapshot, "gates" | "published">,
): readonly Action[] {
  return merged.flatMap((one): readonly Action[] => {
    const gate = gates.find(({ target }) => target.branch === one.target);
    if (gate === undefined || one.mode !== "enforce" || isOurs(one, gate) || isPaused(gate)) return [];
    const certified = certificateOf({ ...one, gated: true });
    if (certified.valid) return [];
    const { change, target, landed } = one;
    const body = [
      `**Merged past the gate.** This went into ${code(target)} by hand as ${code(landed.slice(0, 7))}, and no certificate covers it: ${prose(certified.sentence)}.`,
      "Nothing is undone. Whoever merged it says here why, or reverts it; what is on the target now is what the next changes are tested on.",
    ].join("\n\n");
    const digest = digestOf(body);
    if (published[reportSlot(change, GATE_SLOT)] === digest) return [];
    return [{ kind: "report", change, slot: GATE_SLOT, body, digest }];
  });
}

function isOurs({ change }: MergedFacts, { landed }: GateSnapshot): boolean {
  return landed.some((one) => one.change === change);
}

function isPaused({ holds }: GateSnapshot): boolean {
  return holds.some(({ scope }) => scope === "target");
}

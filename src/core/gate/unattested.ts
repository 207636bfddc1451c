/**
 * Merges to a guarded target that nobody's certificate covers (threat T38): an administrator pressed Merge, past the rules. Nothing is
 * undone; it is said once, on the pull request, with who did it and what its verdict was. Asked of changes that the service saw open and
 * then merged, until it is answered; `plustwo policy audit` looks at the past.
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
  /** Login of who merged it, where the forge says. */
  readonly by?: string;
  /** Ours, on the head and on the landed commit. */
  readonly checks: readonly AppCheck[];
}

export type MergeFinding =
  | { readonly kind: "certified" | "paused" | "not-enforced" }
  /** What is missing: a sentence. */
  | { readonly kind: "uncertified"; readonly missing: string };

/** While a target is paused merges by hand are the point of it, and `plustwo resume` lists them. */
export function judgeMerge(merged: MergedFacts, gates: readonly GateSnapshot[]): MergeFinding {
  const gate = gates.find(({ target }) => target.branch === merged.target);
  if (gate === undefined || merged.mode !== "enforce") return { kind: "not-enforced" };
  if (isOurs(merged, gate)) return { kind: "certified" };
  if (isPaused(gate)) return { kind: "paused" };
  const certified = certificateOf({ ...merged, gated: true });
  return certified.valid ? { kind: "certified" } : { kind: "uncertified", missing: certified.sentence };
}

export function reportUnattested(
  merged: readonly MergedFacts[],
  { gates, published }: Pick<RepositorySnapshot, "gates" | "published">,
): readonly Action[] {
  return merged.flatMap((one): readonly Action[] => {
    const finding = judgeMerge(one, gates);
    if (finding.kind !== "uncertified") return [];
    const { change, target, landed, by } = one;
    const merges = by === undefined ? "Somebody" : prose(by);
    const body = [
      `**Merged past the gate.** ${merges} merged this into ${code(target)} by hand as ${code(landed.slice(0, 7))}, and no certificate covers it: ${prose(finding.missing)}.`,
      `Nothing is undone. ${by === undefined ? "Whoever merged it" : prose(by)} says here why, or reverts it; what is on the target now is what the next changes are tested on.`,
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

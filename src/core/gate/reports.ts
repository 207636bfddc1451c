/**
 * What the gate tells people on a change that left it red, or of which something was lifted by people: one comment per
 * change, edited in place, also when what it said has been overtaken. Derived from what the store remembers, so a crash before the comment loses nothing.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { reportBody } from "../policy/report-body.ts";
import { usesGitReview } from "../policy/review-tool.ts";
import type { PolicySnapshot } from "../policy/snapshot.ts";
import type { Verdict } from "../policy/verdict.ts";
import { OVERRIDE_OVER, overrideNotices } from "./override-notice.ts";
import type { Action, RepositorySnapshot } from "./snapshot.ts";

export const GATE_SLOT = "gate";

/** Key of a comment in `published`. */
export function reportSlot(change: number, slot: string): string {
  return `report:${change}:${slot}`;
}

/** For the changes given, which are those whose policy lets the gate speak. */
export function reports(
  changes: readonly { readonly snapshot: PolicySnapshot; readonly verdict: Verdict }[],
  { gates, published }: Pick<RepositorySnapshot, "gates" | "published">,
): readonly Action[] {
  const refused = gates.flatMap((gate) => gate.refused.map((left) => ({ ...left, target: gate.target.branch })));
  return changes.flatMap(({ snapshot: { change, overrides }, verdict }): readonly Action[] => {
    const left = refused.findLast(({ change: number, head }) => number === change.number && head === change.head);
    const said = published[reportSlot(change.number, GATE_SLOT)];
    const notices = overrideNotices(verdict);
    if (left === undefined && notices.length === 0 && said === undefined) return [];
    const { owner, patchSets } = change;
    const report =
      left === undefined
        ? []
        : [
            reportBody({
              ...left,
              owner: owner.login,
              patchSet: patchSets.at(-1)?.n ?? 0,
              gitReview: usesGitReview(change),
            }),
          ];
    const told = [...notices, ...report];
    const body = told.length > 0 ? told.join("\n\n") : overrides.length > 0 ? OVERRIDE_OVER : overtaken();
    const digest = digestOf(body);
    const first = notices.length > 0 ? { first: true as const } : {};
    return said === digest ? [] : [{ kind: "report", change: change.number, slot: GATE_SLOT, body, digest, ...first }];
  });
}

function overtaken(): string {
  return "What the gate said here is overtaken: there is a new patch set, or somebody asked for a recheck.";
}

export function digestOf(text: string): string {
  return `sha256:${bytesToHex(sha256(utf8ToBytes(text)))}`;
}

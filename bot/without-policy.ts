/**
 * A target branch without a policy file has not asked for anything: its changes get one neutral check that says so, and
 * never a red one. The gate is closed all the same.
 */
import type { Action } from "../src/core/gate/snapshot.ts";
import type { PolicySnapshot } from "../src/core/policy/snapshot.ts";
import type { Gathered } from "./gather.ts";
import { POLICY_FILE } from "./gather-policy.ts";

export function withoutPolicy({ unasked, snapshot }: Pick<Gathered, "unasked" | "snapshot">): readonly Action[] {
  return unasked.flatMap(({ change }): readonly Action[] => {
    const digest = `no policy ${change.branch} ${change.head}`;
    if (snapshot.published[`check:${change.number}`] === digest) return [];
    return [
      {
        kind: "publish-check",
        change: change.number,
        head: change.head,
        patchSet: change.patchSets.at(-1)?.n ?? 0,
        verdict: "neutral",
        title: `No policy on ${change.branch}`,
        summary:
          `There is no \`${POLICY_FILE}\` on the target branch \`${change.branch}\`, so plustwo only looks on and lands nothing. ` +
          "To begin, add one with `version: 1`, `extends: preset:openstack` and `groups`.",
        digest,
      },
    ];
  });
}

export function asksForNothing({ policy }: PolicySnapshot): boolean {
  return typeof policy !== "string" && policy.length === 0;
}

import { describe, expect, it } from "vitest";
import { decide, slotOf } from "../../../src/core/gate/decide.ts";
import type { PolicySnapshot } from "../../../src/core/policy/snapshot.ts";
import { after, instant } from "../../../src/core/time.ts";
import { alice, bob, branch, go, NOW, POLICY_TEXT, PRESETS, sha, snapshot } from "../policy/sample.ts";
import { GateWorld } from "./gate-world.ts";

/** What lifts a preset's own requirement is the preset's to say. */
const presetWith = (notify: string) => ({
  own: PRESETS.openstack.replace(
    "\noverrides:\n",
    `$&  Emergency: { group: core, expires: 4h, lifts: [Code-Review]${notify} }\n`,
  ),
});
const TEXT = POLICY_TEXT.replace("openstack", "own");

const word = (by: typeof alice, reason: string): PolicySnapshot["overrides"][number] => ({
  ...{ name: "Emergency", by, reason, at: instant(NOW - 60_000), sha: sha(101) },
  source: { kind: "review", id: String(by.id) },
});

function reported(of: PolicySnapshot, published: Readonly<Record<string, string>> = {}, now = NOW, notify = "") {
  const empty = new GateWorld().snapshot();
  const gates = [{ ...empty, target: { ...empty.target, branch: branch("main"), tip: sha(50) } }];
  const decision = decide({ gates, changes: [of], published }, now, { presets: presetWith(notify) });
  return { ...decision, report: decision.actions.find((action) => action.kind === "report") };
}

describe("T38: an override is announced", () => {
  const lifted = snapshot({
    policy: TEXT,
    votes: [go()],
    overrides: [word(alice, "the *fix* of @prod"), word(bob, "agreed")],
  });

  it("in the one comment: what, by whom, why, until when; the change goes into the gate", () => {
    const { report, actions, wakeAt } = reported(lifted);
    expect(report?.body).toBe(
      "**Override Emergency**: Code-Review is lifted for patch set 1 by `alice` and `bob` until 1 Sep 2026 15:59 UTC. Reason: the \\*fix\\* of @\u200bprod; agreed.",
    );
    expect(report?.first).toBe(true);
    expect(actions.map(({ kind }) => kind)).toContain("enqueue");
    expect(wakeAt).toBeLessThanOrEqual(after(NOW, 4 * 3_600_000 - 60_000));
  });

  it("once, and when it is over the same comment says so", () => {
    const { report } = reported(lifted);
    const published = report === undefined ? {} : { [slotOf(report) ?? ""]: report.digest };
    expect(reported(lifted, published).report).toBeUndefined();
    expect(reported(lifted, published, after(NOW, 4 * 3_600_000)).report?.body).toContain("holds no more");
  });

  it("nowhere while too few have asked, or where the policy wants no comment", () => {
    expect(reported({ ...lifted, overrides: lifted.overrides.slice(0, 1) }).report).toBeUndefined();
    expect(reported(lifted, {}, NOW, ", notify: none").report).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";
import { decide, slotOf } from "../../../src/core/gate/decide.ts";
import { keptUpTo, patchSetSlot } from "../../../src/core/gate/keep-patch-sets.ts";
import type { Action, GateSnapshot, PullFacts, RepositorySnapshot } from "../../../src/core/gate/snapshot.ts";
import type { BranchName } from "../../../src/core/ids.ts";
import type { PolicySnapshot } from "../../../src/core/policy/snapshot.ts";
import { after, instant } from "../../../src/core/time.ts";
import {
  alice,
  bob,
  branch,
  go,
  green,
  NOW,
  patchSet,
  POLICY_TEXT,
  PRESETS,
  sha,
  snapshot,
  vote,
} from "../policy/sample.ts";
import { GateWorld } from "./gate-world.ts";

const approved = (): PolicySnapshot =>
  snapshot({ votes: [vote(alice, "Code-Review+2"), vote(bob, "Code-Review+2"), go()], checks: green() });

function gate(more: Partial<GateSnapshot> = {}): GateSnapshot {
  const empty = new GateWorld().snapshot();
  return { ...empty, target: { ...empty.target, branch: branch("main"), tip: sha(50) }, ...more };
}

function repository(more: Partial<RepositorySnapshot> = {}): RepositorySnapshot {
  return { gates: [gate()], changes: [], published: KEPT, ...more };
}

/** The first patch set stands under its number already. */
const KEPT = { [patchSetSlot(7)]: keptUpTo({ n: 1, sha: sha(101) }) };

const actionsOn = (facts: RepositorySnapshot) => decide(facts, NOW, { presets: PRESETS }).actions;
const kinds = (actions: readonly Action[]) => actions.map(({ kind }) => kind);

/** What `published` holds once these actions are done. */
function published(actions: readonly Action[]): Record<string, string> {
  const said = actions.flatMap((action) => {
    if (action.kind === "keep-patch-sets") return action.sets.map((one) => [patchSetSlot(one.change), keptUpTo(one)]);
    const slot = slotOf(action);
    return slot !== undefined && "digest" in action ? [[slot, action.digest]] : [];
  });
  return { ...KEPT, ...Object.fromEntries(said) };
}

describe("a change that meets its requirements", () => {
  it("enters the gate with the message its merge will carry, is built, and gets its check", () => {
    const actions = actionsOn(repository({ changes: [approved()] }));
    expect(kinds(actions)).toEqual(["enqueue", "build", "publish-check"]);
    const [enqueue] = actions;
    expect(enqueue?.kind === "enqueue" && enqueue.item.seal.message.split("\n").slice(0, 4)).toEqual([
      "Merge change #7: Add parser",
      "",
      "Reviewed-by: alice <alice> (Code-Review+2, Workflow+1)",
      "Reviewed-by: bob <bob> (Code-Review+2)",
    ]);
    expect(actions[2]).toMatchObject({ change: 7, head: sha(101), patchSet: 1, verdict: "success" });
  });

  it("stays outside with one approval less, whatever the gate's snapshot claims is ready", () => {
    const changes = [snapshot({ votes: [vote(alice, "Code-Review+2"), go()], checks: green() })];
    const claimed = new GateWorld().becomesReady(7).snapshot().ready;
    expect(kinds(actionsOn(repository({ changes, gates: [gate({ ready: claimed })] })))).toEqual(["publish-check"]);
  });

  it("goes to the gate of its own target alone", () => {
    const target = { ...gate().target, branch: branch("stable/2026.2") };
    expect(kinds(actionsOn(repository({ changes: [approved()], gates: [gate({ target })] })))).toEqual([
      "publish-check",
    ]);
  });

  it("waits behind the open change below it, not behind one that has landed", () => {
    const below = { number: 6, builtOn: sha(60), currentHead: sha(60), target: branch("main"), ready: true } as const;
    const over = (state: "open" | "merged"): PolicySnapshot => {
      const facts = approved();
      return { ...facts, change: { ...facts.change, below: [{ ...below, state }] } };
    };
    expect(kinds(actionsOn(repository({ changes: [over("open")] })))).not.toContain("enqueue");
    expect(kinds(actionsOn(repository({ changes: [over("merged")] })))).toContain("enqueue");
  });
});

describe("modes", () => {
  const inMode = (mode: string): PolicySnapshot => ({
    ...approved(),
    policy: POLICY_TEXT.replace("mode: enforce", `mode: ${mode}`),
  });
  const refused = [{ change: 7, head: sha(101), because: "own-fault" as const, why: "unit failed" }];

  it("observe says it in a neutral check and does nothing else", () => {
    const actions = actionsOn(repository({ changes: [inMode("observe")], gates: [gate({ refused })] }));
    expect(actions).toMatchObject([{ kind: "publish-check", verdict: "neutral" }]);
  });

  it("advise says it in a real check and does nothing else", () => {
    const actions = actionsOn(repository({ changes: [inMode("advise")], gates: [gate({ refused })] }));
    expect(actions).toMatchObject([{ kind: "publish-check", verdict: "success" }]);
  });

  it("a policy that is broken closes the gate, and the check says what is broken", () => {
    const broken = { ...approved(), policy: "version: 1\nextends: preset:nothing\n" };
    expect(actionsOn(repository({ changes: [broken] }))).toMatchObject([{ kind: "publish-check", verdict: "failure" }]);
  });
});

describe("what is said", () => {
  it("is said once: the same facts, already published, are silence", () => {
    const facts = repository({ changes: [snapshot({ checks: green() })] });
    const first = actionsOn(facts);
    expect(kinds(first)).toEqual(["publish-check"]);
    expect(actionsOn({ ...facts, published: published(first) })).toEqual([]);
    expect(
      kinds(
        actionsOn({
          ...facts,
          changes: [snapshot({ checks: green(), votes: [vote(alice, "Code-Review+2")] })],
          published: published(first),
        }),
      ),
    ).toEqual(["publish-check"]);
  });

  it("of a head that nobody has recorded is a check alone", () => {
    const facts = approved();
    const moved = { ...facts, change: { ...facts.change, head: sha(102) } };
    expect(kinds(actionsOn(repository({ changes: [moved] })))).toEqual(["publish-check"]);
  });

  it("of a red gate is one comment, which says so when it is overtaken", () => {
    const refused = [
      { change: 7, head: sha(101), because: "own-fault" as const, why: "unit failed: @everybody <!-- x" },
    ];
    const facts = repository({ changes: [approved()], gates: [gate({ refused })] });
    const red = actionsOn(facts);
    expect(kinds(red)).toEqual(["publish-check", "report"]);
    expect(red[0]).toMatchObject({ verdict: "failure" });
    const [, report] = red;
    const body = report?.kind === "report" ? report.body : "";
    expect(body).toContain("**Not merged**: unit failed");
    expect(body).toContain("`main` is untouched");
    expect(body).not.toMatch(/@everybody|<!--/);
    expect(actionsOn({ ...facts, published: published(red) })).toEqual([]);

    const next = snapshot({ change: { patchSets: [patchSet(1), patchSet(2)] } });
    const overtaken = actionsOn({ ...facts, changes: [next], published: published(red) });
    expect(overtaken.find(({ kind }) => kind === "report")).toMatchObject({
      slot: "gate",
      body: expect.stringContaining("overtaken"),
    });
    expect(
      kinds(actionsOn({ ...facts, changes: [next], published: { ...published(red), ...published(overtaken) } })),
    ).toEqual([]);
  });
});

describe("patch sets under their numbers", () => {
  const three = (): PolicySnapshot => snapshot({ change: { patchSets: [patchSet(1), patchSet(2), patchSet(3)] } });
  const kept = (facts: RepositorySnapshot): readonly Action[] =>
    actionsOn(facts).filter(({ kind }) => kind === "keep-patch-sets");

  it("are put there once, also those that were pushed over", () => {
    const facts = repository({ changes: [three()], published: {} });
    const [action] = kept(facts);
    expect(action).toEqual({
      kind: "keep-patch-sets",
      sets: [1, 2, 3].map((n) => ({ change: 7, n, sha: sha(100 + n) })),
    });
    expect(kept({ ...facts, published: published(kept(facts)) })).toEqual([]);
  });

  it("are those after the newest that is there", () => {
    expect(kept(repository({ changes: [three()] }))).toMatchObject([{ sets: [{ n: 2 }, { n: 3 }] }]);
  });

  it("are all put there again where what is remembered is none of them", () => {
    const facts = repository({ changes: [three()], published: { [patchSetSlot(7)]: keptUpTo({ n: 2, sha: sha(9) }) } });
    expect(kept(facts)).toMatchObject([{ sets: [{ n: 1 }, { n: 2 }, { n: 3 }] }]);
  });

  it.each(["observe", "advise"])("are nobody's in mode %s", (mode) => {
    const policy = POLICY_TEXT.replace("mode: enforce", `mode: ${mode}`);
    expect(kept(repository({ changes: [{ ...three(), policy }], published: {} }))).toEqual([]);
  });
});

describe("after a landing", () => {
  const lower: PullFacts = {
    change: 6,
    state: "merged",
    head: sha(60),
    headBranch: branch("review/main/I6"),
    base: branch("main"),
    branchTip: sha(60),
  };
  const upper: PullFacts = {
    change: 7,
    state: "open",
    head: sha(101),
    headBranch: branch("review/main/I7"),
    base: lower.headBranch,
  };
  const landed = [{ item: new GateWorld().becomesReady(6).settles().items[0]!.id, change: 6, sha: sha(61) }];
  const tidied = (pulls: readonly PullFacts[], more: Partial<RepositorySnapshot> = {}) =>
    actionsOn(repository({ changes: [snapshot()], gates: [gate({ landed })], pulls, ...more })).filter(
      ({ kind }) => kind === "retarget" || kind === "delete-branch",
    );

  it("the change above is based on the target first, and only then the branch goes", () => {
    expect(tidied([lower, upper])).toEqual([{ kind: "retarget", change: 7, from: lower.headBranch, to: "main" }]);
    expect(tidied([lower, { ...upper, base: branch("main") }])).toEqual([
      { kind: "delete-branch", ref: "refs/heads/review/main/I6", was: sha(60) },
    ]);
  });

  it("goes through a whole landed stack to its target", () => {
    const middle: PullFacts = { ...lower, change: 5, headBranch: branch("review/main/I5"), base: lower.headBranch };
    expect(tidied([lower, middle, { ...upper, base: middle.headBranch }])).toEqual([
      { kind: "retarget", change: 7, from: middle.headBranch, to: "main" },
      { kind: "delete-branch", ref: "refs/heads/review/main/I6", was: sha(60) },
    ]);
  });

  it.each<[string, PullFacts]>([
    ["that is nobody's by name but its owner's", { ...lower, headBranch: "feature" as BranchName }],
    ["that was pushed to since", { ...lower, branchTip: sha(99) }],
    [
      "that is gone, or in a fork",
      { change: 6, state: "merged", head: sha(60), headBranch: lower.headBranch, base: lower.base },
    ],
    ["that the gate did not land", { ...lower, change: 8 }],
  ])("a branch %s stays", (_, pull) => {
    expect(tidied([pull])).toEqual([]);
  });

  it("a change merged by hand into a branch of the stack has not landed", () => {
    const wrong: PullFacts = { ...lower, base: branch("review/main/I5") };
    expect(tidied([wrong, upper])).toEqual([]);
  });

  it("nothing is moved for a repository that only observes", () => {
    const observing = { ...snapshot(), policy: POLICY_TEXT.replace("enforce", "observe") };
    expect(tidied([lower, upper], { changes: [observing] })).toEqual([]);
  });
});

describe("waking", () => {
  it("is asked for at the nearest edge of a freeze", () => {
    const freeze = { name: "feature freeze", branches: ["main"], from: after(NOW, 5_000), to: after(NOW, 9_000) };
    const frozen = { ...snapshot(), freezes: [freeze, { ...freeze, from: instant(NOW - 10), to: after(NOW, 7_000) }] };
    expect(decide(repository({ changes: [frozen] }), NOW, { presets: PRESETS }).wakeAt).toBe(NOW + 5_000);
  });
});

import { describe, expect, it } from "vitest";
import { userId } from "../../../src/core/ids.ts";
import { evaluate } from "../../../src/core/policy/evaluate.ts";
import { explain } from "../../../src/core/policy/explain.ts";
import { establish } from "../../../src/core/policy/facts.ts";
import { askOverrides, unknownOverrides } from "../../../src/core/policy/override.ts";
import type { OverrideRule, Policy } from "../../../src/core/policy/policy.ts";
import type { Person, PolicySnapshot } from "../../../src/core/policy/snapshot.ts";
import { instant } from "../../../src/core/time.ts";
import {
  alice,
  bob,
  carol,
  dave,
  erin,
  job,
  mallory,
  NOW,
  patchSet,
  person,
  policy,
  robot,
  sha,
  snapshot,
  vote,
} from "./sample.ts";

const HOUR = 3_600_000;
const RULE: OverrideRule = {
  ...{ name: "Emergency", group: "core", people: 2, requireReason: true, expiresMs: 4 * HOUR },
  ...{ lifts: ["Code-Review", "Verified"], overridesVeto: false, notify: "comment" },
};
type Word = PolicySnapshot["overrides"][number];

let ids = 0;
/** Half an hour ago, on the head. */
function word(by: Person, more: Partial<Word> = {}): Word {
  ids += 1;
  const source = { kind: "review" as const, id: String(20_000 + ids) };
  return {
    name: "Emergency",
    by,
    reason: "the runners are down",
    at: instant(NOW - HOUR / 2),
    sha: sha(101),
    source,
    state: "current",
    ...more,
  };
}

function asked(
  overrides: readonly Word[],
  {
    rule = {},
    of = {},
    now = NOW,
    lifted = "Code-Review",
    under = {},
  }: Partial<{
    rule: Partial<OverrideRule>;
    of: Parameters<typeof snapshot>[0];
    now: number;
    lifted: string;
    under: Partial<Policy>;
  }> = {},
) {
  const rules = { ...policy(), overrides: [{ ...RULE, ...rule }], ...under };
  const requirement = rules.requirements.find(({ name }) => name === lifted)!;
  return askOverrides(requirement, establish(rules, snapshot({ overrides, ...of }), instant(now)));
}
const lifts = (...of: Parameters<typeof asked>) => asked(...of).lift !== undefined;

describe("T38: an override", () => {
  it("is lifted by enough people with their reasons, for a while, and says so in one sentence", () => {
    const last = instant(NOW - HOUR / 4);
    const { lift, wakeAt } = asked([word(alice), word(bob, { at: last, reason: "agreed" })]);
    expect(lift).toEqual({
      ...{
        rule: "Emergency",
        people: ["alice", "bob"],
        reason: "the runners are down; agreed",
        until: last + 4 * HOUR,
      },
      evidence: [expect.stringMatching(/^override:\d+:Emergency$/), expect.stringMatching(/^override:\d+:Emergency$/)],
      sentence: "lifted by alice and bob (Emergency) until 1 Sep 2026 15:45 UTC: the runners are down; agreed",
      notify: "comment",
    });
    expect(wakeAt).toBe(lift?.until);
  });

  it("is no override with too few, and says who has asked and who still can", () => {
    expect(asked([word(alice)])).toEqual({
      nearMisses: ["alice asked for Emergency: 1 of 2 people"],
      turns: [[{ kind: "override", who: ["bob", "erin"], need: 1, do: "ask for the override Emergency" }]],
      wakeAt: NOW - HOUR / 2 + 4 * HOUR,
    });
    expect(asked([]).nearMisses).toEqual([]);
  });

  it.each<[string, readonly Word[], string]>([
    ["somebody outside the group", [word(alice), word(mallory)], "mallory is not in core"],
    ["a word on another commit", [word(alice), word(bob, { sha: sha(999) })], "it was given on 00000000"],
    ["a word on no commit", [word(alice), word(bob, { sha: undefined as never })], "it was given on no commit"],
    ["an edited word", [word(alice), word(bob, { state: "edited" })], "the review was edited after it was given"],
    ["a dismissed word", [word(alice), word(bob, { state: "dismissed" })], "the review was dismissed"],
    ["a deleted word", [word(alice), word(bob, { state: "deleted" })], "the review was deleted"],
    ["a word without a reason", [word(alice), word(bob, { reason: "" })], "it gives no reason"],
  ])("does not count %s, and says why", (_, words, why) => {
    const found = asked(words);
    expect(found.lift).toBeUndefined();
    expect(found.nearMisses.join("\n")).toContain("alice asked for Emergency: 1 of 2 people\n");
    expect(found.nearMisses.join("\n")).toContain(why.replace("00000000", sha(999).slice(0, 7)));
  });

  it("never counts a bot, even one that is in the group", () => {
    const groups = { core: [alice, bob, robot].map(({ id, login }) => ({ id, login })) };
    expect(lifts([word(alice), word(robot)], { of: { groups } })).toBe(false);
  });

  it("T13: counts humans, not accounts, nor how often one speaks", () => {
    const twin = person(77, "alice-work");
    const groups = { core: [alice, twin, bob].map(({ id, login }) => ({ id, login })) };
    const under = { identities: [[alice.id, twin.id]] };
    expect(lifts([word(alice), word(alice)])).toBe(false);
    expect(lifts([word(alice), word(twin)], { of: { groups }, under })).toBe(false);
    expect(lifts([word(alice), word(twin)], { of: { groups } })).toBe(true);
    expect(lifts([word(alice), word(person(1, "alice-renamed"))])).toBe(false);
  });

  it("asks who is in the group now", () => {
    expect(lifts([word(alice), word(bob)], { of: { groups: { core: [{ id: userId(1), login: "alice" }] } } })).toBe(
      false,
    );
  });

  it("runs from the last word needed, each word waiting as long for the others, and ends by itself", () => {
    const first = NOW - 7 * HOUR;
    const words = [word(alice, { at: instant(first) }), word(bob, { at: instant(first + 3 * HOUR) })];
    expect(lifts(words, { now: first + 7 * HOUR - 1 })).toBe(true);
    const over = asked(words, { now: first + 7 * HOUR });
    expect(over.lift).toBeUndefined();
    expect(over.nearMisses).toEqual([
      "0 of 2 people asked for Emergency",
      "alice asked for Emergency more than 4 hours ago; ask again",
      "bob asked for Emergency more than 4 hours ago; ask again",
    ]);
    const late = [word(alice, { at: instant(first) }), word(bob, { at: instant(first + 4 * HOUR) })];
    expect(lifts(late, { now: first + 4 * HOUR })).toBe(false);
    // Asked anew, it runs on.
    const again = [...words, word(alice, { at: instant(first + 6 * HOUR) })];
    expect(asked(again, { now: first + 8 * HOUR }).lift?.until).toBe(first + 10 * HOUR);
  });

  it("follows patch sets that are proven to change nothing, and no others", () => {
    const sets = (kind: "NO_CHANGE" | "TRIVIAL_REBASE") => ({
      change: { patchSets: [patchSet(1), patchSet(2, { kind })] },
    });
    expect(lifts([word(alice), word(bob)], { of: sets("NO_CHANGE") })).toBe(true);
    expect(lifts([word(alice), word(bob)], { of: sets("TRIVIAL_REBASE") })).toBe(false);
  });

  it("T19: a word on a commit that was pushed away and back is a word on the patch set it was then", () => {
    const patchSets = [
      patchSet(1),
      patchSet(2, { at: instant(NOW - HOUR / 4) }),
      patchSet(3, { sha: sha(101), at: instant(NOW - HOUR / 8) }),
    ];
    expect(lifts([word(alice), word(bob)], { of: { change: { patchSets } } })).toBe(false);
    const fresh = { at: instant(NOW - HOUR / 16) };
    expect(lifts([word(alice, fresh), word(bob, fresh)], { of: { change: { patchSets } } })).toBe(true);
  });

  it("is taken back by its author, all words or one rule's, by a later review that nobody has to keep", () => {
    const later = { at: instant(NOW - 60_000) };
    const both = [word(alice), word(bob)];
    expect(lifts([...both, word(bob, { ...later, name: "none", reason: "" })])).toBe(false);
    expect(lifts([...both, word(bob, { ...later, reason: "none" })])).toBe(false);
    expect(lifts([...both, word(bob, { ...later, name: "Other", reason: "none" })])).toBe(true);
    expect(lifts([...both, word(erin, { ...later, name: "none", reason: "" })])).toBe(true);
    // Whoever edits or deletes that review revives nothing.
    for (const state of ["edited", "deleted", "dismissed"] as const)
      expect(lifts([...both, word(bob, { ...later, name: "none", state })])).toBe(false);
    expect(lifts([...both, word(bob, { ...later, name: "none" }), word(bob, { at: instant(NOW - 30_000) })])).toBe(
      true,
    );
  });

  it("counts whoever worked on the change as one of several, and never alone", () => {
    const groups = { core: [alice, bob, carol].map(({ id, login }) => ({ id, login })) };
    expect(lifts([word(carol), word(bob)], { of: { groups } })).toBe(true);
    const alone = asked([word(carol)], { of: { groups }, rule: { people: 1 } });
    expect(alone.lift).toBeUndefined();
    expect(alone.nearMisses[1]).toBe(
      "carol asked for Emergency, not counted: whoever worked on the change cannot lift it alone",
    );
    expect(alone.turns).toMatchObject([[{ who: ["alice", "bob"], need: 1 }]]);
    expect(lifts([word(bob)], { of: { groups }, rule: { people: 1 } })).toBe(true);
  });

  it("leaves a veto standing, unless it says that it overrides vetoes", () => {
    const of = { votes: [vote(erin, "Code-Review-2")] };
    const words = [word(alice), word(bob)];
    expect(asked(words, { of })).toMatchObject({
      nearMisses: ["alice and bob asked for Emergency, which lifts no veto: erin Code-Review −2"],
      turns: [],
    });
    expect(asked(words, { of }).lift).toBeUndefined();
    expect(lifts(words, { of, rule: { overridesVeto: true } })).toBe(true);
  });

  it("lifts a check that failed: a computed label is nobody's veto", () => {
    const of = { checks: [job("style"), job("unit", "failure"), job("integration")] };
    expect(lifts([word(alice), word(bob)], { of, lifted: "Verified" })).toBe(true);
  });

  it("of checks alone stands in the check's table too, and so does what is short of one", () => {
    const rules = { ...policy(), overrides: [{ ...RULE, lifts: ["Verified"] }] };
    const checks = [job("style"), job("unit", "failure"), job("integration")];
    const rows = (...overrides: readonly Word[]) => {
      const of = snapshot({ overrides, checks });
      return explain({ verdict: evaluate(rules, of, NOW), snapshot: of, now: NOW }).summary.split("\n");
    };
    expect(rows(word(alice), word(bob))).toContainEqual(expect.stringMatching(/^\| checks \| lifted \| .*alice.*bob/));
    expect(rows(word(alice))).toContainEqual("| checks | – | alice asked for Emergency: 1 of 2 people |");
  });

  it("lifts what it names and nothing else", () => {
    expect(asked([word(alice), word(bob)], { lifted: "Workflow" })).toEqual({ nearMisses: [], turns: [] });
    const rules = { ...policy(), overrides: [{ ...RULE, lifts: ["Code-Review", "Parents"] }] };
    const change = { below: [], foreignCommits: [sha(7)] };
    const { requirements, submittable } = evaluate(
      rules,
      snapshot({ overrides: [word(alice), word(bob)], change }),
      NOW,
    );
    const status = (name: string) => requirements.find((one) => one.name === name)?.status;
    expect([status("Code-Review"), status("Parents"), submittable]).toEqual(["OVERRIDDEN", "UNSATISFIED", false]);
  });

  it("is in the verdict's certificate: another reason for landing is another certificate", () => {
    const rules = { ...policy(), overrides: [RULE] };
    const certificate = (overrides: readonly Word[]) => evaluate(rules, snapshot({ overrides }), NOW).certificate;
    const [a, b, e] = [word(alice), word(bob), word(erin)];
    expect(certificate([a, b])).not.toBe(certificate([a, e]));
  });

  it("tells what was asked for and is none", () => {
    const of = {
      policy: { ...policy(), overrides: [RULE] },
      snapshot: snapshot({ overrides: [word(dave, { name: "Emergancy" }), word(dave, { name: "none" })] }),
    };
    expect(unknownOverrides(of)).toEqual([
      "dave asked for the override Emergancy, and the policy has none of that name; it has: Emergency",
    ]);
  });

  it("costs no more than it must when somebody floods a change with words", () => {
    const flood = Array.from({ length: 10_000 }, (_, n) =>
      word(n % 2 === 0 ? alice : mallory, { at: instant(NOW - 20_000 + n) }),
    );
    const costs = Array.from({ length: 5 }, () => {
      const began = process.cpuUsage();
      expect(lifts(flood)).toBe(false);
      return process.cpuUsage(began).user / 1000;
    });
    expect(Math.min(...costs)).toBeLessThan(100);
  });
});

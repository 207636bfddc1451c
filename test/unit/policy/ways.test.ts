import { describe, expect, it } from "vitest";
import { assume, personNamed, type Assumption } from "../../../src/core/policy/assume.ts";
import { evaluate } from "../../../src/core/policy/evaluate.ts";
import { explain } from "../../../src/core/policy/explain.ts";
import type { PolicySnapshot } from "../../../src/core/policy/snapshot.ts";
import {
  alice,
  approved,
  bob,
  branch,
  carol,
  erin,
  go,
  job,
  NOW,
  policy,
  POLICY_TEXT,
  PRESETS,
  requirement,
  snapshot,
  verdict,
  vote,
} from "./sample.ts";

const REVIEW = "label:Code-Review=MAX,user=non_contributor,group=core,count>=2 AND -label:Code-Review=MIN";
const under = (text: string) => policy(POLICY_TEXT, { ...PRESETS, openstack: PRESETS.openstack.replace(REVIEW, text) });
const ways = (text: string, of: PolicySnapshot) =>
  requirement(of, "Code-Review", under(text)).ways.map(({ actions }) =>
    actions.map(({ who, need, do: what }) => `${need} of ${who.join(",")}: ${what}`).join(" + "),
  );

it.each<[string, PolicySnapshot, readonly string[]]>([
  ["label:Code-Review=MAX,count>=2,group=core", snapshot(), ["2 of alice,bob,erin: vote Code-Review+2"]],
  [
    REVIEW,
    snapshot({ votes: [vote(erin, "Code-Review-2"), vote(bob, "Code-Review+2")] }),
    ["1 of erin: lift Code-Review-2 + 1 of alice: vote Code-Review+2"],
  ],
  [
    "label:Code-Review=MAX,group=core OR -has:unresolved",
    snapshot({ facts: { unresolved: 2, bidi: [], owners: [] } }),
    ["1 of carol: resolve the comments", "1 of alice,bob,erin: vote Code-Review+2"],
  ],
  [
    "check:unit=success AND label:Code-Review=MAX,group=core",
    snapshot({ checks: [job("unit", "failure")], votes: [vote(alice, "Code-Review+2")] }),
    ["1 of carol: push a fix for unit + 1 of alice,bob,erin: vote Code-Review+2"],
  ],
  ["label:Code-Review=MAX,group=core,count>=4", snapshot(), []],
])("the ways of %s name who has to do what, and only what helps", (text, of, expected) => {
  expect(ways(text, of)).toEqual(expected);
});

it("waiting alone is told with its time, and is nobody's turn", () => {
  const found = requirement(snapshot(), "Code-Review", under("min-age:30d"));
  expect(found.ways).toMatchObject([{ actions: [{ kind: "wait", who: [], need: 0 }] }]);
  expect(found.earliest).toBe(found.ways[0]?.actions[0]?.until);
  expect(verdict(approved(), under("min-age:30d"))).toMatchObject({ nextUsers: [], wakeAt: found.earliest });
});

it("T36 information leak by explanation: where the policy says counts, nobody who has not acted is named", () => {
  const counting = policy(`${POLICY_TEXT}explain: { people: counts }\n`);
  const of = snapshot({ votes: [vote(alice, "Code-Review+2")] });
  const { summary } = explain({ verdict: evaluate(counting, of, NOW), snapshot: of, now: NOW });
  expect(summary).toContain("1 of 2 in core gives the core approval");
  expect(summary).not.toMatch(/bob|erin/);
});

describe("what if", () => {
  const status = (of: PolicySnapshot, assumptions: readonly Assumption[], name = "Code-Review") => {
    const after = assume(policy(), of, assumptions);
    return evaluate(policy(), after, after.now).requirements.find((one) => one.name === name)?.status;
  };
  const label = "Code-Review";
  const by = personNamed(snapshot(), "erin")!;
  it.each<[string, PolicySnapshot, readonly Assumption[], string]>([
    ["a vote", snapshot({ votes: [vote(bob, "Code-Review+2")] }), [{ kind: "vote", by, label, value: 2 }], "SATISFIED"],
    ["a push", approved(), [{ kind: "push", change: "REWORK", by: carol }], "UNSATISFIED"],
    ["a rebase", approved(), [{ kind: "push", change: "TRIVIAL_REBASE", by: bob }], "SATISFIED"],
    ["another target", approved(), [{ kind: "base", branch: branch("dev") }], "UNSATISFIED"],
    ["a core who leaves", approved(), [{ kind: "member", who: bob, group: "core", is: "out" }], "UNSATISFIED"],
    [
      "a veto lifted",
      approved({ votes: [...approved().votes, vote(erin, "Code-Review-2")] }),
      [{ kind: "retract", by, label }],
      "SATISFIED",
    ],
  ])("%s", (_, of, assumptions, expected) => {
    expect(status(of, assumptions)).toBe(expected);
  });

  it("a check, of which nothing else is asked", () => {
    const of = approved({ checks: [job("style"), job("integration")], votes: [go()] });
    expect(status(of, [{ kind: "check", check: "unit", conclusion: "success" }], "Verified")).toBe("SATISFIED");
    expect(status(of, [{ kind: "check", check: "style", conclusion: "none" }], "Verified")).toBe("UNSATISFIED");
  });
});

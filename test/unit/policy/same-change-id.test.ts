// RULINGS 12: two people's open changes with one Change-Id and one target; the earlier number keeps it.
import { describe, expect, it } from "vitest";
import { refuseTwins, type Claim } from "../../../src/core/policy/same-change-id.ts";
import type { PolicySnapshot } from "../../../src/core/policy/snapshot.ts";
import { approved, branch, carol, dave, requirement, REVIEWED, snapshot, verdict } from "./sample.ts";

const { changeId } = REVIEWED;
const of = (number: number, change: Partial<PolicySnapshot["change"]> = {}) =>
  snapshot({ change: { number, changeId, ...change } });
const rests = (number: number, more: Partial<Claim> = {}): Claim => ({
  ...{ number, owner: dave, branch: branch("main"), changeId },
  ...more,
});

describe("a change is refused", () => {
  const refused = (read: readonly PolicySnapshot[], resting: readonly Claim[] = []) =>
    refuseTwins(read, resting).flatMap(({ change: { number, sameId } }) =>
      sameId === undefined ? [] : `#${number} for #${sameId.number} by ${sameId.owner}`,
    );

  it.each<[string, readonly PolicySnapshot[], readonly Claim[], readonly string[]]>([
    ["for an earlier one of somebody else's", [of(7, { owner: dave }), of(3)], [], ["#7 for #3 by carol"]],
    ["for one that rests", [of(7)], [rests(3)], ["#7 for #3 by dave"]],
    ["for the earliest of several", [of(7)], [rests(5), rests(3)], ["#7 for #3 by dave"]],
    ["for no later one", [of(3)], [rests(7)], []],
    ["for none of its owner's", [of(7)], [rests(3, { owner: carol })], []],
    ["for none to another target", [of(7)], [rests(3, { branch: branch("stable/2026.2") })], []],
    ["for none where it has no id", [snapshot({ change: { number: 7 } })], [rests(3)], []],
  ])("%s", (_, read, resting, expected) => {
    expect(refused(read, resting)).toEqual(expected);
  });
});

it("then it is not submittable whatever the votes say, and its owner is told what to do", () => {
  const change = { changeId, sameId: { number: 3, owner: "dave" } };
  expect(verdict(approved({ change: { changeId } })).submittable).toBe(true);
  expect(verdict(approved({ change }))).toMatchObject({ submittable: false, nextUsers: ["carol", "dave"] });
  expect(requirement(approved({ change }), "Change-Id").unmetBecause).toEqual([
    "#3 by dave has the same Change-Id and is open for main too: if this one is to take its place, dave or a core reviewer closes #3; else give this one a Change-Id of its own",
  ]);
  expect(requirement(approved({ change }), "Change-Id").ways.map(({ actions }) => actions[0])).toMatchObject([
    { who: ["dave"], do: "close #3, if this one is to take its place" },
    { who: ["carol"], do: "push it with a Change-Id of its own, or close it" },
  ]);
});

import { describe, expect, it } from "vitest";
import { kindMatches } from "../../../src/core/policy/copy-operators.ts";
import { carry } from "../../../src/core/policy/copy.ts";
import { labelOf, type Label } from "../../../src/core/policy/policy.ts";
import type { ChangeKind } from "../../../src/core/policy/snapshot.ts";
import { patchSet, policy, sha } from "./sample.ts";

const KINDS: readonly ChangeKind[] = [
  "NO_CHANGE",
  "NO_CODE_CHANGE",
  "TRIVIAL_REBASE",
  "TRIVIAL_REBASE_WITH_MESSAGE_UPDATE",
  "MERGE_FIRST_PARENT_UPDATE",
  "TARGET_MERGE",
  "REWORK",
];

const review = labelOf(policy(), "Code-Review")!;
const workflow = labelOf(policy(), "Workflow")!;

/** What becomes of a vote on patch set 1 after these kinds of patch sets. */
function after(label: Label, value: number, kinds: readonly ChangeKind[]): string {
  const patchSets = [patchSet(1), ...kinds.map((kind, index) => patchSet(index + 2, { kind }))];
  const carried = carry({ value, patchSet: 1, sha: sha(101) }, label, patchSets);
  return carried.kind === "outdated" ? `outdated ${carried.step.from}→${carried.step.to}` : carried.kind;
}

describe("a change kind matches by Gerrit's lattice, with TARGET_MERGE counting as a trivial rebase", () => {
  it.each([
    ["NO_CHANGE", "NO_CHANGE"],
    ["NO_CODE_CHANGE", "NO_CHANGE NO_CODE_CHANGE"],
    ["TRIVIAL_REBASE", "NO_CHANGE TRIVIAL_REBASE TARGET_MERGE"],
    [
      "TRIVIAL_REBASE_WITH_MESSAGE_UPDATE",
      "NO_CHANGE NO_CODE_CHANGE TRIVIAL_REBASE TRIVIAL_REBASE_WITH_MESSAGE_UPDATE TARGET_MERGE",
    ],
    ["MERGE_FIRST_PARENT_UPDATE", "MERGE_FIRST_PARENT_UPDATE"],
    ["TARGET_MERGE", "NO_CHANGE TARGET_MERGE"],
    ["REWORK", KINDS.join(" ")],
  ] as const)("%s takes in %s", (asked, actual) => {
    expect(KINDS.filter((kind) => kindMatches(asked, kind)).join(" ")).toBe(actual);
  });
});

describe("in the openstack preset a vote moves on, patch set by patch set", () => {
  it.each<[Label, number, readonly ChangeKind[], string]>([
    [review, 2, [], "here"],
    [review, 2, ["NO_CHANGE"], "copied"],
    [review, 2, ["TRIVIAL_REBASE"], "copied"],
    [review, 2, ["TARGET_MERGE"], "copied"],
    [review, 2, ["TRIVIAL_REBASE", "TARGET_MERGE", "NO_CHANGE"], "copied"],
    [review, 2, ["NO_CODE_CHANGE"], "outdated 1→2"],
    [review, 2, ["TRIVIAL_REBASE_WITH_MESSAGE_UPDATE"], "outdated 1→2"],
    [review, 2, ["MERGE_FIRST_PARENT_UPDATE"], "outdated 1→2"],
    [review, 2, ["REWORK"], "outdated 1→2"],
    [review, 2, ["TRIVIAL_REBASE", "REWORK", "TRIVIAL_REBASE"], "outdated 2→3"],
    [review, -1, ["REWORK"], "outdated 1→2"],
    [review, -2, ["REWORK"], "stuck"],
    [review, -2, ["REWORK", "REWORK", "REWORK"], "stuck"],
    [workflow, 1, ["NO_CHANGE"], "copied"],
    [workflow, 1, ["TRIVIAL_REBASE"], "outdated 1→2"],
    [workflow, 1, ["TARGET_MERGE"], "outdated 1→2"],
    [workflow, -1, ["REWORK"], "outdated 1→2"],
  ])("$0.name %i after %j is %s", (label, value, kinds, expected) => {
    expect(after(label, value, kinds)).toBe(expected);
  });

  it("never loses a sticky veto, whatever its copy condition says or if it says nothing", () => {
    const { copy: _, ...without } = review;
    expect(after(without, -2, ["REWORK"])).toBe("stuck");
    expect(after(without, 2, ["NO_CHANGE"])).toBe("outdated 1→2");
    expect(carry({ value: -2, patchSet: 0, sha: sha(999) }, review, [patchSet(1)])).toEqual({ kind: "stuck" });
  });

  it("counts a vote nowhere whose commit is not the one of its patch set", () => {
    expect(carry({ value: 2, patchSet: 1, sha: sha(999) }, review, [patchSet(1)])).toEqual({ kind: "nowhere" });
    expect(carry({ value: 2, patchSet: 0, sha: sha(101) }, review, [patchSet(1)])).toEqual({ kind: "nowhere" });
    expect(carry({ value: 2, patchSet: 4, sha: sha(104) }, review, [patchSet(1)])).toEqual({ kind: "nowhere" });
  });
});

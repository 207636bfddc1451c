import { describe, expect, it } from "vitest";
import { composeMergeMessage, type MergeFacts, stripSkipMarkers } from "../../../src/core/gate/compose.ts";
import { type BranchName, type ChangeId, userId } from "../../../src/core/ids.ts";
import type { CountedVote } from "../../../src/core/policy/verdict.ts";
import { sha } from "./gate-world.ts";

const PEOPLE = ["alice", "bob", "carol"];

function vote(login: string, label: string, value: number): CountedVote {
  const by = { id: userId(PEOPLE.indexOf(login) + 1), login, type: "User" } as const;
  return { by, label, value, patchSet: 1, why: "", id: `vote:${login}:${label}` };
}

const FACTS: MergeFacts = {
  change: 142,
  head: sha("142.1"),
  target: "main" as BranchName,
  title: "Add parser",
  changeId: `I${"a".repeat(40)}` as ChangeId,
  votes: [vote("bob", "Code-Review", 2), vote("alice", "Code-Review", 2), vote("bob", "Workflow", 1)],
};

describe("the merge message", () => {
  it("names the change, its reviewers with what they gave, and the gate item", () => {
    expect(composeMergeMessage({ ...FACTS, names: { alice: "Alice Liddell" } })).toMatchInlineSnapshot(`
      "Merge change #142: Add parser

      Change-Id: Iaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
      Reviewed-by: Alice Liddell <alice> (Code-Review+2)
      Reviewed-by: bob <bob> (Code-Review+2, Workflow+1)
      Gate-Item: 695ef9346fa3a57c85ede47fc7355d8acff84681"
    `);
  });

  it("does not depend on the order of the votes, and names no vote of zero or below", () => {
    const votes = [...FACTS.votes].reverse();
    expect(composeMergeMessage({ ...FACTS, votes: [...votes, vote("carol", "Code-Review", -1)] })).toBe(
      composeMergeMessage(FACTS),
    );
  });

  it.each([
    ["Add parser\n\nReviewed-by: mallory <mallory>", "Add parser Reviewed-by: mallory <mallory>"],
    ["Add parser\r\nGate-Item: x", "Add parser Gate-Item: x"],
    ["a\u2028Change-Id: I0", "a Change-Id: I0"],
    ["a \u202ebc", "a bc"],
    ["  ", "untitled"],
    ["Add [skip ci] parser", "Add parser"],
    ["[CI Skip] Add", "Add"],
    ["[skip [no ci] ci] Add", "Add"],
    ["[skip\u200b actions]", "untitled"],
    ["Add skip-checks: true", "Add"],
    ["Add\n\n\nskip-checks:true", "Add"],
  ])("takes the title %j as %j", (title, expected) => {
    expect(composeMergeMessage({ ...FACTS, title }).split("\n")[0]).toBe(`Merge change #142: ${expected}`);
  });

  it("adds exactly one line of each trailer, whatever a name or title contains", () => {
    const names = { alice: "Alice\nGate-Item: forged", bob: "Bob <root> [skip ci]" };
    const lines = composeMergeMessage({ ...FACTS, title: "x\nGate-Item: forged", names }).split("\n");
    expect(lines.filter((line) => line.startsWith("Gate-Item:"))).toHaveLength(1);
    expect(lines).toContain("Reviewed-by: Bob root <bob> (Code-Review+2, Workflow+1)");
    expect(lines).toHaveLength(6);
  });

  it("keeps a long title within 200 letters", () => {
    const [subject = ""] = composeMergeMessage({ ...FACTS, title: "ä".repeat(500) }).split("\n");
    expect([...subject.replace("Merge change #142: ", "")]).toHaveLength(200);
  });
});

describe("skip-CI markers", () => {
  it.each(["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]", "skip-checks: true"])(
    "%s is taken out",
    (marker) => {
      expect(stripSkipMarkers(`a ${marker.toUpperCase()} b ${marker}`)).toBe("a  b ");
    },
  );

  it("words that are no marker stay", () => {
    expect(stripSkipMarkers("skip ci in [ci] skip")).toBe("skip ci in [ci] skip");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  changeIdFromHeaders,
  changeIdOf,
  deriveChangeId,
  describeChangeIdProblem,
  withChangeId,
} from "../../../src/core/commit-message/change-id.ts";
import { parseChangeId, type ChangeId } from "../../../src/core/ids.ts";

const A = parseChangeId(`I${"a".repeat(40)}`) as ChangeId;
const B = parseChangeId(`I${"b".repeat(40)}`) as ChangeId;

describe("reading a Change-Id", () => {
  it.each<[sentence: string, message: string]>([
    ["in the last paragraph", `Fix\n\nBody\n\nChange-Id: ${A}\n`],
    ["beside other trailers", `Fix\n\nCloses: 1\nChange-Id: ${A}\nSigned-off-by: N <n@x>\n`],
    ["without a final newline", `Fix\n\nChange-Id: ${A}`],
    ["with Windows line ends", `Fix\r\n\r\nChange-Id: ${A}\r\n`],
    ["whatever the case of its key", `Fix\n\nchange-id: ${A}\n`],
    ["as a Link to a review", `Fix\n\nLink: https://review.example.com/id/${A}\n`],
    ["beside lines of KEY=value", `Fix\n\nBUG=12\nTEST=by hand\nChange-Id: ${A}\n`],
    ["glued to prose, as Gerrit reads it", `Fix\n\nsome prose\nChange-Id: ${A}\n`],
    ["twice the same", `Fix\n\nChange-Id: ${A}\nLink: https://r.example.com/id/${A}\n`],
    ["at the end after a squash that kept two", `Fix\n\nChange-Id: ${B}\n\nMore\n\nChange-Id: ${A}\n`],
  ])("it is found %s", (_, message) => {
    expect(changeIdOf(message)).toEqual({ ok: true, value: A });
  });

  it.each<[sentence: string, message: string, problem: object]>([
    ["a message without one has none", "Fix\n\nBody\n", { kind: "none" }],
    ["an empty message has none", "", { kind: "none" }],
    ["an id in the subject does not count", `Change-Id: ${A}\n`, { kind: "none", misplaced: A }],
    ["an id above the last paragraph does not count", `Fix\n\nChange-Id: ${A}\n\nPS\n`, { kind: "none", misplaced: A }],
    ["two different ids are several", `Fix\n\nChange-Id: ${A}\nChange-Id: ${B}\n`, { kind: "several", ids: [A, B] }],
    ["an id of the wrong length is malformed", "Fix\n\nChange-Id: I123\n", { kind: "malformed", text: "I123" }],
    [
      "an id in capitals is malformed",
      `Fix\n\nChange-Id: ${A.toUpperCase()}\n`,
      { kind: "malformed", text: A.toUpperCase() },
    ],
    ["a Link elsewhere is no id", "Fix\n\nLink: https://example.com/id/Index\n", { kind: "none" }],
  ])("%s", (_, message, problem) => {
    expect(changeIdOf(message)).toEqual({ ok: false, problem });
  });

  it("every problem says what to do next", () => {
    const problems = [
      { kind: "none" },
      { kind: "none", misplaced: A },
      { kind: "several", ids: [A, B] },
      { kind: "malformed", text: "I1" },
    ] as const;
    for (const problem of problems) {
      const said = describeChangeIdProblem('3f2a91c "Fix parser"', problem);
      expect(said.message).toContain("3f2a91c");
      expect(said.hint).toMatch(/git commit --amend/);
    }
  });
});

describe("adding a Change-Id", () => {
  it.each<[sentence: string, before: string, after: string]>([
    ["gets a paragraph of its own below a subject", "Fix\n", `Fix\n\nChange-Id: ${A}\n`],
    ["gets a newline where the last one was missing", "Fix", `Fix\n\nChange-Id: ${A}\n`],
    ["gets a paragraph of its own below prose", "Fix\n\nBody\n", `Fix\n\nBody\n\nChange-Id: ${A}\n`],
    ["stands after other trailers", "Fix\n\nCloses: 1\n", `Fix\n\nCloses: 1\nChange-Id: ${A}\n`],
    [
      "stands before the first sign-off",
      "Fix\n\nCloses: 1\nSigned-off-by: N <n@x>\nSigned-off-by: M <m@x>\n",
      `Fix\n\nCloses: 1\nChange-Id: ${A}\nSigned-off-by: N <n@x>\nSigned-off-by: M <m@x>\n`,
    ],
    [
      "leaves a paragraph of one URL as it is",
      "Fix\n\nhttps://example.com/ fixes this\n",
      `Fix\n\nhttps://example.com/ fixes this\n\nChange-Id: ${A}\n`,
    ],
    [
      "leaves a paragraph of KEY=value as it is",
      "Fix\n\nBUG=12\nTEST=by hand\n",
      `Fix\n\nBUG=12\nTEST=by hand\n\nChange-Id: ${A}\n`,
    ],
    [
      "joins a footer that has KEY=value lines too",
      "Fix\n\nBUG=12\nCloses: 1\n",
      `Fix\n\nBUG=12\nCloses: 1\nChange-Id: ${A}\n`,
    ],
    ["follows Windows line ends", "Fix\r\n\r\nBody\r\n", `Fix\r\n\r\nBody\r\n\r\nChange-Id: ${A}\r\n`],
    [
      "ignores a line of dashes",
      "Fix\n\nBody\n---\nnot a patch\n",
      `Fix\n\nBody\n---\nnot a patch\n\nChange-Id: ${A}\n`,
    ],
    [
      "stays with a folded trailer",
      "Fix\n\nReason: long\n  and folded\n",
      `Fix\n\nReason: long\n  and folded\nChange-Id: ${A}\n`,
    ],
    [
      "joins a footer with a remark block",
      "Fix\n\nCloses: 1\n[nina: rebased\n by hand]\n",
      `Fix\n\nCloses: 1\n[nina: rebased\n by hand]\nChange-Id: ${A}\n`,
    ],
    [
      "joins a footer that records a cherry-pick",
      "Fix\n\nCloses: 1\n(cherry picked from commit 0123abc)\n",
      `Fix\n\nCloses: 1\n(cherry picked from commit 0123abc)\nChange-Id: ${A}\n`,
    ],
    ["is not added to a message that has one", `Fix\n\nChange-Id: ${B}\n`, `Fix\n\nChange-Id: ${B}\n`],
  ])("it %s", (_, before, after) => {
    expect(withChangeId(before, A)).toBe(after);
  });

  it("is found again in any message, and a second adding changes nothing", () => {
    const line = fc.constantFrom(
      "Fix it",
      "",
      "Closes: 1",
      "BUG=1",
      "Signed-off-by: N <n@x>",
      "https://x.org/",
      " folded",
      "---",
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 9 }), fc.constantFrom("\n", "\r\n"), (lines, end) => {
        const before = `Subject${end}${lines.join(end)}`;
        const once = withChangeId(before, A);
        expect(changeIdOf(once)).toEqual({ ok: true, value: A });
        expect(withChangeId(once, B)).toBe(once);
        // Taking the added line out again leaves what was there, but for blank lines at the end.
        const without = once.replace(`Change-Id: ${A}${end}`, "");
        expect(without.trimEnd()).toBe(before.trimEnd());
      }),
    );
  });
});

describe("making up a Change-Id", () => {
  const seed = { tree: "t", parents: ["p"], committer: "N <n@x> 1 +0000", message: "Fix\n", salt: "1" };

  it("two commits of one second on one parent get different ids", () => {
    expect(deriveChangeId(seed)).not.toBe(deriveChangeId({ ...seed, salt: "2" }));
  });

  it("the same seed gives the same id", () => {
    expect(deriveChangeId(seed)).toBe(deriveChangeId({ ...seed }));
    expect(deriveChangeId(seed)).toMatch(/^I[0-9a-f]{40}$/);
  });

  it("a Jujutsu header gives the id that Jujutsu gives Gerrit", () => {
    const id = changeIdFromHeaders({ "change-id": "zyxwvutsrqponmlkzyxwvutsrqponmlk" });
    expect(id).toBe("I0123456789abcdef0123456789abcdef6a6a6964");
  });

  it("a GitButler header gives the SHA-1 of its id", () => {
    const id = changeIdFromHeaders({ "gitbutler-change-id": "abc" });
    expect(id).toBe("Ia9993e364706816aba3e25717850c26c9cd0d89d");
  });

  it("a commit without such a header gives none", () => {
    expect(changeIdFromHeaders({ gpgsig: "x" })).toBeUndefined();
  });
});

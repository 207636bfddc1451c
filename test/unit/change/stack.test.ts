import { describe, expect, it } from "vitest";
import { describeStackProblem } from "../../../src/core/change/describe.ts";
import { lacksChangeId, LONGEST_STACK, orderStack, type StackCommit } from "../../../src/core/change/stack.ts";
import { changeId, commit, sha, TIP } from "./stacks.ts";

const id = (letter: string): string => `Change-Id: ${changeId(letter)}`;
const one = commit("1", TIP, `Add lexer\n\nIt reads.\n\n${id("a")}\n`);
const two = commit("2", one.sha, `Add parser\n\n${id("b")}\n`);

describe("a stack", () => {
  it("is ordered from the target upwards, in whatever order git printed it", () => {
    for (const commits of [
      [one, two],
      [two, one],
    ]) {
      const ordered = orderStack(commits, two.sha);
      expect(ordered.ok && ordered.value.map(({ subject }) => subject)).toEqual(["Add lexer", "Add parser"]);
    }
  });

  it("keeps each message below the subject as the body, trailers included", () => {
    const ordered = orderStack([one], one.sha);
    expect(ordered.ok && ordered.value[0]).toMatchObject({
      id: changeId("a"),
      subject: "Add lexer",
      body: `It reads.\n\n${id("a")}`,
      parent: TIP,
    });
  });

  it("takes the id from a Jujutsu header where the message has none", () => {
    const jj = { ...commit("3", TIP, "Add docs\n"), headers: { "change-id": "z".repeat(32) } };
    const ordered = orderStack([jj], jj.sha);
    expect(ordered.ok && ordered.value[0]?.id).toBe(`I${"0".repeat(32)}6a6a6964`);
    expect(lacksChangeId(jj)).toBe(false);
  });

  const refused: readonly (readonly [string, readonly StackCommit[], string])[] = [
    ["no commit", [], "nothing-above-target"],
    ["a merge commit", [commit("4", [TIP, sha("5")], `Merge\n\n${id("c")}`)], "merge-commit"],
    ["a commit without parents", [commit("4", [], `Start\n\n${id("c")}`)], "unrelated"],
    ["an empty message", [commit("4", TIP, "\n")], "no-subject"],
    ["a fixup", [commit("4", TIP, `fixup! Add lexer\n\n${id("c")}`)], "fixup"],
    ["no Change-Id", [commit("4", TIP, "Add docs\n")], "change-id"],
    ["a malformed Change-Id", [commit("4", TIP, "Add docs\n\nChange-Id: I123\n")], "change-id"],
    ["two Change-Ids", [commit("4", TIP, `Add docs\n\n${id("c")}\n${id("d")}\n`)], "change-id"],
    ["one Change-Id twice", [one, commit("4", one.sha, `Add more\n\n${id("a")}\n`)], "same-change-id"],
  ];
  it.each(refused)("with %s is refused, with a sentence and a hint", (_, commits, kind) => {
    const ordered = orderStack(commits, commits.at(-1)?.sha ?? TIP);
    if (ordered.ok) throw new Error("was accepted");
    expect(ordered.problem.kind).toBe(kind);
    const { message, hint } = describeStackProblem(ordered.problem, "origin/main");
    expect(message).toMatch(/^(?:Cannot|Nothing) /);
    expect(hint.length).toBeGreaterThan(10);
  });

  it("of too many commits is refused before the forge's limit refuses half of it", () => {
    const many: StackCommit[] = [];
    for (let n = 0; n <= LONGEST_STACK; n += 1) {
      const digits = (n + 16).toString(16).padStart(3, "1");
      many.push(commit(digits, many.at(-1)?.sha ?? TIP, `Add ${n}\n\n${id(digits)}\n`));
    }
    const ordered = orderStack(many, many.at(-1)?.sha ?? TIP);
    expect(!ordered.ok && ordered.problem).toEqual({
      kind: "too-many",
      count: LONGEST_STACK + 1,
      limit: LONGEST_STACK,
    });
    const fits = orderStack(many.slice(0, LONGEST_STACK), many[LONGEST_STACK - 1]?.sha ?? TIP);
    expect(fits.ok).toBe(true);
  });

  it("does not give an id to a commit whose id only stands in the wrong paragraph", () => {
    expect(lacksChangeId(commit("4", TIP, `Add docs\n\n${id("c")}\n\nMore words\n`))).toBe(false);
    expect(lacksChangeId(commit("4", TIP, "Add docs\n"))).toBe(true);
  });
});

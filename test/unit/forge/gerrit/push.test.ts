import { describe, expect, it } from "vitest";
import { pushOptions, type ChangeWishes } from "../../../../src/forge/gerrit/push-options.ts";
import { isAbout, readPushReport } from "../../../../src/forge/gerrit/push-report.ts";

const NOTHING: ChangeWishes = { hashtags: [], reviewers: [], cc: [] };

describe("what is wished for a change", () => {
  it("goes into the ref in git-review's order", () => {
    const all: ChangeWishes = {
      message: "done",
      notify: "NONE",
      privacy: "private",
      work: "in-progress",
      cc: ["c"],
      reviewers: ["r", "s"],
      hashtags: ["h"],
      topic: "t",
    };
    expect(pushOptions(all, "main")).toEqual({
      ok: true,
      value: ["topic=t", "t=h", "r=r", "r=s", "cc=c", "wip", "private", "notify=NONE", "m=done"],
    });
  });

  it("has no topic of the target's own name", () => {
    expect(pushOptions({ ...NOTHING, topic: "main" }, "main")).toEqual({ ok: true, value: [] });
  });

  it.each([
    ["two words", "two+words"],
    ["snake_case", "snake%5Fcase"],
    ["100% ~ ^ : ? * [ \\ @{ .. .lock", "100%25+%7E+%5E+%3A+%3F+%2A+%5B+%5C+%40%7B+%2E%2E+%2Elock"],
    ["a,b", "a%2Cb"],
    ["é", "%C3%A9"],
    ["line\nbreak", "line%0Abreak"],
  ])("says the message %j in a form that git and Gerrit both leave alone", (message, encoded) => {
    expect(pushOptions({ ...NOTHING, message }, "main")).toEqual({ ok: true, value: [`m=${encoded}`] });
  });

  it.each(["a b", "a,b", "what?", "a..b", "-x", "", "a~1", "x.lock", "50%", "a\\b", "a:b"])(
    "refuses %j, which a ref's name cannot carry, before anything is sent",
    (text) => {
      expect(pushOptions({ ...NOTHING, topic: text }, "main")).toEqual({ ok: false, problem: { what: "topic", text } });
      expect(pushOptions({ ...NOTHING, reviewers: [text] }, "main")).toMatchObject({ ok: false });
    },
  );
});

describe("what Gerrit says while it takes a push", () => {
  it("is read as changes with their pages and marks, and as words for the author", () => {
    const report = readPushReport([
      "Processing changes: refs: 1\rremote: Processing changes: refs: 1, new: 2, done",
      "warning: 4d0a7e2: subject >50 characters; use shorter first paragraph",
      "SUCCESS",
      "",
      "  https://review.example.org/c/group/demo/+/7 Add lexer [WIP] [NEW]",
      "  https://review.example.org/c/group/demo/+/8 Add parser [PRIVATE]",
    ]);
    expect(report).toEqual({
      changes: [
        {
          url: "https://review.example.org/c/group/demo/+/7",
          number: 7,
          subject: "Add lexer",
          isNew: true,
          workInProgress: true,
          private: false,
        },
        {
          url: "https://review.example.org/c/group/demo/+/8",
          number: 8,
          subject: "Add parser",
          isNew: false,
          workInProgress: false,
          private: true,
        },
      ],
      said: ["warning: 4d0a7e2: subject >50 characters; use shorter first paragraph"],
    });
  });

  it("older servers' headings and plain addresses are read too", () => {
    const { changes, said } = readPushReport(["New Changes:", "http://localhost:8080/12 Fix docs", "Updated Changes:"]);
    expect(changes).toMatchObject([{ number: 12, subject: "Fix docs" }]);
    expect(said).toEqual([]);
  });

  it("a subject that the server has cut is still the subject of its commit", () => {
    const [cut] = readPushReport(["https://r/c/p/+/1 A long subject that goes... [NEW]"]).changes;
    if (cut === undefined) throw new Error("There is no change");
    expect(isAbout(cut, "A long subject that goes on and on")).toBe(true);
    expect(isAbout(cut, "A long subject of another kind")).toBe(false);
  });
});

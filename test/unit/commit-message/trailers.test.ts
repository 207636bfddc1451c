import { describe, expect, it } from "vitest";
import { bodyOf, isFixup, subjectOf } from "../../../src/core/commit-message/message.ts";
import { trailersOf, trailerValues } from "../../../src/core/commit-message/trailers.ts";

describe("the parts of a commit message", () => {
  it("a subject of two lines is shown on one, as git does", () => {
    expect(subjectOf("\nFix the\nparser\n\nBody\n")).toBe("Fix the parser");
  });

  it("the body is what stands below the subject", () => {
    expect(bodyOf("Fix\n\nOne\n\nTwo\n")).toBe("One\n\nTwo");
    expect(bodyOf("Fix\n")).toBe("");
  });

  it.each([
    ["fixup! Fix", true],
    ["squash! Fix", true],
    ["amend! Fix", true],
    ["nopush! Fix", true],
    ["feat!: break things", false],
    ["Wow! Fix", false],
    ["fix! ", true],
    ["fixup!Fix", false],
  ])("%j is a commit to fold into another: %j", (subject, expected) => {
    expect(isFixup(subject)).toBe(expected);
  });
});

describe("trailers", () => {
  it("only the last paragraph has trailers", () => {
    expect(trailerValues("Fix\n\nCloses: 1\n\nCloses: 2\nDepends-On: https://x/2\n", "closes")).toEqual(["2"]);
  });

  it("a subject has none, whatever it looks like", () => {
    expect(trailersOf("docs: say how\n")).toEqual([]);
  });

  it("folded lines belong to the trailer above", () => {
    expect(trailersOf("Fix\n\nReason: one\n  two\nCloses: 1\n").map(({ value }) => value)).toEqual(["one two", "1"]);
  });

  it("a URL is no trailer", () => {
    expect(trailersOf("Fix\n\nhttps://example.com/\n")).toEqual([]);
  });

  it("several of one key are all read, in order", () => {
    expect(trailerValues("Fix\n\nDepends-On: a\nDepends-On: b\n", "Depends-On")).toEqual(["a", "b"]);
  });
});

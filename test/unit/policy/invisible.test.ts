// T33: what reads otherwise than it is, is found in what a change adds; what scripts need is left alone.
import { describe, expect, it } from "vitest";
import { hasInvisible, newInvisibleLines } from "../../../src/core/policy/invisible.ts";

describe("T33: characters nobody sees", () => {
  it.each([
    ["an override to the left", "a\u202Eb"],
    ["an isolate", "a\u2066b\u2069"],
    ["a mark of direction", "a\u200Fb"],
    ["a space of no width", "a\u200Bb"],
    ["a joiner of words", "a\u2060b"],
    ["a filler of Hangul", "a\u3164b"],
    ["a tag", "a\u{E0041}b"],
    ["a mark of byte order in the middle", "a\uFEFFb"],
  ])("%s", (_, text) => {
    expect(hasInvisible(text)).toBe(true);
  });

  it.each([
    ["plain text", "if (isAdmin) {"],
    ["letters of other scripts", "שלום 你好 नमस्ते"],
    ["joiners that a script needs", "می\u200Cخواهم"],
    ["a family of one emoji", "👩\u200D👩\u200D👧"],
  ])("%s is none", (_, text) => {
    expect(hasInvisible(text)).toBe(false);
  });
});

describe("lines that a change adds", () => {
  it("are counted from 1, whatever ends them", () => {
    expect(newInvisibleLines("", "a\r\nb\u202E\r\nc\n\u2066d")).toEqual([2, 4]);
  });
  it("are none that were there before, wherever they stand now", () => {
    expect(newInvisibleLines("x\u202E\ny", "new\ny\nx\u202E")).toEqual([]);
    expect(newInvisibleLines("x\u202E\ny", "x\u202Ez\ny")).toEqual([1]);
  });
  it("have no finding in the mark of byte order a file may start with", () => {
    expect(newInvisibleLines("", "\uFEFFa\nb")).toEqual([]);
    expect(newInvisibleLines("", "\uFEFFa\n\uFEFFb")).toEqual([2]);
  });
});

import { describe, expect, it } from "vitest";
import { isRecheck } from "../../../src/core/review/command.ts";

describe("a comment asks for a recheck when its first line begins with the word", () => {
  it.each(["recheck", "Recheck", "recheck bug 1234567", "  recheck\nthe runner was lost"])("%j does", (body) => {
    expect(isRecheck(body)).toBe(true);
  });

  it.each(["", "rechecked it", "please recheck", "> recheck", "I would not\nrecheck", "`recheck`"])(
    "%j does not",
    (body) => {
      expect(isRecheck(body)).toBe(false);
    },
  );
});

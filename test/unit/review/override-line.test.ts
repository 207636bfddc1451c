import { describe, expect, it } from "vitest";
import {
  formatOverrideReview,
  overridesOfReviews,
  readOverrideLines,
  takesBack,
} from "../../../src/core/review/override-line.ts";
import type { Review } from "../../../src/core/review/vote.ts";
import { instant } from "../../../src/core/time.ts";
import { alice, bob, sha } from "../policy/sample.ts";

describe("an override's line", () => {
  it.each([
    ["Override: Emergency: the runners are down", "Emergency", "the runners are down"],
    ["override:Emergency:  fix for #812  ", "Emergency", "fix for #812"],
    ["   Override : Emergency : a: b", "Emergency", "a: b"],
    ["Override: Emergency", "Emergency", ""],
    ["Override: Emergency:", "Emergency", ""],
    ["Override: Hot-Fix_2: x", "Hot-Fix_2", "x"],
    ["Override: none", "none", ""],
    ["It cannot wait.\r\nOverride: Emergency: x\r\nThanks", "Emergency", "x"],
  ])("%j asks", (body, name, reason) => {
    expect(readOverrideLines(body)).toEqual({ lines: [{ name, reason }], findings: [] });
  });

  it.each([
    "    Override: Emergency: in code",
    "\tOverride: Emergency: in code",
    "> Override: Emergency: quoted",
    "```\nOverride: Emergency: fenced\n```",
    "<!-- Override: Emergency: hidden -->",
    "<!--\nOverride: Emergency: hidden\n-->",
    "Override the default",
    "Overrides: Emergency: x",
    "We override: nothing",
  ])("%j is none, and nothing is said of it", (body) => {
    expect(readOverrideLines(body)).toEqual({ lines: [], findings: [] });
  });

  it.each([
    "**Override:** Emergency: x",
    "- Override: Emergency: x",
    "`Override: Emergency: x`",
    "Override Emergency: x",
    "Override = Emergency",
    "Override:",
    "Override: Emergency now: x",
    "Override: ﻿Emergency: x",
  ])("%j looks like one and is none, which is told", (body) => {
    const { lines, findings } = readOverrideLines(body);
    expect(lines).toEqual([]);
    expect(findings).toMatchObject([
      { why: expect.stringContaining("write `Override: NAME: REASON` alone on its line") },
    ]);
  });

  it("counts once for each name, the first", () => {
    const { lines, findings } = readOverrideLines("Override: A: one\nOverride: a: two\nOverride: B: three");
    expect(lines).toEqual([
      { name: "A", reason: "one" },
      { name: "B", reason: "three" },
    ]);
    expect(findings).toHaveLength(1);
  });

  it("is read in no time from a body made to be slow", () => {
    const bodies = [
      "Override".padEnd(65_536, " "),
      "Override:".repeat(8_000),
      "Override: A:\n".repeat(6_000),
      "override ".repeat(8_000),
    ];
    const began = performance.now();
    for (const body of bodies) readOverrideLines(body);
    expect(performance.now() - began).toBeLessThan(400);
  });

  it("is what the command writes, on one line whatever the reason", () => {
    const written = formatOverrideReview({ name: "Emergency", reason: "  the runners\nare\tdown " });
    expect(written).toBe("Override: Emergency: the runners are down");
    expect(readOverrideLines(written).lines).toEqual([{ name: "Emergency", reason: "the runners are down" }]);
    expect(readOverrideLines(formatOverrideReview({ name: "none", reason: "" })).lines).toEqual([
      { name: "none", reason: "" },
    ]);
  });

  it("takes back all of them, or one", () => {
    expect(takesBack({ name: "None", reason: "" })).toEqual({});
    expect(takesBack({ name: "Emergency", reason: "none" })).toEqual({ name: "Emergency" });
    expect(takesBack({ name: "Emergency", reason: "none of the runners works" })).toBeUndefined();
  });
});

it("words are those of submitted reviews, oldest first, each with the commit that was shown and what became of it", () => {
  const review = (id: string, more: Partial<Review> = {}): Review => ({
    ...{ id, by: alice, state: "commented", body: "Override: Emergency: x", sha: sha(101), at: instant(5) },
    ...more,
  });
  const { words } = overridesOfReviews([
    review("3", { at: instant(9), by: bob, editedAt: instant(10) }),
    review("1"),
    review("2", { state: "pending" }),
    review("4", { at: instant(12), state: "dismissed" }),
  ]);
  const word = { name: "Emergency", reason: "x", sha: sha(101) };
  expect(words).toEqual([
    { ...word, by: alice, at: 5, source: { kind: "review", id: "1" }, state: "current" },
    { ...word, by: bob, at: 9, source: { kind: "review", id: "3" }, state: "edited" },
    { ...word, by: alice, at: 12, source: { kind: "review", id: "4" }, state: "dismissed" },
  ]);
});

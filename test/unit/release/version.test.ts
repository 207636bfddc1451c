import { describe, expect, it } from "vitest";
import {
  canonicalForm,
  compareVersions,
  finalOf,
  formatVersion,
  impactOf,
  increment,
  isPreRelease,
  nextPreRelease,
  parseNumbered,
  parseVersion,
  versionFromYaml,
  type NumberedVersion,
} from "../../../src/core/release/version.ts";

const numbered = (text: string): NumberedVersion => {
  const version = parseNumbered(text);
  if (version === undefined) throw new Error(`${text} is a version`);
  return version;
};

describe("a version is text with one canonical spelling", () => {
  it.each([
    ["29.0.1", "29.0.1"],
    ["29.0.0.0rc2", "29.0.0.0rc2"],
    ["12.0.0.0b3", "12.0.0.0b3"],
    ["1.2", "1.2.0"],
    ["v1.2.3", "1.2.3"],
    ["1.2.0rc1", "1.2.0.0rc1"],
    ["1.2.rc1", "1.2.0.0rc1"],
    ["1.2.3.rc1", "1.2.3.0rc1"],
    ["1.0a2", "1.0.0.0a2"],
    ["01.2.3", "1.2.3"],
    ["2024.1-eol", "2024.1-eol"],
    ["zed-eom", "zed-eom"],
    ["stein-em", "stein-em"],
    ["2023.1-last", "2023.1-last"],
  ])("%s is %s", (text, canonical) => {
    expect(canonicalForm(text)).toBe(canonical);
    expect(canonicalForm(canonical)).toBe(canonical);
  });

  it.each([
    "",
    "1",
    "1.2.3.4.5",
    "1.x",
    "latest",
    "1.2.3-beta",
    "1.2.3.4rc1",
    "1.2.3 ",
    "1.2.3\n",
    "-eol",
    "1.2.3.dev4",
  ])("%j is no version", (text) => {
    expect(canonicalForm(text)).toBeUndefined();
  });

  it("four parts are a version of an XStatic package, and no semantic version", () => {
    const version = numbered("1.8.2.1");
    expect(formatVersion(version)).toBe("1.8.2.1");
    expect(canonicalForm("1.8.2.1")).toBeUndefined();
  });

  it("a tag of a series keeps the dots of its id", () => {
    expect(parseVersion("2024.1-eom")).toEqual({ kind: "series-tag", series: "2024.1", tag: "eom" });
    expect(parseNumbered("2024.1-eom")).toBeUndefined();
  });
});

describe("a number in YAML is no version", () => {
  it("says so with the text in quotes as the way out", () => {
    expect(versionFromYaml(1.1)).toEqual({
      ok: false,
      problem: {
        kind: "not-text",
        message: "a version is text, and this is the number 1.1",
        hint: 'write it in quotes, as it is: "1.1"',
      },
    });
  });
  it("null and lists are none either", () => {
    for (const value of [null, [], {}, true])
      expect(versionFromYaml(value)).toMatchObject({ problem: { kind: "not-text" } });
  });
  it("text that is no version is another problem", () => {
    expect(versionFromYaml("newest")).toMatchObject({ problem: { kind: "invalid" } });
    expect(versionFromYaml("1.10")).toMatchObject({ ok: true, value: { minor: 10 } });
  });
});

describe("versions have an order", () => {
  it("pre-releases come before the final, a fourth part after it, and 10 after 9", () => {
    const inOrder = [
      "1.9.0",
      "1.10.0",
      "2.0.0.0a1",
      "2.0.0.0b1",
      "2.0.0.0b2",
      "2.0.0.0rc1",
      "2.0.0.0rc10",
      "2.0.0",
      "2.0.0.1",
      "2.0.1",
    ].map(numbered);
    expect(inOrder.toReversed().toSorted(compareVersions).map(formatVersion)).toEqual(inOrder.map(formatVersion));
  });
  it("two spellings of one version are equal", () => {
    expect(compareVersions(numbered("1.2"), numbered("1.2.0"))).toBe(0);
  });
});

describe("steps", () => {
  it.each([
    ["1.2.3", "patch", 1, "1.2.4"],
    ["1.2.3", "minor", 1, "1.3.0"],
    ["1.2.3", "minor", 3, "1.5.0"],
    ["1.2.3", "major", 1, "2.0.0"],
    ["2.0.0.0rc1", "patch", 1, "2.0.1"],
    ["1.8.2.1", "patch", 1, "1.8.3"],
  ] as const)("%s, %s by %i, is %s", (from, impact, by, to) => {
    expect(formatVersion(increment(numbered(from), impact, by))).toBe(to);
  });
  it.each([
    ["2.0.0", "b", "2.0.0.0b1"],
    ["2.0.0.0b1", "b", "2.0.0.0b2"],
    ["2.0.0.0b2", "rc", "2.0.0.0rc1"],
    ["2.0.0.0rc9", "rc", "2.0.0.0rc10"],
  ] as const)("after %s the next %s is %s", (from, kind, to) => {
    expect(formatVersion(nextPreRelease(numbered(from), kind))).toBe(to);
  });
  it("a candidate leads to its final", () => {
    expect(formatVersion(finalOf(numbered("29.0.0.0rc2")))).toBe("29.0.0");
    expect(isPreRelease(numbered("29.0.0.0rc2"))).toBe(true);
    expect(isPreRelease(numbered("29.0.0"))).toBe(false);
  });
  it("what a step was is read from its two ends", () => {
    expect(impactOf(numbered("1.2.3"), numbered("1.2.4"))).toBe("patch");
    expect(impactOf(numbered("1.2.3"), numbered("1.4.0"))).toBe("minor");
    expect(impactOf(numbered("1.2.3"), numbered("2.0.0"))).toBe("major");
    expect(impactOf(numbered("1.2.3"), numbered("1.2.3"))).toBeUndefined();
    expect(impactOf(numbered("1.2.3"), numbered("1.2.2"))).toBeUndefined();
  });
});

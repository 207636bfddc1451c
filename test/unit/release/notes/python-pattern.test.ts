import { describe, expect, it } from "vitest";
import { readPythonPattern } from "../../../../src/core/release/notes/python-pattern.ts";

function pattern(text: string) {
  const read = readPythonPattern(text);
  if (!read.ok) throw new Error(read.problem);
  return read.value;
}

describe("a pattern of reno's configuration is Python's, verbose and Unicode", () => {
  it.each([
    ["stable/.+", "stable/2026.1", true],
    ["  stable / .+  # the series\n", "stable/2026.1", true],
    ["a\\ b", "a b", true],
    ["a b", "ab", true],
    ["[ #]x", "#x", true],
    ["[ #]x", " x", true],
    ["a(?# said aside )b", "ab", true],
    ["\\#1", "#1", true],
    ["^\\d+$", "٣٤", true],
    ["^\\w+$", "größe_1", true],
    ["^\\s$", "\u2003", true],
    ["^\\S\\s\\S$", "a\u00a0b", true],
    ["^[\\w.]+$", "1.0é", true],
    ["^[^\\d]$", "٣", false],
    ["^[[]]$", "[]", true],
    ["^[]x]+$", "]x", true],
    ["^a{,2}$", "aa", true],
    ["^a{,2}$", "a{,2}", false],
    ["^a{$", "a{", true],
    ["^\\x41\\u0042\\U00000043$", "ABC", true],
    ["^[\\101]$", "A", true],
    ["^\\101$", "A", true],
    ["^a\\Z", "a", true],
    ["(?i)STABLE", "stable", true],
    ["(?ix) A b", "ab", true],
    ["(?:a|ab)$", "ab", true],
    ["^\\/\\-\\é$", "/-é", true],
    ["^(a+?)(a*)$", "aaa", true],
    ["(.+)(?<!kilo)-eo[lm]", "kilo-eol", false],
    ["(.+)(?<!kilo)-eo[lm]", "liberty-eom", true],
    ["(?!^(kilo-|bugfix-)).+ -eo[lm]$", "bugfix-1-eol", true],
    ["^(?!kilo-|bugfix-).+ -eo[lm]$", "bugfix-1-eol", false],
    ["^ (?= \\d ) \\w{4} \\Z", "2026", true],
    ["^(?=a)a{$", "a{", true],
  ])('`%s` in "%s": %s', (text, of, found) => {
    expect(pattern(text).search(of) !== undefined).toBe(found);
  });

  it.each([
    ["(?!a)(?:b+)+", "the pattern looks ahead or behind and repeats a group without end, which could take for ever"],
    ["(?!a).*.*.*", "the pattern looks ahead or behind and has 3 repetitions without end, at most 2 are read"],
    ["(?!a)*", "the pattern looks ahead or behind and repeats a group without end, which could take for ever"],
    ["(?i)(?!a)b", "the pattern looks ahead or behind and has flags in it (`(?i`), which cannot be said together"],
    ["(?!a", "the pattern cannot be read: Unterminated group"],
    ["(a)\\1", "the pattern repeats what a group found (`\\1`), which RE2 cannot say"],
    ["(?P<a>x)(?P=a)", "the pattern repeats what a group found (`(?P=`), which RE2 cannot say"],
    ["(a)?(?(1)b|c)", "the pattern asks whether a group took part (`(?(1`), which RE2 cannot say"],
    ["(?>a+)", "the pattern has an atomic group (`(?>a`), which RE2 cannot say"],
    ["a++", "the pattern has a possessive quantifier, which RE2 cannot say"],
    ["a* ?", "the pattern repeats what is already repeated: `?`"],
    ["a**", "the pattern repeats what is already repeated: `*`"],
    ["\\p{L}", "the pattern has `\\p`, which is no escape that both Python and RE2 know"],
    ["[\\W]", "the pattern has `\\W` within `[…]`, which RE2 cannot say for all of Unicode"],
    ["[a", "the pattern has a `[` without its `]`"],
    ["(a", "the pattern cannot be read: missing closing ): `(a`"],
    ["a\\", "the pattern ends in a `\\`"],
    ["(?<n>a)", "the pattern has the group `(?<n>a`, which cannot be said for RE2"],
    ["(?#a", "the pattern has a comment `(?#` without its `)`"],
    ["a".repeat(2_001), "the pattern has 2001 characters, at most 2000 are read"],
  ])("`%s` is refused", (text, sentence) => {
    const read = readPythonPattern(text);
    expect(read.ok ? "read" : `the pattern ${read.problem}`).toBe(sentence);
  });

  it("a tag of a release begins with the pattern and may go on behind it", () => {
    const release = pattern("((?:v?[\\d.ab]|rc)+)  # digits, a, b, and rc\n");
    expect(["1.0.0", "v2.0.0rc1", "1.0-eol", "x1"].map((tag) => release.atStart(tag)?.first)).toEqual([
      "1.0.0",
      "v2.0.0rc1",
      "1.0",
      undefined,
    ]);
  });

  it("groups count in a pattern that looks around, too", () => {
    const closed = pattern("(.+)(?<!kilo)-(?P<how>eo[lm])");
    expect(closed.search("liberty-eom")?.first).toBe("liberty");
    expect(closed.search("liberty-eom")?.span("how")).toEqual({ from: 8, to: 11 });
    expect(pattern("x(?=y)").search("xy")?.first).toBeUndefined();
    expect(pattern("b(?=y)").atStart("aby")).toBeUndefined();
    expect(pattern("(?!a)b").search(`${"c".repeat(400)}b`)).toBeUndefined();
  });

  it("a named group says where it stands", () => {
    const pre = pattern("(?P<pre_release>\\.v?\\d+(?:[ab]|rc)+\\d*)$");
    expect(pre.groups).toEqual(["pre_release"]);
    expect(pre.search("12.0.0.0rc1")?.span("pre_release")).toEqual({ from: 6, to: 11 });
    expect(pre.search("12.0.0")).toBeUndefined();
  });
});

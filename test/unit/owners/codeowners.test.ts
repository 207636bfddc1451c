// CODEOWNERS as GitHub documents it: which rule speaks for a path, and which lines are no rules.
import { describe, expect, it } from "vitest";
import { parseCodeowners } from "../../../src/core/owners/codeowners.ts";
import { describeOwnersProblem } from "../../../src/core/owners/owner.ts";

const PATH = ".github/CODEOWNERS";
const read = (text: string) => parseCodeowners(PATH, text);
/** "-": a rule without owners; undefined: no rule. */
const ownersOf = (text: string, path: string) => {
  const rule = read(text).ruleOf(path.split("/"));
  return rule === undefined ? undefined : rule.list.owners.join(" ") || "-";
};
const problems = (text: string) => read(text).problems.map(describeOwnersProblem);

describe("a pattern of CODEOWNERS", () => {
  it.each([
    // pattern, path, does it match
    ["*", "a.ts", true],
    ["*", "a/b/c.ts", true],
    ["**", "a/b/c.ts", true],
    ["*.js", "a.js", true],
    ["*.js", "deep/er/a.js", true],
    ["*.js", "a.jsx", false],
    ["*.js", "a.js/inside.ts", true],
    ["*.js", ".js", true],
    ["/*.js", "a.js", true],
    ["/*.js", "src/a.js", false],
    ["Makefile", "Makefile", true],
    ["Makefile", "src/Makefile", true],
    ["Makefile", "makefile", false],
    ["/build/logs/", "build/logs/a", true],
    ["/build/logs/", "build/logs/a/b", true],
    ["/build/logs/", "build/logs", false],
    ["/build/logs/", "x/build/logs/a", false],
    ["docs/*", "docs/a.md", true],
    ["docs/*", "docs/app/a.md", false],
    ["docs/*", "x/docs/a.md", false],
    ["docs/**", "docs/app/a.md", true],
    ["docs/**", "docs", false],
    ["docs/**/*.md", "docs/a.md", true],
    ["docs/**/*.md", "docs/x/y/a.md", true],
    ["docs/**/*.md", "docs/x/y/a.txt", false],
    ["apps/", "apps/a", true],
    ["apps/", "x/y/apps/z/a", true],
    ["apps/", "apps", false],
    ["/apps/github", "apps/github", true],
    ["/apps/github", "apps/github/a", true],
    ["/apps/github", "apps/github.md", false],
    ["**/logs", "logs/a", true],
    ["**/logs", "build/logs/a", true],
    ["**/logs", "deeply/nested/logs", true],
    ["**/logs", "blogs/a", false],
    ["src/**/test/", "src/test/a", true],
    ["src/**/test/", "src/a/b/test/c", true],
    ["src/**/test/", "src/a/tests/c", false],
    ["src/*/test.ts", "src/a/test.ts", true],
    ["src/*/test.ts", "src/test.ts", false],
    ["src/*/test.ts", "src/a/b/test.ts", false],
    ["/a?c", "abc", true],
    ["/a?c", "a/c", false],
    ["/a*c*e", "abcde", true],
    ["/a*c*e", "ace", true],
    ["/a*c*e", "aec", false],
    ["/a**c", "abc", true],
    ["/a**c", "a/b/c", false],
    ["/with\\ space/", "with space/a", true],
    ["/star\\*", "star*", true],
    ["/star\\*", "starry", false],
    ["a#b", "a#b", true],
    ["/é", "e\u0301", false],
    ["/a/**/**/b", "a/b", true],
    ["/a/**/", "a/b/c", true],
    ["/foo.bar.*", "foo.bar.baz", true],
    ["*.bar.*", "x/foo.bar.baz", true],
    ["*.*", "x/foo", false],
  ])("%s on %s: %s", (pattern, path, matches) => {
    expect(problems(`${pattern} @a`)).toEqual([]);
    expect(ownersOf(`${pattern} @a`, path)).toBe(matches ? "@a" : undefined);
  });
});

describe("CODEOWNERS", () => {
  const EXAMPLE = `# a comment
*       @global-1 @Global-2
*.js    @js-owner #an inline comment
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/*  docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github
/apps/github/own @doctocat\t # another
`;
  it.each([
    ["README.md", "@global-1 @global-2"],
    ["src/a.js", "@js-owner"],
    ["src/a.go", "docs@example.com"],
    ["a.txt", "@octo-org/octocats"],
    ["build/logs/a.txt", "@octocat"],
    ["docs/a.md", "@doctocat"],
    ["docs/x/a.md", "@doctocat"],
    ["apps/a.js", "@octocat"],
    ["apps/github/a.js", "-"],
    ["apps/github/own/a.js", "@doctocat"],
    ["x/apps/a.js", "@octocat"],
  ])("the last rule that matches %s gives it to %s", (path, owners) => {
    expect(problems(EXAMPLE)).toEqual([]);
    expect(ownersOf(EXAMPLE, path)).toBe(owners);
  });

  it("belongs to nobody where no rule matches", () => {
    expect(ownersOf("/a @x", "b")).toBeUndefined();
    expect(ownersOf("", "b")).toBeUndefined();
  });

  it("may have line ends of any kind, tabs, and no end at all", () => {
    expect(ownersOf("* @a\r\n/b\t@c\r\n", "b")).toBe("@c");
    expect(problems("* @a\r\n\r\n#x\r\n/b\t@c")).toEqual([]);
  });

  it.each([
    [
      "[Docs]",
      ".github/CODEOWNERS:1: sections are GitLab's, and GitHub knows none; write the owners on the lines of the patterns",
    ],
    [
      "^[Docs][2] @a",
      ".github/CODEOWNERS:1: sections are GitLab's, and GitHub knows none; write the owners on the lines of the patterns",
    ],
    [
      "!a @b",
      ".github/CODEOWNERS:1: `!a` begins with `!`, and nothing is negated here; add a later line that says who owns it",
    ],
    [
      "a[bc] @b",
      ".github/CODEOWNERS:1: `a[bc]` has `[` or `]` in it, and there are no ranges of characters; write `?` in its place",
    ],
    ["\\#a @b", ".github/CODEOWNERS:1: `\\#` does not make a pattern of a comment; write `?` for the `#`"],
    ["* alice", ".github/CODEOWNERS:1: `alice` is no owner; write `@login`, `@org/team` or an email address"],
    ["* @a/b/c", ".github/CODEOWNERS:1: `@a/b/c` is no owner; write `@login`, `@org/team` or an email address"],
    ["* @", ".github/CODEOWNERS:1: `@` is no owner; write `@login`, `@org/team` or an email address"],
    ["* @a,@b", ".github/CODEOWNERS:1: `@a,@b` is no owner; write `@login`, `@org/team` or an email address"],
    ["/ @a", ".github/CODEOWNERS:1: the pattern `/` matches nothing; write `*` for everything"],
    [
      "a//b @a",
      ".github/CODEOWNERS:1: `a//b` has an empty, `.` or `..` part, which no path has; write the path as `git ls-files` shows it",
    ],
    [
      "./a @a",
      ".github/CODEOWNERS:1: `./a` has an empty, `.` or `..` part, which no path has; write the path as `git ls-files` shows it",
    ],
    [
      "/a/../b @a",
      ".github/CODEOWNERS:1: `/a/../b` has an empty, `.` or `..` part, which no path has; write the path as `git ls-files` shows it",
    ],
    ["a***b @a", ".github/CODEOWNERS:1: `a***b` has three stars in a row; write `*` or `**`"],
    ["* @a\n\nx @b c\n", ".github/CODEOWNERS:3: `c` is no owner; write `@login`, `@org/team` or an email address"],
    [`${"a".repeat(501)} @a`, ".github/CODEOWNERS:1: a pattern is longer than 500 characters; write a shorter one"],
    ["\uFEFF* @a", ".github/CODEOWNERS: it begins with a byte order mark; save it as UTF-8 without one"],
    ["* @a \uFFFD", ".github/CODEOWNERS: it is not UTF-8 text; save it as UTF-8"],
  ])("%j is a problem with its line", (text, sentence) => {
    expect(problems(text)).toEqual([sentence]);
  });

  it("T9: of 3 MB and more it is not read, as GitHub does not; just below it is", () => {
    const line = "/some/where/over/there/ @alice\n";
    const most = line.repeat(Math.floor((3 * 1024 * 1024 - 1) / line.length));
    expect(problems(most)).toEqual([]);
    expect(problems(most + line)).toEqual([
      ".github/CODEOWNERS: it is larger than 2.9 MB; shorten it, for example with wider patterns",
    ]);
    // Counted as bytes, not as characters.
    expect(problems(`#${"é".repeat(1.6 * 1024 * 1024)}`)).toHaveLength(1);
  });
});

describe("the index over rules", () => {
  it("answers what asking every rule answers", () => {
    const names = ["a", "b", "a.js", "b.js", "c.d.js", "docs"];
    const shapes = [
      "/X",
      "X",
      "X/",
      "/X/",
      "/X/*",
      "X/Y",
      "*.js",
      "*.d.js",
      "/*",
      "*",
      "**/X",
      "X/**",
      "X/**/Y",
      "?.js",
      "a*",
    ];
    let seed = 7;
    const pick = <T>(from: readonly T[]): T => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return from[seed % from.length]!;
    };
    for (let round = 0; round < 300; round += 1) {
      const lines = Array.from(
        { length: 12 },
        (_, at) => `${pick(shapes).replace("X", pick(names)).replace("Y", pick(names))} @o${at}`,
      );
      const path = Array.from({ length: 1 + (seed % 4) }, () => pick(names)).join("/");
      const oneByOne = lines.findLast((line) => ownersOf(line, path) !== undefined);
      expect(ownersOf(lines.join("\n"), path), `${path} in\n${lines.join("\n")}`).toBe(oneByOne?.split(" ")[1]);
    }
  });
});

describe("hostile patterns", () => {
  it.each([
    ["many stars", `/${"*a".repeat(249)}`, "a".repeat(4_000)],
    ["many stars that fail at the end", `/${"*a".repeat(248)}b`, "a".repeat(4_000)],
    ["many holes", `/${"?".repeat(240)}*${"?".repeat(240)}b`, "a".repeat(4_000)],
    ["holes between stars", `/*${"a?".repeat(120)}*${"a?".repeat(120)}b`, "a".repeat(4_000)],
    ["deep again and again", `/${"**/a/".repeat(98)}b`, "a/".repeat(2_000) + "c"],
  ])("T30: %s end within a moment", (_, pattern, path) => {
    // Time of this process alone, whatever else the machine does meanwhile.
    let quickest = Infinity;
    for (let times = 0; times < 10; times += 1) {
      const started = process.cpuUsage().user;
      ownersOf(`${pattern} @a`, path);
      quickest = Math.min(quickest, (process.cpuUsage().user - started) / 1_000);
    }
    expect(quickest).toBeLessThan(100);
  });
});

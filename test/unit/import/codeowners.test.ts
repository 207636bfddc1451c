import { describe, expect, it } from "vitest";
import { importCodeowners } from "../../../src/core/import/codeowners.ts";
import { describeOwnersProblem } from "../../../src/core/owners/owner.ts";
import { parseCodeowners } from "../../../src/core/owners/codeowners.ts";
import { line, lines, loading } from "./imported.ts";

describe("a policy that asks for the owners of CODEOWNERS", () => {
  it("reads the file where it is, and asks for an owner of every touched path", () => {
    const { policy } = loading(importCodeowners("* @acme/core\n/docs/ @alice\n"));
    expect(policy).toMatchInlineSnapshot(`
      "# Converted from CODEOWNERS by \`plustwo policy import\`. It only observes until \`mode\` says otherwise.
      # Teams of \`your--org\` stand for groups of the old place: write yours.

      version: 1
      mode: observe
      labels:
        Code-Review:
          values:
            -1: Changes requested
            0: No score
            1: Approved
          copyCondition: changekind:NO_CHANGE OR changekind:TRIVIAL_REBASE OR is:MIN
      checks:
        test:
          job: test
          workflow: .github/workflows/ci.yml
      access:
        - branch: "*"
          label-Code-Review:
            anyone: -1..+1
      submitRequirements:
        Owners:
          description: An owner of every touched path who did not contribute approves
          applicableIf: has:enabled_code-owners
          submittableIf: has:approval_code-owners
        Tests:
          description: Every check passes on exactly the commit that lands
          submittableIf: check:ALL=success
      owners:
        source: CODEOWNERS
      "
    `);
  });

  it("tells what holds for every file", () => {
    const { remarks } = loading(importCodeowners("* @acme/core\n"));
    expect(remarks.filter(({ line: at }) => at === 0).map(line)).toMatchInlineSnapshot(`
      [
        "0 changed paths without an owner",
        "0 changed logins",
        "0 changed rights",
        "0 changed approvals",
        "0 changed Require review from Code Owners",
        "0 changed tests",
      ]
    `);
  });

  it.each<[string, string, string]>([
    ["an owner", "/src/ @alice", "kept"],
    ["a team", "/src/ @acme/core", "kept"],
    ["several", "/src/ @alice @bob", "kept"],
    ["nobody", "/src/", "changed"],
    ["an email", "/src/ dev@example.org", "changed"],
    ["a negation", "!/src/ @alice", "left-out"],
    ["a range of characters", "/src/[ab]/ @alice", "left-out"],
    ["an escaped comment", "\\#src @alice", "left-out"],
    ["an owner that is none", "/src/ alice", "left-out"],
    ["a team that is none", "/src/ @acme/", "left-out"],
    ["a section of GitLab's", "[Docs] @alice", "left-out"],
    ["three stars", "/a***/ @alice", "left-out"],
    ["a path up", "../src @alice", "left-out"],
  ])("a line with %s is %s", (_, text, fate) => {
    const imported = loading(importCodeowners(`# owners\n\n${text}\n* @acme/core\n`));
    expect(lines(imported)).toContain(`3 ${fate} ${text}`);
  });

  it("a folder whose pattern goes no deeper is told beside it", () => {
    const { remarks } = loading(importCodeowners("docs/* @alice\n"));
    expect(remarks).toContainEqual({
      line: 1,
      construct: "docs/* @alice",
      fate: "kept",
      how: "`docs/*` goes no deeper, as there: `docs/` would",
    });
  });

  it("what is left out is exactly what closes the gate when the file is read", () => {
    const text = "!x @a\n* @acme/core\n[S] @b\n/a/ nobody\n/b/ @c\n";
    const closed = parseCodeowners("CODEOWNERS", text).problems;
    expect(lines(loading(importCodeowners(text))).filter((one) => one.includes("left-out"))).toHaveLength(
      closed.length,
    );
    expect(closed.map(describeOwnersProblem).map((one) => one.split(":")[1])).toEqual(["1", "3", "4"]);
  });
});

describe("what is no CODEOWNERS file", () => {
  const big = "/src/some/folder/file.ts @acme/core\n".repeat(90_000);
  it.each<[string, string, string]>([
    ["is empty", "", "it names no owners"],
    ["has comments alone", "# nobody\n\n", "it names no owners"],
    ["is larger than GitHub reads", big, "and GitHub reads no such file"],
    ["is not text", "\0\0", "it is not UTF-8 text"],
    ["begins with a byte order mark", "\uFEFF* @a\n", "it begins with a byte order mark"],
  ])("it %s", (_, text, message) => {
    const result = importCodeowners(text);
    expect(result.ok ? "" : result.problem.message).toContain(message);
    expect(result.ok ? 0 : result.problem.line).toBe(1);
  });

  it.each<[string, string]>([
    ["30 000 lines", "/src/some/folder/file.ts @acme/core\n".repeat(30_000)],
    ["30 000 lines that are none", "!src @alice\n".repeat(30_000)],
    ["30 000 different lines that are none", Array.from({ length: 30_000 }, (_, n) => `!src${n} @alice\n`).join("")],
    ["a line of 1 MB", `${"a".repeat(1_000_000)} @alice\n`],
    ["a line of 1 MB of owners", `* ${"@alice ".repeat(140_000)}\n`],
  ])("%s end in a policy that loads", (_, text) => {
    const began = process.cpuUsage();
    loading(importCodeowners(text));
    expect(process.cpuUsage(began).user / 1_000).toBeLessThan(5_000);
  });
});

import { describe, expect, it } from "vitest";
import type { BranchName } from "../../../src/core/ids.ts";
import { parseGitreview } from "../../../src/config/gitreview-file.ts";
import { withDefaultBranch } from "../../../src/config/gitreview-branch.ts";

const branch = "stable/2026.2" as BranchName;
const told = (text: string): string | undefined => withDefaultBranch(text, branch);

describe("a .gitreview for a new branch", () => {
  it.each([
    [
      "names it after what the section says",
      "[gerrit]\nhost=review.example.org\nproject=acme/calc.git\n",
      "[gerrit]\nhost=review.example.org\nproject=acme/calc.git\ndefaultbranch=stable/2026.2\n",
    ],
    [
      "in the place of another, with the spaces and comments of its author",
      "# ours\n[github]\n  defaultBranch = main  \nproject: acme/calc\n",
      "# ours\n[github]\n  defaultBranch = stable/2026.2  \nproject: acme/calc\n",
    ],
    [
      "in every section that names a server",
      "[gerrit]\ndefaultbranch=master\n\n[github]\nproject=acme/calc\n\n; end\n",
      "[gerrit]\ndefaultbranch=stable/2026.2\n\n[github]\nproject=acme/calc\ndefaultbranch=stable/2026.2\n\n; end\n",
    ],
    [
      "of two the one that counts",
      "[gerrit]\ndefaultbranch=a\ndefaultbranch=b\n",
      "[gerrit]\ndefaultbranch=a\ndefaultbranch=stable/2026.2\n",
    ],
    ["without a last line end", "[gerrit]\nhost=h", "[gerrit]\nhost=h\ndefaultbranch=stable/2026.2"],
    ["with Windows' line ends", "[gerrit]\r\nhost=h\r\n", "[gerrit]\r\nhost=h\r\ndefaultbranch=stable/2026.2\r\n"],
    [
      "with Windows' line ends and no last one",
      "[gerrit]\r\nhost=h",
      "[gerrit]\r\nhost=h\r\ndefaultbranch=stable/2026.2",
    ],
    ["in a section that says nothing yet", "[gerrit]", "[gerrit]\ndefaultbranch=stable/2026.2"],
    [
      "where the value is empty",
      "[gerrit]\ndefaultbranch=\nhost=h\n",
      "[gerrit]\ndefaultbranch=stable/2026.2\nhost=h\n",
    ],
    ["where a name has a dollar", "[gerrit]\ndefaultbranch=$1\n", "[gerrit]\ndefaultbranch=stable/2026.2\n"],
  ])("%s", (_, text, expected) => {
    expect(told(text)).toBe(expected);
    const after = parseGitreview(expected).filter(({ key }) => key === "defaultbranch");
    expect(new Set(after.map(({ value }) => value))).toEqual(new Set([branch]));
    expect(told(expected)).toBeUndefined();
  });

  it.each([
    ["it says so already", "[gerrit]\ndefaultbranch=stable/2026.2\n"],
    ["it names no server", "[other]\ndefaultbranch=main\n"],
    ["it is empty", ""],
  ])("is left alone where %s", (_, text) => {
    expect(told(text)).toBeUndefined();
  });
});

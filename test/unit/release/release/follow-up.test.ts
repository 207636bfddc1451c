import { describe, expect, it } from "vitest";
import { changeIdOf } from "../../../../src/core/commit-message/change-id.ts";
import { repoId, type BranchName } from "../../../../src/core/ids.ts";
import { isStableOnly } from "../../../../src/core/release/backport/fix.ts";
import { followUpHead, followUpText } from "../../../../src/core/release/release/follow-up.ts";

const branch = "stable/2026.2" as BranchName;
const [calc, ui] = [repoId(7), repoId(8)];
const text = (version: string) =>
  followUpText({ deliverable: "calc", version }, { repository: calc, branch, asked: "acme/releases#12" });

describe("the pull request that follows a release", () => {
  it("is called after the release, and its commit after the branch alone", () => {
    expect(text("1.0.0.0rc1")).toMatchInlineSnapshot(`
      {
        "body": "\`stable/2026.2\` began with the release calc 1.0.0.0rc1, asked for by acme/releases#12. With it, \`git review\` goes to stable/2026.2 there.",
        "message": "Name stable/2026.2 in .gitreview

      With it, \`git review\` goes to stable/2026.2 there.
      [stable-only]: no other branch is called so.

      Change-Id: I38a73438fbb2d4c7aad4e5372ff74ddb1ff87615
      ",
        "title": "Name stable/2026.2 in .gitreview (calc 1.0.0.0rc1)",
      }
    `);
    expect(text("1.0.0").message).toBe(text("1.0.0.0rc1").message);
    expect(isStableOnly(text("1.0.0").message)).toBe(true);
  });

  it("has one head branch for each branch of a repository, which ends in its Change-Id", () => {
    const id = changeIdOf(text("1.0.0").message);
    expect(id.ok && followUpHead(calc, branch)).toBe(`review/follow-up/stable/2026.2/${id.ok ? id.value : ""}`);
    const others = [followUpHead(ui, branch), followUpHead(calc, "stable/2026.1" as BranchName)];
    expect(new Set([followUpHead(calc, branch), ...others]).size).toBe(3);
  });
});

import { describe, expect, it } from "vitest";
import { describeRejection, isNothingNew } from "../../../src/cli/gerrit/rejection.ts";

const location = { host: "review.example.org", project: "group/demo" };

describe("what Gerrit refuses", () => {
  // In its own words; some also come from the live server in test/gerrit.
  it.each([
    ["commit 3f2a91c: missing Change-Id in message footer", "misses it", "last paragraph"],
    ["same Change-Id in multiple changes.\nSquash the commits", "the Change-Ids are not right", "git rebase -i"],
    ["change https://review.example.org/c/group/demo/+/7 closed", "+/7 is closed", "git review -i"],
    ["branch stable/x not found", "there is no branch stable/x on the server", "git review <branch>"],
    ["prohibited by Gerrit: not permitted: create change on refs/heads/main", "you may not", "administrator"],
    ["you are not allowed to upload merges", "you may not", "administrator"],
    [
      "commit 3f2a91c: email address carol@example.net is not registered in your account",
      "not yours",
      "--reset-author",
    ],
    ["Account 'nobody' not found\nnobody does not identify a registered user or group", "not known there", "user name"],
    ["implicit merges detected", "more than the target takes", "rebase"],
    ["commit 3f2a91c: hook complains", "a rule of the server says no", "mend the commit"],
  ])("%j is a sentence with what to do next", (reason, why, hint) => {
    const told = describeRejection({ location }, { reason, remote: [] });
    expect(told.message).toMatch(/^Cannot send to group\/demo on review\.example\.org: /);
    expect(told.message).toContain(why);
    expect(told.message).not.toContain("\n");
    expect(told.hint).toContain(hint);
    expect(told.exit).toBe(1);
  });

  it("is found in the server's other words too, and is never lost where no rule knows it", () => {
    const remote = ["error: commit 3f2a91c: missing Change-Id in message footer"];
    expect(describeRejection({ location }, { reason: "refused", remote }).message).toContain("misses it");
    const unknown = describeRejection({ location }, { reason: "the moon is full", remote: ["come back later"] });
    expect(unknown.message).toContain('it refused with the words "the moon is full; come back later"');
  });

  it("cannot steer the terminal", () => {
    const { message } = describeRejection({ location }, { reason: "bad \u001B[2J\u202Eword", remote: [] });
    expect(message).not.toMatch(/[\u001B\u202E]/);
  });

  it("is no problem where it has everything already", () => {
    expect(isNothingNew({ reason: "no new changes", remote: [] })).toBe(true);
    expect(isNothingNew({ reason: "no new changes while the tree is frozen", remote: [] })).toBe(false);
  });
});
